/** What the tests of the tree of terms begin with: sets of their own, rows by their names, and hands that count. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { TestServer } from '../../_support/server.ts'
import type { OpenOptions, Pages } from '../_pages.ts'

const contoso = 'c0117050-0000-4000-8000-000000000001'

export interface SeedTerm {
  readonly id?: string
  readonly labels: Readonly<Record<string, string | readonly string[]>>
  readonly descriptions?: Readonly<Record<string, string>>
  readonly children?: readonly SeedTerm[]
}

export const term = (
  name: string,
  children: readonly SeedTerm[] = [],
  more: Readonly<Record<string, string>> = {},
): SeedTerm => ({
  labels: { 'en-US': name, ...more },
  ...(children.length === 0 ? {} : { children }),
})

/** `soups`, `coriander`: names of their own where a test searches for them. */
export const herbs = (soups = 'Soups', coriander = 'Coriander') => ({
  Herbs: [
    term('Annuals', [term('Basil', [], { 'de-DE': 'Basilikum', 'fr-FR': 'Basilic' }), term(coriander), term('Dill')]),
    term('Perennials', [term('Mint'), term('Sage')]),
    term('Shrubs', [term('Rosemary')]),
  ],
  Menu: [term(soups), term('Salads')],
})

export interface Seeded {
  readonly group: string
  /** A name with the mark of this group. */
  readonly named: (name: string) => string
  readonly ids: Readonly<Record<string, string>>
}

/** A row of the tree. */
export const row = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('treeitem', { name, exact: typeof name === 'string' })

/** The name of the row with the focus; of a field, that of its row. */
export const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.closest('[role="treeitem"]')?.getAttribute('aria-label'))

/** Opens branches by their names. */
export async function openRows(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) {
    await row(page, name).focus()
    await page.keyboard.press('ArrowRight')
    await page.locator(`[role="treeitem"][aria-label="${name}"][aria-expanded="true"]`).waitFor()
  }
}

/** Types once the field has the focus, as a person would. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await field.waitFor()
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.type(text)
}

export const nameField = (page: Page): Locator => page.getByRole('tree').getByRole('textbox', { name: 'Name' })

export interface Hands {
  readonly clicks: () => number
  /** Without text that is typed. */
  readonly keys: () => readonly string[]
  press(key: string): Promise<void>
  click(locator: Locator, options?: Parameters<Locator['click']>[0]): Promise<void>
}

/** Clicks and keys that are counted. */
export function hands(page: Page): Hands {
  let clicks = 0
  const keys: string[] = []
  return {
    clicks: () => clicks,
    keys: () => keys,
    press: async (key) => {
      keys.push(key)
      await page.keyboard.press(key)
    },
    click: async (locator, options) => {
      clicks += 1
      await locator.click(options)
    },
  }
}

/** One set with all these terms below it, by an import, which is quick. */
export async function importSet(
  server: TestServer,
  name: string,
  terms: readonly { readonly name: string; readonly children?: readonly string[] }[],
): Promise<string> {
  const setId = randomUUID()
  const labelled = (label: string) => ({ labels: [{ name: label, languageTag: 'en-US', isDefault: true }] })
  const children = terms.map((one) => ({
    ...labelled(one.name),
    ...(one.children === undefined ? {} : { children: one.children.map(labelled) }),
  }))
  const set = { id: setId, localizedNames: [{ name, languageTag: 'en-US' }], children }
  const body = JSON.stringify({
    format: 'relata-taxonomy/1',
    groups: [{ id: randomUUID(), displayName: `Group of ${name}`, sets: [set] }],
  })
  const call = async (path: string, content: string): Promise<Response> => {
    const answer = await fetch(`${server.http}/_relata/term-store/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: content,
    })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer
  }
  const plan = await (await call('plan?file=large.json', body)).text()
  let job = (await (await call('apply', plan)).json()) as { readonly id: string; readonly state: string }
  while (!['done', 'failed', 'stopped'].includes(job.state)) {
    await pause(20)
    job = await (await fetch(`${server.http}/_relata/term-store/jobs/${job.id}`)).json()
  }
  if (job.state !== 'done') throw new Error(`the import: ${JSON.stringify(job)}`)
  return setId
}

export function treeOf(pages: Pages) {
  /** A group of its own with sets, whose names get a mark, so that no test knows of another. */
  const seed = async (sets: Readonly<Record<string, readonly SeedTerm[]>>): Promise<Seeded> => {
    const mark = randomUUID().slice(0, 6)
    const group = `Garden ${mark}`
    const named = (name: string): string => `${name} ${mark}`
    const ids = Object.fromEntries(Object.keys(sets).map((name) => [name, randomUUID()]))
    const made = Object.entries(sets).map(([name, terms]) => ({
      id: ids[name],
      names: { 'en-US': named(name) },
      terms,
    }))
    const response = await fetch(`${pages.server().http}/_relata/seed`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        seed: { tenants: [{ id: contoso, termStore: { groups: [{ displayName: group, sets: made }] } }] },
      }),
    })
    if (!response.ok) throw new Error(await response.text())
    return { group, named, ids: ids as Record<string, string> }
  }

  /** Default labels in the order of the place. */
  const children = async (setId: string, parent?: string): Promise<string[]> => {
    const place = parent === undefined ? '' : `/terms/${parent}`
    const { body } = await pages
      .server()
      .send('GET', `/v1.0/termStore/sets/${setId}${place}/children?$top=5000`, undefined, {
        headers: { Prefer: 'relata.listing=natural' },
      })
    return body.value.map(
      ({ labels }: { labels: { name: string; languageTag: string; isDefault: boolean }[] }) =>
        labels.find(({ languageTag, isDefault }) => languageTag === 'en-US' && isDefault)?.name,
    )
  }

  const idOf = async (setId: string, name: string): Promise<string> => {
    const { body } = await pages
      .server()
      .send('GET', `/v1.0/termStore/sets/${setId}/terms?$filter=labels/any(l:l/name eq '${name}')&$select=id`)
    return body.value[0].id
  }

  /** With the focus on the row of the set. */
  const openSet = async (skip: (reason: string) => never, setId: string, options: OpenOptions = {}): Promise<Page> => {
    const page = await pages.open(skip, `/terms/s/${setId}`, options)
    const current = page.locator('[role="treeitem"][aria-current="true"]')
    await current.waitFor({ timeout: 30_000 })
    await current.focus()
    // Seconds enough for a busy machine, and less than a test has.
    page.setDefaultTimeout(8000)
    return page
  }
  return { seed, children, idOf, openSet }
}
