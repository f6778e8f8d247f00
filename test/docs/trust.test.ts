/** test/trust.md has a row for each finding, and the tests that it names are there. */
import { checkTraces } from './traced.ts'

const counts = { A: 8, B: 12, C: 10 }
const wanted = Object.entries(counts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, at) => `${part}${at + 1}`),
)

checkTraces('test/trust.md', { wanted, form: /^[ABC]\d+$/ })
