/** What the tests of the details, the table and the matrix begin with: a group with two sets, and three herbs. */
import { randomUUID } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Pages } from '../_pages.ts'

export interface Label {
  readonly name: string
  readonly languageTag: string
  readonly isDefault: boolean
}

export const english = (name: string): Label => ({ name, languageTag: 'en-US', isDefault: true })
export const german = (name: string): Label => ({ name, languageTag: 'de-DE', isDefault: true })
export const french = (name: string): Label => ({ name, languageTag: 'fr-FR', isDefault: true })

export interface Herbs {
  readonly group: string
  /** Names end with this, so that those of no other test are found. */
  readonly mark: string
  readonly set: string
  readonly other: string
  /** By label: Basil, Coriander, Dill. */
  readonly terms: Readonly<Record<string, string>>
}

export function useHerbs(pages: Pages) {
  /** As the administrator of Contoso; what is refused fails the test. */
  async function sent(method: string, path: string, body?: unknown) {
    const answer = await pages.server().send(method, `/v1.0/termStore${path}`, body)
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
    return answer.body
  }

  /** Basil has a German label, Coriander a synonym; Dill is reused in the second set. */
  async function made(): Promise<Herbs> {
    const mark = randomUUID().slice(0, 8)
    const group = (await sent('POST', '/groups', { displayName: `Kitchen ${mark}` })).id
    const newSet = async (of: string): Promise<string> =>
      (
        await sent('POST', '/sets', {
          parentGroup: { id: group },
          localizedNames: [{ languageTag: 'en-US', name: `${of} ${mark}` }],
        })
      ).id
    const set = await newSet('Herbs')
    const other = await newSet('Menu')
    const add = async (labels: readonly Label[]): Promise<string> =>
      (await sent('POST', `/sets/${set}/children`, { labels })).id
    const terms = {
      Basil: await add([english('Basil'), german('Basilikum')]),
      Coriander: await add([english('Coriander'), { name: 'Cilantro', languageTag: 'en-US', isDefault: false }]),
      Dill: await add([english('Dill')]),
    }
    await sent('POST', `/sets/${set}/terms/${terms.Dill}/relations`, { relationship: 'reuse', set: { id: other } })
    return { group, mark, set, other, terms }
  }

  const labelsOf = async (set: string, term: string | undefined): Promise<readonly Label[]> =>
    (await sent('GET', `/sets/${set}/terms/${term}?$select=labels`)).labels

  return { sent, made, labelsOf }
}

export const addressOf = ({ set, terms }: Herbs, name: string): string => `/terms/s/${set}/t/${terms[name]}`

export const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true })

/** Types, as a list opens at keys. */
export async function find(page: Page, field: string, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: field })
  await box.click()
  await box.pressSequentially(text)
}

/** A hand whose clicks and keys are counted; typing of names is not. */
export function handOn(page: Page) {
  const keys: string[] = []
  let clicks = 0
  return {
    press: async (key: string) => {
      keys.push(key)
      await page.keyboard.press(key)
    },
    click: async (on: Locator) => {
      clicks += 1
      await on.click()
    },
    type: (text: string) => page.keyboard.type(text),
    did: () => ({ keys, clicks }),
  }
}
