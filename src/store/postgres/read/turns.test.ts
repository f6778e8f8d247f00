/** Who of many tenants reads next. */
import { expect, it } from 'vitest'
import { turnsOf } from './turns.ts'

/** Reads that end when told to. */
function readsOf(most: number) {
  const turns = turnsOf(most)
  const begun: string[] = []
  const ends: (() => void)[] = []
  const read = (tenantNo: number, name: string) =>
    turns(
      tenantNo,
      () => {
        begun.push(name)
        return new Promise<void>((resolve) => ends.push(resolve))
      },
      undefined,
    )
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { read, begun, ends, settled }
}

it('one tenant never has all turns, and the next turn goes to the tenant that has the fewest', async () => {
  const { read, begun, ends, settled } = readsOf(3)
  for (const name of ['a1', 'a2', 'a3', 'a4']) void read(1, name)
  await settled()
  expect(begun).toEqual(['a1', 'a2'])
  for (const name of ['b1', 'b2']) void read(2, name)
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b1'])
  ends[0]?.()
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
})

it('a hundred reads of a tenant wait, and no more, while others are read', async () => {
  const { read, begun, settled } = readsOf(3)
  for (let at = 0; at < 102; at += 1) void read(1, `a${at}`)
  await expect(read(1, 'more')).rejects.toMatchObject({ kind: 'unavailable', reason: 'crowded' })
  void read(2, 'b')
  await settled()
  expect(begun).toEqual(['a0', 'a1', 'b'])
})
