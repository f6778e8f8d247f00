/** Store, groups, sets and sites: term-store.md §1.2, §2.1, §4.2, §4.3. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Located, ReadContext } from '#edm/ports.ts'
import { behaviours } from '#workloads/behaviours.ts'
import { group as directoryGroup } from '#workloads/directory/people.ts'
import { site } from '#workloads/sites/types.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { store as storeType } from '#workloads/term-store/types.ts'
import { names as named } from '../_support/taxonomy.ts'
import { guid, openWorld, storeId, system, type World } from './harness.ts'

const refuses = async (work: Promise<unknown>, kind: string, code?: string, target?: string) => {
  const facts = {
    kind,
    ...(code === undefined
      ? {}
      : { facts: expect.objectContaining({ code, ...(target === undefined ? {} : { target }) }) }),
  }
  await expect(work).rejects.toMatchObject(facts)
}

let world: World
beforeEach(async () => {
  world = await openWorld({ languages: ['en-US', 'fr-FR', 'de-DE'] })
})

describe('a group', () => {
  it('is made with a normalised name, unique without regard to case', async () => {
    const made = await world.create('groups', { displayName: '  A  & B ' })
    expect(made).toMatchObject({
      displayName: 'A ＆ B',
      description: '',
      scope: 'global',
      siteCollectionId: null,
      storeId,
    })
    await refuses(world.create('groups', { displayName: 'a & b' }), 'conflict', 'nameAlreadyExists')
    await refuses(world.create('groups', {}), 'invalid', 'invalidRequest', 'displayName')
  })

  it('reports every fault of a body', async () => {
    await expect(
      world.create('groups', { displayName: 'a|', description: '\t', id: 'x', scope: 'unknownFutureValue' }),
    ).rejects.toMatchObject({
      facts: { details: [{ target: 'displayName' }, { target: 'description' }, { target: 'scope' }, { target: 'id' }] },
    })
  })

  it('takes a given id that nothing has', async () => {
    const id = guid('a', 9)
    expect((await world.create('groups', { displayName: 'x', id: id.toUpperCase() })).id).toBe(id)
    await refuses(world.create('groups', { displayName: 'y', id }), 'conflict', 'nameAlreadyExists', 'id')
  })

  it('has scope siteCollection only through a site, and system never', async () => {
    await refuses(
      world.create('groups', { displayName: 'x', scope: 'siteCollection' }),
      'invalid',
      'invalidRequest',
      'scope',
    )
    await refuses(world.create('groups', { displayName: 'x', scope: 'system' }), 'forbidden', 'accessDenied')
  })

  it('can be renamed, and its description emptied', async () => {
    const { id } = await world.create('groups', { displayName: 'x', description: 'd' })
    expect(await world.update(`groups/${id}`, { description: null })).toMatchObject({
      displayName: 'x',
      description: '',
    })
    expect(await world.update(`groups/${id}`, { displayName: 'X' })).toMatchObject({ displayName: 'X' })
    expect(await world.update(`groups/${id}`, {})).toMatchObject({ displayName: 'X' })
    await refuses(world.update(`groups/${id}`, { displayName: 'system' }), 'conflict', 'nameAlreadyExists')
    await refuses(world.update(`groups/${id}`, { displayName: null }), 'invalid', 'invalidRequest', 'displayName')
  })

  it('is deleted only when empty; the system group never changes', async () => {
    const { id } = await world.create('groups', { displayName: 'x' })
    const { id: setId } = await world.create(`groups/${id}/sets`, { localizedNames: named('s') })
    await refuses(world.remove(`groups/${id}`), 'conflict', 'conflict')
    await world.remove(`groups/${id}/sets/${setId}`)
    await world.remove(`groups/${id}`)
    await refuses(world.get(`groups/${id}`), 'notFound')
    await refuses(world.remove(`groups/${system.group}`), 'forbidden', 'accessDenied')
    await refuses(world.update(`groups/${system.group}`, { displayName: 'x' }), 'forbidden', 'accessDenied')
  })
})

describe('a set', () => {
  let groupId: string
  beforeEach(async () => {
    groupId = (await world.create('groups', { displayName: 'G' })).id
  })

  it('is made through the store with its group in the body, or through the group', async () => {
    const made = await world.create('sets', { parentGroupId: groupId, localizedNames: named('One') })
    expect(made).toMatchObject({ parentGroupId: groupId, description: '', properties: [], sortKey: 'one' })
    await world.create(`sets/${made.id}/parentGroup/sets`, { localizedNames: named('Two') })
    expect(await world.list(`groups/${groupId}/sets`)).toHaveLength(2)
    expect(await world.get('')).toMatchObject({ setCount: 5 })
  })

  it('needs a group that is there, and not the system one', async () => {
    await refuses(world.create('sets', { localizedNames: named('s') }), 'invalid', 'invalidRequest', 'parentGroup')
    const absent = world.create('sets', { localizedNames: named('s'), parentGroupId: guid('a', 77) })
    await expect(absent).rejects.toMatchObject({
      kind: 'notFound',
      message: `Group with id ${guid('a', 77)} not found`,
    })
    await refuses(
      world.create('sets', { localizedNames: named('s'), parentGroupId: system.group }),
      'forbidden',
      'accessDenied',
    )
    await refuses(
      world.create(`groups/${groupId}/sets`, { localizedNames: named('s'), parentGroupId: system.group }),
      'invalid',
      'invalidRequest',
      'parentGroup/id',
    )
  })

  it('has a name no other set of the group has in that language', async () => {
    const both = [...named('One'), ...named('Un', 'fr-FR')]
    const { id } = await world.create(`groups/${groupId}/sets`, { localizedNames: both })
    await refuses(
      world.create(`groups/${groupId}/sets`, { localizedNames: named('ONE') }),
      'conflict',
      'nameAlreadyExists',
    )
    await refuses(
      world.create(`groups/${groupId}/sets`, { localizedNames: [...named('Two'), ...named('un', 'fr-FR')] }),
      'conflict',
      'nameAlreadyExists',
    )
    const other = await world.create('groups', { displayName: 'H' })
    await world.create(`groups/${other.id}/sets`, { localizedNames: both })
    expect(
      await world.update(`sets/${id}`, { localizedNames: both, properties: [{ key: 'k', value: 'v' }] }),
    ).toMatchObject({ properties: [{ key: 'k', value: 'v' }] })
  })

  it('keeps its names when an empty list is sent, which is named, and cannot move to the group of the system', async () => {
    const { id } = await world.create(`groups/${groupId}/sets`, { localizedNames: named('One'), description: 'd' })
    const after = await world.update(`sets/${id}`, {
      localizedNames: [],
      description: null,
    })
    expect(after).toMatchObject({ localizedNames: named('One'), description: '', parentGroupId: groupId })
    expect(world.ignored).toEqual(['localizedNames'])
    await refuses(world.update(`sets/${id}`, { parentGroupId: system.group }), 'forbidden', 'accessDenied')
    expect(await world.update(`sets/${id}`, { localizedNames: named('Uno') })).toMatchObject({ sortKey: 'uno' })
  })

  it('counts against the limit of the store', async () => {
    const small = await openWorld({ settings: { ...defaultSettings, limits: { terms: 1, sets: 4, termsPerSet: 1 } } })
    const { id } = await small.create('groups', { displayName: 'G' })
    const only = await small.create(`groups/${id}/sets`, { localizedNames: named('a') })
    await refuses(small.create(`groups/${id}/sets`, { localizedNames: named('b') }), 'invalid', 'invalidRequest')
    await small.create(`sets/${only.id}/children`, { labels: named('t') })
    await refuses(small.create(`sets/${only.id}/children`, { labels: named('u') }), 'invalid', 'invalidRequest')
    await small.remove(`sets/${only.id}`)
    await small.create(`groups/${id}/sets`, { localizedNames: named('b') })
  })

  it('of the system is neither changed nor deleted, and takes terms only at its root', async () => {
    await refuses(world.update(`sets/${system.keywords}`, { description: 'x' }), 'forbidden', 'accessDenied')
    await refuses(world.remove(`sets/${system.orphanedTerms}`), 'forbidden', 'accessDenied')
    const word = await world.create(`sets/${system.keywords}/children`, { labels: named('free') })
    expect(word).toMatchObject({ isKeyword: true })
    await refuses(
      world.create(`sets/${system.keywords}/terms/${word.id}/children`, { labels: named('x') }),
      'invalid',
      'invalidRequest',
    )
    await refuses(
      world.create(`sets/${system.orphanedTerms}/children`, { labels: named('x') }),
      'forbidden',
      'accessDenied',
    )
    const { id } = await world.create(`groups/${groupId}/sets`, { localizedNames: named('S') })
    await refuses(
      world.create(`sets/${system.keywords}/terms/${word.id}/relations`, { relationship: 'pin', setId: id }),
      'invalid',
      'invalidRequest',
    )
  })
})

describe('the store', () => {
  it('keeps its languages by LCID, in canonical case, each once', async () => {
    expect(await world.update('', { languageTags: ['nl-nl', 'en-us', 'FR-fr', 'de-DE', 'nl-NL'] })).toMatchObject({
      languageTags: ['de-DE', 'en-US', 'fr-FR', 'nl-NL'],
    })
    expect(await world.update('', {})).toMatchObject({ defaultLanguageTag: 'en-US' })
  })

  it.each([
    [{ languageTags: [] }, 'languageTags'],
    [{ languageTags: ['fr-FR'] }, 'languageTags'],
    [{ languageTags: ['en-US', '?'] }, 'languageTags/1'],
    [{ defaultLanguageTag: 'no good' }, 'defaultLanguageTag'],
    [{ defaultLanguageTag: null }, 'defaultLanguageTag'],
    [{ languageTags: ['en-US', ...Array.from({ length: 200 }, (_, at) => `en-x-a${at}`)] }, 'languageTags'],
  ])('refuses %j', (patch, target) => refuses(world.update('', patch), 'invalid', 'invalidRequest', target))

  it('backfills a new default language and drops what is in a removed one', async () => {
    const { id: groupId } = await world.create('groups', { displayName: 'G' })
    const { id } = await world.create(`groups/${groupId}/sets`, {
      localizedNames: [...named('Genres'), ...named('Arten', 'de-DE')],
    })
    const labels = [
      ...named('Cat'),
      { name: 'Puss', languageTag: 'en-US', isDefault: true },
      ...named('Katze', 'de-DE'),
    ]
    const { id: cat } = await world.create(`sets/${id}/children`, {
      labels,
      descriptions: [{ description: 'Tier', languageTag: 'de-DE' }],
    })
    await world.update('', { defaultLanguageTag: 'sv-SE', languageTags: ['en-US'] })
    expect(await world.get('')).toMatchObject({ defaultLanguageTag: 'sv-SE', languageTags: ['en-US', 'sv-SE'] })
    expect(await world.get(`sets/${id}`)).toMatchObject({
      localizedNames: [...named('Genres'), ...named('Genres', 'sv-SE')],
      sortKey: 'genres',
    })
    expect(await world.get(`terms/${cat}`)).toMatchObject({
      labels: [
        { name: 'Puss', languageTag: 'en-US', isDefault: true },
        { name: 'Cat', languageTag: 'en-US', isDefault: false },
        { name: 'Puss', languageTag: 'sv-SE', isDefault: true },
      ],
      descriptions: [],
      sortKey: 'puss',
    })
  })
})

describe('keys that are no ids', () => {
  const host = 'contoso.example'
  const [own, other, web, sub] = [guid('c', 1), guid('c', 2), guid('e', 1), guid('e', 2)]
  const rootId = `${host},${own},${web}`
  const hooks = behaviours(defaultSettings)
  const locate = (type: { name: string }, key: string, from?: Located) =>
    world.read(async (tx) =>
      hooks.find((entry) => entry.type.name === type.name)?.locate?.({ tx } as ReadContext, from, 'sites', key),
    )
  const team = {
    type: directoryGroup,
    id: guid('d', 1),
    row: { id: guid('d', 1) },
    nav: 'groups',
    key: undefined,
    from: undefined,
  }

  beforeEach(() =>
    world.write(async (tx) => {
      await tx.insert(directoryGroup, { id: team.id, displayName: 'Team' })
      const when = { createdDateTime: world.now, lastModifiedDateTime: world.now }
      const base = { hostName: host, siteCollectionId: own, groupId: null, ...when }
      await tx.insert(site, { ...base, id: `${host},${own},${sub}`, path: 'sub', webId: sub })
      await tx.insert(site, { ...base, id: rootId, path: '', webId: web, isRoot: true })
      await tx.insert(site, {
        ...base,
        id: `${host},${other},${web}`,
        path: 'sites/Team',
        webId: web,
        siteCollectionId: other,
        groupId: team.id,
      })
    }),
  )

  it.each([
    ['root', rootId],
    ['ROOT', rootId],
    [host.toUpperCase(), rootId],
    [own, rootId],
    [`${host},${own.toUpperCase()},${sub}`, `${host},${own},${sub}`],
    [`${host}:/sites/team`, `${host},${other},${web}`],
    [`${host}:/`, rootId],
    [`${host},${own},${guid('e', 9)}`, undefined],
    [`${host},x,y`, undefined],
    ['elsewhere.example', undefined],
  ])('find the site %s', async (key, id) =>
    expect(await locate(site, key)).toEqual(id === undefined ? undefined : { id }),
  )

  it('find only sites of the group below a group, whose own site is root', async () => {
    expect(await locate(site, 'root', team)).toEqual({ id: `${host},${other},${web}` })
    expect(await locate(site, own, team)).toBeUndefined()
    expect(await locate(site, other, team)).toEqual({ id: `${host},${other},${web}` })
  })

  it('find the store as root', async () => {
    expect(await locate(storeType, 'Root')).toEqual({ id: storeId })
    expect(await locate(storeType, 'else')).toBeUndefined()
  })

  it('let a site have groups of its own, with sets nobody else reaches', async () => {
    const at: Located = {
      type: site,
      id: rootId,
      row: { id: rootId, siteCollectionId: own },
      nav: 'sites',
      key: 'root',
      from: undefined,
    }
    const made = await world.create('groups', { displayName: 'Mine', scope: 'siteCollection' }, at)
    expect(made).toMatchObject({ parentSiteId: rootId, siteCollectionId: own, scope: 'siteCollection' })
    await refuses(
      world.create('sets', { parentGroupId: made.id, localizedNames: named('s') }),
      'notFound',
      'itemNotFound',
    )
    const inside = await world.create('sets', { parentGroupId: made.id, localizedNames: named('s') }, at)
    expect(inside).toMatchObject({ siteCollectionId: own })
    const { id } = await world.create(`sets/${inside.id}/children`, { labels: named('t') }, at)
    expect(await world.get(`terms/${id}`, at)).toMatchObject({ id })
    await refuses(world.get(`terms/${id}`), 'notFound')
    const { id: g } = await world.create('groups', { displayName: 'All' })
    const { id: open } = await world.create(`groups/${g}/sets`, { localizedNames: named('o') })
    await refuses(
      world.create(`sets/${open}/relations`, { relationship: 'pin', toTermId: id }),
      'notFound',
      'itemNotFound',
    )
    await world.create(`sets/${open}/relations`, { relationship: 'pin', toTermId: id }, at)
    await refuses(
      world.create(`sets/${open}/terms/${id}/relations`, { relationship: 'pin', setId: inside.id }),
      'notFound',
      'itemNotFound',
    )
  })
})
