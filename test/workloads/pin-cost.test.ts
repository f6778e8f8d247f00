/** Pinning costs the same at any size of the branch: docs/adr/0002. Counts what the rules ask of the store. */
import { expect, it } from 'vitest'
import type { Tx } from '#edm/ports.ts'
import { term } from '#workloads/term-store/types.ts'
import { guid, openWorld } from './harness.ts'

let calls = 0
const counted = (tx: Tx): Tx =>
  new Proxy(tx, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        calls += 1
        return Reflect.apply(member, target, args) as unknown
      }
    },
  })

const labels = (name: string) => [{ name, languageTag: 'en-US', isDefault: true }]

it('pins a branch of 2,000 terms with no more calls than one of two', async () => {
  const world = await openWorld({ wrap: counted })
  const { id: group } = await world.create('groups', { displayName: 'G' })
  const setOf = async (name: string) =>
    (await world.create(`groups/${group}/sets`, { localizedNames: [{ name, languageTag: 'en-US' }] })).id
  const home = await setOf('home')
  const target = await setOf('target')
  const heads = { leaf: guid('7', 1), two: guid('7', 2), many: guid('7', 3) }
  for (const [name, id] of Object.entries(heads))
    await world.create(`sets/${home}/children`, { id, labels: labels(name) })
  await world.create(`sets/${home}/terms/${heads.two}/children`, { labels: labels('child') })
  await world.create(`sets/${home}/terms/${heads.many}/children`, { labels: labels('child') })
  await world.write(async (tx) => {
    const rest = { setId: home, parentId: heads.many, level: 2 }
    for (let at = 1; at < 2000; at += 1)
      await tx.insert(term, { ...rest, id: guid('7a', at), sortKey: `t${at}`, labels: labels(`t${at}`) })
  })
  const costOf = async (id: string) => {
    calls = 0
    const made = await world.create(`sets/${target}/relations`, { relationship: 'pin', toTermId: id })
    const cost = calls
    await world.remove(`sets/${target}/relations/${made.id}`)
    return cost
  }
  const [leaf, two, many] = [await costOf(heads.leaf), await costOf(heads.two), await costOf(heads.many)]
  expect(many).toBe(two)
  // Whether anything below occurs there already is asked once of each set; a leaf has nothing below.
  expect(many - leaf).toBeLessThanOrEqual(3)
  await world.create(`sets/${target}/relations`, { relationship: 'pin', toTermId: heads.many })
  expect(await world.list(`sets/${target}/terms`)).toHaveLength(2001)
})
