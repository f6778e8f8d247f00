/** The server is stopped as an operator stops it, and started again: its data, its keys and its links live on. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { type BuiltServer, build, endAll, need, type Reply, type Send, startBuilt, TS } from './built-server.ts'

/** Over HTTPS, trusting this authority and no other. */
const secureSender =
  ({ origin }: BuiltServer, authority: string, token: string): Send =>
  <T>(method: string, path: string, body?: unknown) =>
    new Promise<Reply<T>>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const sent = request(`${origin}${path}`, { method, headers, ca: authority, agent: false }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, body: (text === '' ? undefined : JSON.parse(text)) as T }),
        )
      })
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })

const keys = `/${wellKnown.contoso}/discovery/v2.0/keys`

interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink': string
}

const location = await mkdtemp(join(tmpdir(), 'relata-restart-'))
let authority: string
let again: Send
let exitCode: number | null
let made: { group: string; home: string; target: string; terms: string[]; relation: string }
let nextPath: string
let rest: Page['value']
let publicKeys: unknown

const makeTaxonomy = async (send: Send): Promise<typeof made> => {
  const { group: addGroup, set, term, reuse } = taxonomyOver(send)
  const group = await addGroup('Kept')
  const [home, target] = [await set(group), await set(group)]
  const a = await term(home, 'A')
  const terms = [a]
  for (const name of ['B', 'C', 'D', 'E']) terms.push(await term(home, name))
  terms.push(await term({ set: home, term: a }, 'below A'))
  const relation = await reuse({ set: home, term: a }, target)
  return { group, home, target, terms, relation }
}

beforeAll(async () => {
  await build()
  const first = await startBuilt(location)
  authority = await readFile(join(location, 'ca.pem'), 'utf8')
  const token = await tokenFor(first.http, wellKnown.contoso, wellKnown.daemon)
  const before = secureSender(first, authority, token)
  made = await makeTaxonomy(before)
  const link = need(200, await before<Page>('GET', `${TS}/sets/${made.home}/terms?$top=2`))['@odata.nextLink']
  nextPath = link.slice(first.origin.length)
  rest = need(200, await before<Page>('GET', nextPath)).value
  publicKeys = need(200, await before<unknown>('GET', keys))
  exitCode = (await first.end('SIGTERM')).code
  // The old token and the old authority, though both could be had anew.
  again = secureSender(await startBuilt(location), authority, token)
})
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

describe('after a restart', () => {
  it('the process that was told to go has gone with 0', () => {
    expect(exitCode).toBe(0)
  })

  it('everything that was created is there, relations too', async () => {
    const ids = async (path: string) =>
      need(200, await again<Page>('GET', `${TS}${path}`))
        .value.map(({ id }) => id)
        .sort()
    const [a, , , , , below] = made.terms
    expect(need(200, await again<{ displayName: string }>('GET', `${TS}/groups/${made.group}`)).displayName).toBe(
      'Kept',
    )
    expect(await ids(`/groups/${made.group}/sets`)).toEqual([made.home, made.target].sort())
    expect(await ids(`/sets/${made.home}/terms`)).toEqual([...made.terms].sort())
    expect(await ids(`/sets/${made.target}/terms`)).toEqual([a, below].sort())
    const relations = `${TS}/sets/${made.target}/relations?$expand=toTerm,set`
    expect(need(200, await again<{ value: unknown[] }>('GET', relations)).value).toMatchObject([
      { id: made.relation, relationship: 'reuse', toTerm: { id: a }, set: { id: made.target } },
    ])
  })

  it('a page token given before still leads to the same page', async () => {
    expect(need(200, await again<Page>('GET', nextPath)).value).toEqual(rest)
    expect(rest.length).toBeGreaterThan(0)
  })

  it('the authority and the signing keys are the old ones, so that old trust and old tokens still hold', async () => {
    expect(await readFile(join(location, 'ca.pem'), 'utf8')).toBe(authority)
    expect(need(200, await again<unknown>('GET', keys))).toEqual(publicKeys)
    expect((await again('GET', TS)).status).toBe(200)
  })
})
