const LENGTH_BYTES = 4

/** Cuts a stream into the messages of PostgreSQL's protocol; the first one of a client has no type. */
export function messageSplitter(startsUntyped: boolean): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  let typeBytes = startsUntyped ? 0 : 1
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const whole: Buffer[] = []
    while (rest.length >= typeBytes + LENGTH_BYTES) {
      const length = typeBytes + rest.readInt32BE(typeBytes)
      if (rest.length < length) break
      whole.push(rest.subarray(0, length))
      rest = rest.subarray(length)
      typeBytes = 1
    }
    return whole
  }
}

export function typeOf(message: Buffer): string {
  return String.fromCharCode(message[0] ?? 0)
}

/** The SQL that a client asks for, in the simple protocol or the extended one; null for every other message. */
export function statementIn(message: Buffer): string | null {
  const textAt = 1 + LENGTH_BYTES
  if (typeOf(message) === 'Q') return message.toString('utf8', textAt, message.length - 1)
  if (typeOf(message) !== 'P') return null
  const nameEnd = message.indexOf(0, textAt)
  return message.toString('utf8', nameEnd + 1, message.indexOf(0, nameEnd + 1))
}
