/** A small taxonomy that looks as real ones do: three languages with gaps, synonyms, a pin, a reuse, something deprecated. */
import { expect, vi } from 'vitest'
import type { TestServer } from '../_support/server.ts'

const idOf = (at: number): string => `9a9e5000-0000-4000-8000-${String(at).padStart(12, '0')}`

export const kitchen = { herbs: idOf(2), menu: idOf(3), annuals: idOf(10), basil: idOf(11), cilantro: idOf(14) }

interface More {
  readonly synonyms?: readonly string[]
  readonly description?: string
  readonly isDeprecated?: boolean
  readonly isAvailableForTagging?: boolean
}

const languages = ['en-US', 'de-DE', 'fr-FR']

/** `names`: in English, German and French; empty: there is none. */
const term = (at: number, names: readonly string[], more: More = {}, children: readonly unknown[] = []) => {
  const { synonyms = [], description, ...rest } = more
  return {
    id: idOf(at),
    labels: [
      ...names.flatMap((name, of) => (name === '' ? [] : [{ name, languageTag: languages[of], isDefault: true }])),
      ...synonyms.map((name) => ({ name, languageTag: 'en-US', isDefault: false })),
    ],
    ...(description === undefined ? {} : { descriptions: [{ description, languageTag: 'en-US' }] }),
    ...rest,
    children,
  }
}

const onlyToGroup = { isAvailableForTagging: false }

const herbs = [
  term(10, ['Annuals', 'Einjährige', 'Annuelles'], onlyToGroup, [
    term(11, ['Basil', 'Basilikum', 'Basilic'], {
      synonyms: ['Sweet basil', 'Genovese basil'],
      description: 'Added at the end, as heat takes its scent. From seed each year.',
    }),
    term(12, ['Chervil', 'Kerbel', '']),
    term(13, ['Coriander', 'Koriander', 'Coriandre'], { synonyms: ['Chinese parsley'] }),
    term(14, ['Cilantro', '', '']),
    term(15, ['Dill', 'Dill', 'Aneth']),
  ]),
  term(20, ['Perennials', 'Mehrjährige', 'Vivaces'], onlyToGroup, [
    term(21, ['Lovage', 'Liebstöckel', ''], { isDeprecated: true }),
    term(22, ['Mint', 'Minze', 'Menthe'], { synonyms: ['Spearmint'] }),
    term(23, ['Oregano', 'Oregano', 'Origan']),
    term(24, ['Tarragon', '', 'Estragon']),
  ]),
  term(30, ['Shrubs', 'Sträucher', 'Arbustes'], onlyToGroup, [
    term(31, ['Bay', 'Lorbeer', 'Laurier']),
    term(32, ['Rosemary', 'Rosmarin', 'Romarin']),
    term(33, ['Thyme', 'Thymian', 'Thym']),
  ]),
]

const menu = [
  term(40, ['Salads', 'Salate', 'Salades'], {}, [{ kind: 'pin', id: kitchen.annuals }]),
  term(41, ['Soups', 'Suppen', 'Soupes'], {}, [{ kind: 'reuse', id: idOf(32) }]),
]

const nameIn = (names: readonly string[]) => names.map((name, of) => ({ name, languageTag: languages[of] }))

const taxonomy = {
  format: 'relata-taxonomy/1',
  groups: [
    {
      id: idOf(1),
      displayName: 'Kitchen',
      sets: [
        { id: kitchen.herbs, localizedNames: nameIn(['Herbs', 'Kräuter', 'Herbes']), children: herbs },
        { id: kitchen.menu, localizedNames: nameIn(['Menu', 'Speisekarte', 'Carte']), children: menu },
      ],
    },
  ],
}

/** By an import, as a whole. */
export async function fillKitchen({ http }: TestServer): Promise<void> {
  const call = async (path: string, body: string): Promise<string> => {
    const headers = { 'content-type': 'application/octet-stream' }
    const answer = await fetch(`${http}/_relata/term-store/${path}`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${text}`)
    return text
  }
  const plan = await call('plan?file=kitchen.json', JSON.stringify(taxonomy))
  const { id } = JSON.parse(await call('apply', plan)) as { id: string }
  await vi.waitFor(async () => {
    const job = await (await fetch(`${http}/_relata/term-store/jobs/${id}`)).json()
    expect(job).toMatchObject({ state: 'done' })
  }, 10_000)
}
