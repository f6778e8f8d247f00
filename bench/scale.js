/**
 * How Relata's figures grow with the number of terms, for docs/scale.md: all sizes in one run, taking turns.
 * Usage: scale.js [--sizes 10k,100k,1M,10M] [--postgres] [--out FILE]. With `--postgres` it is a PostgreSQL of its own
 * instead of SQLite, and the other table of the page. What it needs is made once and kept in bench/.data; 10M takes about
 * 15 GB there, as much again while it is made and while it runs, so it is measured only when it is asked for.
 */
import { spawnSync } from 'node:child_process'
import { constants } from 'node:fs'
import { cp, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.js')], { stdio: 'inherit' })
if (built.status !== 0) process.exit(2)

const { count, median, ratiosOf, spreadOf, times } = await import('./figures.js')
const { manyTerms, placesIn, termsText, warmFile } = await import('./many.js')
const { readsOver } = await import('./parts/growth.js')
const { copyRelata, startPostgres } = await import('./postgres.js')
const { residentMegabytes, startProgram } = await import('./program.js')
const { checkMarkers, environment, linesOf, writeBetween } = await import('./report.js')
const { addressesIn } = await import('./requests.js')
const { alternate, rounds, shortTurns, startSide } = await import('./side.js')

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10k,100k,1M' },
    postgres: { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'docs', 'scale.md') },
  },
})
const units = { k: 1_000, M: 1_000_000 }
const sizes = values.sizes.split(',').map((text) => Number(text.slice(0, -1)) * units[text.slice(-1)])
if (sizes.some((size) => !Number.isInteger(size / 1_000))) {
  console.error('sizes are like 10k,100k,1M')
  process.exit(2)
}
const mark = values.postgres ? 'scale-postgres' : 'scale'
await checkMarkers(values.out, mark)
const usual = [10_000, 100_000, 1_000_000, 10_000_000]

const kindsOver = (data) => ({
  ...readsOver(data),
  'create term': { expect: 201, make: addressesIn(placesIn(data)).create('Fresh'), perSecond: 10_000 },
})

const table = (head, rows) => linesOf([head, head.map(() => '---'), ...rows])

/** Microseconds a request at each size, and how many times as long as at the size before. */
const measure = async (sides, kinds) => {
  const rows = []
  for (const name of Object.keys(kinds[0])) {
    const runs = await alternate(sides, name, (side) => kinds[sides.indexOf(side)][name], shortTurns)
    const micros = runs.map((some) => some.map(({ perSecond }) => 1_000_000 / perSecond))
    const cells = micros.map((own, at) => {
      const growth = at === 0 ? '' : `, ${times(spreadOf(ratiosOf(own, micros[at - 1])))}`
      return `${count(median(own))}${growth}`
    })
    console.log(name, cells.join(' | '))
    rows.push([name, ...cells])
  }
  return table(['µs, and times the size before', ...sizes.map(termsText)], rows)
}

const withSides = async (starts, work) => {
  const sides = []
  try {
    for (const start of starts) sides.push(await start())
    return await work(sides)
  } finally {
    for (const side of sides) await side.stop()
  }
}

/** Size on disk, how fast it was written, start and memory. */
const standing = async (data) => {
  const { size } = await stat(join(data.location, 'relata.db'))
  // The first start makes keys and certificates.
  await (await startProgram(data.location)).stop()
  const [millis, megabytes] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    const program = await startProgram(data.location)
    millis.push(program.millis)
    megabytes.push((await residentMegabytes(program.pid))?.all ?? Number.NaN)
    await program.stop()
  }
  const { rows, seconds } = data.made
  return [
    `${count(size / 2 ** 20)} MB`,
    `${count(size / data.terms)}`,
    `${count(rows)} in ${count(seconds)} s`,
    `${count(median(millis))} ms`,
    `${count(median(megabytes))} MB`,
  ]
}

/** Nothing of it is left to be written while others are measured, and all of it that fits is in memory. */
const settle = async (location) => {
  const file = await open(join(location, 'relata.db'))
  await file.sync()
  await file.close()
  await warmFile(location)
}

/** Writes go to copies, which cost nothing where the file system shares what is equal. */
const onSqlite = async (all, kinds, copies) => {
  const still = []
  for (const data of all) still.push([termsText(data.terms), ...(await standing(data))])
  const stillTable = table(['', 'on disk', 'bytes a term', 'rows written', 'start', 'memory after it'], still)
  console.log(stillTable)
  const start = (data) => async () => {
    const place = join(copies, String(data.terms))
    await cp(data.location, place, { recursive: true, mode: constants.COPYFILE_FICLONE })
    await settle(place)
    return startSide(data.terms, 'relata.js', [place], { usesToken: true })
  }
  return { tables: [stillTable, await withSides(all.map(start), (sides) => measure(sides, kinds))] }
}

const onPostgres = async (all, kinds, copies) => {
  const server = await startPostgres()
  const start = (data) => async () => {
    const url = await server.schema()
    await copyRelata(data.location, url)
    return startSide(data.terms, 'relata.js', [join(copies, `keys-${data.terms}`), url], { usesToken: true })
  }
  try {
    return { version: server.version, tables: [await withSides(all.map(start), (sides) => measure(sides, kinds))] }
  } finally {
    await server.stop()
  }
}

const began = performance.now()
const all = []
for (const size of sizes) all.push(await manyTerms(size))
const copies = await mkdtemp(join(tmpdir(), 'relata-scale-'))
try {
  const { version, tables } = await (values.postgres ? onPostgres : onSqlite)(all, all.map(kindsOver), copies)
  const facts = await environment({
    postgres: version,
    minutes: (performance.now() - began) / 60_000,
    turns: shortTurns,
  })
  const left = usual.filter((size) => !sizes.includes(size)).map(termsText)
  const notRun = left.length === 0 ? [] : [`Not run: ${left.join(', ')}.`]
  const text = [facts, ...notRun, ...tables].join('\n\n')
  console.log(`\n${text}`)
  await writeBetween(values.out, mark, text)
} finally {
  await rm(copies, { recursive: true, force: true })
}
