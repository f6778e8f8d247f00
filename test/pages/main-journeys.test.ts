/**
 * The main journeys over the pages on PostgreSQL: what a page sees of a store is the order of rows, what it is told by the
 * feed, and when. Each page is tested by itself on SQLite.
 */
import type { Page } from 'playwright-core'
import { expect, it, vi } from 'vitest'
import { isOnPostgres } from '../_support/database.ts'
import { jsonPost } from '../_support/server.ts'
import { usePages } from './_pages.ts'
import { genres } from './terms/_terms.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()

const contoso = 'c0117050-0000-4000-8000-000000000001'
const [herbs, menu] = ['4e0d0000-0000-4000-8000-000000000001', '4e0d0000-0000-4000-8000-000000000002']

const term = (name: string, ...children: unknown[]) => ({
  labels: { 'en-US': name },
  ...(children.length === 0 ? {} : { children }),
})

async function seedGarden(): Promise<void> {
  const sets = [
    { id: herbs, names: { 'en-US': 'Herbs' }, terms: [term('Annuals', term('Basil'), term('Cilantro'), term('Dill'))] },
    { id: menu, names: { 'en-US': 'Menu' }, terms: [term('Broths')] },
  ]
  const seed = { tenants: [{ id: contoso, termStore: { groups: [{ displayName: 'Garden', sets }] } }] }
  expect((await fetch(`${pages.server().http}/_relata/seed`, jsonPost({ seed }))).ok).toBe(true)
}

const row = (page: Page, name: string) => page.getByRole('treeitem', { name, exact: true })

/** The name of the row with the focus. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.closest('[role="treeitem"]')?.getAttribute('aria-label'))

/** By its menu, with the key of the action, to the first hit. */
async function act(page: Page, of: string, key: string, field: string, target: string): Promise<void> {
  await row(page, of).focus()
  await page.keyboard.press('.')
  await page.getByRole('menuitem').first().waitFor()
  await page.keyboard.press(key)
  const search = page.getByRole('combobox', { name: field })
  await expect.poll(() => search.and(page.locator(':focus')).count()).toBe(1)
  await page.keyboard.type(target)
  await page
    .getByRole('option', { name: new RegExp(target) })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
}

it('run on PostgreSQL', () => {
  expect(isOnPostgres).toBe(true)
})

it('approve on both sides: the right answers with one click, the left moves by itself', async ({ skip }) => {
  const page = await pages.open(skip, '/gdap/both?customer=northwind.example')
  const left = page.getByRole('region', { name: 'Partner: Contoso' })
  const right = page.getByRole('region', { name: 'Customer: Northwind Traders' })
  const now = left.locator('li[aria-current="step"]')
  await now.getByText('Waits for approval').waitFor()
  await page.getByText('live', { exact: true }).waitFor()
  await right.getByRole('button', { name: 'Approve all' }).click()
  await left.locator('article[data-glows="true"]').waitFor()
  await now.getByText('Active', { exact: true }).waitFor()
  await page.getByRole('status').getByText('Northwind support is active').waitFor()
  await right.getByText(/^Approved by admin@northwind\.example \S/).waitFor()
  await left.getByRole('button', { name: 'Add a group' }).click()
  await page.getByRole('menuitem', { name: 'M365 GDAP License Administrator' }).click()
  await expect.poll(() => left.getByRole('checkbox', { name: /^License Administrator/ }).isChecked()).toBe(true)
  await page
    .getByRole('list', { name: 'What went over the wire' })
    .getByText('granular-admin-relationship-activated')
    .waitFor()
})

it('pin a branch into another set and merge two terms, and take both back', async ({ skip }) => {
  await seedGarden()
  const read = async (path: string) =>
    (await pages.server().send('GET', path, undefined, { headers: { Prefer: 'relata.listing=natural' } })).body.value
  const namesIn = async (path: string): Promise<readonly string[]> => {
    const value: { labels: { name: string }[] }[] = await read(`/v1.0/termStore/sets/${path}/children`)
    return value.map(({ labels }) => labels[0]?.name ?? '').sort()
  }
  const idIn = async (set: string, name: string): Promise<string> => {
    const path = `/v1.0/termStore/sets/${set}/terms?$filter=labels/any(l:l/name eq '${name}')&$select=id`
    return (await read(path))[0].id
  }
  const [annuals, broths] = [await idIn(herbs, 'Annuals'), await idIn(menu, 'Broths')]
  const page = await pages.open(skip, `/terms/s/${herbs}`)
  await row(page, 'Herbs').focus()
  await page.keyboard.press('ArrowRight')
  await row(page, 'Annuals').waitFor()
  await act(page, 'Annuals', 'p', 'Search for a target', 'Broths')
  await page.getByText('4 terms show in “Broths” then, and what is added below “Annuals” later shows there').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('Pinned: Annuals, in Broths').first().waitFor()
  await expect.poll(() => focused(page)).toBe('Annuals, used elsewhere too')
  expect(await namesIn(`${menu}/terms/${broths}`)).toEqual(['Annuals'])
  await page.keyboard.press('Control+z')
  await expect.poll(() => namesIn(`${menu}/terms/${broths}`)).toEqual([])
  await row(page, 'Annuals').focus()
  await page.keyboard.press('ArrowRight')
  await row(page, 'Dill').waitFor()
  await act(page, 'Dill', 'm', 'Search for the term that stays', 'Cilantro')
  await page.getByText('1 term is merged').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('Merged: Dill, into Cilantro').first().waitFor()
  await expect.poll(() => focused(page)).toBe('Cilantro')
  expect(await namesIn(`${herbs}/terms/${annuals}`)).toEqual(['Basil', 'Cilantro'])
  await row(page, 'Dill').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+z')
  await row(page, 'Dill').waitFor()
  expect(await namesIn(`${herbs}/terms/${annuals}`)).toEqual(['Basil', 'Cilantro', 'Dill'])
})

it('find in two clicks why a request got a 403, and mend it by one more', async ({ skip }) => {
  const taken = await fetch(
    `${pages.server().http}/_relata/tokens`,
    jsonPost({ tenant: 'contoso.example', user: 'hugo@contoso.example' }),
  )
  const { accessToken } = (await taken.json()) as { accessToken: string }
  const addTerm = async (name: string): Promise<number> => {
    const init = jsonPost({ labels: [{ name, languageTag: 'en-US', isDefault: true }] })
    const headers = { ...init.headers, authorization: `Bearer ${accessToken}` }
    return (await fetch(`${pages.server().http}/v1.0/termStore/sets/${genres}/children`, { ...init, headers })).status
  }
  expect(await addTerm('Essay')).toBe(403)
  const page = await pages.open(skip, '/requests')
  await page.getByRole('button', { name: 'Failed' }).click()
  await page.getByRole('row', { name: /^POST .*\/children 403$/ }).click()
  const why = page.getByRole('region', { name: 'Why' })
  await why.getByText('Refused by access.role').waitFor()
  await why.getByRole('button', { name: 'Make hugo a contributor of Library' }).click()
  await why.getByRole('button', { name: 'Send again as hugo' }).click()
  await why.getByText('201').waitFor()
  expect(await addTerm('Diary')).toBe(201)
})
