/** Which tests sent which operation: what test/_support/shown.ts noted in a run → test/parity.json. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../install.js'

/** Key → the test that sends it; `sample`: the one that compares with the documentation. Written by `RELATA_PARITY=write npm test`. */
export const shownFile = join(root, 'test', 'parity.json')

const isSample = (file) => file.startsWith('test/samples/')

function notesIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
}

/** Key → `files`: file → how often it sent that, to the last power of two; `differs`: where it is answered otherwise. */
export function readNotes(folder) {
  const found = new Map()
  for (const { key, file, count, differs = [] } of notesIn(folder)) {
    const entry = found.get(key) ?? { files: new Map(), differs: new Map() }
    found.set(key, entry)
    for (const { at, why } of differs) entry.differs.set(`${at} ${why}`, { at, why })
    if (count !== undefined) entry.files.set(file, Math.max(count, entry.files.get(file) ?? 0))
  }
  return found
}

const known = () => (existsSync(shownFile) ? JSON.parse(readFileSync(shownFile, 'utf8')) : {})

/** What the file says and the run did not show, a line each. */
export function missingIn(notes) {
  return Object.entries(known()).flatMap(([key, { test, sample }]) =>
    [test, sample].flatMap((file) =>
      file === undefined || notes.get(key)?.files.has(file) ? [] : [`test/parity.json: ${file} did not send '${key}'`],
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
  for (const { files } of notes.values())
    for (const [file, count] of files) totals.set(file, (totals.get(file) ?? 0) + count)
  const before = known()
  const entries = [...notes]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, { files, differs }]) => {
      const test = closest(files, totals, before[key]?.test)
      const sample = [...files.keys()].filter(isSample).toSorted()[0]
      return [
        key,
        {
          ...(test === undefined ? {} : { test }),
          ...(sample === undefined ? {} : { sample }),
          ...(differs.size === 0 ? {} : { differs: [...differs].toSorted().map(([, difference]) => difference) }),
        },
      ]
    })
    .filter(([, entry]) => entry.test !== undefined || entry.sample !== undefined)
  writeFileSync(shownFile, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`)
}
