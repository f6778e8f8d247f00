/** The versions that a witness pins, read from the file that pins them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Witness } from '../table.js'
import { folderOf } from './program.ts'

/** In any form of such files: the name, then the version after a few signs. */
export const versionsOf = (witness: Witness): Record<string, string> => {
  const [file, packages] = witness.versions
  const text = readFileSync(join(folderOf(witness), file), 'utf8')
  const versionOf = (name: string): string => {
    const escaped = name.replaceAll(/[./-]/g, '\\$&')
    const found = new RegExp(`(?<![\\w/-])${escaped}(?![\\w/-])[^\\d]{1,60}?(\\d+\\.\\d+[\\w.-]*)`).exec(text)?.[1]
    if (found === undefined) throw new Error(`${file} of ${witness.name} pins no version of ${name}`)
    return found
  }
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]))
}
