/** What is about to happen, shown back for a last look. */
export interface Confirmation {
  heading: string
  /** What happens after the button, in a sentence. */
  consequence: string
  rows: { label: string; value: string; field: string }[]
  button: string
  /** The button that leads back without doing it. */
  back?: 'Change' | 'Cancel'
  /** Where adding somebody stands: the second of three steps. */
  step?: number
  /** An address that was perhaps meant instead of the one typed; a question, which keeps nobody from going on. */
  meant?: string | null
}
