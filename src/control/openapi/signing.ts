/** The addresses of what webhooks in Partner Center's form are verified with. */
import type { Operations } from './operation.ts'
import { described, oneOf, text } from './schemas.ts'

const certificate = { type: 'application/pkix-cert', schema: text } as const

export const signingOperations: Operations = {
  '/_relata/webhooks/certificate.cer': {
    GET: {
      summary: "The certificate that webhooks in Partner Center's form are signed with.",
      query: {
        kid: described(text, 'Which one, as webhooks name it; without it, the present one.'),
        format: described(oneOf('pem', 'der'), 'Default: pem.'),
      },
      answer: certificate,
      refusals: [404],
    },
  },
  '/_relata/webhooks/crl': {
    GET: {
      summary: 'The revoked certificates of its issuer, as DER.',
      answer: { type: 'application/pkix-crl', schema: text },
      refusals: [404],
    },
  },
  '/cert/{file}': {
    GET: {
      summary: 'The same certificate, where Microsoft has it; the file is its id with .cer.',
      answer: certificate,
      refusals: [404],
    },
  },
}
