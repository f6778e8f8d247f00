/** `relata seed`: adds the content of seeds to a world of a running server, all of it or none. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { call } from './call.ts'
import { documentOrName } from './given-document.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface SeededTenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
}

/** A file of terms goes with its text. */
async function seedAt(word: string): Promise<unknown> {
  const { isTermsPath } = await import('#app/seed/packs/terms-file.ts')
  if (!isTermsPath(word)) return documentOrName(word)
  return { terms: basename(word), text: await readFile(word, 'utf8') }
}

/** Each word is a file, or the name of a pack. Prints the tenants that they name. */
export async function seed(target: Target, words: readonly string[], isJson: boolean): Promise<void> {
  const seeds: unknown[] = []
  for (const word of words) seeds.push(await seedAt(word))
  const body = { seed: seeds.length === 1 ? seeds[0] : seeds }
  const { value } = await call<{ value: readonly SeededTenant[] }>(target, {
    method: 'POST',
    path: '/_relata/seed',
    body,
  })
  if (isJson) sayJson(value)
  else {
    say(`seeded ${words.join(', ')}`)
    if (value.length > 0)
      sayTable(
        value.map(({ id, defaultDomain, displayName }) => [id, defaultDomain, displayName]),
        '',
      )
  }
}
