import { describe, expect, it } from 'vitest'
import { DoesNotFit, verifyChain } from './chain.ts'

/** The vector of events.md §9.3. */
const tenant = '9a1c0000-0000-4000-8000-00000000aaaa'
const start = { n: 0, link: '7040d4e9fe9cd3a94e37204657b7c7f1d7ac9cc66c92fa0de884bef12fc67ff5' }
const links = [
  '4ff8af03954126c5548658ee2386929e6458f97b48a08b09e5deef43d3f98835',
  '3f9b5071f95f524b9fc069fc39ecced6b328db4d4a746677477784c7980f8e2b',
] as const
const ids = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'] as const
const lines: readonly object[] = [
  { format: 'relata-audit/1', tenant, start },
  // Members in another order than the one that is hashed.
  { n: 1, link: links[0], record: { id: ids[0], activityDisplayName: 'Add member to group' } },
  { n: 2, link: links[1], record: { activityDisplayName: 'Remove member from group', id: ids[1] } },
  { end: { n: 2, link: links[1] } },
]

const verified = (given: readonly object[]) =>
  verifyChain(
    given.map((line) => JSON.stringify(line)),
    { tenant, keys: [], onProgress: () => {} },
  )

const faultOf = async (given: readonly object[]) => {
  const error = await verified(given).catch((thrown: unknown) => thrown)
  return error instanceof DoesNotFit ? [error.what, error.n] : error
}

describe('the chain over the log', () => {
  it('fits as the specification computes it', async () => {
    expect(await verified(lines)).toEqual({ start: 0, end: 2, link: links[1], without: 0, isSigned: undefined })
    const leaf = '61747f0cb39a0d179d91f22a9e088be4e32aea5c4283ca9e4ecb561738a38f6b'
    expect(await verified(lines.with(2, { n: 2, link: links[1], leaf }))).toMatchObject({ end: 2, without: 1 })
  })

  it('names the first place that does not fit', async () => {
    const changed = { n: 2, link: links[1], record: { activityDisplayName: 'Other', id: ids[1] } }
    expect(await faultOf(lines.with(2, changed))).toEqual(['changed', 2])
    expect(await faultOf(lines.toSpliced(1, 1))).toEqual(['missing', 1])
    expect(await faultOf(lines.slice(0, -1))).toEqual(['cutOff', 2])
    expect(await faultOf(lines.toSpliced(2, 1))).toEqual(['missing', 2])
    const other = { format: 'relata-audit/1', start: { n: 0, link: links[0] } }
    expect(await faultOf(lines.with(0, other))).toEqual(['changed', 0])
    expect(await faultOf([{}])).toEqual(['format', 0])
    const payload = Buffer.from(JSON.stringify({ tenant, n: 2, link: links[0] })).toString('base64url')
    const checkpoint = `${Buffer.from('{"kid":"a"}').toString('base64url')}.${payload}.AA`
    expect(await faultOf(lines.with(3, { end: { n: 2, link: links[1] }, checkpoint }))).toEqual(['checkpoint', 2])
  })
})
