/** @pnp/graph taxonomy, unmodified: beta through `graph.termStore`, v1.0 through a site. */
import { DefaultHeaders, DefaultInit, graphfi } from '@pnp/graph'
import '@pnp/graph/sites/index.js'
import type { ITermStore } from '@pnp/graph/taxonomy/index.js'
import '@pnp/graph/taxonomy/index.js'
import { BearerToken, BrowserFetchWithRetry, DefaultParse, type Queryable } from '@pnp/queryable'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names } from '../_support/taxonomy.ts'

/** What the two imports add; their own declarations do not resolve under Node's module rules. */
interface Taxonomy {
  readonly termStore: ITermStore
  readonly sites: { getById(id: string): { readonly termStore: ITermStore } }
}

let server: TestServer
let graph: Taxonomy
beforeAll(async () => {
  server = await startTestServer()
  const token = await server.token()
  graph = graphfi().using(
    DefaultHeaders(),
    DefaultInit(`${server.origin}/v1.0`),
    BrowserFetchWithRetry(),
    DefaultParse(),
    BearerToken(token),
    (instance: Queryable) => instance,
  ) as unknown as Taxonomy
})
afterAll(() => server.close())

const roots: [string, () => ITermStore][] = [
  ['beta, graph.termStore', () => graph.termStore],
  ['v1.0, site.termStore', () => graph.sites.getById('root').termStore],
]

describe.each(roots)('PnPjs in %s', (title, open) => {
  it('runs the whole life of a taxonomy', async () => {
    const store = open()
    expect(await store()).toMatchObject({ defaultLanguageTag: 'en-US' })
    await store.update({ languageTags: ['en-US', 'de-DE', 'fr-FR'] })
    const group = await store.groups.add({ displayName: `PnP ${title}`, name: 'ignored' } as never)
    expect(await store.groups.getById(group.id)()).toMatchObject({ displayName: `PnP ${title}` })
    expect((await store.groups()).map(({ id }) => id)).toContain(group.id)
    const set = await store.sets.add({
      parentGroup: { id: group.id },
      localizedNames: names('Instruments'),
      contact: 'a@contoso.example',
      isOpen: false,
    } as never)
    const other = await store.groups.getById(group.id).sets.add({ localizedNames: names('Orchestra') })
    expect(await store.groups.getById(group.id).sets()).toHaveLength(2)
    await store.sets.getById(set.id).update({ description: 'Loud' })
    expect(await store.sets.getById(set.id)()).toMatchObject({ description: 'Loud' })
    const term = await store.sets.getById(set.id).children.add({ labels: labels('Strings') })
    const child = await store.sets
      .getById(set.id)
      .getTermById(term.id)
      .children.add({ labels: labels('Viola') })
    const parent = await store.sets.getById(other.id).children.add({ labels: labels('Left') })
    expect(await store.sets.getById(set.id).terms()).toHaveLength(2)
    expect(await store.groups.getById(group.id).sets.getById(set.id).terms()).toHaveLength(2)
    const tree = await store.sets.getById(set.id).getAllChildrenAsTree({ retrieveProperties: true })
    expect(tree).toMatchObject([
      { id: term.id, defaultLabel: 'Strings', properties: [], children: [{ id: child.id, defaultLabel: 'Viola' }] },
    ])
    await store.sets
      .getById(set.id)
      .getTermById(term.id)
      .update({ properties: [{ key: 'family', value: 'bowed' }] })
    const relation = await store.sets
      .getById(set.id)
      .getTermById(term.id)
      .relations.add({ relationship: 'reuse', fromTerm: { id: parent.id }, set: { id: other.id } })
    expect(relation).toMatchObject({ relationship: 'reuse' })
    // The reuse of the branch: its own relation, and that of its child, whose parent it is.
    expect(await store.sets.getById(set.id).getTermById(term.id).relations()).toHaveLength(2)
    expect(await store.sets.getById(other.id).terms()).toHaveLength(3)
    expect(await store.sets.getById(set.id).getTermById(term.id).set()).toMatchObject({ id: set.id })
    await store.sets.getById(other.id).getTermById(term.id).delete()
    await store.sets.getById(set.id).getTermById(child.id).delete()
    await store.sets.getById(other.id).delete()
    await store.sets.getById(set.id).delete()
    await store.groups.getById(group.id).delete()
    await expect(store.groups.getById(group.id)()).rejects.toThrow(/itemNotFound/)
  })
})
