/** Which tests sent which operation: what test/_support/shown.ts noted in a run → test/parity.json. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../install.js'

/** Key → the test that sends it; `sample`: the one that compares with the documentation. Written by `RELATA_PARITY=write npm test`. */
export const shownFile = join(root, 'test', 'parity.json')

const isSample = (file) => file.startsWith('test/samples/')

/** Key → file → how often it sent that, to the last power of two. */
export function readNotes(folder) {
  const found = new Map()
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, name), 'utf8').trim().split('\n')) {
      const { key, file, count } = JSON.parse(line)
      const files = found.get(key) ?? new Map()
      found.set(key, files.set(file, Math.max(count, files.get(file) ?? 0)))
    }
  }
  return found
}

const known = () => (existsSync(shownFile) ? JSON.parse(readFileSync(shownFile, 'utf8')) : {})

/** What the file says and the run did not show, a line each. */
export function missingIn(notes) {
  return Object.entries(known()).flatMap(([key, { test, sample }]) =>
    [test, sample].flatMap((file) =>
      file === undefined || notes.get(key)?.has(file) ? [] : [`test/parity.json: ${file} did not send '${key}'`],
    ),
  )
}

/** The file of which this operation is the greatest part is the one about it. What is named already stays. */
function closest(files, totals, before) {
  const share = (file) => files.get(file) / totals.get(file)
  const others = [...files.keys()].filter((file) => !isSample(file)).toSorted()
  if (before !== undefined && others.includes(before)) return before
  return others.toSorted((one, other) => share(other) - share(one))[0]
}

export function writeNotes(notes) {
  const totals = new Map()
  for (const files of notes.values())
    for (const [file, count] of files) totals.set(file, (totals.get(file) ?? 0) + count)
  const before = known()
  const entries = [...notes]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, files]) => {
      const test = closest(files, totals, before[key]?.test)
      const sample = [...files.keys()].filter(isSample).toSorted()[0]
      return [key, { ...(test === undefined ? {} : { test }), ...(sample === undefined ? {} : { sample }) }]
    })
  writeFileSync(shownFile, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`)
}
