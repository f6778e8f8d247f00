/** Operations that tell how the server is. */
import type { Operations } from './operation.ts'
import { anything, object, oneOf, text, whole } from './schemas.ts'

const outage = object({ 'reason?': text, 'message?': text })

export const serverOperations: Operations = {
  '/': { GET: { summary: 'A page with links.', answer: { type: 'text/html', schema: text } } },
  '/alive': {
    GET: { summary: 'Whether the process answers.', answer: { schema: object({ status: oneOf('alive') }) } },
  },
  '/ready': {
    GET: {
      summary: 'Whether it accepts requests.',
      answer: { schema: object({ status: oneOf('ready') }) },
      refusals: [503],
    },
  },
  '/health': {
    GET: {
      summary: 'Database and uptime.',
      answer: { schema: object({ status: oneOf('healthy'), store: text, uptimeSeconds: whole, 'database?': outage }) },
      refusals: [503],
    },
  },
  '/metrics': { GET: { summary: 'Metrics for Prometheus.', answer: { type: 'text/plain', schema: text } } },
  '/_relata/certificate.pem': {
    GET: { summary: 'The local authority.', answer: { type: 'application/x-pem-file', schema: text } },
  },
  '/_relata/openapi.json': {
    GET: { summary: 'OpenAPI document of Graph, v1.0.', answer: { schema: anything } },
  },
  '/_relata/openapi-beta.json': {
    GET: { summary: 'OpenAPI document of Graph, beta.', answer: { schema: anything } },
  },
  '/_relata/control.openapi.json': { GET: { summary: 'This document.', answer: { schema: anything } } },
}
