// Passkeys as the API speaks of them: bytes are base64url.
import { call } from '../../../shared/api.ts'

export interface Offer {
  challenge: string
  host: string
  user_id: string
  user_name: string
  shown_name: string
  algorithms: number[]
  known: string[]
}
export type Credential = Record<string, unknown>

/** Whether this browser has passkeys at all; they need TLS, or this very machine. */
export const hasPasskeys = () => 'PublicKeyCredential' in window

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}
function text(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
const named = (id: string) => ({ type: 'public-key' as const, id: bytes(id) })

/** Make a passkey. Null when the person changed their mind. */
export async function makePasskey(offer: Offer): Promise<Credential | null> {
  return asked(async () => {
    const made = (await navigator.credentials.create({
      publicKey: {
        challenge: bytes(offer.challenge),
        rp: { id: offer.host, name: 'Lyhord' },
        user: { id: bytes(offer.user_id), name: offer.user_name, displayName: offer.shown_name },
        pubKeyCredParams: offer.algorithms.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        excludeCredentials: offer.known.map(named),
      },
    })) as PublicKeyCredential
    const { clientDataJSON, attestationObject } = made.response as AuthenticatorAttestationResponse
    return answer(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) })
  })
}

/** Let a passkey sign: one of `ids`, or with none whichever the person chooses. Null when they changed their mind. */
export async function usePasskey(ids: string[] = []): Promise<Credential | null> {
  const { challenge, host } = await call<{ challenge: string; host: string }>('POST', '/passkey')
  return asked(async () => {
    const used = (await navigator.credentials.get({
      publicKey: {
        challenge: bytes(challenge),
        rpId: host,
        allowCredentials: ids.map(named),
        userVerification: ids.length ? 'preferred' : 'required',
      },
    })) as PublicKeyCredential
    const { clientDataJSON, authenticatorData, signature, userHandle } = used.response as AuthenticatorAssertionResponse
    return answer(used, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    })
  })
}

function answer(made: PublicKeyCredential, response: Record<string, string | null>): Credential {
  return { id: made.id, rawId: text(made.rawId), type: made.type, response }
}

async function asked(ask: () => Promise<Credential>): Promise<Credential | null> {
  try {
    return await ask()
  } catch (error) {
    if ((error as DOMException).name === 'NotAllowedError') return null
    throw error
  }
}
