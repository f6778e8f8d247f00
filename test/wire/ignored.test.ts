/** Members of a body that are not acted on are named in the answer, or refused with --strict-bodies (docs/behaviour.md). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Prop } from '#edm/props.ts'
import { models } from '#workloads/models.ts'
import { relationshipDraft, relationships, relationshipsOver } from '../_support/relationships.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let group: string
let set: string
let term: string
const TS = '/v1.0/termStore'

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  group = await made.group('Ignored')
  set = await made.set(group, 'Ignored')
  term = await made.term(set, 'Ignored')
})
afterAll(() => server.close())

const ignoredBy = ({ status, headers, text }: Answer): string | null => {
  expect(status, text).toBeLessThan(300)
  const list = headers.get('relata-ignored')
  expect(headers.get('warning')).toBe(list === null ? null : `299 - "Not acted on: ${list}"`)
  return list
}

describe('a member that is not acted on', () => {
  it.each([
    ['unknown', { nonsense: 1 }, 'nonsense'],
    ['read-only', { createdDateTime: '2020-01-01T00:00:00Z' }, 'createdDateTime'],
    ['stored by Relata only', { isOpen: true, sortKey: 'x' }, 'isOpen, sortKey'],
    ['an annotation', { '@my.note': 'x', 'description@my.note': 'y' }, '@my.note, description@my.note'],
    ['inside an element', { localizedNames: [{ ...names('Ignored')[0], note: 'x' }] }, 'localizedNames/0/note'],
    ['inside a property', { properties: [{ key: 'a', value: 'b', c: 'd' }] }, 'properties/0/c'],
    ['a link', { children: null, store: { id: 'x' } }, 'children, store'],
    ['beside the key of a reference', () => ({ parentGroup: { id: group, name: 'x' } }), 'parentGroup/name'],
  ])('that is %s is named on PATCH and on POST', async (_, facts, list) => {
    const body = typeof facts === 'function' ? facts() : facts
    for (const version of ['/v1.0/sites/root', '/beta']) {
      expect(ignoredBy(await server.send('PATCH', `${version}/termStore/sets/${set}`, body))).toBe(list)
    }
    const named = {
      ...names(`Set with ${list}`.replace(/[^\w ]/g, ''))[0],
      ...('localizedNames' in body ? { note: 'x' } : {}),
    }
    const more = { ...body, localizedNames: [named] }
    expect(
      ignoredBy(await server.send('POST', `${TS}/groups/${group}/sets`, more))
        ?.split(', ')
        .toSorted(),
    ).toEqual(list.split(', ').toSorted())
  })

  it('is named for terms, groups and relations', async () => {
    const patched = await server.send('PATCH', `${TS}/sets/${set}/terms/${term}`, {
      set: { id: 'x' },
      parent: null,
      a: 1,
    })
    expect(ignoredBy(patched)).toBe('set, parent, a')
    expect(ignoredBy(await server.send('PATCH', `${TS}/groups/${group}`, { scope: 'system' }))).toBe('scope')
    const other = await made.set(group)
    const shared = { relationship: 'pin', set: { id: other, localizedNames: [] }, createdDateTime: null }
    const relation = await server.send('POST', `${TS}/sets/${set}/terms/${term}/relations`, shared)
    expect(ignoredBy(relation)).toBe('set/localizedNames, createdDateTime')
    expect(ignoredBy(await server.send('PATCH', TS.replace('v1.0', 'beta'), { name: 'x' }))).toBe('name')
  })

  it('is no member whose value is the present one, in whatever form, and no control information', async () => {
    const at = `${TS}/sets/${set}/terms/${term}?$select=*,isDeprecated`
    const whole = (await server.send('GET', at)).body
    expect(whole).toHaveProperty('isDeprecated')
    const { createdDateTime, ...others } = whole
    const later = createdDateTime.replace('Z', '+00:00')
    expect(
      ignoredBy(
        await server.send('PATCH', `${TS}/sets/${set}/terms/${term}`, {
          ...others,
          createdDateTime: later,
          'labels@odata.type': '#Collection(x)',
          '@odata.etag': 'W/"x"',
        }),
      ),
    ).toBe(null)
  })

  it('is named where GDAP ignores it', async () => {
    const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
    const draft = relationshipDraft({ status: 'active', id: 'mine' })
    const created = await server.send('POST', relationships, draft)
    expect(ignoredBy(created)).toBe('status, id')
    const unset = relationshipDraft({ id: '00000000-0000-0000-0000-000000000000' })
    expect(ignoredBy(await server.send('POST', relationships, unset))).toBe(null)
    const named = relationshipDraft({ customer: { tenantId: wellKnown.fabrikam, displayName: 'Somebody' } })
    expect(ignoredBy(await server.send('POST', relationships, named))).toBe('customer/displayName')
    const asked = { action: 'lockForApproval', status: 'created' }
    const locked = await server.send('POST', `${relationships}/${await relationship('created')}/requests`, asked)
    expect(ignoredBy(locked)).toBe('status')
  })

  it('is named where a property is set, and where a reference is', async () => {
    const set1 = await server.send('PUT', `${TS}/sets/${set}/description`, { value: 'x', other: 1 })
    expect(ignoredBy(set1)).toBe('other')
    const members = (
      await server.send('POST', '/v1.0/groups', {
        displayName: 'R',
        mailNickname: 'r',
        mailEnabled: false,
        securityEnabled: true,
      })
    ).body.id
    const user = (await server.send('GET', '/v1.0/users')).body.value[0].id
    const ref = await server.send('POST', `/v1.0/groups/${members}/members/$ref`, {
      '@odata.id': `${server.origin}/v1.0/users/${user}`,
      role: 'x',
    })
    expect(ignoredBy(ref)).toBe('role')
  })

  it('is named in a batch: by each answer for its request, by the batch for itself', async () => {
    const item = {
      id: '1',
      method: 'PATCH',
      url: `/termStore/sets/${set}`,
      headers: { 'content-type': 'application/json' },
    }
    const requests = [{ ...item, body: { nonsense: 1 }, priority: 1 }]
    const answer = await server.send('POST', '/beta/$batch', { requests, name: 'x' })
    expect(ignoredBy(answer)).toBe('name, requests/0/priority')
    expect(answer.body.responses[0].headers).toMatchObject({
      Warning: '299 - "Not acted on: nonsense"',
      'relata-ignored': 'nonsense',
    })
  })

  it('is named among the details where the body is refused for something else', async () => {
    const answer = await server.send('POST', `${TS}/groups`, { dispalyName: 'Kitchen' })
    expect(answer.status).toBe(400)
    expect(answer.body.error.target).toBe('displayName')
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'displayName',
      'dispalyName',
    ])
  })

  it('is named where a DELETE has a body', async () => {
    const removed = async (body: unknown) =>
      ignoredBy(await server.send('DELETE', `${TS}/sets/${await made.set(group)}`, body))
    expect(await removed({ force: true })).toBe('force')
    expect(await removed('all of it')).toBe('$body')
    expect(await removed({})).toBe(null)
  })

  it('is named where the answer has no body, and to pages of other origins', async () => {
    const headers = { prefer: 'return=minimal', origin: 'http://localhost:3000' }
    const answer = await server.send('PATCH', `${TS}/sets/${set}`, { nonsense: 1 }, { headers })
    expect([answer.status, ignoredBy(answer)]).toEqual([204, 'nonsense'])
    expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['Warning', 'relata-ignored']),
    )
  })

  it('cannot spoil the header, whatever its name and however many there are', async () => {
    expect(ignoredBy(await server.send('PATCH', `${TS}/sets/${set}`, { '': 1, a: 2 }))).toBe("'', a")
    const odd = { 'a, b': 1, 'c\r\nSet-Cookie: d': 1, 'é"\\': 1, '\ud800': 1, ['x'.repeat(500)]: 1 }
    const answer = await server.send('PATCH', `${TS}/sets/${set}`, odd)
    expect(ignoredBy(answer)).toBe(`a%2C%20b, c%0D%0ASet-Cookie:%20d, %C3%A9%22%5C, %EF%BF%BD, ${'x'.repeat(128)}~`)
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`member${at}`, at]))
    const list = ignoredBy(await server.send('PATCH', `${TS}/sets/${set}`, many)) ?? ''
    expect(list.length).toBeLessThan(1100)
    expect(list).toMatch(/^member0, member1, .*, \+49\d\d$/)
  })
})

describe('no member of any type', () => {
  const sampleOf = ({ type, collection }: Prop): unknown => {
    const one =
      typeof type === 'object'
        ? type.kind === 'enum'
          ? type.members[0]?.name
          : Object.fromEntries(Object.entries(type.props).map(([name, prop]) => [name, sampleOf(prop)]))
        : ({ 'Edm.String': 'changed', 'Edm.Boolean': true, 'Edm.Int32': 3, 'Edm.Duration': 'P30D' }[type as string] ??
          '2020-01-01T00:00:00Z')
    return collection === true ? [one] : one
  }
  /** Stored by no directory: docs/behaviour.md and src/workloads/directory/rules/user.ts. */
  const notKept = new Set(['passwordProfile'])

  const rows: Readonly<Record<string, () => Promise<string>>> = {
    'microsoft.graph.termStore.store': async () => '/beta/termStore',
    'microsoft.graph.termStore.group': async () => `${TS}/groups/${await made.group()}`,
    'microsoft.graph.termStore.set': async () => `${TS}/sets/${await made.set(group)}`,
    'microsoft.graph.termStore.term': async () => `${TS}/sets/${set}/terms/${await made.term(set)}`,
    'microsoft.graph.termStore.relation': async () =>
      `${TS}/sets/${set}/terms/${term}/relations/${await made.pin({ set, term }, await made.set(group))}`,
    'microsoft.graph.delegatedAdminRelationship': async () => {
      const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
      return `${relationships}/${await relationship('created')}`
    },
    'microsoft.graph.group': async () => `/v1.0/groups/${(await server.send('GET', '/v1.0/groups')).body.value[0].id}`,
    'microsoft.graph.user': async () => `/v1.0/users/${(await server.send('GET', '/v1.0/users')).body.value[0].id}`,
  }

  it.each(Object.keys(rows))('is dropped in silence: %s', async (type) => {
    const { props, navs } = models.beta.view(type)
    const sent = [
      ...[...props.values()].map(({ name, prop }) => [name, sampleOf(prop)] as const),
      ...[...navs.values()].map(({ name, nav }) => [name, nav.many ? [{ id: 'x' }] : { id: group }] as const),
    ].filter(([name]) => !notKept.has(name))
    const address = await rows[type]?.()
    for (const [name, value] of sent) {
      const { headers: sees } = await server.send('GET', address ?? '')
      const tag = sees.get('etag')
      const headers = tag === null ? {} : { 'if-match': tag }
      const {
        status,
        headers: answered,
        text,
      } = await server.send('PATCH', address ?? '', { [name]: value }, { headers })
      const isNamed =
        answered
          .get('relata-ignored')
          ?.split(', ')
          .some((path) => path.split('/')[0] === name) === true
      if (status >= 400 || isNamed) continue
      const isLink = navs.has(name.toLowerCase())
      const shown = await server.send('GET', `${address}?${isLink ? '$expand' : '$select'}=${name}`)
      expect([name, shown.status, text]).toEqual([name, 200, text])
      if (isLink) expect(shown.body[name]).toMatchObject(value as object)
      else expect(shown.body).toMatchObject({ [name]: value })
    }
  })
})

