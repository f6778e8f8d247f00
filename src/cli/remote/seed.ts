/** `relata seed`: adds the content of seeds to a world of a running server, all of it or none. */
import { call } from './call.ts'
import { documentOrName } from './given-document.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface SeededTenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
}

/** Each word is a file, or the name of a pack. Prints the tenants that they name. */
export async function seed(target: Target, words: readonly string[], isJson: boolean): Promise<void> {
  const seeds: unknown[] = []
  for (const word of words) seeds.push(await documentOrName(word))
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
