/**
 * Notes which operation a test sends, for docs/parity.md. `RELATA_SHOWN` names the folder of the notes; scripts/test.js
 * reads them after the run.
 */
import { appendFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'vitest'
import { operationOf } from '../../scripts/parity/operations.js'

const folder = process.env['RELATA_SHOWN']
const counts = new Map<string, number>()

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0

const keyAndFile = (method: string, target: string) => {
  const { testPath } = expect.getState()
  const key = operationOf(method, target)
  return key === undefined || testPath === undefined ? undefined : { key, file: relative(process.cwd(), testPath) }
}

const note = (entry: object): void => {
  if (folder !== undefined) appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(entry)}\n`)
}

/** `target`: from the version on. A request that is refused shows nothing. */
export const noteOperation = (method: string, target: string, status: number): void => {
  if (folder === undefined || status >= 400) return
  const noted = keyAndFile(method, target)
  if (noted === undefined) return
  const { key, file } = noted
  const count = (counts.get(`${file} ${key}`) ?? 0) + 1
  counts.set(`${file} ${key}`, count)
  // How often is of interest only roughly, and a walk sends thousands.
  if (isPowerOfTwo(count)) note({ key, file, count })
}

/** Where an answer of ours differs from the documented one, as a sample names the place, and why. */
export interface NotedDifference {
  readonly at: string
  readonly why: string
}

export const noteDifferences = (method: string, target: string, differs: readonly NotedDifference[]): void => {
  const noted = folder === undefined || differs.length === 0 ? undefined : keyAndFile(method, target)
  if (noted !== undefined) note({ ...noted, differs: differs.map(({ at, why }) => ({ at, why })) })
}