describe('with --strict-bodies', () => {
  let strict: TestServer
  beforeAll(async () => {
    strict = await startTestServer({ strictBodies: true })
  })
  afterAll(() => strict.close())

  it('each member that is not acted on is refused by name, and nothing is written', async () => {
    const body = { displayName: 'Refused', nonsense: 1, createdDateTime: null, '@my.note': 1 }
    const { status, body: answer } = await strict.send('POST', `${TS}/groups`, body)
    expect([status, answer.error.code, answer.error.target]).toEqual([400, 'invalidRequest', 'nonsense'])
    expect(answer.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'nonsense',
      'createdDateTime',
      '@my.note',
    ])
    const groups = (await strict.send('GET', `${TS}/groups`)).body.value
    expect(groups.map(({ displayName }: { displayName: string }) => displayName)).not.toContain('Refused')
  })

  it('so it is in GDAP, in properties, in references and in batches', async () => {
    const target = async (method: string, path: string, body: unknown) => {
      const answer = await strict.send(method, path, body)
      return [answer.status, answer.body.error.target]
    }
    expect(await target('POST', relationships, relationshipDraft({ status: 'created' }))).toEqual([400, 'status'])
    const unset = relationshipDraft({ id: '{00000000-0000-0000-0000-000000000000}' })
    expect((await strict.send('POST', relationships, unset)).status).toBe(201)
    const there = taxonomyOver(strict.send)
    const at = await there.set(await there.group('Properties'))
    expect(await target('PUT', `${TS}/sets/${at}/description`, { value: 'x', other: 1 })).toEqual([400, 'other'])
    expect(await target('POST', '/v1.0/$batch', { requests: [], name: 1 })).toEqual([400, 'name'])
    expect(await target('DELETE', `${TS}/sets/${at}`, { force: true })).toEqual([400, 'force'])
    const user = (await strict.send('GET', '/v1.0/users')).body.value[0].id
    const members = (await strict.send('GET', '/v1.0/groups')).body.value[0].id
    const ref = { '@odata.id': `${strict.origin}/v1.0/users/${user}`, role: 'x' }
    expect(await target('POST', `/v1.0/groups/${members}/members/$ref`, ref)).toEqual([400, 'role'])
  })

  it('a whole object that is sent back is taken', async () => {
    const there = taxonomyOver(strict.send)
    const at = `${TS}/groups/${await there.group('Sent back')}`
    const whole = (await strict.send('GET', at)).body
    expect((await strict.send('PATCH', at, { ...whole, description: 'x' })).status).toBe(200)
  })

  it('--strict implies it', async () => {
    const server = await startTestServer({ strict: true })
    const { status, body } = await server.send('POST', '/beta/termStore/groups', {
      displayName: 'x',
      labels: labels('x'),
    })
    expect([status, body.error.target]).toEqual([400, 'labels'])
    await server.close()
  })
})
