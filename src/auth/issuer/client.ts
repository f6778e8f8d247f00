/** Client authentication at the token endpoint. */
import type { Clock } from '#base/clock.ts'
import type { DirectoryApplication, rememberingCheck } from '../directory/directory.ts'
import type { Guesses } from '../guesses.ts'
import { assertionClientId, assertionType, checkClientAssertion } from './client-assertion.ts'
import type { Proof } from './issue.ts'
import { need, Refused, refusals } from './oauth-error.ts'

export type Credentials = { readonly id: string } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'assertion'; readonly assertion: string }
)

function decodeForm(text: string): string {
  return new URLSearchParams(`x=${text}`).get('x') ?? ''
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { id: decodeForm(text.slice(0, colon)), secret: decodeForm(text.slice(colon + 1)) }
}

function assertionIn(form: URLSearchParams): string | undefined {
  const assertion = form.get('client_assertion') ?? ''
  if (assertion === '') return undefined
  if (form.get('client_assertion_type') !== assertionType) throw new Refused(refusals.missing('client_assertion_type'))
  return assertion
}

/** From the form and the header; an empty secret counts as none. */
export function readCredentials(form: URLSearchParams, authorization: string | undefined): Credentials {
  const basic = basicCredentials(authorization)
  const assertion = assertionIn(form)
  const id =
    form.get('client_id') ?? basic?.id ?? (assertion === undefined ? undefined : assertionClientId(assertion)) ?? ''
  if (id === '') throw new Refused(refusals.missing('client_id'))
  if (basic !== undefined && (form.has('client_secret') || basic.id !== id))
    throw new Refused(refusals.twice('client_secret'))
  const secret = form.get('client_secret') ?? basic?.secret ?? ''
  if (assertion !== undefined) {
    if (secret !== '') throw new Refused(refusals.twice('client_assertion'))
    return { id, kind: 'assertion', assertion }
  }
  return secret === '' ? { id, kind: 'none' } : { id, kind: 'secret', secret }
}

export interface ProofParts {
  readonly check: ReturnType<typeof rememberingCheck>
  readonly clock: Clock
  /** The accepted audiences of an assertion. */
  readonly audiences: readonly string[]
  /** Throws after too many wrong secrets. */
  readonly guesses: Guesses
}

/** Throws unless the credentials are the application's. Whether `none` is allowed is up to the caller. */
export async function proofOf(
  credentials: Credentials,
  application: DirectoryApplication,
  { check, clock, audiences, guesses }: ProofParts,
): Promise<Proof> {
  if (credentials.kind === 'none') return 'none'
  if (credentials.kind === 'assertion') {
    await checkClientAssertion(credentials.assertion, application, audiences, clock)
    return 'assertion'
  }
  if (application.secretHash === '') throw new Refused(refusals.publicClient())
  const isRight = async () => (await check(credentials.secret, application.secretHash)) || undefined
  need(await guesses.find(isRight), () => refusals.wrongSecret(application.id))
  return 'secret'
}

/** The kind of client, by its redirect URI or flow: confidential, single-page, or native. */
export type ClientKind = 'web' | 'spa' | 'native'

/** Throws when client authentication is missing, or must not be there. `crossOrigin`: the request comes from a page. */
export function checkKind(kind: ClientKind, proof: Proof, crossOrigin: boolean): void {
  if (crossOrigin && kind !== 'spa') throw new Refused(refusals.notCrossOrigin())
  if (!crossOrigin && kind === 'spa') throw new Refused(refusals.crossOriginOnly())
  if (kind === 'web') need(proof === 'none' ? undefined : proof, refusals.noSecret)
  else if (proof !== 'none') throw new Refused(refusals.publicClient())
}
