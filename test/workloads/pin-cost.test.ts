/** Pinning costs the same at any size of the branch: docs/adr/0002. Counts what the rules ask of the store. */
import { expect, it } from 'vitest'
import type { Tx } from '#edm/ports.ts'
import { term } from '#workloads/term-store/types.ts'
import { labels } from '../_support/taxonomy.ts'
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

it('pins a branch of 2,000 terms with no more calls than one of two', async () => {
  const world = await openWorld({ wrap: counted })
  const { group, set, term: addTerm, pin } = world.taxonomy
  const kept = await group()
  const [home, target] = [await set(kept), await set(kept)]
  const heads = { leaf: guid('7', 1), two: guid('7', 2), many: guid('7', 3) }
  for (const [name, id] of Object.entries(heads)) await addTerm(home, name, { id })
  for (const term of [heads.two, heads.many]) await addTerm({ set: home, term })
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
  await pin({ set: home, term: heads.many }, target)
  expect(await world.list(`sets/${target}/terms`)).toHaveLength(2001)
})
