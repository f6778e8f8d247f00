/** Links in bodies: what was read can be sent back, what differs is named, and addresses are read in every form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

const TS = '/v1.0/termStore'
const nobody = '99999999-0000-4000-8000-000000000001'
const refusal = ({ status, body }: Answer) => [status, body.error?.target]

describe.each([false, true])('with strict bodies: %s', (strictBodies) => {
  let server: TestServer
  let made: Taxonomy
  let group: string
  let set: string
  let term: string
  let relation: string
  beforeAll(async () => {
    server = await startTestServer({ strictBodies })
    made = taxonomyOver(server.send)
    group = await made.group('Sent back')
    set = await made.set(group, 'Sent back')
    term = await made.term(set, 'Sent back')
    relation = await made.pin({ set, term }, await made.set(group))
  })
  afterAll(() => server.close())

  /** Names of members that were not acted on, as either server reports them. */
  const ignored = ({ status, headers, body }: Answer): string[] =>
    status === 400
      ? body.error.details.map(({ target }: { target: string }) => target)
      : (headers.get('relata-ignored')?.split(', ') ?? [])

  it('names what stands beside the id of a read-only link, and not an id in another case', async () => {
    const at = `${TS}/sets/${set}/terms/${term}`
    const patched = await server.send('PATCH', at, { set: { id: set, description: 'LOST', nonsense: 1 } })
    expect([patched.status, ignored(patched)]).toEqual([strictBodies ? 400 : 200, ['set/description', 'set/nonsense']])
    const capitals = await server.send('PATCH', at, { set: { id: set.toUpperCase() } })
    expect([capitals.status, ignored(capitals)]).toEqual([200, []])
    expect(ignored(await server.send('PATCH', at, { set: { id: group } }))).toEqual(['set'])
  })

  it.each(['minimal', 'full'])('takes an answer with $expand back, with metadata: %s', async (level) => {
    const headers = { accept: `application/json;odata.metadata=${level}` }
    for (const [address, expand] of [
      [`${TS}/sets/${set}`, 'parentGroup'],
      [`${TS}/sets/${set}`, 'children,relations'],
      [`${TS}/sets/${set}/terms/${term}`, 'set,children,relations'],
      [`${TS}/sets/${set}/terms/${term}/relations/${relation}`, 'set,fromTerm,toTerm'],
    ] as const) {
      const whole = await server.send('GET', `${address}?$expand=${expand}`, undefined, { headers })
      expect(whole.status, whole.text).toBe(200)
      const back = await server.send('PATCH', address, whole.body)
      expect([expand, back.status, ignored(back)], back.text).toEqual([expand, 200, []])
    }
  })

  it('takes back a store, a relationship, a user and a group with what is expanded in them', async () => {
    const groups = (await server.send('GET', '/v1.0/groups')).body.value
    const users = (await server.send('GET', '/v1.0/users')).body.value
    const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
    for (const address of [
      '/beta/termStore?$expand=groups,sets',
      `/beta/sites/root/termStore/groups/${group}?$expand=sets`,
      `${relationships}/${await relationship('created')}?$expand=accessAssignments,operations,requests`,
      `/v1.0/users/${users[0].id}?$expand=memberOf`,
      ...groups.map(({ id }: { id: string }) => `/v1.0/groups/${id}?$expand=members`),
    ]) {
      const whole = await server.send('GET', address)
      expect(whole.status, whole.text).toBe(200)
      const tag = whole.headers.get('etag')
      const headers = tag === null ? {} : { 'if-match': tag }
      const back = await server.send('PATCH', address.split('?')[0] ?? '', whole.body, { headers })
      expect([address, back.status < 300, ignored(back)], back.text).toEqual([address, true, []])
    }
  })

  it('names what differs in the members of expanded links', async () => {
    const one = await server.send('PATCH', `${TS}/sets/${set}`, { parentGroup: { id: group, description: 'other' } })
    expect(ignored(one)).toEqual(['parentGroup/description'])
    const many = await server.send('PATCH', `${TS}/sets/${set}`, { children: [{ id: term, labels: [] }] })
    expect(ignored(many)).toEqual(['children/0/labels'])
    const none = await server.send('PATCH', `${TS}/sets/${set}`, { children: [] })
    expect(ignored(none)).toEqual(['children'])
    expect(refusal(await server.send('PATCH', `${TS}/sets/${set}`, { children: [{ id: nobody }] }))).toEqual([
      400,
      'children',
    ])
    const fresh = await server.send('POST', `${TS}/groups/${group}/sets`, {
      localizedNames: [{ name: `Empty`, languageTag: 'en-US' }],
      children: [],
      relations: [],
    })
    expect([fresh.status, ignored(fresh)], fresh.text).toEqual([201, []])
  })

  it('says 400 where an address leads nowhere, and 404 where an id does, each with its target', async () => {
    const address = (path: string) => `https://graph.microsoft.com/v1.0/termStore/${path}`
    const relations = `${TS}/sets/${set}/terms/${term}/relations`
    const share = (more: object) => server.send('POST', relations, { relationship: 'pin', ...more })
    expect(refusal(await share({ 'set@odata.bind': address(`sets/${nobody}`) }))).toEqual([400, 'set@odata.bind'])
    expect(refusal(await share({ set: { '@odata.id': address(`sets/${nobody}`) } }))).toEqual([400, 'set/@odata.id'])
    expect(refusal(await share({ set: { id: nobody } }))).toEqual([404, 'set'])
    const onSet = `${TS}/sets/${set}/relations`
    const pin = (more: object) => server.send('POST', onSet, { relationship: 'pin', ...more })
    const bound = await pin({ 'toTerm@bind': address(`sets/${set}/terms/${nobody}`) })
    expect(refusal(bound)).toEqual([400, 'toTerm@bind'])
    expect(refusal(await pin({ toTerm: { id: nobody } }))).toEqual([404, 'toTerm'])
    const patch = (body: object) => server.send('PATCH', `${TS}/sets/${set}`, body)
    const moved = await patch({ 'parentGroup@odata.bind': address(`groups('${nobody}')`) })
    expect(refusal(moved)).toEqual([400, 'parentGroup@odata.bind'])
    expect(refusal(await patch({ parentGroup: { id: nobody } }))).toEqual([404, 'parentGroup'])
    const wrong = await patch({ 'parentGroup@odata.bind': address(`sets/${set}`) })
    expect(refusal(wrong)).toEqual([400, 'parentGroup@odata.bind'])
    expect(refusal(await patch({ parentGroup: { '@odata.id': address(`sets/${set}/parentGroup`) } }))).toEqual([
      400,
      'parentGroup/@odata.id',
    ])
    const twice = await patch({ parentGroup: { id: group }, 'parentGroup@bind': address(`groups/${nobody}`) })
    expect(refusal(twice)).toEqual([400, 'parentGroup@bind'])
    expect((await patch({ 'parentGroup@bind': address(`groups/${group}?$select=id`) })).status).toBe(200)
  })
})

