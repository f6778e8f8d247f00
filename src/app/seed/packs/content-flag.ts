/** The setting `--seed`: names of packs and paths of files. */
import { AppError } from '#base/errors.ts'
import { listShape, type SettingReader } from '#base/setting.ts'
import { bundledRoles } from '#workloads/directory/role-catalogue.ts'
import { readSeed } from '../format/read-seed.ts'
import { faultLines } from '../format/seed-check.ts'
import { checkParts, type PlacedPart, partsOf, type SeedChoice, type SeedPart } from './contents.ts'
import { packNamed, packNames } from './packs.ts'
import { isTermsPath, termsFileAt } from './terms-file.ts'

/** Whether it has companies that are made up. */
export function hasPack(content: SeedChoice | undefined): boolean {
  return content !== undefined && partsOf(content).some((part) => typeof part === 'string')
}

/** Whether a text names one file: in a configuration file its path is relative to that. */
export function isSeedFile(text: string): boolean {
  return !text.includes(',') && packNamed(text) === undefined && text.toLowerCase() !== 'none'
}

/** A word that is no pack may be a misspelt one. */
function partNamed(text: string): SeedPart {
  const pack = packNamed(text)
  if (pack !== undefined) return pack
  try {
    return isTermsPath(text) ? termsFileAt(text) : readSeed(text, false)
  } catch (error) {
    if (/[./\\]/.test(text)) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`is no pack (these are ${packNames.join(', ')}), and as a file it ${why}`, { cause: error })
  }
}

function oneOfSeveral(text: string): SeedPart {
  try {
    return partNamed(text)
  } catch (error) {
    throw new Error(`has ${text}, which ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** Throws what is wrong with them, one line for each fault. */
export function checkTogether(parts: readonly PlacedPart[]): void {
  try {
    checkParts(parts, { find: () => undefined }, bundledRoles)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const lines = faultLines(error)
    throw new Error(lines.length === 1 ? `is not a seed: ${lines[0]}` : `is not a seed:\n  ${lines.join('\n  ')}`)
  }
}

/** Names and paths, separated by commas. Throws what is wrong with them. */
function contentOf(text: string): SeedChoice {
  const names = text.split(',').map((name) => name.trim())
  if (names.length === 1 && names[0]?.toLowerCase() === 'none') return 'none'
  if (names.some((name) => name.toLowerCase() === 'none')) throw new Error("has 'none' beside other content")
  if (names.includes('')) throw new Error('has an empty entry')
  const isOne = names.length === 1
  const partAt = isOne ? partNamed : oneOfSeveral
  const parts = names.map((name): PlacedPart => ({ part: partAt(name), at: isOne ? '' : `${name}: ` }))
  checkTogether(parts)
  return parts.map(({ part }) => part)
}

export const contentIn: SettingReader<SeedChoice> = Object.assign(contentOf, { shape: listShape })
