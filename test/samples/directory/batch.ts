/** The sample of the article about JSON batching, as facts: three of its five requests, of what Relata serves. */
import type { Sample, Shape } from '../sample.ts'

const contentType =
  '=application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'
const item = (status: string, headers: Readonly<Record<string, Shape>>, body: Shape) => ({
  id: 'string',
  status,
  headers: { 'Cache-Control': '=no-cache', ...headers },
  body,
})
const answered = { 'OData-Version': '=4.0', 'Content-Type': contentType }

const list = (row: Shape, more: Readonly<Record<string, Shape>> = {}): Shape => ({
  '@odata.context': 'string',
  ...more,
  value: [row],
})

const group: Shape = {
  '@odata.type': '=#microsoft.graph.group',
  id: 'string',
  deletedDateTime: 'null',
  createdDateTime: 'instant',
  description: 'string',
  displayName: 'string',
  groupTypes: [],
  isAssignableToRole: 'null',
  mail: 'null',
  mailEnabled: 'boolean',
  mailNickname: 'string',
  securityEnabled: 'boolean',
  visibility: 'null',
}

const refusal: Shape = {
  error: {
    code: '=Authorization_RequestDenied',
    message: '=Insufficient privileges to complete the operation.',
    innerError: { date: 'string', 'request-id': 'string', 'client-request-id': 'string' },
  },
}

const user: Shape = { id: 'string', displayName: 'string', userPrincipalName: 'string' }

const responses = [
  item('number', answered, list(group)),
  item('number', { 'Content-Type': '=application/json' }, refusal),
  item('number', answered, list(user, { '@odata.count': 'number' })),
]

const stored = {
  documented: '=no-cache',
  ours: '=no-store, no-cache',
  why: 'The items of batches recorded since November 2022 have both.',
  section: 'term-store.md §1.3',
} as const

export const batchSamples: readonly Sample[] = [
  {
    page: 'concepts/json-batching.md',
    commit: '028b8e354879f1054adbd96bfa8d16fff4330811',
    needs: 'batch of a person',
    asPerson: true,
    method: 'POST',
    address: '/v1.0/$batch',
    request: {
      requests: [
        { id: 'string', method: 'string', url: 'string' },
        { id: 'string', method: '=GET', url: 'string', headers: { ConsistencyLevel: '=eventual' } },
      ],
    },
    status: 200,
    answer: { responses },
    insteadOf: [
      { at: 'responses/*/headers/Cache-Control', ...stored },
      {
        at: 'responses/1/headers/OData-Version',
        documented: 'absent',
        ours: '=4.0',
        why: 'OData asks for it in every answer; the samples of errors do not show headers in full.',
        section: 'protocol.md §1.4',
      },
    ],
  },
]
