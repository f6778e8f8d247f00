/** Who may do what with the verbs: the roles of the taxonomy on both ends (exchange.md §9.2). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labels, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'
import { type AccessServer, contoso, outcome, people, startAccessServer } from '../access-kit.ts'

let server: AccessServer
let made: Taxonomy
const root = '/beta/termStore'
const write = ['TermStore.ReadWrite.All']
const refused = '403 accessDenied access.role; docs/spec/term-store.md 2.2'

let mine: string
let other: string
let set: string
let otherSet: string

const as = async (user: string, path: string, body: unknown = {}) =>
  outcome(await server.as({ tenant: contoso, user, scopes: write }, 'POST', `${root}${path}`, body))
const onTerm = (user: string, at: string, term: string, verb: string, body?: unknown) =>
  as(user, `/sets/${at}/terms/${term}/relata.${verb}`, body)

beforeAll(async () => {
  server = await startAccessServer()
  made = taxonomyOver(server.send, root)
  mine = await made.group('Mine')
  other = await made.group('Other')
  set = await made.set(mine)
  otherSet = await made.set(other)
  await fetch(`${server.http}/_relata/term-store/roles`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      tenant: contoso,
      groupId: mine,
      managers: ['tara@contoso.example'],
      contributors: [people.hugo],
    }),
  })
})
afterAll(() => server.close())

/** Each verb on things of its own. `least`: who may, at least; `both`: only with a role in the other group as well. */
const verbs: readonly [string, 'contributor' | 'manager' | 'both', (user: string) => Promise<string>][] = [
  [
    'move a term within the set',
    'contributor',
    async (user) => onTerm(user, set, await made.term(set), 'move', { parent: await made.term(set) }),
  ],
  [
    'move a term to another group',
    'both',
    async (user) => onTerm(user, set, await made.term(set), 'move', { set: otherSet }),
  ],
  [
    'move a term from another group',
    'both',
    async (user) => onTerm(user, otherSet, await made.term(otherSet), 'move', { set }),
  ],
  [
    'copy a term of another group',
    'contributor',
    async (user) => onTerm(user, otherSet, await made.term(otherSet), 'copy', { set }),
  ],
  [
    'copy a term to another group',
    'both',
    async (user) => onTerm(user, set, await made.term(set), 'copy', { set: otherSet }),
  ],
  [
    'merge two terms',
    'contributor',
    async (user) => onTerm(user, set, await made.term(set), 'merge', { into: await made.term(set) }),
  ],
  [
    'merge a term into one of another group',
    'both',
    async (user) => onTerm(user, set, await made.term(set), 'merge', { into: await made.term(otherSet) }),
  ],
  ['deprecate a term', 'contributor', async (user) => onTerm(user, set, await made.term(set), 'deprecate')],
  [
    'deprecate a term whose home is in another group',
    'both',
    async (user) => {
      const term = await made.term(otherSet)
      await made.reuse({ set: otherSet, term }, set)
      return onTerm(user, set, term, 'deprecate')
    },
  ],
  [
    'make a term of another group unavailable in the set',
    'contributor',
    async (user) => {
      const term = await made.term(otherSet)
      await made.reuse({ set: otherSet, term }, set)
      return onTerm(user, set, term, 'setAvailableForTagging', { value: false })
    },
  ],
  [
    'take the source of a term from another group',
    'both',
    async (user) => {
      const term = await made.term(otherSet)
      await made.reuse({ set: otherSet, term }, set)
      return onTerm(user, set, term, 'reassignSource', { set })
    },
  ],
  [
    'take the source of an orphan',
    'contributor',
    async (user) => {
      const term = await made.term(otherSet)
      await made.reuse({ set: otherSet, term }, set)
      await server.send('DELETE', `${root}/sets/${otherSet}/terms/${term}`)
      return onTerm(user, set, term, 'reassignSource', { set })
    },
  ],
  [
    'order terms',
    'contributor',
    async (user) => as(user, `/sets/${set}/relata.order`, { ids: [await made.term(set)] }),
  ],
  [
    'move the set to another group',
    'both',
    async (user) => as(user, `/sets/${await made.set(mine)}/relata.move`, { group: other }),
  ],
  ['copy the set', 'contributor', async (user) => as(user, `/sets/${await made.set(mine)}/relata.copy`)],
  [
    'copy a set of another group',
    'contributor',
    async (user) => as(user, `/sets/${await made.set(other)}/relata.copy`, { group: mine }),
  ],
  [
    'copy the set to another group',
    'both',
    async (user) => as(user, `/sets/${await made.set(mine)}/relata.copy`, { group: other }),
  ],
  [
    'open the set',
    'contributor',
    async (user) => as(user, `/sets/${await made.set(mine)}/relata.setSubmissionPolicy`, { isOpen: true }),
  ],
  [
    'say whom to ask',
    'contributor',
    async (user) => as(user, `/sets/${set}/relata.setContacts`, { contact: 'a@b.example' }),
  ],
  [
    'set roles',
    'manager',
    async (user) => as(user, `/groups/${mine}/relata.setRoles`, { contributors: [people.hugo] }),
  ],
  ['move the group', 'both', async (user) => as(user, `/groups/${mine}/relata.move`)],
  ['copy the group', 'both', async (user) => as(user, `/groups/${await made.group()}/relata.copy`)],
]

