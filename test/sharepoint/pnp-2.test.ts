/** @pnp/sp 2.5.0, unmodified: its taxonomy module reads, and writes go by its operations (exchange.md §13.1). */
import { spDelete, spPatch, spPost } from 'pnp-sp-2/operations.js'
import { sp } from 'pnp-sp-2/presets/core.js'
import 'pnp-sp-2/taxonomy/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'
import { setUpClient } from './_picker.ts'

let server: TestServer
let taxonomy: Taxonomy
const sent: string[] = []
// biome-ignore lint/suspicious/noExplicitAny: the declarations of these packages do not resolve under Node's module rules
const { termStore } = sp as any

beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
  // Below a site that the server does not know: its groups are those of every site.
  setUpClient(`${server.http}/sites/anything`, await server.token(), sent)
})
afterAll(() => server.close())

describe('@pnp/sp 2', () => {
  it('reads all that its module has', async () => {
    const group = await taxonomy.group('PnP 2')
    const [set, other] = [await taxonomy.set(group, 'One'), await taxonomy.set(group, 'Two')]
    const top = await taxonomy.term(set, 'Top')
    const below = await taxonomy.term({ set, term: top }, 'Below')
    const pin = await taxonomy.pin({ set, term: top }, other)
    expect(await termStore()).toMatchObject({ defaultLanguageTag: 'en-US' })
    expect(await termStore.groups.getById(group)()).toMatchObject({ id: group, type: 'RegularGroup' })
    expect(await termStore.groups.getById(group).sets()).toHaveLength(2)
    expect((await termStore.sets()).some(({ id }: { id: string }) => id === set)).toBe(true)
    const at = termStore.sets.getById(set)
    expect((await at.parentGroup()).id).toBe(group)
    expect((await at.children()).map(({ id }: { id: string }) => id)).toEqual([top])
    expect((await at.terms()).map(({ id }: { id: string }) => id).toSorted()).toEqual([top, below].toSorted())
    expect((await at.getTermById(top).children()).map(({ id }: { id: string }) => id)).toEqual([below])
    expect((await at.getTermById(below).set()).id).toBe(set)
    const [relation] = await termStore.sets.getById(other).relations()
    expect(relation).toMatchObject({ id: pin, relationship: 'pin' })
    const there = termStore.sets.getById(other).relations.getById(pin)
    expect((await there.toTerm()).id).toBe(top)
    expect((await there.set()).id).toBe(other)
    expect(sent.every((url) => url.startsWith(`${server.http}/sites/anything/_api/v2.1/termstore`))).toBe(true)
  })

  it('reads a set as an ordered tree', async () => {
    const group = await taxonomy.group('PnP 2 trees')
    const set = await taxonomy.set(group, 'Tree')
    const [a, b] = [await taxonomy.term(set, 'A'), await taxonomy.term(set, 'B')]
    const names = async () =>
      (await termStore.sets.getById(set).getAllChildrenAsOrderedTree()).map(
        ({ defaultLabel }: { defaultLabel: string }) => defaultLabel,
      )
    // Without an order there is no list of it, which the client would fail on.
    expect(await names()).toEqual(['A', 'B'])
    await server.send('POST', `/v1.0/termStore/sets/${set}/relata.order`, { ids: [b, a] })
    expect(await names()).toEqual(['B', 'A'])
  })

  it('writes, after it has asked for a digest in its older form', async () => {
    const group = await taxonomy.group('PnP 2 writes')
    const set = await taxonomy.set(group, 'Written')
    const children = termStore.sets.getById(set).children
    const made = await spPost(children, { body: JSON.stringify({ labels: labels('Made') }) })
    const term = termStore.sets.getById(set).getTermById(made.id)
    expect(await spPatch(term, { body: JSON.stringify({ isDeprecated: true }) })).toMatchObject({ isDeprecated: true })
    await spDelete(term)
    expect(await termStore.sets.getById(set).children()).toEqual([])
    expect(sent).toContain(`${server.http}/sites/anything/_api/contextinfo`)
  })
})
