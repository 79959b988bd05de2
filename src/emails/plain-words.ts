const MAX_CHARACTERS = 100

// Control and bidirectional characters, zero widths, lone surrogates. The two joiners are part of names.
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu
// Email programs make links only from text with one of these and no space after it.
const LINK_MARK = /([.:@\\\u2024\u3002\ufe52\uff0e\uff61\uff1a\uff20\uff3c])(?=\S)/gu

/** A typed name on one line, of limited length, with nothing that an email program turns into a link. */
export function plainWords(typed: string): string {
  const line = typed.replace(INVISIBLE, ' ').replace(LINK_MARK, '$1 ').replace(/\s+/gu, ' ').trim()
  const characters = [...line]
  return characters.length <= MAX_CHARACTERS ? line : `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`
}
