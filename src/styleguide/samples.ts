export const PEOPLE = [
  { firstName: 'Rosa', lastName: 'Delgado' },
  { firstName: 'Élodie', lastName: 'Eze' },
] as const

export const VALUES = {
  typed: 'Rosa',
  choice: 'home',
  fixed: 'adam@harbour.example',
  isWrong: 'Élodie@harbour',
  wrongLines: 'Rosa Delgado\nÉlodie',
}
