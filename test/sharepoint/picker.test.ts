/** The calls of PnP's Modern Taxonomy Picker with @pnp/sp 2.5.0, and what it takes for granted of the answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { term as termType } from '#workloads/term-store/types.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'
import { picker, setUpClient, shownName } from './_picker.ts'

let server: TestServer
let taxonomy: Taxonomy
let group: string
const sent: string[] = []

beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
  group = await taxonomy.group('Picked')
  setUpClient(server.http, await server.token(), sent)
})
afterAll(() => server.close())

describe('the store and a set', () => {
  it('are what the picker opens with', async () => {
    const set = await taxonomy.set(group, 'Opened', {
      localizedNames: [...names('Opened'), ...names('Geöffnet', 'de-DE')],
    })
    await taxonomy.term(set)
    expect(await picker.store()).toMatchObject({
      defaultLanguageTag: 'en-US',
      languageTags: expect.arrayContaining(['en-US', 'de-DE']),
    })
    const shown = await picker.set(set)
    expect(shown).toMatchObject({ id: set, childrenCount: 1 })
    expect(shown.localizedNames.map(({ name }) => name)).toEqual(['Geöffnet', 'Opened'])
  })
})

describe('children', () => {
  it('come in pages, whose tokens are sent back as they are', async () => {
    const set = await taxonomy.set(group, 'Long')
    const made: string[] = []
    for (let at = 0; at < 120; at++) made.push(await taxonomy.term(set, `Term ${String(at).padStart(3, '0')}`))
    const seen: string[] = []
    let [token, pages] = ['', 0]
    do {
      const page = await picker.children(set, undefined, token)
      seen.push(...page.value.map(({ id }) => id))
      token = page.skiptoken
      pages += 1
      expect(token).toMatch(/^[\w.~-]*$/)
    } while (token !== '')
    expect(pages).toBe(3)
    expect(seen).toEqual(made)
  })

  it('of a pinned branch are walked down and up again, each available in the set that shows it', async () => {
    const home = await taxonomy.set(group, 'Source')
    const away = await taxonomy.set(group, 'Mirror')
    const top = await taxonomy.term(home, 'Top')
    const middle = await taxonomy.term({ set: home, term: top }, 'Middle')
    const leaf = await taxonomy.term({ set: home, term: middle }, 'Leaf')
    const above = await taxonomy.term(away, 'Above')
    await taxonomy.pin({ set: home, term: top }, { set: away, term: above })
    let [under, way]: [string | undefined, string[]] = [undefined, []]
    for (;;) {
      const { value } = await picker.children(away, under)
      const [only] = value
      if (only === undefined) break
      way = [...way, only.id]
      expect(only.childrenCount).toBe(only.id === leaf ? 0 : 1)
      expect(only.isAvailableForTagging.find(({ setId }) => setId === away)).toEqual({ setId: away, isAvailable: true })
      under = only.id
    }
    expect(way).toEqual([above, top, middle, leaf])
    const up: string[] = []
    for (let at: string | undefined = leaf; at !== undefined; ) {
      const { id, parent, isAvailableForTagging } = await picker.term(away, at)
      expect(isAvailableForTagging.some(({ setId }) => setId === away)).toBe(true)
      up.push(id)
      at = parent?.id
    }
    expect(up).toEqual([leaf, middle, top, above])
    // In its home set the branch ends at its top.
    expect((await picker.term(home, top)).parent).toBeUndefined()
    expect((await picker.term(away, top)).parent?.id).toBe(above)
  })

  it('that are deprecated are left out of the list, and counted', async () => {
    const set = await taxonomy.set(group, 'Old and new')
    const top = await taxonomy.term(set, 'Top')
    const old = await taxonomy.term({ set, term: top }, 'Old')
    await server.send('POST', `/v1.0/termStore/sets/${set}/terms/${old}/relata.deprecate`, {})
    expect((await picker.children(set, top)).value).toEqual([])
    expect((await picker.children(set)).value[0]?.childrenCount).toBe(1)
  })

  it('of a reuse are those of the set, not those at home', async () => {
    const home = await taxonomy.set(group, 'Home of a reuse')
    const away = await taxonomy.set(group, 'Reused in')
    const top = await taxonomy.term(home, 'Shared')
    await taxonomy.reuse({ set: home, term: top }, away)
    await taxonomy.term({ set: home, term: top }, 'At home only')
    const local = await taxonomy.term({ set: away, term: top }, 'Local only')
    const [reused] = (await picker.children(away)).value
    expect(reused?.childrenCount).toBe(1)
    expect((await picker.children(away, top)).value.map(({ id }) => id)).toEqual([local])
  })
})

describe('labels', () => {
  it('in the default language alone are shown in another language as well', async () => {
    const set = await taxonomy.set(group, 'One language')
    await taxonomy.term(set, 'Only English')
    const store = await picker.store()
    const [only] = (await picker.children(set)).value
    expect(only && shownName(only, 'fr-FR', store)).toBe('Only English')
  })

  it('are there in the default language where the term has none in it', async () => {
    const set = await taxonomy.set(group, 'No default label')
    const term = await taxonomy.term(set, 'Ersatz', { labels: labels('Ersatz', 'de-DE') })
    // As an import leaves it: Graph itself adds the label.
    await server.parts.store.write(wellKnown.contoso, (tx) =>
      tx.update(termType, term, { labels: labels('Ersatz', 'de-DE') }),
    )
    const shown = await picker.term(set, term)
    expect(shownName(shown, 'fr-FR', await picker.store())).toBe('Ersatz')
  })
})

describe('searchTerm, with the text as it was typed', () => {
  const typed = ["O'Brien", 'a/b', 'R & D', '50%', 'who?', "x,y','z", 'a (b)', 'Ünïcödé 漢字', 'a=b', 'a+b', 'Москва']
  let set: string
  const made = new Map<string, string>()
  beforeAll(async () => {
    set = await taxonomy.set(group, 'Typed')
    for (const label of typed) made.set(label, await taxonomy.term(set, label))
    await taxonomy.term(set, 'Something else')
  })

  it.each(typed)('finds %s', async (label) => {
    const found = await picker.search(label, set, 'en-US')
    expect(found[0]?.id).toBe(made.get(label))
    expect(found[0]?.isAvailableForTagging).toEqual([{ setId: set, isAvailable: true }])
  })

  it('cuts the text at a number sign, as browsers do, and says so', async () => {
    const refusal = await picker.search('C#', set, 'en-US').catch((error: Error) => error.message)
    expect(refusal).toMatch(/no closing parenthesis.*%23/)
  })

  it('finds nothing for no text', async () => {
    expect(await picker.search('', set, 'en-US')).toEqual([])
  })

  it('searches one language, and below one term if asked', async () => {
    const places = await taxonomy.set(group, 'Below')
    const one = await taxonomy.term(places, 'One', { labels: [...labels('One'), ...labels('Eins', 'de-DE')] })
    const below = await taxonomy.term({ set: places, term: one }, 'Onerous')
    await taxonomy.term(places, 'Once')
    expect((await picker.search('on', places, 'en-US', one)).map(({ id }) => id)).toEqual([below])
    expect((await picker.search('ei', places, 'de-DE')).map(({ id }) => id)).toEqual([one])
    expect(await picker.search('ei', places, 'en-US')).toEqual([])
  })
})
