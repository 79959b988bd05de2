/** A rule of the clinic's world that was not kept. It names the field of the form and says what to do, in plain words. */
export class Refusal extends Error {
  readonly field: string
  readonly link: { text: string; href: string } | undefined

  constructor(field: string, message: string, link?: { text: string; href: string }) {
    super(message)
    this.field = field
    this.link = link
  }
}
