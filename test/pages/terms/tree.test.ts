/** The tree of the term store as it is read: keys, levels, languages, what others do, what fails, and 30,000 terms in one set. */
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { axe, faultsOfLooks, layoutFaults, picture, usePages } from '../_pages.ts'
import { focused, herbs, importSet, openRows, row, treeOf, typeInto } from './_tree.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()
const { seed, children, idOf, openSet } = treeOf(pages)

interface AccessibleRow {
  readonly role: string | undefined
  readonly name: string | undefined
  readonly level: unknown
  readonly position: string | null
  readonly size: string | null
}

/** What the browser tells a screen reader of a row; position and size, which it does not show to tests, as we give them. */
async function accessible(page: Page, key: string): Promise<AccessibleRow> {
  const session = await page.context().newCDPSession(page)
  try {
    const { root } = await session.send('DOM.getDocument')
    const selector = `[role="treeitem"][data-key="${key}"]`
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
    const { nodes } = await session.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false })
    const [node] = nodes
    const element = page.locator(selector)
    return {
      role: node?.role?.value,
      name: node?.name?.value,
      level: node?.properties?.find(({ name }) => name === 'level')?.value.value,
      position: await element.getAttribute('aria-posinset'),
      size: await element.getAttribute('aria-setsize'),
    }
  } finally {
    await session.detach()
  }
}

const keyOf = async (page: Page, name: string): Promise<string> =>
  (await row(page, name).getAttribute('data-key')) ?? ''

/** From the menu of the row. */
async function openAllBelow(page: Page, name: string): Promise<void> {
  await row(page, name).focus()
  await page.keyboard.press('.')
  await page.getByRole('menuitem', { name: /Open all below/ }).waitFor()
  await page.keyboard.press('o')
}

describe('the tree of the term store', () => {
  it('opens groups, sets and terms by keys, and says level, position and size', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'), 'Annuals')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => focused(page)).toBe('Basil')
    expect(await accessible(page, await keyOf(page, 'Basil'))).toEqual({
      role: 'treeitem',
      name: 'Basil',
      level: 4,
      position: '1',
      size: '3',
    })
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => focused(page)).toBe('Annuals')
    await page.keyboard.press('ArrowLeft')
    expect(await row(page, 'Annuals').getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.type('sh')
    await expect.poll(() => focused(page)).toBe('Shrubs')
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/\/terms\/s\/.*\/t\//)
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Shrubs')
  })

  it('shows a term by its address, and labels in another language', async ({ skip }) => {
    const { ids } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await pages.open(skip, `/terms/s/${setId}/t/${await idOf(setId, 'Basil')}?lang=de-DE`)
    await row(page, 'Basilikum').waitFor()
    expect(await row(page, 'Basilikum').getAttribute('aria-selected')).toBe('true')
    // What has no German label is shown in English, and says so.
    expect(await row(page, 'Dill').locator('[data-tag]').getAttribute('data-tag')).toBe('en-US')
    await page.goto(`${pages.server().origin}/terms/t/${await idOf(setId, 'Mint')}`)
    await expect.poll(() => new URL(page.url()).pathname).toContain(setId)
    await row(page, 'Mint').waitFor()
  })

  it('says of what is pinned, deprecated or not for tagging that it is: in rows, when found, as a target', async ({
    skip,
  }) => {
    const { ids, named } = await seed(herbs('Potages', 'Culantro'))
    const [herbsId = '', menuId = ''] = [ids['Herbs'], ids['Menu']]
    const send = (path: string, body: unknown) => pages.server().send('POST', `/v1.0/termStore/sets/${path}`, body)
    const culantro = await idOf(herbsId, 'Culantro')
    await send(`${herbsId}/terms/${culantro}/relations`, { relationship: 'pin', set: { id: menuId } })
    await send(`${herbsId}/terms/${culantro}/relata.setAvailableForTagging`, { value: false })
    await send(`${menuId}/terms/${await idOf(menuId, 'Salads')}/relata.deprecate`, {})
    const page = await openSet(skip, menuId)
    await openRows(page, named('Menu'))
    const names = ['Potages', `Culantro, pinned from ${named('Herbs')}`, 'Salads, deprecated']
    for (const name of names) {
      await row(page, name).waitFor()
      expect(await accessible(page, await keyOf(page, name))).toMatchObject({
        role: 'treeitem',
        name,
        level: 3,
        size: '3',
      })
    }
    await page.keyboard.press('/')
    await typeInto(page, page.getByRole('combobox', { name: 'Find a term' }), 'Culantro')
    const found = page.getByRole('option', { name: /^Culantro.*/ })
    await found.first().waitFor()
    await found.getByRole('img', { name: 'not for tagging' }).first().waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await row(page, 'Potages').focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /Move to/ }).waitFor()
    await page.keyboard.press('v')
    await typeInto(page, page.getByRole('combobox', { name: 'Search for a target' }), 'Culantro')
    await page
      .getByRole('option', { name: /^Culantro/ })
      .first()
      .getByRole('img', { name: 'not for tagging' })
      .waitFor()
  })

  it('shows what others do by itself, and nothing collapses', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals')
    await row(page, 'Dill').focus()
    const annuals = await idOf(setId, 'Annuals')
    await pages.server().send('POST', `/v1.0/termStore/sets/${setId}/terms/${annuals}/children`, {
      labels: [{ name: 'Borage', languageTag: 'en-US', isDefault: true }],
    })
    await row(page, 'Borage').waitFor()
    expect(await focused(page)).toBe('Dill')
    await pages.server().send('DELETE', `/v1.0/termStore/sets/${setId}/terms/${await idOf(setId, 'Dill')}`)
    await expect.poll(() => row(page, 'Dill').count()).toBe(0)
    await expect.poll(() => focused(page)).toMatch(/Coriander|Perennials/)
  })

  it('says of a branch that could not be read what failed, and tries again', async ({ skip }) => {
    const { ids } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await page.route('**/children?*', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/json',
        body: '{"error":{"code":"generalException","message":"Out of order"}}',
      }),
    )
    await page.keyboard.press('ArrowRight')
    await page.getByText('3 rows could not be loaded.').waitFor()
    await page.unroute('**/children?*')
    await page.getByRole('tree').getByText('Try again').click()
    await row(page, 'Annuals').waitFor()
  })
})

