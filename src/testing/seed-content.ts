/** The option `seed`: names and files as `--seed` takes them, or seeds as objects. */
import { existsSync } from 'node:fs'
import type { Config } from '#app/config.ts'
import { checkedForm, faultLines } from '#app/seed/format/seed-check.ts'
import { loadYaml } from '#app/seed/format/yaml-text.ts'
import { contentIn } from '#app/seed/packs/content-flag.ts'
import { partsOf } from '#app/seed/packs/contents.ts'
import { packNamed } from '#app/seed/packs/packs.ts'
import { firstLine, parseDocument } from '#app/settings/config-file.ts'
import { textOfFile } from '#app/settings/text-file.ts'
import { AppError } from '#base/errors.ts'
import type { SeedObject, SeedWish } from './relata.ts'

function listOf(seed: SeedWish): readonly (string | SeedObject)[] {
  return Array.isArray(seed) ? seed : [seed as string | SeedObject]
}

/** The message says what is wrong, and not with what. */
function namedContent(text: string): ReturnType<typeof contentIn> {
  try {
    return contentIn(text)
  } catch (error) {
    throw new Error(`the seed '${text}' ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** Throws what is wrong with it, one line for each fault. */
export async function contentOf(seed: SeedWish): Promise<Config['seed']> {
  await loadYaml()
  if (typeof seed === 'string') return namedContent(seed)
  try {
    return listOf(seed).flatMap((one) => (typeof one === 'string' ? partsOf(namedContent(one)) : [checkedForm(one)]))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new Error(`the seed is not valid:\n  ${faultLines(error).join('\n  ')}`, { cause: error })
  }
}

/** A pack, also where a folder has its name; a file; else the server says what the name is not. */
async function sentPart(name: string): Promise<unknown> {
  if (packNamed(name) !== undefined) return name
  if (!existsSync(name) && !/[./\\]/.test(name)) return name
  try {
    return await parseDocument(textOfFile(name), name)
  } catch (error) {
    throw new Error(`the seed '${name}': ${firstLine(error)}`, { cause: error })
  }
}

/** What is sent to a server: it has the packs, and the files are here. */
export async function sentSeed(seed: SeedWish): Promise<unknown> {
  const parts = listOf(seed).flatMap((one) =>
    typeof one === 'string' && !existsSync(one) ? one.split(',').map((name) => name.trim()) : [one],
  )
  const sent = await Promise.all(parts.map(async (one) => (typeof one === 'string' ? sentPart(one) : one)))
  return sent.length === 1 ? sent[0] : sent
}
