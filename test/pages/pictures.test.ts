/**
 * The pictures of README and docs, out of the packs of seeds. Left out where no folder for them is named:
 * `RELATA_TEST_PICTURES=docs/pictures npx vitest run --project pages test/pages/pictures.test.ts`.
 */
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { fillKitchen, kitchen } from './_kitchen.ts'
import { type OpenOptions, type PageWorld, picture, usePages } from './_pages.ts'
import { fiction, genres, herbsCsv } from './terms/_terms.ts'

const height = 800

const makePictures = (): void => {
  const pages = usePages()
  type Skip = (reason: string) => never
  const shown = (skip: Skip, address: string, options: OpenOptions = {}): Promise<Page> =>
    pages.open(skip, address, { height, ...options })

  /** Nothing is read any more, nothing is pointed at, and what was just done is not told any more. */
  async function take(page: Page, name: string): Promise<void> {
    await expect.poll(() => page.locator('main [aria-busy="true"]').count()).toBe(0)
    for (const close of await page
      .getByRole('region', { name: 'Messages' })
      .getByRole('button', { name: 'Close' })
      .all())
      await close.click()
    await page.mouse.move(0, 0)
    await page.evaluate('document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(done)))')
    await picture(page, name)
  }

  async function partner(): Promise<PageWorld> {
    return pages.world({ id: 'msp', seed: 'msp' })
  }

  beforeAll(() => fillKitchen(pages.server()))

  const { herbs, basil, cilantro, annuals } = kitchen
  /** By the pointer, so that nothing has a ring of the focus. */
  const unfold = async (page: Page, name: RegExp): Promise<void> => {
    const row = page.getByRole('treeitem', { name }).first()
    await row.locator('[data-part="chevron"]').click()
    await expect.poll(() => row.getAttribute('aria-expanded')).toBe('true')
  }

  it('the term store, with a term and what is around it', async ({ skip }) => {
    const page = await shown(skip, `/terms/s/${herbs}/t/${basil}`)
    await page.getByRole('heading', { level: 2, name: 'Basil' }).waitFor()
    await unfold(page, /^Perennials/)
    await unfold(page, /^Menu/)
    await unfold(page, /^Salads/)
    await page.getByRole('treeitem', { name: /^Annuals, pinned/ }).waitFor()
    await take(page, 'terms')
  })

  it('the translations of a set', async ({ skip }) => {
    const page = await shown(skip, `/terms/s/${herbs}?view=matrix`)
    await page.getByRole('grid').getByText('Rosmarin').waitFor()
    await take(page, 'matrix')
  })

  it('a merge, before it is done', async ({ skip }) => {
    const page = await shown(skip, `/terms/s/${herbs}/t/${cilantro}`)
    await page.getByRole('treeitem', { name: /^Cilantro/ }).focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /Merge into/ }).waitFor()
    await page.keyboard.press('m')
    await page.getByRole('combobox', { name: 'Search for the term that stays' }).waitFor()
    await page.keyboard.type('Coriander')
    await page
      .getByRole('option', { name: /Coriander.*Herbs/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('1 term is merged').waitFor()
    await take(page, 'merge')
  })

  it('an import, before it is applied', async ({ skip }) => {
    const page = await shown(skip, '/terms/import?group=Garden')
    const buffer = herbsCsv({ families: 40, each: 75, refused: 12 })
    await page.locator('input[type=file]').setInputFiles({ name: 'herbs.csv', mimeType: 'text/csv', buffer })
    await page.getByText('leaves out 12 that are refused').waitFor()
    await take(page, 'import')
  })

  it('relationships by what ends when', async ({ skip }) => {
    const world = await partner()
    const page = await shown(skip, world.at('/gdap?sort=ends'))
    await page.getByRole('grid').getByRole('row').nth(5).waitFor()
    await take(page, 'gdap')
  })

  it('one relationship', async ({ skip }) => {
    const world = await partner()
    const page = await shown(skip, world.at('/gdap?status=active&sort=ends'))
    await page.getByRole('grid').getByRole('row').nth(2).dblclick()
    await page.getByRole('tab').first().waitFor()
    await take(page, 'relationship')
  })

  it('both sides, of which the customer has just approved', async ({ skip }) => {
    const world = await pages.world({ id: 'both' })
    const page = await shown(skip, world.at('/gdap/both?customer=northwind.example'))
    await page.getByText('live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Approve all' }).first().click()
    await page.getByText('Approved by admin@northwind.example').first().waitFor()
    await take(page, 'both-sides')
  })

  it('why somebody may do something at a customer', async ({ skip }) => {
    const action = encodeURIComponent('PATCH /users/00000000-0000-4000-8000-000000000000')
    const page = await shown(skip, `/gdap/access?user=hugo@contoso.example&tenant=fabrikam.example&action=${action}`)
    await page
      .getByRole('list', { name: /^How Hugo/ })
      .first()
      .waitFor()
    await take(page, 'access')
  })

  it('the inspector, with a request that was refused', async ({ skip }) => {
    const server = pages.server()
    const at = `/v1.0/termStore/sets/${genres}`
    await fetch(`${server.http}/_relata/requests`, { method: 'DELETE' })
    await server.send('GET', '/v1.0/termStore/groups')
    await server.send('GET', `${at}/children`)
    await server.send('POST', `${at}/children`, {
      labels: [{ languageTag: 'en-US', name: 'Essay', isDefault: true }],
    })
    await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
    await server.send('PATCH', `${at}/terms/${fiction}`, { descriptions: [] }, { app: wellKnown.reader })
    await server.send('GET', `${at}/terms/00000000-0000-4000-8000-000000000000`)
    const page = await shown(skip, '/requests')
    await page.getByRole('row', { name: /403/ }).first().click()
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    await take(page, 'requests')
  })

  it('the clock, with what is due', async ({ skip }) => {
    const world = await partner()
    const page = await shown(skip, world.at('/clock'))
    await page.getByRole('heading', { level: 1, name: 'Clock' }).waitFor()
    await take(page, 'clock')
  })

  it('the dark theme', async ({ skip }) => {
    const page = await shown(skip, `/terms/s/${herbs}/t/${annuals}?tab=relations`, { theme: 'dark' })
    await page.getByRole('heading', { level: 2, name: 'Annuals' }).waitFor()
    await unfold(page, /^Menu/)
    await take(page, 'terms-dark')
  })

  it('a telephone', async ({ skip }) => {
    const world = await partner()
    const page = await shown(skip, world.at('/gdap?sort=ends'), { width: 390 })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await take(page, 'gdap-phone')
  })
}

describe('the picture of', makePictures)
