/** The bulk path: a whole database from SQLite to PostgreSQL and back, by `relata copy` as people call it. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count } from '../figures.js'
import { large, manyTerms, termsText } from '../many.js'
import { programFile } from '../program.js'

/** { rows, seconds } */
const copy = (from, to) => {
  const env = { ...process.env, RELATA_COPY_FROM: from, RELATA_COPY_TO: to }
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [programFile, 'copy', '-', '-'], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  const rows = /copied ([\d,]+) rows/.exec(stdout)?.[1] ?? ''
  return { rows: Number(rows.replaceAll(',', '')), seconds: (performance.now() - began) / 1000 }
}

const rowOf = (what, { rows, seconds }) => ({
  what,
  ours: `${seconds.toFixed(0)} s for ${count(rows)} rows, ${count(rows / seconds)} rows/s`,
})

export const copyPart = async (report, { postgres }) => {
  const { location } = await manyTerms(large)
  const server = await postgres()
  const url = await server.schema()
  const back = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const what = `${termsText(large)}, ${count(large / 10)} relationships`
  try {
    report(rowOf(`${what}: SQLite to PostgreSQL`, copy(location, url)))
    report(rowOf(`${what}: PostgreSQL to SQLite`, copy(url, join(back, 'relata'))))
  } finally {
    await rm(back, { recursive: true, force: true })
  }
}
