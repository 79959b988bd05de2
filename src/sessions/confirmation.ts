/** What's about to happen, for the person to confirm. */
export interface Confirmation {
  heading: string
  /** What the button will do, in a sentence. */
  consequence: string
  rows: { label: string; value: string; field: string }[]
  button: string
  /** The button that goes back without doing it: *Change*, if nothing else is said. */
  back?: string
  /** When adding someone: the second of three steps. */
  step?: number
  /** Whether someone with a second step shows that, too, unless they just have. */
  asksForCode?: boolean
  /** A suggested correction of the address; it doesn't block the form. */
  meant?: string | null
}
