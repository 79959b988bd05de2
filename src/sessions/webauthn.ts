import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

/** Loaded on first use: most clinics start without. */
const library = () => import('@simplewebauthn/server')

const TIMEOUT_MS = 5 * 60_000
/** COSE: EdDSA, ES256 and RS256, which every authenticator has one of. */
const supportedAlgorithmIDs = [-8, -7, -257]

/** Whom a passkey is for: one host, and nobody at another one can use it. */
export interface RelyingParty {
  name: string
  origin: string
}

interface KnownCredential {
  credentialId: Buffer
  publicKey: Buffer
  signCount: number
  transports: string[]
}

export interface NewCredential extends KnownCredential {
  isSynced: boolean
}

/** For `navigator.credentials.create`. */
export async function creationOptions(
  party: RelyingParty,
  user: { handle: Buffer; email: string; name: string },
  { challenge, known }: { challenge: string; known: Pick<KnownCredential, 'credentialId' | 'transports'>[] },
): Promise<string> {
  const { generateRegistrationOptions } = await library()
  const options = await generateRegistrationOptions({
    ...{ rpName: party.name, rpID: hostOf(party) },
    ...{ userName: user.email, userDisplayName: user.name, userID: new Uint8Array(user.handle) },
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    ...{ timeout: TIMEOUT_MS, attestationType: 'none', excludeCredentials: known.map(descriptor) },
    supportedAlgorithmIDs,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return JSON.stringify(options)
}

/** For `navigator.credentials.get`. Without known ones the browser offers all that it has for this host. */
export async function requestOptions(
  party: RelyingParty,
  { challenge, known }: { challenge: string; known: Pick<KnownCredential, 'credentialId' | 'transports'>[] },
): Promise<string> {
  const { generateAuthenticationOptions } = await library()
  const options = await generateAuthenticationOptions({
    ...{ rpID: hostOf(party), userVerification: 'required', timeout: TIMEOUT_MS },
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    allowCredentials: known.map(descriptor),
  })
  return JSON.stringify(options)
}

/** What was made, or null if it isn't an answer to this challenge, at this host, by someone whom the device knows. */
export async function checkCreation(
  party: RelyingParty,
  challenge: string,
  answer: string,
): Promise<NewCredential | null> {
  const { verifyRegistrationResponse } = await library()
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: JSON.parse(answer) as RegistrationResponseJSON,
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: hostOf(party) },
      ...{ requireUserVerification: true, supportedAlgorithmIDs },
    })
    if (!registrationInfo) return null
    const { credential, credentialBackedUp: isSynced } = registrationInfo
    return {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      ...{ signCount: credential.counter, transports: credential.transports ?? [], isSynced },
    }
  } catch {
    return null
  }
}

/** Which passkey an answer claims to come from. */
export function credentialIdIn(answer: string): Buffer | null {
  try {
    const { id } = JSON.parse(answer) as { id?: unknown }
    return typeof id === 'string' ? Buffer.from(id, 'base64url') : null
  } catch {
    return null
  }
}

/** Its new sign count; null where the signature isn't that passkey's, over this challenge, at this host. */
export async function checkAnswer(
  party: RelyingParty,
  challenge: string,
  { credentialId, publicKey, signCount, transports }: KnownCredential,
  answer: string,
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await library()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: JSON.parse(answer) as AuthenticationResponseJSON,
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: hostOf(party) },
      credential: {
        ...{ id: credentialId.toString('base64url'), publicKey: new Uint8Array(publicKey) },
        ...{ counter: signCount, transports },
      },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : null
  } catch {
    return null
  }
}

export function hostOf({ origin }: Pick<RelyingParty, 'origin'>): string {
  return new URL(origin).hostname
}

function descriptor({ credentialId, transports }: Pick<KnownCredential, 'credentialId' | 'transports'>) {
  return { id: credentialId.toString('base64url'), transports }
}
