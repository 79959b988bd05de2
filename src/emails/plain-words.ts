const MAX_CHARACTERS = 100

// Steers and hides text: control and bidirectional characters, zero widths, lone surrogates. The two joiners spell names.
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu
// What mail programs make links of needs one of these with no space after it.
const LINK_MARK = /([.:@\\\u2024\u3002\ufe52\uff0e\uff61\uff1a\uff20\uff3c])(?=\S)/gu

/** What a person typed as a name, on one line, of bounded length, and with nothing that a mail program turns into a link. */
export function plainWords(typed: string): string {
  const line = typed.replace(INVISIBLE, ' ').replace(LINK_MARK, '$1 ').replace(/\s+/gu, ' ').trim()
  const characters = [...line]
  return characters.length <= MAX_CHARACTERS ? line : `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`
}
