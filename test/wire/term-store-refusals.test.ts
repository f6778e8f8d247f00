/** What the term store refuses, and what a refusal names: label, language and set (term-store.md §4.2, §5). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, relationshipDraft, relationships, rolesOf } from '../_support/relationships.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let group: string
const TS = '/v1.0/termStore'
const zero = '00000000-0000-0000-0000-000000000000'
const braced = (id: string) => `{${id.toUpperCase()}}`
const send = (method: string, path: string, body?: unknown) => server.send(method, `${TS}${path}`, body)
const label = (name: string, languageTag: string, isDefault?: boolean) => ({
  name,
  languageTag,
  ...(isDefault === undefined ? {} : { isDefault }),
})
const refusal = ({ status, body }: Answer) => [status, body?.error?.code, body?.error?.target]
const messageOf = ({ body }: Answer): string => body.error.message

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  group = await made.group('Refusals')
})
afterAll(() => server.close())

describe('the labels of a PATCH', () => {
  let term: string
  let before: unknown
  beforeAll(async () => {
    const set = await made.set(group)
    term = `/sets/${set}/terms/${await made.term(set, 'Poetry', {
      labels: [label('Poetry', 'en-US', true), label('Verse', 'en-US', false), label('Lyrik', 'de-DE', true)],
    })}`
    before = (await send('GET', term)).body.labels
  })

  it.each(['v1.0', 'beta'])(
    'may not be a lone synonym in a language that has a default label (%s)',
    async (version) => {
      const patch = { labels: [label('Rhyme', 'en-US', false)] }
      const answer = await server.send('PATCH', `/${version}/termStore${term}`, patch)
      expect(refusal(answer)).toEqual([400, 'invalidRequest', 'labels/0/isDefault'])
      expect(messageOf(answer)).toContain(
        "None of the labels in en-US is the default one: send isDefault true with one of 'Rhyme'",
      )
      const other = await send('PATCH', term, {
        labels: [label('Poetry', 'en-US', true), label('Gedicht', 'de-DE', false)],
      })
      expect(refusal(other)).toEqual([400, 'invalidRequest', 'labels/1/isDefault'])
      expect((await send('GET', term)).body.labels).toEqual(before)
    },
  )

  it('may be the first label of a language, which becomes its default (observed)', async () => {
    const list = [label('Poetry', 'en-US', true), label('Poésie', 'fr-FR', false)]
    const { status, body } = await send('PATCH', term, { labels: list })
    expect([status, body.labels]).toEqual([
      200,
      [label('Poetry', 'en-US', true), label('Poésie', 'fr-FR', true)].map(({ name, isDefault, languageTag }) => ({
        name,
        isDefault,
        languageTag,
      })),
    ])
  })

  it('may be a lone label that does not say what it is: the new name', async () => {
    const { body } = await send('PATCH', term, { labels: [label('Verses', 'en-US')] })
    expect(body.labels).toEqual([{ name: 'Verses', isDefault: true, languageTag: 'en-US' }])
  })
})

describe('a clash of names', () => {
  it('names the label, its language and the set', async () => {
    const set = await made.set(group, 'Styles')
    const jazz = await made.term(set, 'Jazz', {
      labels: [label('Jazz', 'en-US', true), label('Le jazz', 'fr-FR', true)],
    })
    const body = { labels: [label('Other', 'en-US', true), label(' le  JAZZ ', 'fr-fr', true)] }
    const answer = await send('POST', `/sets/${set}/children`, body)
    expect(refusal(answer)).toEqual([409, 'nameAlreadyExists', 'labels/1/name'])
    expect(messageOf(answer)).toBe(
      `There is already a term with the same default label and parent term. The label is 'le JAZZ' in fr-FR; the set is 'Styles' (${set}).`,
    )
    // The term itself is free in its home set, but not in another one that has it.
    const home = await made.set(group, 'Home of blues')
    const blues = await made.term(home, 'Blues')
    await made.reuse({ set: home, term: blues }, set)
    const renamed = await send('PATCH', `/sets/${home}/terms/${blues}`, { labels: labels('Jazz') })
    expect(refusal(renamed)).toEqual([409, 'nameAlreadyExists', 'labels/0/name'])
    expect(messageOf(renamed)).toContain(`'Jazz' in en-US; the set is 'Styles' (${set})`)
    const twin = await made.term(home, 'JAZZ')
    const shared = await send('POST', `/sets/${home}/terms/${twin}/relations`, {
      relationship: 'pin',
      set: { id: set },
    })
    expect(refusal(shared)).toEqual([409, 'nameAlreadyExists', 'toTerm'])
    expect(messageOf(shared)).toContain(`'JAZZ' in en-US; the set is 'Styles' (${set})`)
    expect(jazz).not.toBe(twin)
  })

  it('of sets names the name, its language and the group', async () => {
    await made.set(group, 'Named')
    const localizedNames = [label('Anders', 'de-DE'), label('named', 'en-US')]
    const answer = await send('POST', `/groups/${group}/sets`, { localizedNames })
    expect(refusal(answer)).toEqual([409, 'nameAlreadyExists', 'localizedNames/1/name'])
    expect(messageOf(answer)).toBe(
      `A term set already exists with the name specified. The name is 'named' in en-US; the group is 'Refusals' (${group}).`,
    )
  })
})

describe('a limit', () => {
  it('names what it is of, and the collection', async () => {
    const { termsPerSet, ...limits } = { terms: 1_000, sets: 12, termsPerSet: 1 }
    const small = await startTestServer({ limits: { ...limits, termsPerSet } })
    const there = taxonomyOver(small.send)
    const of = await there.group('Limits')
    const set = await there.set(of, 'Full')
    await there.term(set)
    const answer = await small.send('POST', `${TS}/sets/${set}/children`, { labels: labels('x') })
    expect([...refusal(answer), messageOf(answer)]).toEqual([
      400,
      'invalidRequest',
      'children',
      `The set 'Full' (${set}) has its limit of 1 terms.`,
    ])
    const sets = async (): Promise<Answer> => {
      const made = await small.send('POST', `${TS}/groups/${of}/sets`, { localizedNames: names(`${Math.random()}`) })
      return made.status === 201 ? sets() : made
    }
    expect(refusal(await sets())).toEqual([400, 'invalidRequest', 'sets'])
    await small.close()
  })

  it('and a name of a group that is taken name what they are about', async () => {
    const answer = await send('POST', '/groups', { displayName: 'refusals' })
    expect(refusal(answer)).toEqual([409, 'nameAlreadyExists', 'displayName'])
    expect(messageOf(answer)).toContain(`The name is 'refusals'; the group that has it is ${group}.`)
  })
})

describe('a refusal of a place', () => {
  const line = async (set: string, count: number): Promise<string[]> => {
    const terms: string[] = []
    for (let level = 0; level < count; level += 1) terms.push(await made.term({ set, term: terms.at(-1) }))
    return terms
  }

  it('for seven levels names the set that would be too deep, which may be another one', async () => {
    const deep = await made.set(group, 'Deep')
    const terms = await line(deep, 7)
    const answer = await send('POST', `/sets/${deep}/terms/${terms[6]}/children`, { labels: labels('x') })
    expect(refusal(answer)).toEqual([400, 'invalidRequest', 'children'])
    expect(messageOf(answer)).toContain(`the set 'Deep' (${deep}) would have 8`)
    const home = await made.set(group, 'Shallow')
    const [top, below] = await line(home, 2)
    await made.pin({ set: home, term: top as string }, { set: deep, term: terms[4] as string })
    const mirrored = await send('POST', `/sets/${home}/terms/${below}/children`, { labels: labels('y') })
    expect(refusal(mirrored)).toEqual([400, 'invalidRequest', 'children'])
    expect(messageOf(mirrored)).toContain(`the set 'Deep' (${deep}) would have 8`)
    const other = await made.set(group, 'Two levels')
    const [two] = await line(other, 2)
    const shared = await send('POST', `/sets/${other}/terms/${two}/relations`, {
      relationship: 'reuse',
      set: { id: deep },
      fromTerm: { id: terms[5] },
    })
    expect(refusal(shared)).toEqual([400, 'invalidRequest', 'toTerm'])
    expect(messageOf(shared)).toContain(`the set 'Deep' (${deep}) would have 8`)
  })

  it('for a pin names the set that owns the term, or has it already', async () => {
    const home = await made.set(group, 'Owner')
    const to = await made.set(group, 'Pinned into')
    const term = await made.term(home, 'Pinned')
    const below = await made.term({ set: home, term }, 'Below')
    await made.pin({ set: home, term }, to)
    const owner = `'Owner' (${home})`
    const answers = [
      await send('PATCH', `/sets/${to}/terms/${term}`, { labels: labels('x') }),
      await send('POST', `/sets/${to}/terms/${term}/children`, { labels: labels('x') }),
      await send('DELETE', `/sets/${to}/terms/${below}`),
      await send('POST', `/sets/${home}/terms/${term}/relations`, { relationship: 'pin', set: { id: home } }),
    ]
    expect(answers.map(refusal)).toEqual([
      [400, 'invalidRequest', 'terms'],
      [400, 'invalidRequest', 'children'],
      [400, 'invalidRequest', 'terms'],
      [400, 'invalidRequest', 'set'],
    ])
    for (const answer of answers) expect(messageOf(answer)).toContain(owner)
    const again = { relationship: 'pin', set: { id: to } }
    const twice = await send('POST', `/sets/${home}/terms/${term}/relations`, again)
    expect(refusal(twice)).toEqual([409, 'nameAlreadyExists', 'toTerm'])
    const inside = await send('POST', `/sets/${home}/terms/${below}/relations`, again)
    expect(refusal(inside)).toEqual([400, 'invalidRequest', 'toTerm'])
    const other = await made.set(group, 'Third')
    const free = await made.term(other)
    const locked = { relationship: 'pin', set: { id: to }, fromTerm: { id: below } }
    const under = await send('POST', `/sets/${other}/terms/${free}/relations`, locked)
    expect(refusal(under)).toEqual([400, 'invalidRequest', 'fromTerm'])
    for (const answer of [twice, inside, under]) expect(messageOf(answer)).toContain(`'Pinned into' (${to})`)
  })
})

describe('an id in a body', () => {
  it('of zeros counts as none, any number of times', async () => {
    const first = await send('POST', '/groups', { id: zero, displayName: 'Zero' })
    expect([first.status, first.body.id === zero, first.headers.get('relata-ignored')]).toEqual([201, false, null])
    const set = await send('POST', '/sets', {
      id: zero,
      parentGroup: { id: first.body.id },
      localizedNames: names('Zero'),
    })
    for (const name of ['One', 'Two']) {
      const { status, body } = await send('POST', `/sets/${set.body.id}/children`, { id: zero, labels: labels(name) })
      expect([status, body.id === zero]).toEqual([201, false])
    }
    expect((await send('PATCH', `/groups/${first.body.id}`, { id: zero, description: 'x' })).status).toBe(200)
  })

  it('may be in braces, also where it names another row', async () => {
    const id = '8ed8c9ea-0000-4000-8000-00000000b7ac'
    const set = await send('POST', '/sets', {
      id: braced(id),
      parentGroup: { id: braced(group) },
      localizedNames: names('Braces'),
    })
    expect([set.status, set.body.id]).toEqual([201, id])
    const term = await made.term(await made.set(group), 'Shared')
    const home = (await send('GET', `/terms/${term}?$expand=set`)).body.set.id
    const shared = { relationship: 'pin', set: { id: braced(id) } }
    expect((await send('POST', `/sets/${home}/terms/${term}/relations`, shared)).status).toBe(201)
    expect((await send('PATCH', `/sets/${id}`, { id: braced(id), description: 'x' })).status).toBe(200)
  })
})

describe('a GUID in braces', () => {
  it('is taken in bodies of GDAP and of the directory as well', async () => {
    const draft = relationshipDraft({
      customer: { tenantId: braced(wellKnown.fabrikam) },
      accessDetails: rolesOf(braced(helpdesk)),
    })
    const { status, body } = await server.send('POST', relationships, draft)
    expect([status, body?.customer?.tenantId]).toEqual([201, wellKnown.fabrikam])
    expect(body.accessDetails).toMatchObject(rolesOf(helpdesk))
    const role = await server.send('POST', '/v1.0/directoryRoles', { roleTemplateId: braced(helpdesk) })
    expect([role.status, role.body.roleTemplateId]).toEqual([201, helpdesk])
  })
})

describe('a set', () => {
  it('moves to the group that a PATCH names, unless its names are taken there', async () => {
    const to = await made.group('Moved into')
    const set = await made.set(group, 'Moving')
    const term = await made.term(set, 'Along')
    const moved = await send('PATCH', `/sets/${set}`, { parentGroup: { id: to } })
    expect([moved.status, moved.headers.get('relata-ignored')]).toEqual([200, null])
    expect((await send('GET', `/sets/${set}/parentGroup`)).body.id).toBe(to)
    expect((await send('GET', `/groups/${to}/sets/${set}/terms/${term}`)).status).toBe(200)
    expect((await send('GET', `/groups/${group}/sets/${set}`)).status).toBe(404)
    const twin = await made.set(group, 'MOVING')
    const clash = await send('PATCH', `/sets/${twin}`, { parentGroup: { id: to } })
    expect([...refusal(clash), messageOf(clash).includes("'Moved into'")]).toEqual([
      409,
      'nameAlreadyExists',
      'parentGroup',
      true,
    ])
    const system = (await send('GET', '/groups')).body.value.find(({ scope }: { scope: string }) => scope === 'system')
    expect(refusal(await send('PATCH', `/sets/${twin}`, { parentGroup: { id: system.id } })).slice(0, 1)).toEqual([403])
    expect((await send('PATCH', `/sets/${twin}`, { parentGroup: { id: wellKnown.contoso } })).status).toBe(404)
    expect((await send('PATCH', `/sets/${twin}`, { parentGroup: { id: group } })).status).toBe(200)
  })

  it('does not move with --strict, where the member is refused', async () => {
    const strict = await startTestServer({ strict: true })
    const root = '/v1.0/sites/root/termStore'
    const there = taxonomyOver(strict.send, root)
    const [one, two] = [await there.group('One'), await there.group('Two')]
    const set = (await strict.send('POST', `${root}/sets`, { parentGroup: { id: one }, localizedNames: names('S') }))
      .body.id
    expect(refusal(await strict.send('PATCH', `${root}/sets/${set}`, { parentGroup: { id: two } }))).toEqual([
      400,
      'invalidRequest',
      'parentGroup',
    ])
    expect((await strict.send('PATCH', `${root}/sets/${set}`, { parentGroup: { id: one } })).status).toBe(200)
    await strict.close()
  })
})
