/** The negative control of the replay: each change of an answer on its way is seen and named. */
import { describe, expect, it } from 'vitest'
import { Mismatch } from './framework/matching.ts'
import { type Change, replayed } from './framework/replayed.ts'

type Body = Record<string, unknown>

const withBody =
  (of: (body: Body) => Body): Change =>
  (answer) => ({ ...answer, text: JSON.stringify(of(JSON.parse(answer.text))) })

/** What is asked for, the change of its answer, and what is said about it. */
const changes: Readonly<Record<string, readonly [RegExp, Change, RegExp]>> = {
  'another status': [/relations$/, (answer) => ({ ...answer, status: 200 }), /pin POST .*: 200 instead of 201/],
  'another value': [
    /relations$/,
    withBody((body) => ({ ...body, relationship: 'reuse' })),
    /pin POST .* body\.relationship: "reuse" instead of "pin"/,
  ],
  'a number in place of its text': [/groups$/, withBody((body) => ({ ...body, displayName: 7 })), /displayName: 7/],
  'a member more': [/relations$/, withBody((body) => ({ ...body, more: 1 })), /more not in the recording/],
  'a member less': [/relations$/, withBody(({ id: _, ...body }) => body), /id missing/],
  'an id of something else': [
    /terms\/[\w-]+\/children$/,
    withBody((body) => ({ ...body, id: '01000000-0000-7000-8000-000000000001' })),
    /term POST .* headers\.location/,
  ],
  'the relation of other terms': [
    /relations$/,
    withBody((body) => ({ ...body, id: `r!${'A'.repeat(64)}` })),
    /pin POST .* body\.id/,
  ],
  'an entry less': [
    /sets$/,
    withBody((body) => (Array.isArray(body['value']) ? { ...body, value: body['value'].slice(1) } : body)),
    /1 entries instead of 2/,
  ],
  'a header less': [
    /relations$/,
    ({ headers: { location: _, ...headers }, ...answer }) => ({ ...answer, headers }),
    /headers: location missing/,
  ],
  'another entity tag in the header than in the body': [
    /delegatedAdminRelationships$/,
    (answer) => ({ ...answer, headers: { ...answer.headers, etag: 'W/"JyIwMDAwMDAwMDAwMDAwMDAwMCIn"' } }),
    /headers\.etag/,
  ],
  'another instant': [
    /groups$/,
    withBody((body) => ({ ...body, createdDateTime: '2026-03-02T09:00:01Z' })),
    /createdDateTime: "2026-03-02T09:00:01Z"/,
  ],
  'a token without a claim': [
    /token\b/,
    withBody((body) => {
      const [head, payload, signature] = String(body['access_token']).split('.')
      const { tid: _, ...claims } = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
      const changed = Buffer.from(JSON.stringify(claims)).toString('base64url')
      return { ...body, access_token: `${head}.${changed}.${signature}` }
    }),
    /claims of \{token-1\}: tid missing/,
  ],
}

describe('the replay notices', () => {
  it.each(Object.entries(changes))('%s', async (_, [path, change, said]) => {
    const once = replayed('javascript-graph-client', (answer, request) =>
      (request.method === 'POST' || /sets$/.test(request.url)) && path.test(request.url)
        ? change(answer, request)
        : answer,
    )
    await expect(once).rejects.toThrow(Mismatch)
    await expect(once).rejects.toThrow(said)
  })
})
