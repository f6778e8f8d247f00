/** What a server signs deliveries in Partner Center's form with, by its settings; the code is loaded with the first of them. */
import { readFileSync } from 'node:fs'
import type { Clock } from '#base/clock.ts'
import type { SharedTexts } from '#edm/ports.ts'
import { whenUsed } from '../adapters/taxonomy/when-used.ts'
import { type Config, originFor } from '../config.ts'
import type { EventSigning, ServerSigning } from './event-signing.ts'

export interface ServerSigningFacts {
  readonly config: Config
  /** The system's. */
  readonly clock: Clock
  /** Undefined: keys are in memory. */
  readonly texts: () => Promise<SharedTexts | undefined>
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

const notGiven =
  "With --registry, webhooks in Partner Center's form are off unless the operator gives a key for them: --webhook-signing-key and --webhook-signing-certificate."

const calls = ['sign', 'certificate', 'keys', 'crl'] as const

const none: EventSigning = {
  sign: async () => {
    throw new Error(notGiven)
  },
  certificate: async () => undefined,
  keys: async () => [],
  crl: async () => undefined,
}

/** Throws where the files cannot be used. */
async function given(certificateFile: string, keyFile: string): Promise<EventSigning> {
  const { givenSigning } = await import('./event-signing.ts')
  try {
    return givenSigning({ cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot sign webhooks with the certificate ${certificateFile} and the key ${keyFile}: ${why}`, {
      cause: error,
    })
  }
}

/** Throws where a key was given that cannot be used. */
export async function serverSigning({ config, clock, texts, alone }: ServerSigningFacts): Promise<ServerSigning> {
  const { webhookSigningKey: key, webhookSigningCertificate: certificate, registry } = config
  let { port } = config
  const origin = (): string => config.publicUrl ?? originFor(config, port)
  const made = async (): Promise<EventSigning> => {
    const [{ keptSigning }, { loadAuthority }] = await Promise.all([
      import('./event-signing.ts'),
      import('./certificates.ts'),
    ])
    return keptSigning({
      clock,
      texts,
      alone,
      authority: () => loadAuthority({ ...config, now: clock.now() }),
      // Who checks a certificate has no way to check another one for it first.
      crlUrl: () => `${origin().replace(/^https:/, 'http:')}/_relata/webhooks/crl`,
      isFaithful: config.partnerCenterSigner === 'faithful',
    })
  }
  const isGiven = key !== undefined && certificate !== undefined
  const signing = isGiven ? await given(certificate, key) : registry ? none : whenUsed(made, calls)
  return {
    ...signing,
    off: registry && !isGiven ? notGiven : undefined,
    origin,
    listensAt: (at) => {
      port = at ?? port
    },
  }
}
