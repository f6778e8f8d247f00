/** What every database must do with entity tags and derived types. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { EntityType } from '#edm/define.ts'
import type { Store } from '#edm/ports.ts'
import { constant, type Shape } from '#edm/query.ts'
import { addShelf, freshId, here, idsOf, page, queryOf, there } from './fixture.ts'
import { card, goldCard, shelf } from './library.ts'

export const describeTags = (open: () => Promise<Store>): void => {
  let store: Store
  beforeAll(async () => {
    store = await open()
  })
  const insert = (type: EntityType, more: object = {}, tenant = here): Promise<string> =>
    store.write(tenant, async (tx) => (await tx.insert(type, { id: freshId('card'), ...more } as never)).id)
  const rowOf = (type: EntityType, id: string, tenant = here) =>
    store.read(tenant, (tx) => tx.get(type, id)) as Promise<Record<string, unknown> | undefined>
  const tagOf = async (id: string): Promise<string> => String((await rowOf(card, id))?.['versionTag'])

  describe('an entity tag', () => {
    it('is given with the row, and anew with every change', async () => {
      const made = await store.write(here, (tx) => tx.insert(card, { id: freshId('card') }))
      const seen = [(made as { versionTag?: string }).versionTag]
      expect(seen[0]).toBe(await tagOf(made.id))
      await store.write(here, (tx) => tx.update(card, made.id, { holder: 'Ann' }))
      seen.push(await tagOf(made.id))
      await store.write(here, (tx) => tx.update(card, made.id, { holder: 'Ann' }))
      seen.push(await tagOf(made.id))
      await store.write(here, (tx) => tx.add(card, made.id, { points: 3 }))
      seen.push(await tagOf(made.id))
      expect(new Set(seen).size).toBe(4)
      for (const tag of seen)
        expect(Buffer.from(tag ?? '', 'base64').toString()).toMatch(
          /^'"[0-9a-f]{8}-0000-[0-9a-f]{2}00-0000-[0-9a-f]{8}0000"'$/,
        )
    })

    it('is the old one when the transaction is undone', async () => {
      const id = await insert(card)
      const before = await tagOf(id)
      const failed = store.write(here, async (tx) => {
        await tx.update(card, id, { holder: 'Bo' })
        throw new Error('undo')
      })
      await expect(failed).rejects.toThrow('undo')
      expect(await tagOf(id)).toBe(before)
    })

    it('is shown as a weak one', async () => {
      const id = await insert(card)
      const shape: Shape = [
        { kind: 'type', name: '@odata.type', of: 'lib.card', kinds: true },
        { kind: 'tag', name: '@odata.etag' },
      ]
      const [row] = await page(store, queryOf(card, { shape, branches: [constant(true)], order: [] }), {})
      expect(JSON.parse(row?.json ?? '')).toEqual({
        '@odata.type': '#lib.card',
        '@odata.etag': `W/"${await tagOf(row?.row.id ?? id)}"`,
      })
    })
  })

  describe('a derived type', () => {
    it('has its own initial values, which rows of the base do not have', async () => {
      const plain = await insert(card)
      const gold = await insert(goldCard)
      expect(await rowOf(goldCard, gold)).toMatchObject({
        kind: 'lib.goldCard',
        holder: 'nobody',
        guests: 2,
        perks: [],
      })
      expect(await rowOf(card, gold)).toMatchObject({ kind: 'lib.goldCard', guests: 2 })
      expect(await rowOf(card, plain)).toMatchObject({ kind: null, guests: null, shelfId: null })
      expect(await rowOf(goldCard, plain)).toBeUndefined()
    })

    it('is found among its own rows only, in its own tenant', async () => {
      const holder = freshId('holder')
      const plain = await insert(card, { holder })
      const golds = [await insert(goldCard, { holder }), await insert(goldCard, { holder, guests: 5 })].sort()
      await insert(goldCard, { holder }, there)
      const find = (type: EntityType, where: object, limit?: number) =>
        store.read(here, async (tx) => (await tx.find(type, where as never, limit)).map(({ id }) => id))
      expect(await find(card, { holder })).toEqual([plain, ...golds].sort())
      expect(await find(goldCard, { holder })).toEqual(golds)
      expect(await find(goldCard, { holder }, 1)).toEqual(golds.slice(0, 1))
      expect(await find(goldCard, { holder, guests: 5 })).toHaveLength(1)
      const held = { op: 'eq', left: { op: 'member', path: ['holder'], of: 'it' }, right: constant(holder) } as const
      expect((await idsOf(store, queryOf(goldCard, { branches: [held] }))).sort()).toEqual(golds)
      const count = store.prepare(queryOf(goldCard, { branches: [held] }), 'count')
      expect(await store.read(here, (tx) => tx.query(count, {}))).toBe(2)
    })

    it('keeps its links and elements, and they go with the row, whichever type removes it', async () => {
      const shelfId = await addShelf(store)
      const name = freshId('perk')
      const perks = [{ name, isMain: true }]
      const gold = await insert(goldCard, { shelfId, perks })
      const other = await insert(goldCard, { perks })
      const owners = () => store.read(here, (tx) => tx.findByElement(goldCard, 'perks', [{ name }]))
      expect(await owners()).toEqual([gold, other].sort())
      await expect(store.write(here, (tx) => tx.remove(shelf, shelfId))).rejects.toMatchObject({ reason: 'reference' })
      await store.write(here, (tx) => tx.update(card, other, { perks: [] } as never))
      expect(await owners()).toEqual([gold])
      await store.write(here, (tx) => tx.remove(card, gold))
      expect(await owners()).toEqual([])
    })

    it('is not written through where the row is of another kind', async () => {
      const plain = await insert(card)
      const missing = { kind: 'precondition', reason: 'missing' }
      await expect(store.write(here, (tx) => tx.update(goldCard, plain, { guests: 1 }))).rejects.toMatchObject(missing)
      await expect(store.write(here, (tx) => tx.add(goldCard, plain, { guests: 1 }))).rejects.toMatchObject(missing)
      await expect(store.write(here, (tx) => tx.remove(goldCard, plain))).rejects.toMatchObject(missing)
      expect(await rowOf(card, plain)).toBeDefined()
    })

    it('is seen by the type whose rows it adds to, in the same transaction as well', async () => {
      const seen = await store.write(here, async (tx) => {
        const held = async () => (await tx.find(card, { holder: 'Cy' })).length
        const id = freshId('card')
        const before = await held()
        await tx.insert(goldCard, { id, holder: 'Cy' } as never)
        const between = await held()
        await tx.update(card, id, { holder: 'Di' })
        return [before, between, await held(), (await tx.get(goldCard, id))?.holder]
      })
      expect(seen).toEqual([0, 1, 0, 'Di'])
    })
  })
}
