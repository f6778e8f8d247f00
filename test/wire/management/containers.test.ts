/** Verbs on sets and groups: `move`, `setSubmissionPolicy`, `setContacts`, `setRoles` (exchange.md §9.6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { group as groupType, set as setType } from '#workloads/term-store/types.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { refusal, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit
let people: { id: string; userPrincipalName: string; mail: string | null }[]

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
  people = (await server.send('GET', '/v1.0/users?$select=id,userPrincipalName,mail')).body.value
})
afterAll(() => server.close())

const systemGroup = async (): Promise<string> =>
  (await kit.get('/groups')).body.value.find(({ scope }: { scope: string }) => scope === 'system').id

describe('relata.move of a set', () => {
  it('puts it into another group; its relations keep their ids', async () => {
    const [one, other] = [await kit.made.group(), await kit.made.group()]
    const set = await kit.made.set(one, 'Music')
    const term = await kit.made.term(await kit.freshSet())
    const relation = await kit.made.pin({ set: (await kit.get(`/terms/${term}/set`)).body.id, term }, set)
    expect((await kit.call(`/sets/${set}`, 'move', { group: other })).status).toBe(200)
    expect((await kit.get(`/sets/${set}/parentGroup`)).body.id).toBe(other)
    expect((await kit.get(`/sets/${set}/relations`)).body.value).toMatchObject([{ id: relation }])
    const same = await kit.call(`/sets/${set}`, 'move', { group: other })
    expect(same.headers.get('relata-change')).toBeNull()
  })

  it('is refused where the group has that name in any language, for the system, and to what is not there', async () => {
    const [one, other] = [await kit.made.group(), await kit.made.group()]
    const set = await kit.made.set(one, 'Music')
    await kit.made.set(other, 'music')
    expect(refusal(await kit.call(`/sets/${set}`, 'move', { group: other }))).toMatchObject({
      status: 409,
      code: 'nameAlreadyExists',
      target: 'group',
    })
    expect(refusal(await kit.call(`/sets/${set}`, 'move', { group: await systemGroup() }))).toMatchObject({
      status: 403,
      message: 'Moving a TermSet to system Group is disallowed.',
    })
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    expect(refusal(await kit.call(`/sets/${set}`, 'move', { group: nothing }))).toMatchObject({
      status: 404,
      target: 'group',
    })
    expect(refusal(await kit.call(`/sets/${set}`, 'move'))).toMatchObject({ status: 400, target: 'group' })
    const [keywords] = (await kit.get(`/groups/${await systemGroup()}/sets`)).body.value
    expect(refusal(await kit.call(`/sets/${keywords.id}`, 'move', { group: one })).status).toBe(400)
  })
})

describe('relata.setSubmissionPolicy and relata.setContacts', () => {
  it('open a set, and say who looks after it', async () => {
    const set = await kit.freshSet()
    const [first, second] = people
    if (first === undefined || second === undefined) throw new Error('the seed has two users')
    await kit.call(`/sets/${set}`, 'setSubmissionPolicy', { isOpen: true })
    const answer = await kit.call(`/sets/${set}`, 'setContacts', {
      owner: first.userPrincipalName.toUpperCase(),
      contact: 'library@contoso.example',
      stakeholders: [second.id, second.userPrincipalName],
    })
    expect(answer.status, answer.text).toBe(200)
    const select = '?$select=isOpen,owner,contact,stakeholders'
    expect((await kit.get(`/sets/${set}${select}`)).body).toMatchObject({
      isOpen: true,
      owner: first.id,
      contact: 'library@contoso.example',
      stakeholders: [second.id],
    })
    // What is not sent stays as it is; null clears.
    await kit.call(`/sets/${set}`, 'setContacts', { owner: null })
    expect((await kit.get(`/sets/${set}${select}`)).body).toMatchObject({
      owner: null,
      contact: 'library@contoso.example',
      stakeholders: [second.id],
    })
    const same = await kit.call(`/sets/${set}`, 'setContacts', { stakeholders: [second.id] })
    expect(same.headers.get('relata-change')).toBeNull()
  })

  it('take groups of the directory, by id or mail address, and any text as the contact', async () => {
    const set = await kit.freshSet()
    const mail = { displayName: 'Librarians', mailNickname: 'librarians' }
    const made = await server.send('POST', '/v1.0/groups', { ...mail, mailEnabled: false, securityEnabled: true })
    const person = people.find((one) => one.mail !== null)
    const answer = await kit.call(`/sets/${set}`, 'setContacts', {
      owner: made.body.id,
      contact: 'the second door on the left',
      stakeholders: [person?.mail?.toUpperCase()],
    })
    expect(answer.status, answer.text).toBe(200)
    expect((await kit.get(`/sets/${set}?$select=owner,contact,stakeholders`)).body).toMatchObject({
      owner: made.body.id,
      contact: 'the second door on the left',
      stakeholders: [person?.id],
    })
    const found = (await kit.call('', 'validate', { set, rules: ['contact-odd'] })).body.value
    expect(found).toMatchObject([{ rule: 'contact-odd', set, id: null }])
  })

  it('refuse who is not in the directory, and a contact that is too long; a text of an import stays', async () => {
    const set = await kit.freshSet()
    for (const owner of ['nobody@contoso.example', '00000000-0000-4000-8000-0000000000ff', 'x'])
      expect(refusal(await kit.call(`/sets/${set}`, 'setContacts', { owner }))).toMatchObject({
        status: 400,
        code: 'invalidRequest',
        target: 'owner',
      })
    const stakeholders = [people[0]?.id, 'nobody']
    expect(refusal(await kit.call(`/sets/${set}`, 'setContacts', { stakeholders })).target).toBe('stakeholders/1')
    const contact = 'x'.repeat(256)
    expect(refusal(await kit.call(`/sets/${set}`, 'setContacts', { contact })).target).toBe('contact')
    await server.parts.store.write(wellKnown.contoso, (tx) => tx.update(setType, set, { owner: 'i:0#.f|someone' }))
    expect((await kit.call(`/sets/${set}`, 'setContacts', { owner: 'i:0#.f|someone' })).status).toBe(200)
  })
})

describe('relata.move of a group', () => {
  it('shows it and its sets in one site collection only, or everywhere again', async () => {
    const group = await kit.made.group()
    const set = await kit.made.set(group)
    const sites = (await server.send('GET', '/v1.0/sites?search=*')).body.value
    const site = sites.find(({ id }: { id: string }) => id !== undefined)
    const answer = await kit.call(`/groups/${group}`, 'move', { siteId: site.id })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body.scope).toBe('siteCollection')
    expect((await kit.get(`/groups/${group}`)).status).toBe(404)
    expect((await kit.get(`/sets/${set}`)).status).toBe(404)
    const there = `/v1.0/sites/${site.id}/termStore`
    expect((await server.send('GET', `${there}/sets/${set}`)).status).toBe(200)
    await server.send('POST', `${there}/groups/${group}/relata.move`, { siteId: null })
    expect((await kit.get(`/groups/${group}`)).body.scope).toBe('global')
    expect((await kit.get(`/sets/${set}`)).status).toBe(200)
    expect(refusal(await kit.call(`/groups/${group}`, 'move', { siteId: 'nowhere' }))).toMatchObject({
      status: 400,
      target: 'siteId',
    })
  })
})

describe('relata.setRoles', () => {
  it('appoints managers and contributors, and leaves the list that is not sent', async () => {
    const group = await kit.made.group()
    const [first, second] = people
    expect((await kit.call(`/groups/${group}`, 'setRoles', { managers: [first?.userPrincipalName] })).status).toBe(200)
    await kit.call(`/groups/${group}`, 'setRoles', { contributors: [second?.id] })
    const row = await server.parts.store.read(wellKnown.contoso, (tx) => tx.get(groupType, group))
    expect(row).toMatchObject({ managers: [first?.id], contributors: [second?.id] })
    const wrong = refusal(await kit.call(`/groups/${group}`, 'setRoles', { managers: ['nobody'] }))
    expect(wrong).toMatchObject({ status: 400, target: 'managers/0' })
  })
})

describe('a set that only a site shows', () => {
  it('is no target of a path that does not see it', async () => {
    const sites = (await server.send('GET', '/v1.0/sites?search=*')).body.value
    const group = await kit.made.group()
    const hidden = await kit.made.set(group)
    await kit.call(`/groups/${group}`, 'move', { siteId: sites[0].id })
    const set = await kit.freshSet()
    const term = await kit.made.term(set)
    for (const verb of ['move', 'copy', 'reassignSource'])
      expect(refusal(await kit.onTerm(set, term, verb, { set: hidden }))).toMatchObject({ status: 404, target: 'set' })
    for (const verb of ['move', 'copy'])
      expect(refusal(await kit.call(`/sets/${set}`, verb, { group }))).toMatchObject({ status: 404, target: 'group' })
  })
})
