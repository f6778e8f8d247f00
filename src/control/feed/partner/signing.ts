/** What receivers need to verify deliveries in Partner Center's form: the certificate, and the list of revoked ones (events.md §2.5). */
import { AppError } from '#base/errors.ts'
import type { AddressHandler, OwnAnswer } from '#base/own-address.ts'
import { byMethod, parametersIn } from '../../request.ts'

export interface SigningParts {
  /** PEM; undefined: there is none of that id. Without an id, the present one. */
  certificate(kid: string | undefined): Promise<string | undefined>
  /** DER; undefined: there is none. */
  crl(): Promise<Buffer | undefined>
}

function file(type: string, bytes: Buffer): OwnAnswer {
  return { status: 200, headers: { 'Content-Type': type }, body: '', bytes }
}

/**
 * PEM although the type says DER: a client that reads text gets a text, and .NET takes both. `isDer`: the bytes that the
 * type promises.
 */
async function certificateAnswer(parts: SigningParts, kid: string | undefined, isDer: boolean): Promise<OwnAnswer> {
  const pem = await parts.certificate(kid)
  if (pem === undefined) throw new AppError('notFound', 'There is no certificate of this id, or none any more.')
  const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64')
  return file('application/pkix-cert', isDer ? der : Buffer.from(pem))
}

export function signingAddresses(parts: SigningParts): Readonly<Record<string, AddressHandler>> {
  return {
    '/_relata/webhooks/certificate.cer': byMethod({
      GET: async ({ query }) => {
        const given = parametersIn(query, ['kid', 'format'])
        const format = given.get('format') ?? 'pem'
        if (format !== 'pem' && format !== 'der')
          throw new AppError('invalid', "'format' is pem or der.", { target: 'format' })
        return certificateAnswer(parts, given.get('kid') ?? undefined, format === 'der')
      },
    }),
    '/_relata/webhooks/crl': byMethod({
      GET: async () => {
        const list = await parts.crl()
        if (list !== undefined) return file('application/pkix-crl', list)
        throw new AppError('notFound', 'The certificate is of an authority of its own: ask there for its list.')
      },
    }),
  }
}

/** Where Microsoft has its certificates, on the host that `--partner-center-signer faithful` names. */
export function findCertificate(parts: SigningParts, path: string): AddressHandler | undefined {
  const [, file] = /^\/cert\/([^/]+)\/?$/i.exec(path) ?? []
  const kid = file?.replace(/\.cer$/i, '')
  return kid === undefined ? undefined : byMethod({ GET: () => certificateAnswer(parts, kid, false) })
}
