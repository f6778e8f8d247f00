/** Rows as a table for the terminal and for a page, and what they were measured on. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statfsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, release, tmpdir, totalmem, type } from 'node:os'
import { postgresSettings } from './postgres.js'
import { cores, isPinned, rounds, seconds } from './side.js'

const verdict = ({ isMet }) => (isMet === undefined ? '' : isMet ? 'met' : '**not met**')
const columns = [
  { head: 'what', width: 34, of: (row) => row.what },
  { head: 'Relata', width: 18, of: (row) => row.ours },
  { head: 'compared with', width: 26, of: (row) => row.beside },
  { head: 'ratio', width: 20, of: (row) => row.ratio },
  { head: 'p99 ms', width: 8, of: (row) => row.p99 },
  { head: 'CPU µs', width: 15, of: (row) => row.cpu },
  { head: 'load µs', width: 8, of: (row) => row.load },
  { head: 'ceiling', width: 8, of: (row) => row.ceiling },
  { head: 'goal', width: 20, of: (row) => row.goal },
  { head: '', width: 0, of: verdict },
]
const cellsOf = (row) => columns.map(({ of }) => of(row) ?? '')
const lineOf = (cells) => cells.map((cell, at) => cell.padEnd(columns[at].width)).join('  ')

export const headText = () => lineOf(columns.map(({ head }) => head)).trimEnd()
export const rowText = (row) => lineOf(cellsOf(row)).replaceAll('**', '').trimEnd()

/** Rows of cells as Markdown has them. */
export const linesOf = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** A table in Markdown, without the columns none of the rows has. */
export const tableText = (rows) => {
  const cells = rows.map(cellsOf)
  const used = columns.map((_, at) => at === 0 || cells.some((row) => row[at] !== ''))
  const rowsOf = [columns.map(({ head }) => head), columns.map(() => '---'), ...cells]
  return linesOf(rowsOf.map((row) => row.filter((_, at) => used[at])))
}

/** Which goals are met, which are not, and which nobody looked at. */
export const goalsText = (results) => {
  const all = results.flatMap(({ title, rows }) =>
    rows.filter(({ goal }) => goal !== undefined).map((row) => ({ ...row, name: `${row.what} (${title})` })),
  )
  const list = (some) => some.map(({ name, goal, ratio, ours }) => `- ${name}: ${ratio ?? ours}, goal ${goal}`)
  const not = all.filter(({ isMet }) => isMet === false)
  const unseen = all.filter(({ isMet }) => isMet === undefined)
  return [
    `Goals met: ${all.filter(({ isMet }) => isMet === true).length} of ${all.length}.`,
    ...(not.length === 0 ? [] : ['', 'Not met:', '', ...list(not)]),
    ...(unseen.length === 0 ? [] : ['', 'Not measured:', '', ...list(unseen)]),
  ].join('\n')
}

const fileSystems = { 61267: 'ext4', 16914836: 'tmpfs', 1481003842: 'xfs', 2435016766: 'btrfs', 2035054128: 'overlay' }
const versionOf = (folder) => {
  try {
    return JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8')).version
  } catch {
    return undefined
  }
}

/** Each package with its version, where it is installed. */
const packages = () =>
  ['pg', 'kysely', 'peers/json-server', 'peers/odata-v4-server'].flatMap((name) => {
    const version = versionOf(
      name.startsWith('peers/') ? name.replace('/', '/node_modules/') : `../node_modules/${name}`,
    )
    return version === undefined ? [] : [`${name.replace('peers/', '')} ${version}`]
  })

/** The machine and the versions, as a sentence or two. */
export const environment = async ({ postgres, minutes, turns = { turns: rounds, length: seconds } }) => {
  const [cpu] = cpus()
  const disk = fileSystems[statfsSync(tmpdir()).type] ?? 'an unknown file system'
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim()
  const date = new Date().toISOString().slice(0, 10)
  const where = isPinned ? 'server on the first core, load on the last' : 'servers and load on any core'
  return [
    `${date}, commit ${commit || 'unknown'}, ${minutes.toFixed(0)} minutes: ${turns.turns} rounds of ${turns.length} s for each row and side, ${where}.`,
    `${cores} × ${cpu?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${type()} ${release()}, databases on ${disk}.`,
    `Node ${process.versions.node}, SQLite ${process.versions.sqlite}, PostgreSQL ${postgres === undefined ? 'not started' : `${postgres} (${postgresSettings.join(', ')})`}, ${packages().join(', ')}.`,
  ].join('\n')
}

const markersOf = (name) => [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]

/** Throws where the page has not both markers: better before a long run than after it. Returns the page. */
export const checkMarkers = async (file, name) => {
  const page = await readFile(file, 'utf8')
  const [begin, end] = markersOf(name)
  if (page.indexOf(begin) < 0 || page.indexOf(end) < page.indexOf(begin))
    throw new Error(`${file} has no markers ${begin} and ${end}`)
  return page
}

/** Replaces what a page has between its two markers. Throws where it has none. */
export const writeBetween = async (file, name, text) => {
  const page = await checkMarkers(file, name)
  const [begin, end] = markersOf(name)
  const from = page.indexOf(begin) + begin.length
  await writeFile(file, `${page.slice(0, from)}\n\n${text}\n\n${page.slice(page.indexOf(end))}`)
}