describe('a set of 30,000 terms', () => {
  const nameOf = (at: number): string => `Term ${String(at).padStart(5, '0')}`
  const large = 30_000

  it('tells level, position and size of row 15,000, and keeps the focus out of sight', async ({ skip }) => {
    const all = Array.from({ length: large }, (_, at) => ({ name: nameOf(at + 1) }))
    const setId = await importSet(pages.server(), 'Large', all)
    const page = await openSet(skip, setId)
    await openRows(page, 'Large')
    const first = row(page, nameOf(1))
    await first.waitFor()
    expect(await first.getAttribute('aria-setsize')).toBe(String(large))
    // Few rows are in the document, however many there are.
    expect(await page.getByRole('treeitem').count()).toBeLessThan(120)

    // The rest is read at the key's wish, with a count, until it is cancelled.
    await first.focus()
    let goOn: () => void = () => undefined
    const held = new Promise<void>((done) => {
      goOn = done
    })
    await page.route('**/children?*skiptoken*', async (route) => {
      await held
      await route.continue()
    })
    await page.keyboard.press('End')
    await page.getByText('200 of 30,000 are loaded').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
    goOn()
    await page.getByText('Loading was cancelled.').waitFor({ state: 'attached' })
    await page.unroute('**/children?*skiptoken*')
    await first.focus()
    await page.keyboard.press('End')
    await expect.poll(() => focused(page), { timeout: 60_000 }).toBe(nameOf(large))
    await page.getByText('30,000 terms are loaded').waitFor({ state: 'attached' })

    const tree = page.getByRole('tree')
    await tree.evaluate((element) => {
      element.scrollTop = 14_990 * 32
    })
    const middle = row(page, nameOf(15_000))
    await middle.waitFor()
    expect(await accessible(page, await keyOf(page, nameOf(15_000)))).toEqual({
      role: 'treeitem',
      name: nameOf(15_000),
      level: 3,
      position: '15000',
      size: String(large),
    })
    await middle.click()
    await expect.poll(() => focused(page)).toBe(nameOf(15_000))
    await tree.evaluate((element) => {
      element.scrollTop = 0
    })
    await first.waitFor()
    expect(await focused(page)).toBe(nameOf(15_000))
    // The import is three seconds of work, of which a busy machine makes many more.
  }, 120_000)

  it('opens all below a row from one list, and knows all of a row before it acts', async ({ skip }) => {
    const parents = Array.from({ length: 40 }, (_, at) => ({
      name: `Parent ${String(at + 1).padStart(2, '0')}`,
      children: Array.from({ length: 30 }, (__, below) => `Child ${at + 1}-${below + 1}`),
    }))
    const setId = await importSet(pages.server(), 'Wide', parents)
    const { ids, named } = await seed(herbs())
    const basil = await idOf(ids['Herbs'] ?? '', 'Basil')
    await pages.server().send('POST', `/v1.0/termStore/sets/${ids['Herbs']}/terms/${basil}/relations`, {
      relationship: 'pin',
      set: { id: setId },
      fromTerm: { id: await idOf(setId, 'Parent 01') },
    })
    const page = await openSet(skip, setId)
    await page.route('**/terms/$count', (route) => route.fulfill({ contentType: 'text/plain', body: '50001' }))
    await openAllBelow(page, 'Wide')
    await page
      .getByText('There are 50,001 terms in this set: more than 50,000 are not opened at once.')
      .first()
      .waitFor()
    await page.unroute('**/terms/$count')
    const reads: string[] = []
    page.on('request', (request) => reads.push(request.url()))
    await openAllBelow(page, 'Wide')
    const pinned = row(page, `Basil, pinned from ${named('Herbs')}`)
    await pinned.waitFor({ timeout: 30_000 })
    await expect.poll(() => focused(page)).toBe('Wide')
    expect(reads.filter((url) => url.includes('getAllTerms'))).toHaveLength(2)
    expect(reads.filter((url) => url.includes('/children'))).toEqual([])
    // A row that nobody has looked at is read before it is acted on: what is pinned goes from its place only.
    await pinned.focus()
    await page.keyboard.press('Delete')
    await page.getByText('Removed from this place: Basil').first().waitFor()
    await page.keyboard.press('Control+z')
    await pinned.waitFor()
    // The label of another language is there as well, though the list had one only.
    await expect.poll(() => children(setId, undefined)).toHaveLength(40)
    await page.getByRole('tree').evaluate((element) => {
      element.scrollTop = element.scrollHeight
    })
    await page.getByRole('treeitem', { name: 'Child 40-30' }).waitFor()
    expect(await accessible(page, await keyOf(page, 'Child 40-30'))).toMatchObject({ level: 4, size: '30' })
    // What was open is open again, and read as far as it comes in sight.
    await page.reload()
    await row(page, 'Child 1-1').waitFor({ timeout: 30_000 })
    await page.getByRole('tree').evaluate((element) => {
      element.scrollTop = element.scrollHeight
    })
    // Of a term, its branch alone.
    await row(page, 'Child 40-30').focus()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => focused(page)).toBe('Parent 40')
    await page.keyboard.press('ArrowLeft')
    await openAllBelow(page, 'Parent 40')
    await page.getByText('30 terms are loaded').waitFor({ state: 'attached' })
  })
})