describe('addresses of members', () => {
  let server: TestServer
  let count = 0
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const create = (more: object) => {
    count += 1
    const facts = { displayName: `G${count}`, mailNickname: `g${count}`, mailEnabled: false, securityEnabled: true }
    return server.send('POST', '/v1.0/groups', { ...facts, ...more })
  }
  const userId = async () => (await server.send('GET', '/v1.0/users')).body.value[0].id as string

  it('are taken in every form, under either name, and in bodies of $ref alike', async () => {
    const user = await userId()
    const base = 'https://graph.microsoft.com/v1.0'
    for (const written of [
      `${base}/directoryObjects/${user}/microsoft.graph.user`,
      `${base}/directoryObjects/${user}?$select=id`,
      `${base}/users/${user.replaceAll('-', '%2D')}`,
      `${base}/users('${user}')/`,
      `${base}/directoryObjects('${user.toUpperCase()}')`,
      `${base}/devicesOfNoModel/${user}`,
      `users/${user}`,
    ]) {
      for (const name of ['members@odata.bind', 'members@bind', 'Members@Bind']) {
        const made = await create({ [name]: [written] })
        expect([written, made.status, made.headers.get('relata-ignored')], made.text).toEqual([written, 201, null])
        const members = await server.send('GET', `/v1.0/groups/${made.body.id}/members`)
        expect(members.body.value.map(({ id }: { id: string }) => id)).toEqual([user])
      }
      const group = (await create({})).body.id
      const linked = await server.send('POST', `/v1.0/groups/${group}/members/$ref`, { '@odata.id': written })
      expect([written, linked.status], linked.text).toEqual([written, 204])
    }
  })

  it('are refused where their collection cannot have such a row, or has another kind', async () => {
    const user = await userId()
    const group = (await create({})).body.id
    const ref = (written: string) => server.send('POST', `/v1.0/groups/${group}/members/$ref`, { '@odata.id': written })
    const site = `https://x/v1.0/sites/${user}`
    expect(refusal(await create({ 'members@odata.bind': [site] }))).toEqual([400, 'members@odata.bind/0'])
    expect(refusal(await ref(site))).toEqual([400, '@odata.id'])
    const asGroup = `https://x/v1.0/groups/${user}`
    expect(refusal(await create({ 'members@bind': [asGroup] }))).toEqual([400, 'members@bind/0'])
    expect((await ref(asGroup)).status).toBe(404)
    const cast = `https://x/v1.0/directoryObjects/${user}/microsoft.graph.group`
    expect(refusal(await create({ 'members@bind': [cast] }))).toEqual([400, 'members@bind/0'])
    const both = { 'members@odata.bind': [`https://x/v1.0/users/${user}`] }
    expect(refusal(await create({ ...both, 'members@bind': [] }))).toEqual([400, 'members@bind'])
  })
})
