/** A seed from a file of JSON, for `--seed` and `relata tenant add --file`. */
import { readFileSync } from 'node:fs'
import { AppError } from '#base/errors.ts'
import { checkedSeed, faultLines } from './seed-check.ts'
import type { Seed } from './seed-format.ts'

function parsed(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser quotes the text, and the file may be another one, with secrets.
    throw new Error('is not JSON', { cause })
  }
}

/** `isWhole`: it names no tenant that it does not have. Throws what is wrong with the file, one line for each fault. */
export function readSeed(file: string, isWhole = true): Seed {
  const value = parsed(file)
  try {
    return checkedSeed(value, isWhole)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const lines = faultLines(error)
    throw new Error(lines.length === 1 ? `is not a seed: ${lines[0]}` : `is not a seed:\n  ${lines.join('\n  ')}`)
  }
}