const ranks = ['both', 'manager', 'contributor', 'nobody']

describe.each([
  ['an administrator', people.administrator, 'both'],
  ['a manager of the group', people.tara, 'manager'],
  ['a contributor of the group', people.hugo, 'contributor'],
  ['somebody without a role', people.sana, 'nobody'],
])('%s', (_, user, rank) => {
  it.each(verbs)('may %s, or may not', async (_title, least, verb) => {
    const answer = await verb(user)
    if (ranks.indexOf(rank) <= ranks.indexOf(least)) expect(answer).toMatch(/^20[01]$/)
    else expect(answer).toBe(refused)
  })
})

describe('an open set', () => {
  it('takes terms by everyone, at the root and below what it holds, but not below what it mirrors', async () => {
    const open = await made.set(other)
    const [own, pinned] = [await made.term(open), await made.term(otherSet)]
    await made.pin({ set: otherSet, term: pinned }, open)
    await server.send('POST', `${root}/sets/${open}/relata.setSubmissionPolicy`, { isOpen: true })
    const add = (path: string) =>
      as(people.sana, `/sets/${open}${path}/children`, { labels: labels(`T ${Math.random()}`) })
    expect(await add('')).toBe('201')
    expect(await add(`/terms/${own}`)).toBe('201')
    expect(await add(`/terms/${pinned}`)).toMatch(/^400 invalidRequest/)
    const actor = { tenant: contoso, user: people.sana, scopes: write }
    const at = `${root}/sets/${open}/terms/${own}`
    expect(outcome(await server.as(actor, 'PATCH', at, { labels: labels('Mine now') }))).toBe(refused)
    expect(outcome(await server.as(actor, 'DELETE', at))).toBe(refused)
  })

  it('takes copies by everyone, but nothing that changes it', async () => {
    const open = await made.set(other)
    const [a, b] = [await made.term(open), await made.term(open)]
    await server.send('POST', `${root}/sets/${open}/relata.setSubmissionPolicy`, { isOpen: true })
    expect(await onTerm(people.sana, open, a, 'copy')).toBe('201')
    expect(await onTerm(people.sana, open, a, 'move', { parent: b })).toBe(refused)
    expect(await onTerm(people.sana, open, a, 'merge', { into: b })).toBe(refused)
    expect(await as(people.sana, `/sets/${open}/relata.order`, { ids: [a] })).toBe(refused)
  })
})

describe('a set that moves', () => {
  it('is in the hands of those of its new group', async () => {
    const moving = await made.set(other)
    const term = await made.term(moving)
    expect(await onTerm(people.hugo, moving, term, 'deprecate')).toBe(refused)
    await server.send('POST', `${root}/sets/${moving}/relata.move`, { group: mine })
    expect(await onTerm(people.hugo, moving, term, 'deprecate')).toBe('200')
    await server.send('POST', `${root}/sets/${moving}/relata.move`, { group: other })
    expect(await onTerm(people.hugo, moving, term, 'undeprecate')).toBe(refused)
  })
})

describe('the copy of a group', () => {
  it('has its roles', async () => {
    const answer = await server.send('POST', `${root}/groups/${mine}/relata.copy`, { name: 'Copied with roles' })
    const { id } = answer.body as { id: string }
    const copied = await made.set(id)
    expect(await onTerm(people.hugo, copied, await made.term(copied), 'deprecate')).toBe('200')
    expect(await as(people.hugo, `/groups/${id}/relata.setRoles`, { contributors: [] })).toBe(refused)
    expect(await as(people.tara, `/groups/${id}/relata.setRoles`, { contributors: [] })).toBe('200')
    expect(await onTerm(people.hugo, copied, await made.term(copied), 'deprecate')).toBe(refused)
  })
})

describe('a dry run', () => {
  it('names the roles that are wanting beside the effects', async () => {
    const term = await made.term(otherSet)
    const actor = { tenant: contoso, user: people.sana, scopes: write }
    const path = `${root}/sets/${otherSet}/terms/${term}/relata.move`
    const authorization = `Bearer ${await server.tokenOf(actor)}`
    const headers = { authorization, prefer: 'relata.dry-run' }
    const { body, status } = await server.send('POST', path, { set }, { headers })
    expect(status).toBe(200)
    expect(body).toMatchObject({ refusals: [], effects: [{ kind: 'term', action: 'move', count: 1 }] })
    // In the group it leaves and in the one it goes to, each role once.
    const { needs } = body as { needs: { role: string; group: string }[] }
    const inGroup = (role: string) => needs.filter((need) => need.role === role).map(({ group }) => group)
    expect(new Set(inGroup('group contributor'))).toEqual(new Set([mine, other]))
    expect(needs).toHaveLength(new Set(needs.map((need) => JSON.stringify(need))).size)
  })
})
