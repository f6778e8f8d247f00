/** Undo of a change of languages, and names of what is restored (exchange.md §10.3, §10.4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import type { Taxonomy } from '../../_support/taxonomy.ts'
import { type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit
let made: Taxonomy
beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
  made = kit.made
})
afterAll(() => server.close())

async function findings(): Promise<string[]> {
  const found: string[] = []
  const note = ({ rule, at, what }: { rule: string; at: string; what: string }) => found.push(`${rule} ${at}: ${what}`)
  await checkStore(server.parts.store, {}, note, wellKnown.contoso)
  return found
}

const patched = async (body: unknown): Promise<string | null> => {
  const answer = await kit.patch('', body)
  expect(answer.status, answer.text).toBe(200)
  return answer.headers.get('relata-change')
}
const undo = (changeId: string | null) => kit.call('', 'undo', { changeId })
const label = (name: string, languageTag: string) => ({ name, languageTag, isDefault: true })

describe('undo of a change of languages', () => {
  it('puts every listing into the order of the old default language', async () => {
    const set = await kit.freshSet()
    const both = (en: string, de: string) => ({ labels: [label(en, 'en-US'), label(de, 'de-DE')] })
    const first = await made.term(set, undefined, both('a', 'z'))
    const second = await made.term(set, undefined, both('b', 'y'))
    const change = await patched({ defaultLanguageTag: 'de-DE' })
    expect(await kit.children(set)).toEqual([second, first])
    expect((await undo(change)).status).toBe(200)
    expect(await kit.children(set)).toEqual([first, second])
    expect(await findings()).toEqual([])
  })

  it('gives what was made since a name in the old default language', async () => {
    const set = await kit.freshSet()
    const change = await patched({ defaultLanguageTag: 'de-DE' })
    const term = await made.term(set, undefined, { labels: [label('neu', 'de-DE')] })
    const group = await made.group()
    const added = await made.set(group, undefined, { localizedNames: [{ name: 'Neue', languageTag: 'de-DE' }] })
    const answer = await undo(change)
    expect(answer.status, answer.text).toBe(200)
    expect((await kit.get(`/sets/${set}/terms/${term}`)).body.labels).toContainEqual(label('neu', 'en-US'))
    expect((await kit.get(`/sets/${added}`)).body.localizedNames).toContainEqual({ name: 'Neue', languageTag: 'en-US' })
    expect(await findings()).toEqual([])
  })

  it('of a language that was added leaves no label in it', async () => {
    const set = await kit.freshSet()
    const { languageTags } = (await kit.get('')).body
    const change = await patched({ languageTags: [...languageTags, 'it-IT'] })
    const term = await made.term(set, undefined, { labels: [label('new', 'en-US'), label('nuovo', 'it-IT')] })
    const answer = await undo(change)
    expect(answer.status, answer.text).toBe(200)
    expect((await kit.get(`/sets/${set}/terms/${term}`)).body.labels).toEqual([label('new', 'en-US')])
    const back = await undo(answer.headers.get('relata-change'))
    expect(back.status, back.text).toBe(200)
    expect((await kit.get(`/sets/${set}/terms/${term}`)).body.labels).toHaveLength(2)
    expect(await findings()).toEqual([])
  })
})

describe('a restored name that is taken', () => {
  const restored = async (set: string, term: string) => {
    const [item] = (await kit.get('/relata.deletedItems()?$top=1')).body.value
    const answer = await kit.call('', 'restore', { deletedItemId: item.id, onClash: 'rename' })
    expect(answer.status, answer.text).toBe(200)
    return (await kit.get(`/sets/${set}/terms/${term}`)).body.labels[0].name
  }
  const deleted = async (set: string, name: string) => {
    const term = await made.term(set, name)
    await kit.remove(`/sets/${set}/terms/${term}`)
    await made.term(set, name)
    return term
  }

  it('is cut between characters', async () => {
    const set = await kit.freshSet()
    const name = `${'a'.repeat(243)}${'\u{1f600}'.repeat(6)}`
    expect(await restored(set, await deleted(set, name))).toBe(`${'a'.repeat(243)} (restored)`)
  })

  it('gets a number where the marked one is taken as well', async () => {
    const set = await kit.freshSet()
    await made.term(set, 'twice (restored)')
    expect(await restored(set, await deleted(set, 'twice'))).toBe('twice (restored 2)')
  })
})
