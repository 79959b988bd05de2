import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Visit } from './visitor.ts'

/** What an honest one never does. */
interface Forged {
  origin?: string
  /** Whose passkeys it says that it has. */
  rpId?: string
  challenge?: string
  /** Nobody showed a finger. */
  isUnverified?: boolean
  count?: number
}

/** What a page hands to the browser. */
export interface Asked {
  challenge: string
  rp?: { id: string }
  rpId?: string
}

/** A device with one passkey, made without a browser: it can be told to lie. */
export class Authenticator {
  readonly origin: string
  readonly id = randomBytes(32)
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  /** Synced ones have none. */
  count = 0

  constructor(origin: string) {
    this.origin = origin
  }

  /** Its answer to a page that asks for a new passkey. */
  make(asked: Asked, forged: Forged = {}): string {
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.of(0, this.id.length),
      ...[this.id, coseOf(this.#keys.publicKey)],
    ])
    const authData = Buffer.concat([this.#authData(asked, forged, ATTESTED), attested])
    const attestation = { fmt: 'none', attStmt: {}, authData }
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', asked, forged),
      attestationObject: cborOf(attestation).toString('base64url'),
      transports: ['internal'],
    })
  }

  /** Its answer to a page that asks for one it has. */
  use(asked: Asked, forged: Forged = {}): string {
    const authData = this.#authData(asked, forged)
    const clientDataJSON = this.#clientData('webauthn.get', asked, forged)
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    const signature = sign('sha256', signed, this.#keys.privateKey).toString('base64url')
    return this.#answer({ clientDataJSON, authenticatorData: authData.toString('base64url'), signature })
  }

  #answer(response: Record<string, unknown>): string {
    const id = this.id.toString('base64url')
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response })
  }

  #clientData(type: string, asked: Asked, { origin = this.origin, challenge }: Forged): string {
    const data = { type, challenge: challenge ?? asked.challenge, origin, crossOrigin: false }
    return Buffer.from(JSON.stringify(data)).toString('base64url')
  }

  #authData({ rp, rpId = rp?.id }: Asked, forged: Forged, flags = 0): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(forged.count ?? this.count)
    const user = forged.isUnverified ? PRESENT : PRESENT | VERIFIED
    const host = forged.rpId ?? rpId ?? ''
    return Buffer.concat([sha256(Buffer.from(host)), Buffer.of(user | flags), counter])
  }
}

const [PRESENT, VERIFIED, ATTESTED] = [1, 4, 64]

export function optionsOn({ html, url }: Visit): Asked {
  const text = /data-options="([^"]*)"/.exec(html)?.[1]
  if (!text) throw new Error(`No passkey is asked for on ${url}`)
  return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Asked
}

function coseOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const [one, other] = [x, y].map((part) => Buffer.from(part, 'base64url'))
  return cborOf(
    new Map<number, unknown>([
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as const),
      ...([
        [-2, one],
        [-3, other],
      ] as const),
    ]),
  )
}

/** As much of RFC 8949 as an authenticator speaks. */
function cborOf(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  const entries = value instanceof Map ? [...value] : Object.entries(value as object)
  return Buffer.concat([head(5, entries.length), ...entries.flat().map(cborOf)])
}

function head(type: number, length: number): Buffer {
  if (length < 24) return Buffer.of((type << 5) | length)
  return length < 256
    ? Buffer.of((type << 5) | 24, length)
    : Buffer.of((type << 5) | 25, length >> 8, length & 255)
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
