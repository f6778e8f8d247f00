/** A seed from a file of JSON or YAML, for `--seed` and `relata tenant add --file`. */
import { extname } from 'node:path'
import { AppError } from '#base/errors.ts'
import { plainJson } from '../../settings/commented-json.ts'
import { placeIn, textOfFile } from '../../settings/text-file.ts'
import { checkedSeed, faultLines } from './seed-check.ts'
import type { Seed } from './seed-format.ts'
import { yamlIn } from './yaml-text.ts'

/** Files of terms are no tenants. */
const otherForms: Readonly<Record<string, string>> = {
  '.csv': 'a CSV file',
  '.tsv': 'a table',
  '.xml': 'an XML file, as PnP writes them',
  '.pnp': 'a PnP package',
}

/** The first line: what follows it quotes the file, which may be another one, with secrets. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replace(/:$/, '') ?? ''
}

function parsed(file: string): unknown {
  const form = extname(file).toLowerCase()
  const other = otherForms[form]
  if (other !== undefined) throw new Error(`is ${other}: tenants are read from JSON and YAML only (docs/seeds.md)`)
  let text: string
  try {
    text = textOfFile(file)
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`)
  }
  if (form === '.yaml' || form === '.yml') {
    try {
      return yamlIn(text)
    } catch (cause) {
      throw new Error(`is not YAML: ${firstLine(cause)}`, { cause })
    }
  }
  try {
    return JSON.parse(plainJson(text))
  } catch (cause) {
    // The parser quotes the text.
    throw new Error(`is not JSON${placeIn(cause)}`, { cause })
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
