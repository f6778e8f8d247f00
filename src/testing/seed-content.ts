/** The option `seed`: names and files as `--seed` takes them, or seeds as objects. */
import { existsSync } from 'node:fs'
import type { Config } from '#app/config.ts'
import { checkedForm, faultLines } from '#app/seed/format/seed-check.ts'
import { loadYaml } from '#app/seed/format/yaml-text.ts'
import { contentIn } from '#app/seed/packs/content-flag.ts'
import { partsOf } from '#app/seed/packs/contents.ts'
import { parseDocument } from '#app/settings/config-file.ts'
import { textOfFile } from '#app/settings/text-file.ts'
import { AppError } from '#base/errors.ts'
import type { SeedObject, SeedWish } from './relata.ts'

function listOf(seed: SeedWish): readonly (string | SeedObject)[] {
  return Array.isArray(seed) ? seed : [seed as string | SeedObject]
}

/** Throws what is wrong with it, one line for each fault. */
export async function contentOf(seed: SeedWish): Promise<Config['seed']> {
  await loadYaml()
  if (typeof seed === 'string') return contentIn(seed)
  try {
    return listOf(seed).flatMap((one) => (typeof one === 'string' ? partsOf(contentIn(one)) : [checkedForm(one)]))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new Error(`the seed is not valid:\n  ${faultLines(error).join('\n  ')}`, { cause: error })
  }
}

/** What is sent to a server: it has the packs, and the files are here. */
export async function sentSeed(seed: SeedWish): Promise<unknown> {
  const sent = async (one: string | SeedObject): Promise<unknown> => {
    if (typeof one !== 'string' || !(existsSync(one) || /[./\\]/.test(one))) return one
    return parseDocument(textOfFile(one), one)
  }
  return Array.isArray(seed) ? Promise.all(seed.map(sent)) : sent(seed as string | SeedObject)
}
