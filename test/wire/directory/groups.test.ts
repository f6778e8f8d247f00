/** Groups and who is in them, on the wire: `/groups`, `members`, `memberOf`, `$ref`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const groups = '/v1.0/groups'
const plain = { displayName: 'Night shift', mailEnabled: false, mailNickname: 'nightshift', securityEnabled: true }

const create = (body: object = {}): Promise<Answer> => server.send('POST', groups, { ...plain, ...body })

const expectFault = (answer: Answer, target: string) => {
  expect(answer.status).toBe(400)
  expect(answer.body.error).toMatchObject({ code: 'Request_BadRequest', target })
  expect(answer.body.error.details).toContainEqual(expect.objectContaining({ code: 'Request_BadRequest', target }))
}

describe('a group', () => {
  it('is created, read, changed and deleted', async () => {
    const made = await create({ description: 'Those who are awake.' })
    expect(made.status).toBe(201)
    const { id } = made.body
    expect(made.headers.get('location')).toMatch(new RegExp(`/v1.0/groups/${id}$`))
    expect(made.body).toMatchObject({ ...plain, description: 'Those who are awake.', groupTypes: [], mail: null })

    const changed = await server.send('PATCH', `${groups}/${id}`, { displayName: 'Late shift' })
    expect([changed.status, changed.text]).toEqual([204, ''])
    const read = await server.send('GET', `${groups}/${id}`)
    expect(read.body).toMatchObject({ id, displayName: 'Late shift', createdDateTime: made.body.createdDateTime })

    expect((await server.send('DELETE', `${groups}/${id}`)).status).toBe(204)
    const gone = await server.send('GET', `${groups}/${id}`)
    expect([gone.status, gone.body.error.code]).toEqual([404, 'Request_ResourceNotFound'])
  })

  it('comes back from a change where the caller wants it to', async () => {
    const { id } = (await create()).body
    const changed = await server.send(
      'PATCH',
      `${groups}/${id}`,
      { description: 'x' },
      { headers: { prefer: 'return=representation' } },
    )
    expect([changed.status, changed.body.description]).toEqual([200, 'x'])
  })

  it('gets its id from the directory, whatever the body says', async () => {
    const asked = '99999999-0000-4000-8000-000000000001'
    expect((await create({ id: asked })).body.id).not.toBe(asked)
  })

  it.each(['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'])('needs %s', async (name) => {
    const { [name as keyof typeof plain]: _, ...rest } = plain
    expectFault(await server.send('POST', groups, rest), name)
    expectFault(await create({ [name]: null }), name)
  })

  it.each([
    ['a name of blanks', { displayName: '  ' }, 'displayName'],
    ['a name that is too long', { displayName: 'x'.repeat(257) }, 'displayName'],
    ['a mail alias with a blank', { mailNickname: 'night shift' }, 'mailNickname'],
    ['a mail alias that is too long', { mailNickname: 'x'.repeat(65) }, 'mailNickname'],
    ['neither mail nor security', { securityEnabled: false }, 'securityEnabled'],
    ['mail without being a Microsoft 365 group', { mailEnabled: true }, 'mailEnabled'],
    ['no mail for a Microsoft 365 group', { groupTypes: ['Unified'] }, 'mailEnabled'],
    ['a kind there is not', { groupTypes: ['Secret'] }, 'groupTypes/0'],
    ['a visibility there is not', { visibility: 'Hidden' }, 'visibility'],
    ['a rule and roles', { groupTypes: ['DynamicMembership'], isAssignableToRole: true }, 'isAssignableToRole'],
    ['text for a flag', { securityEnabled: 'yes' }, 'securityEnabled'],
    ['a member it does not have', { colour: 'red' }, 'colour'],
  ])('is refused with %s', async (_, body, target) => {
    expectFault(await create(body), target)
  })

  it('reports all faults of a body', async () => {
    const { body } = await create({ displayName: '', mailNickname: 'a b' })
    expect(body.error.details.map(({ target }: { target: string }) => target)).toEqual(['displayName', 'mailNickname'])
  })

  it('of Microsoft 365 has a mail address, and keeps its kind', async () => {
    const made = await create({
      groupTypes: ['Unified'],
      mailEnabled: true,
      mailNickname: 'bread',
      securityEnabled: false,
    })
    expect(made.body).toMatchObject({ mail: 'bread@contoso.example', visibility: 'Public' })
    const path = `${groups}/${made.body.id}`
    expectFault(await server.send('PATCH', path, { groupTypes: [] }), 'groupTypes')
    expectFault(await server.send('PATCH', path, { mailEnabled: false }), 'mailEnabled')
    expectFault(await server.send('PATCH', path, { isAssignableToRole: true }), 'isAssignableToRole')
    expectFault(await server.send('PATCH', path, { displayName: null }), 'displayName')
    expect((await server.send('PATCH', path, { mailNickname: 'buns' })).status).toBe(204)
    expect((await server.send('GET', path)).body.mail).toBe('buns@contoso.example')
  })

  it('is found by its name, whatever the case', async () => {
    const { body } = await server.send('GET', `${groups}?$filter=displayName eq 'adminagents'&$select=id,displayName`)
    expect(body.value).toEqual([{ id: expect.any(String), displayName: 'AdminAgents' }])
    const named = await server.send('GET', `${groups}?$filter=startswith(displayName,'M365 GDAP')&$count=true&$top=1`)
    expect(named.body['@odata.count']).toBe(6)
  })

  it('stays with its tenant', async () => {
    const { id } = (await create()).body
    const elsewhere = await server.send('GET', `${groups}/${id}`, undefined, { tenant: wellKnown.fabrikam })
    expect(elsewhere.status).toBe(404)
  })

  it('leaves its site behind when it is deleted', async () => {
    const tenant = wellKnown.northwind
    const { body } = await server.send('GET', `${groups}?$filter=displayName eq 'Team'`, undefined, { tenant })
    const site = `${groups}/${body.value[0].id}/sites/root`
    const before = await server.send('GET', site, undefined, { tenant })
    expect(before.status).toBe(200)
    expect((await server.send('DELETE', `${groups}/${body.value[0].id}`, undefined, { tenant })).status).toBe(204)
    expect((await server.send('GET', site, undefined, { tenant })).status).toBe(404)
    const after = await server.send('GET', `/v1.0/sites/${before.body.id}`, undefined, { tenant })
    expect(after.status).toBe(200)
  })
})

describe('members', () => {
  const userIds = async (): Promise<string[]> =>
    (await server.send('GET', '/v1.0/users?$select=id&$orderby=displayName')).body.value.map(
      ({ id }: { id: string }) => id,
    )
  const listed = async (path: string): Promise<string[]> =>
    (await server.send('GET', path)).body.value.map(({ id }: { id: string }) => id)
  const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

  it('come, are listed with their type, and go', async () => {
    const [person = ''] = await userIds()
    const members = `${groups}/${(await create()).body.id}/members`
    expect((await server.send('POST', `${members}/$ref`, ref(person))).status).toBe(204)
    const { body } = await server.send('GET', members)
    expect(body.value).toMatchObject([{ '@odata.type': '#microsoft.graph.user', id: person }])
    expect((await server.send('GET', `${members}/${person}`)).body.id).toBe(person)
    expect((await server.send('GET', `${members}/$count`)).text).toBe('1')
    const refs = await server.send('GET', `${members}/$ref`)
    expect(refs.body.value).toEqual([{ '@odata.id': `${server.http}/v1.0/directoryObjects/${person}` }])
    expect((await server.send('DELETE', `${members}/${person}/$ref`)).status).toBe(204)
    expect(await listed(members)).toEqual([])
  })

  it('are there once, and only if they are somebody', async () => {
    const [person = ''] = await userIds()
    const members = `${groups}/${(await create()).body.id}/members`
    await server.send('POST', `${members}/$ref`, ref(person))
    const again = await server.send('POST', `${members}/$ref`, ref(person))
    expect([again.status, again.body.error.code]).toEqual([400, 'Request_BadRequest'])
    expect(again.body.error.message).toBe(
      "One or more added object references already exist for the following modified properties: 'members'.",
    )
    const nobody = await server.send('POST', `${members}/$ref`, ref('99999999-0000-4000-8000-000000000001'))
    expect([nobody.status, nobody.body.error.code]).toEqual([404, 'Request_ResourceNotFound'])
    expect(await listed(members)).toEqual([person])
  })

  it('are seen from the person as well', async () => {
    const [, person = ''] = await userIds()
    const { id } = (await create({ displayName: 'Seen' })).body
    await server.send('POST', `${groups}/${id}/members/$ref`, ref(person))
    const { body } = await server.send('GET', `/v1.0/users/${person}/memberOf?$filter=displayName eq 'Seen'`)
    expect(body.value).toMatchObject([{ '@odata.type': '#microsoft.graph.group', id, displayName: 'Seen' }])
  })

  it('come with their group, or with a change of it: members@odata.bind (B2)', async () => {
    const [one = '', two = '', three = ''] = await userIds()
    const bind = (...ids: string[]) => ({ 'members@odata.bind': ids.map((id) => ref(id)['@odata.id']) })
    const made = await create(bind(one, two))
    expect([made.status, made.headers.get('relata-ignored')]).toEqual([201, null])
    const members = `${groups}/${made.body.id}/members`
    expect((await listed(members)).toSorted()).toEqual([one, two].toSorted())
    const changed = await server.send('PATCH', `${groups}/${made.body.id}`, { ...bind(three), description: 'More' })
    expect(changed.status, changed.text).toBe(204)
    expect((await listed(members)).toSorted()).toEqual([one, two, three].toSorted())
    expect((await server.send('GET', `${groups}/${made.body.id}`)).body.description).toBe('More')

    const again = await server.send('PATCH', `${groups}/${made.body.id}`, { ...bind(one), description: 'x' })
    expect([again.status, again.body.error.code]).toEqual([400, 'Request_BadRequest'])
    expect((await server.send('GET', `${groups}/${made.body.id}`)).body.description).toBe('More')
  })

  it('are named where they are not there, too many, or not addresses, and then nothing is done (B2, B19)', async () => {
    const [one = ''] = await userIds()
    const nobody = '99999999-0000-4000-8000-000000000001'
    const before = (await server.send('GET', `${groups}/$count`)).text
    for (const [target, body] of [
      ['members@odata.bind/1', { 'members@odata.bind': [one, nobody].map((id) => ref(id)['@odata.id']) }],
      ['members@odata.bind', { 'members@odata.bind': Array(21).fill(ref(one)['@odata.id']) }],
      ['members@odata.bind', { 'members@odata.bind': ref(one)['@odata.id'] }],
      ['members@odata.bind/0', { 'members@odata.bind': [7] }],
      ['owners@odata.bind', { 'owners@odata.bind': [ref(one)['@odata.id']] }],
      ['memberOf@odata.bind', { 'memberOf@odata.bind': [ref(one)['@odata.id']] }],
      ['nonsense@odata.bind', { 'nonsense@odata.bind': ref(one)['@odata.id'] }],
    ] as const)
      expectFault(await create(body), target)
    expect((await server.send('GET', `${groups}/$count`)).text).toBe(before)
  })

  it('refuses a read-only member with another value than it has, and takes the present one (B9)', async () => {
    const made = (await create()).body
    const path = `${groups}/${made.id}`
    expectFault(await server.send('PATCH', path, { createdDateTime: '2020-01-01T00:00:00Z' }), 'createdDateTime')
    const { createdDateTime, mail, id } = made
    expect((await server.send('PATCH', path, { createdDateTime, mail, id, description: 'y' })).status).toBe(204)
  })

  it('are no more when their group is deleted', async () => {
    const [person = ''] = await userIds()
    const before = await listed(`/v1.0/users/${person}/memberOf`)
    const { id } = (await create()).body
    await server.send('POST', `${groups}/${id}/members/$ref`, ref(person))
    expect(await listed(`/v1.0/users/${person}/memberOf`)).toContain(id)
    expect((await server.send('DELETE', `${groups}/${id}`)).status).toBe(204)
    expect(await listed(`/v1.0/users/${person}/memberOf`)).toEqual(before)
  })

  it('can be changed with a permission to write only', async () => {
    const [person = ''] = await userIds()
    const members = `${groups}/${(await create()).body.id}/members`
    const asReader = { app: wellKnown.reader }
    expect((await server.send('GET', members, undefined, asReader)).status).toBe(200)
    const refused = await server.send('POST', `${members}/$ref`, ref(person), asReader)
    expect([refused.status, refused.body.error.code]).toEqual([403, 'Authorization_RequestDenied'])
    const made = await server.send('POST', groups, plain, asReader)
    expect([made.status, made.body.error.code]).toEqual([403, 'Authorization_RequestDenied'])
  })
})
