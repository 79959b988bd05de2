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
export function statementReader(): (message: Buffer) => string | null {
  const prepared = new Map<string, string>()
  return (message) => {
    const [first, second] = textsIn(message)
    switch (typeOf(message)) {
      case 'Q':
        return first
      case 'P':
        prepared.set(first, second)
        return null
      case 'B':
        return prepared.get(second) ?? null
      default:
        return null
    }
  }
}

function textsIn(message: Buffer): [string, string] {
  const firstAt = 1 + LENGTH_BYTES
  const firstEnd = message.indexOf(0, firstAt)
  const secondEnd = message.indexOf(0, firstEnd + 1)
  return [message.toString('utf8', firstAt, firstEnd), message.toString('utf8', firstEnd + 1, secondEnd)]
}
