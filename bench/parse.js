/** How long a typical $filter takes: read with a shape that is known, and lexed, parsed and bound for the first time. */
import { performance } from 'node:perf_hooks'
import { parseFilter } from '../dist/odata/query/expression/expression.js'
import { readingOf } from '../dist/odata/query/expression/operand.js'
import { readOptions } from '../dist/odata/query/options.js'
import { cursorOf } from '../dist/odata/query/syntax/cursor.js'
import { lift } from '../dist/odata/query/syntax/lift.js'
import { models } from '../dist/workloads/models.js'

const model = models['v1.0']
const { type } = model.view('microsoft.graph.termStore.term')
const count = 10_000

const filters = [
  (at) => `labels/any(l:l/name eq 'name ${at}' and l/languageTag eq 'en-US')`,
  (at) => `startswith(id,'${at}') or createdDateTime ge 2026-01-01T00:00:00Z`,
  (at) => `set/parentGroup/displayName eq 'group ${at}' and not (children/$count gt 3)`,
]

/** Microseconds for one text: the best of ten rounds, since other work on the machine only ever adds. */
const timed = (texts, read) => {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 10; round += 1) {
    const start = performance.now()
    for (const text of texts) read(text)
    best = Math.min(best, ((performance.now() - start) / texts.length) * 1000)
  }
  return best.toFixed(1)
}

const none = new Map()
const parsed = (text) => {
  const { tokens = [] } = lift(text, '$filter', true, none, [])
  return parseFilter(readingOf(model), cursorOf(tokens, '$filter'), type)
}
const whole = (text) =>
  readOptions(model, type, `$filter=${encodeURIComponent(text)}`, { collection: true, strict: false })

for (const filter of filters) {
  const texts = Array.from({ length: count }, (_, at) => filter(at))
  process.stdout.write(`${filter(0)}\n  shape known ${timed(texts, whole)} µs, parsed ${timed(texts, parsed)} µs\n`)
}
