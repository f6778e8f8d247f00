/** @pnp/sp 3.26.0, unmodified: its whole taxonomy module, writes included (exchange.md §13.1). */
import { spfi } from '@pnp/sp'
import { SPBrowser } from '@pnp/sp/behaviors/spbrowser.js'
import '@pnp/sp/taxonomy/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names } from '../_support/taxonomy.ts'

let server: TestServer
// biome-ignore lint/suspicious/noExplicitAny: the declarations of these packages do not resolve under Node's module rules
let store: any
let sent: { readonly method: string; readonly path: string; readonly digest: string | null }[]

/** Adds the token where SharePoint's page would have a cookie: after the client has asked for a digest. */
const withToken =
  (token: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  (instance: any) => {
    instance.on.send.replace(async (url: URL, init: RequestInit) => {
      const headers = new Headers(init.headers)
      sent.push({ method: init.method ?? 'GET', path: new URL(url).pathname, digest: headers.get('X-RequestDigest') })
      headers.set('Authorization', `Bearer ${token}`)
      return fetch(url, { ...init, headers })
    })
    return instance
  }

beforeAll(async () => {
  sent = []
  server = await startTestServer()
  const client = spfi(server.http).using(SPBrowser({ baseUrl: server.http }) as never, withToken(await server.token()))
  store = (client as unknown as { readonly termStore: unknown }).termStore
})
afterAll(() => server.close())

describe('@pnp/sp 3', () => {
  it('runs the whole life of a taxonomy', async () => {
    expect(await store()).toMatchObject({ defaultLanguageTag: 'en-US' })
    await store.update({ languageTags: ['en-US', 'de-DE', 'fr-FR'] })
    const group = await store.groups.add({ name: 'PnP 3', displayName: 'PnP 3', description: 'x', scope: 'global' })
    expect(group).toMatchObject({ displayName: 'PnP 3', type: 'RegularGroup' })
    expect((await store.groups()).map(({ id }: { id: string }) => id)).toContain(group.id)
    const set = await store.groups.getById(group.id).sets.add({
      localizedNames: names('Instruments'),
      contact: 'a@contoso.example',
      isOpen: true,
      isAvailableForTagging: true,
    })
    expect(set).toMatchObject({ contact: 'a@contoso.example', isOpen: true, groupId: group.id })
    const other = await store.groups.getById(group.id).sets.add({ localizedNames: names('Orchestra') })
    expect(await store.groups.getById(group.id).sets()).toHaveLength(2)
    expect((await store.sets.getById(set.id).parentGroup()).id).toBe(group.id)
    expect(await store.sets.getById(set.id).update({ description: 'Loud' })).toMatchObject({ description: 'Loud' })
    const strings = await store.sets.getById(set.id).children.add({ labels: labels('Strings') })
    const viola = await store.sets
      .getById(set.id)
      .getTermById(strings.id)
      .children.add({ labels: labels('Viola') })
    expect((await store.sets.getById(set.id).terms()).map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [strings.id, viola.id].toSorted(),
    )
    await store.sets
      .getById(set.id)
      .getTermById(strings.id)
      .relations.add({ relationship: 'pin', set: { id: other.id } })
    const [pin] = await store.sets.getById(other.id).relations()
    expect(pin).toMatchObject({ relationship: 'pin' })
    expect((await store.sets.getById(set.id).getTermById(viola.id).set()).id).toBe(set.id)
    const renamed = await store.sets
      .getById(set.id)
      .getTermById(viola.id)
      .update({ labels: labels('Alto viola') })
    expect(renamed.labels[0].name).toBe('Alto viola')
    await store.sets.getById(set.id).getTermById(viola.id).delete()
    await store.sets.getById(other.id).delete()
    await store.sets.getById(set.id).delete()
    await store.groups.getById(group.id).delete()
    const gone = await store.groups
      .getById(group.id)()
      .catch((error: Error) => error.message)
    expect(gone).toMatch(/\[404\].*itemNotFound/)
  })

  it('asks for a digest before it writes, and sends it', () => {
    expect(sent.some(({ method, path }) => method === 'POST' && path === '/_api/contextinfo')).toBe(true)
    const writes = sent.filter(({ method, path }) => method !== 'GET' && path !== '/_api/contextinfo')
    expect(writes.length).toBeGreaterThan(5)
    for (const { digest } of writes) expect(digest).toMatch(/^0x[\dA-F]{128},\d\d \w{3} \d{4} \d\d:\d\d:\d\d -0000$/)
  })

  it('reads a set as an ordered tree, with shared terms', async () => {
    const group = await store.groups.add({ displayName: 'PnP trees' })
    const set = await store.groups.getById(group.id).sets.add({ localizedNames: names('Tree') })
    const home = await store.groups.getById(group.id).sets.add({ localizedNames: names('Home') })
    const add = (setId: string, name: string) => store.sets.getById(setId).children.add({ labels: labels(name) })
    const [a, b, c] = [await add(set.id, 'A'), await add(set.id, 'B'), await add(set.id, 'C')]
    const [x, y] = [
      await store.sets
        .getById(set.id)
        .getTermById(b.id)
        .children.add({ labels: labels('X') }),
      await store.sets
        .getById(set.id)
        .getTermById(b.id)
        .children.add({ labels: labels('Y') }),
    ]
    const shared = await add(home.id, 'Shared')
    await store.sets
      .getById(home.id)
      .getTermById(shared.id)
      .relations.add({ relationship: 'pin', set: { id: set.id } })
    await store.sets.getById(set.id).update({ customSortOrder: [c.id, shared.id, a.id] })
    await store.sets
      .getById(set.id)
      .getTermById(b.id)
      .update({
        customSortOrder: [{ setId: set.id, order: [y.id, x.id] }],
        localProperties: [{ setId: set.id, properties: [{ key: 'k', value: 'v' }] }],
      })
    const tree = await store.sets.getById(set.id).getAllChildrenAsOrderedTree({ retrieveProperties: true })
    expect(tree.map(({ defaultLabel }: { defaultLabel: string }) => defaultLabel)).toEqual(['C', 'Shared', 'A', 'B'])
    expect(tree[3].children.map(({ defaultLabel }: { defaultLabel: string }) => defaultLabel)).toEqual(['Y', 'X'])
    expect(tree[3].localProperties).toEqual([{ setId: set.id, properties: [{ key: 'k', value: 'v' }] }])
  })

  it('searches, with quotes doubled and everything encoded', async () => {
    const group = await store.groups.add({ displayName: 'PnP search' })
    const set = await store.groups.getById(group.id).sets.add({ localizedNames: names('Searched') })
    for (const label of ["O'Brien & Søn, a/b #1 100%", 'Else']) {
      await store.sets.getById(set.id).children.add({ labels: labels(label) })
    }
    const found = await store.searchTerm({ label: "O'Brien & Søn, a/b #1 100%", setId: set.id })
    expect(found).toHaveLength(1)
    expect(found[0].set).toMatchObject({ id: set.id, localizedNames: [{ name: 'Searched' }] })
    expect(await store.searchTerm({ label: 'else', setId: set.id, stringMatchOption: 'ExactMatch' })).toHaveLength(1)
    expect(await store.searchTerm({ label: 'els', setId: set.id, stringMatchOption: 'ExactMatch' })).toHaveLength(0)
  })
})
