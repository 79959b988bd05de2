import { plainLetters } from '../src/users/names.ts'

/** Common first: a name far down a list is borne by few. Where the script is not Latin, an address needs another spelling. */
const FIRST_NAMES = `
  Olivia Jack Charlotte Noah Amelia William Isla Oliver Mia Thomas Grace James Sophie Henry Chloe Lucas Ella Daniel
  Emma Liam Zoë José Hannah Björn Priya Wei Fatima Mohammed Renée Siobhán Łukasz Anaïs Søren Jürgen Chiara Zeynep
  Иван=ivan Мария=maria Сергей=sergei Екатерина=ekaterina Борис=boris Юлия=yuliya
  Γιώργος=giorgos Ελένη=eleni Νίκος=nikos Αικατερίνη=aikaterini
  Hiroshi Ngoc Thuy Aroha Tāne Mele Kwame Amara Élodie Håkon Ásta Žofie Ștefan Mülayim Ximena Þórunn`

const LAST_NAMES = `
  Smith Jones Nguyen Williams Brown Taylor Wilson Singh Johnson White Martin Anderson Thompson Walker Harris Lee Ryan
  Robinson Kelly King Müller García Patel O’Connor Campbell Kaur Tran Chen Wang Bailey Clarke d’Angelo MacDonald
  Fitzgerald Hernández Núñez Lindqvist Østergård Kowalczyk Łukasik Dvořák Yılmaz Çelik Szabó Vaitkevičius
  Иванов=ivanov Петрова=petrova Кузнецов=kuznetsov Соколова=sokolova Йовков=yovkov Шевченко=shevchenko
  Παπαδόπουλος=papadopoulos Οικονόμου=oikonomou Δημητρίου=dimitriou Ξενάκης=xenakis
  Tanaka Ngata Tuilagi Okafor Mensah Fraser-Hughes Zieliński Zhang Ó’Súilleabháin Þorsteinsdóttir Quispe Xiong`

export interface Name {
  name: string
  /** As `sortName` has it. */
  plain: string
  /** As an email address has it. */
  ascii: string
}

export const FIRSTS = namesIn(FIRST_NAMES)
export const LASTS = namesIn(LAST_NAMES)

/** In every clinic three people have it. */
export const RARE_NAME = 'Wolstenholme'

/** How many people in a hundred have the name; the search for it goes by `LASTS`. */
export const COMMON_NAME = 'smith'

/** The most common of `FIRSTS`, with which no last name begins. */
export const COMMON_FIRST_NAME = 'olivia'

function namesIn(list: string): Name[] {
  return list
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [name = '', spelling] = entry.split('=')
      const plain = plainLetters(name)
      return { name, plain, ascii: (spelling ?? plain).replace(/[^a-z]/g, '') || 'x' }
    })
}
