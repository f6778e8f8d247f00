/** The vectors of events.md §9.3, and of RFC 8785 what records can have. */
import { describe, expect, it } from 'vitest'
import { canonicalJson, firstLink, leafOf, linkAfter } from './links.ts'

const tenantId = '9a1c0000-0000-4000-8000-00000000aaaa'

function record(activityDisplayName: string, number: number): string {
  return canonicalJson({ id: `01900000-0000-7000-8000-00000000000${number}`, activityDisplayName })
}

describe('the chain', () => {
  it('has the links of events.md §9.3', () => {
    const first = record('Add member to group', 1)
    expect(first).toBe('{"activityDisplayName":"Add member to group","id":"01900000-0000-7000-8000-000000000001"}')
    const start = firstLink(tenantId)
    expect(start).toBe('7040d4e9fe9cd3a94e37204657b7c7f1d7ac9cc66c92fa0de884bef12fc67ff5')
    const leaf = leafOf(first)
    expect(leaf).toBe('7bd2e19164114753c88b42f8e4662656a81f022624a4a9c53d227ea5b064eae9')
    const link = linkAfter(start, 1, leaf)
    expect(link).toBe('4ff8af03954126c5548658ee2386929e6458f97b48a08b09e5deef43d3f98835')
    const second = leafOf(record('Remove member from group', 2))
    expect(second).toBe('61747f0cb39a0d179d91f22a9e088be4e32aea5c4283ca9e4ecb561738a38f6b')
    expect(linkAfter(link, 2, second)).toBe('3f9b5071f95f524b9fc069fc39ecced6b328db4d4a746677477784c7980f8e2b')
  })
})

describe('canonical JSON', () => {
  it('sorts members by UTF-16 units, at every depth, and writes no spaces', () => {
    // RFC 8785 §3.2.3: the order of its example.
    const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 }
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7)
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
    expect(canonicalJson({ b: [{ d: null, c: true }], a: 'x' })).toBe('{"a":"x","b":[{"c":true,"d":null}]}')
  })

  it('writes texts and numbers as ECMAScript does', () => {
    expect(canonicalJson({ text: '€$\u000f\nA\'B"\\\\"/', numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27] })).toBe(
      '{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"text":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })
})