describe('the looks of the tree', () => {
  it('have nothing that axe finds or that is cut off, with its menu and in German', async ({ skip }) => {
    const page = await pages.open(skip, '/terms')
    await row(page, 'Library').waitFor()
    if ((await row(page, 'Library').getAttribute('aria-expanded')) === 'false') await openRows(page, 'Library')
    await row(page, /^Genres/).focus()
    expect(await faultsOfLooks(page, 'terms')).toEqual([])
    await row(page, /^Genres/).focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /New term below/ }).waitFor()
    expect(await faultsOfLooks(page, 'terms-menu')).toEqual([])
  })

  it('have the whole menu of a row within the window, wherever it is asked for', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'))
    const menu = page.locator('[role="menu"]').locator('..')
    const measured = (height: number) =>
      menu.evaluate((element, bottom) => {
        const last = [...element.querySelectorAll('[role="menuitem"]')].at(-1)
        last?.scrollIntoView({ block: 'nearest' })
        const box = element.getBoundingClientRect()
        return {
          last: last?.textContent?.startsWith('Delete'),
          isWithin: box.top >= 0 && box.bottom <= bottom,
          isReached: (last?.getBoundingClientRect().bottom ?? bottom) <= box.bottom,
          isCutOff: element.scrollHeight > element.clientHeight + 1,
        }
      }, height)
    const whole = { last: true, isWithin: true, isReached: true, isCutOff: false }
    const check = async (height: number, y: number, wanted: typeof whole): Promise<void> => {
      await page.setViewportSize({ width: 1280, height })
      await row(page, 'Annuals').evaluate((element, clientY) => {
        element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 200, clientY }))
      }, y)
      await expect.poll(() => measured(height), { message: `at ${y} of ${height}` }).toEqual(wanted)
      await page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
    }
    for (const y of [120, 461, 855]) await check(860, y, whole)
    for (const y of [120, 200, 395]) await check(400, y, { ...whole, isCutOff: true })
  })

  it('are two screens with a way back where there is little room', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await pages.open(skip, `/terms/s/${ids['Herbs']}`, { width: 390 })
    await page.getByRole('button', { name: 'Back to the tree' }).click()
    await expect.poll(() => focused(page)).toBe(named('Herbs'))
    await picture(page, 'terms-tree-390')
    expect(await layoutFaults(page)).toEqual([])
    await row(page, named('Menu')).click()
    await page.getByRole('button', { name: 'Back to the tree' }).waitFor()
    expect(await page.getByRole('tree').isVisible()).toBe(false)
  })

  it('are in German, with the drawer of an action', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '', { language: 'de' })
    await page.getByRole('heading', { level: 1, name: 'Terminologiespeicher' }).waitFor()
    await openRows(page, named('Herbs'))
    await row(page, 'Annuals').focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /Verschieben nach/ }).waitFor()
    await page.keyboard.press('v')
    await page.getByRole('heading', { name: '„Annuals“ verschieben' }).waitFor()
    expect(await layoutFaults(page)).toEqual([])
  })
})
