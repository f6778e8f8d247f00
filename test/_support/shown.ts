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

/** `target`: from the version on. A request that is refused shows nothing. */
export const noteOperation = (method: string, target: string, status: number): void => {
  if (folder === undefined || status >= 400) return
  const { testPath } = expect.getState()
  const key = operationOf(method, target)
  if (key === undefined || testPath === undefined) return
  const file = relative(process.cwd(), testPath)
  const count = (counts.get(`${file} ${key}`) ?? 0) + 1
  counts.set(`${file} ${key}`, count)
  // How often is of interest only roughly, and a walk sends thousands.
  if (isPowerOfTwo(count))
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify({ key, file, count })}\n`)
}
