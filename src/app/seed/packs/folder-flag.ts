/** The setting `--seed-folder`: the seed files of a folder, as the image has one at /seed. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingReader } from '#base/setting.ts'
import { readSeed } from '../format/read-seed.ts'
import { checkTogether } from './content-flag.ts'
import { type PlacedPart, partsOf, type SeedChoice } from './contents.ts'
import { isTermsPath, termsFileAt } from './terms-file.ts'

/** Seeds and files of terms. PnP's packages are refused as such: somebody who put them there waits for their terms. */
const endings = /\.(?:json|ya?ml|csv|tsv|xml|ttl|rdf|jsonld|pnp)$/i

/** Hidden ones are how Kubernetes mounts; schemas lie beside seeds for editors. */
function isSeedName(name: string): boolean {
  return endings.test(name) && !name.startsWith('.') && !/\.schema\.json$/i.test(name)
}

/** In the order of their names, character by character: `10-a.yaml` before `9-b.yaml`. Throws where it cannot be read. */
function seedFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => isSeedName(name) && statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => join(folder, name))
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** Whether a file there is YAML. A folder that cannot be read is refused when the setting is read. */
export function hasYaml(folder: string): boolean {
  try {
    return seedFilesIn(folder).some((file) => /\.ya?ml$/i.test(file))
  } catch {
    return false
  }
}

function partIn(file: string): PlacedPart {
  try {
    return { part: isTermsPath(file) ? termsFileAt(file) : readSeed(file, false), at: `${file}: ` }
  } catch (error) {
    throw new Error(`has ${file}, which ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function partsIn(folder: string): readonly PlacedPart[] {
  return seedFilesIn(folder).map(partIn)
}

export const folderContent: SettingReader<readonly PlacedPart[]> = partsIn

interface SeedValues {
  readonly seed: SeedChoice | undefined
  readonly seedFolder: readonly PlacedPart[]
}

/** What is wrong with the files of the folder after the content before them. */
export function folderConflicts({ seed, seedFolder }: SeedValues): string[] {
  if (seedFolder.length === 0) return []
  const before = seed === undefined ? [] : partsOf(seed).map((part): PlacedPart => ({ part, at: '' }))
  try {
    checkTogether([...before, ...seedFolder])
    return []
  } catch (error) {
    return [`--seed-folder: a file ${error instanceof Error ? error.message : error}`]
  }
}

/** Undefined: neither says anything. */
export function wholeContent({ seed, seedFolder }: SeedValues): SeedChoice | undefined {
  if (seedFolder.length === 0) return seed
  return [...(seed === undefined ? [] : partsOf(seed)), ...seedFolder.map(({ part }) => part)]
}
