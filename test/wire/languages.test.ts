/** The languages of a store, and terms without a label in its default one (term-store.md §1.2, §4.2 to §4.4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { store as storeType } from '#workloads/term-store/types.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let group: string
const TS = '/v1.0/termStore'
const contosoStore = tenants.find(({ id }) => id === wellKnown.contoso)?.termStore.id ?? ''
const store = '/beta/termStore'
const send = (method: string, path: string, body?: unknown) => server.send(method, `${TS}${path}`, body)
const english = (name: string) => ({ name, languageTag: 'en-US', isDefault: true })
const german = (name: string) => ({ name, languageTag: 'de-DE', isDefault: true })
const french = (name: string) => ({ name, languageTag: 'fr-FR', isDefault: true })
const languages = (defaultLanguageTag: string, languageTags = ['en-US', 'de-DE', 'fr-FR']) =>
  server.send('PATCH', store, { defaultLanguageTag, languageTags })
const detailsOf = ({ body }: Answer) => (body.error.details ?? []) as { message: string; target: string }[]

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  group = await made.group('Languages')
})
afterAll(() => server.close())

describe('the languages of a store', () => {
  it.each(['en-UK', 'xx-YY', 'klingon', 'de', 'zh-Hans'])('are those Microsoft has: %s is refused', async (tag) => {
    for (const version of ['/v1.0/sites/root', '/beta']) {
      const patch = { languageTags: ['en-US', 'de-DE', 'fr-FR', tag] }
      const answer = await server.send('PATCH', `${version}/termStore`, patch)
      expect([answer.status, answer.body.error.target]).toEqual([400, 'languageTags/3'])
      expect(answer.body.error.message).toContain(`'${tag}' is not a language that a term store can have`)
      const asDefault = await server.send('PATCH', `${version}/termStore`, { defaultLanguageTag: tag })
      expect([asDefault.status, asDefault.body.error.target]).toEqual([400, 'defaultLanguageTag'])
    }
  })

  it('stay where a store has another one from before, which can be sent back and removed', async () => {
    const { parts } = server
    const languageTags = ['en-US', 'de-DE', 'fr-FR', 'en-UK']
    await parts.store.write(wellKnown.contoso, (tx) => tx.update(storeType, contosoStore, { languageTags }))
    const set = await made.set(group, 'Before')
    const odd = { name: 'Odd', languageTag: 'en-UK', isDefault: true }
    const term = await made.term(set, '', { labels: [english('Even'), odd] })
    expect((await send('GET', `/terms/${term}`)).body.labels).toHaveLength(2)
    expect((await languages('en-US', languageTags)).body.languageTags).toEqual(['de-DE', 'en-US', 'fr-FR', 'en-UK'])
    expect((await languages('en-US')).status).toBe(200)
    expect((await send('GET', `/terms/${term}`)).body.labels).toEqual([
      { name: 'Even', isDefault: true, languageTag: 'en-US' },
    ])
  })

  it('are suggested where the first part is right', async () => {
    const { body } = await languages('en-US', ['en-US', 'en-UK'])
    expect(body.error.message).toContain('en-US, en-GB, en-AU')
  })

  it('are listed by LCID, in whatever case they are sent', async () => {
    const { body } = await languages('en-US', [
      'KU-ARAB-iq',
      'cy-gb',
      'ca-es-VALENCIA',
      'fr-FR',
      'de-DE',
      'en-US',
      'es-419',
    ])
    expect(body.languageTags).toEqual(['de-DE', 'en-US', 'fr-FR', 'cy-GB', 'ku-Arab-IQ', 'ca-ES-valencia', 'es-419'])
    await languages('en-US')
  })
})

describe('another default language', () => {
  it('is refused with every clash that copied names would make, before anything is written', async () => {
    const first = await made.set(group, 'Kinds')
    const second = await made.set(group, 'Other', {
      localizedNames: [english('Other'), { name: 'kinds', languageTag: 'de-DE' }].map(({ name, languageTag }) => ({
        name,
        languageTag,
      })),
    })
    const jazz = await made.term(first, 'Jazz')
    const twin = await made.term(first, '', { labels: [english('Swing'), german('JAZZ')] })
    const home = await made.set(group, 'Home')
    const blues = await made.term(home, 'Blues')
    const parent = await made.term(home, 'Parent')
    const below = await made.term({ set: home, term: parent }, '', { labels: [english('Low'), german('blues')] })
    await made.reuse({ set: home, term: blues }, first)
    const shared = await made.term(first, '', { labels: [english('High'), german('Blues')] })
    const before = (await send('GET', `/sets/${first}/terms`)).text

    const answer = await languages('de-DE')
    expect([answer.status, answer.body.error.code, answer.body.error.target]).toEqual([
      409,
      'nameAlreadyExists',
      'defaultLanguageTag',
    ])
    expect(answer.body.error.message).toContain(
      'With de-DE as the default language, where missing names are copied from en-US, there would be 3 clashes of names.',
    )
    const messages = detailsOf(answer)
      .map(({ message }) => message)
      .join('\n')
    for (const id of [first, second, jazz, twin, blues, shared]) expect(messages).toContain(id)
    expect(messages).toContain("would both be named 'Jazz' in de-DE.")
    expect(messages).toContain(`at the top of the set 'Kinds' (${first})`)
    expect(messages).toContain(`of the group 'Languages' (${group})`)
    expect(messages).not.toContain(below)

    expect((await send('GET', `/sets/${first}/terms`)).text).toBe(before)
    expect((await server.send('GET', store)).body.defaultLanguageTag).toBe('en-US')
    for (const path of [`/sets/${first}/terms/${twin}`, `/sets/${first}/terms/${shared}`, `/sets/${second}`])
      expect((await send('DELETE', path)).status).toBe(204)
    expect((await languages('de-DE')).status).toBe(200)
    for (const id of [jazz, blues]) {
      const term = (await send('GET', `/terms/${id}`)).body
      expect((await send('PATCH', `/terms/${id}`, { labels: term.labels })).status).toBe(200)
    }
    expect((await languages('en-US')).status).toBe(200)
  })
})

describe('lastModifiedDateTime', () => {
  const at = async (id: string): Promise<string> => (await send('GET', `/terms/${id}`)).body.lastModifiedDateTime
  const later = async (): Promise<string> =>
    (await server.clock({ freeze: true, advance: 'PT1H' })).now.replace(/\.?0*Z$/, 'Z')

  it('moves for the terms that a change of languages changes, and for no other', async () => {
    const set = await made.set(group, 'Modified')
    const onlyEnglish = await made.term(set, 'Only English')
    const withGerman = await made.term(set, '', { labels: [english('With'), german('Mit')] })
    const described = await made.term(set, '', {
      labels: [english('Text'), french('Texte')],
      descriptions: [{ description: 'x', languageTag: 'de-DE' }],
    })
    const before = [await at(onlyEnglish), await at(withGerman), await at(described)]
    const copied = await later()
    expect((await languages('de-DE')).status).toBe(200)
    expect([await at(onlyEnglish), await at(withGerman), await at(described)]).toEqual([copied, before[1], copied])
    await languages('en-US')
    expect(await at(onlyEnglish)).toBe(copied)
    const removed = await later()
    expect((await languages('en-US', ['en-US', 'fr-FR'])).status).toBe(200)
    expect([await at(onlyEnglish), await at(withGerman), await at(described)]).toEqual([removed, removed, removed])
    const nothing = await later()
    await languages('en-US')
    expect(nothing > removed && (await at(described)) === removed).toBe(true)
  })

  it('moves when a term is orphaned, shared, shared otherwise, or no longer shared', async () => {
    const [home, to] = [await made.set(group, 'From'), await made.set(group, 'Into')]
    const top = await made.term(home, 'Top')
    const below = await made.term({ set: home, term: top }, 'Below')
    const shared = await later()
    const relation = await made.reuse({ set: home, term: top }, to)
    expect([await at(top), await at(below)]).toEqual([shared, shared])
    const pinned = await later()
    expect((await send('PATCH', `/sets/${to}/relations/${relation}`, { relationship: 'pin' })).status).toBe(200)
    expect([await at(top), await at(below)]).toEqual([pinned, pinned])
    const reused = await later()
    expect((await send('PATCH', `/sets/${to}/relations/${relation}`, { relationship: 'reuse' })).status).toBe(200)
    expect([await at(top), await at(below)]).toEqual([reused, reused])
    const removed = await later()
    expect((await send('DELETE', `/sets/${to}/relations/${relation}`)).status).toBe(204)
    expect([await at(top), await at(below)]).toEqual([removed, removed])
    await made.pin({ set: home, term: top }, to)
    const orphaned = await later()
    expect((await send('DELETE', `/sets/${home}/terms/${top}`)).status).toBe(204)
    expect([await at(top), await at(below)]).toEqual([orphaned, orphaned])
  })
})

describe('a term without a label in the default language', () => {
  const contoso = tenants.find(({ id }) => id === wellKnown.contoso)
  const lists = contoso?.termStore.groups[0]?.sets?.find(({ names }) => names['en-US'] === 'Reading lists')
  const lone = lists?.terms?.find(({ labels: given }) => given['en-US'] === undefined)
  const path = `/sets/${lists?.id}/terms/${lone?.id}`

  it('is in the sample taxonomy, as it is, wherever terms are read', async () => {
    const own = [{ name: 'Rentrée littéraire', isDefault: true, languageTag: 'fr-FR' }]
    expect((await send('GET', path)).body.labels).toEqual(own)
    const listed = (await send('GET', `/sets/${lists?.id}/children`)).body.value
    expect(listed.find(({ id }: { id: string }) => id === lone?.id).labels).toEqual(own)
    const found = (await send('GET', `/sets/${lists?.id}/terms?$search="rentrée"`)).body.value
    expect(found.map(({ id }: { id: string }) => id)).toEqual([lone?.id])
  })

  it('cannot be made by a request: the label is copied', async () => {
    const { status, body } = await send('POST', `/sets/${lists?.id}/children`, { labels: [french('Poche')] })
    expect([status, body.labels]).toEqual([
      201,
      [english('Poche'), french('Poche')].map(({ name, languageTag }) => ({ name, isDefault: true, languageTag })),
    ])
  })

  it('stays without one through a change of languages and of other labels, until a PATCH adds it', async () => {
    expect((await languages('de-DE')).status).toBe(200)
    expect((await languages('en-US')).status).toBe(200)
    const renamed = await send('PATCH', path, { labels: [french('Rentrée')] })
    expect([renamed.status, renamed.body.labels.length]).toEqual([200, 1])
    const added = await send('PATCH', path, { labels: [french('Rentrée'), english('Back to school')] })
    expect(added.body.labels.map(({ languageTag }: { languageTag: string }) => languageTag)).toEqual(['en-US', 'fr-FR'])
    expect((await send('PATCH', path, { labels: [french('Rentrée')] })).status).toBe(400)
    const twin = await send('POST', `/sets/${lists?.id}/children`, { labels: labels('back to SCHOOL') })
    expect([twin.status, twin.body.error.target]).toEqual([409, 'labels/0/name'])
  })
})
