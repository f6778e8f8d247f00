/**
 * Texts of any code points, halves of surrogate pairs among them, for property tests. fast-check's own unit `binary`
 * has the same range, and takes two seconds of a processor to list it.
 */
import fc from 'fast-check'

const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code))

/** One character in two is ASCII, so that what has a meaning somewhere is met often. */
const unit = fc.oneof(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }), codePoint)

export function anyText(limits: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ ...limits, unit })
}
