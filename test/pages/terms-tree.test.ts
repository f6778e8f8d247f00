/** The tree of the term store: keys, drafts, moves, menus, the drawer of actions, and 30,000 terms in one set. */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { axe, layoutFaults, looks, picture, usePages } from './_pages.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()

const contoso = 'c0117050-0000-4000-8000-000000000001'

interface SeedTerm {
  readonly id?: string
  readonly labels: Readonly<Record<string, string | readonly string[]>>
  readonly children?: readonly SeedTerm[]
}

const term = (
  name: string,
  children: readonly SeedTerm[] = [],
  more: Readonly<Record<string, string>> = {},
): SeedTerm => ({
  labels: { 'en-US': name, ...more },
  ...(children.length === 0 ? {} : { children }),
})

/** A group of its own with sets, whose names get a mark, so that no test knows of another. */
async function seed(sets: Readonly<Record<string, readonly SeedTerm[]>>) {
  const mark = randomUUID().slice(0, 6)
  const group = `Garden ${mark}`
  const named = (name: string): string => `${name} ${mark}`
  const ids = Object.fromEntries(Object.keys(sets).map((name) => [name, randomUUID()]))
  const response = await fetch(`${pages.server().http}/_relata/seed`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      seed: {
        tenants: [
          {
            id: contoso,
            termStore: {
              groups: [
                {
                  displayName: group,
                  sets: Object.entries(sets).map(([name, terms]) => ({
                    id: ids[name],
                    names: { 'en-US': named(name) },
                    terms,
                  })),
                },
              ],
            },
          },
        ],
      },
    }),
  })
  if (!response.ok) throw new Error(await response.text())
  return { group, named, ids: ids as Record<string, string> }
}

async function children(setId: string, parent?: string): Promise<string[]> {
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

async function idOf(setId: string, name: string): Promise<string> {
  const { body } = await pages
    .server()
    .send('GET', `/v1.0/termStore/sets/${setId}/terms?$filter=labels/any(l:l/name eq '${name}')&$select=id`)
  return body.value[0].id
}

/** Seconds enough for a busy machine, and less than the test has. */
const patient = { timeout: 8000 }

const row = (page: Page, name: string | RegExp) => page.getByRole('treeitem', { name, exact: typeof name === 'string' })

/** The name of the row with the focus; of a field, that of its row. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.closest('[role="treeitem"]')?.getAttribute('aria-label'))

/** `soups`, `coriander`: names of their own where a test searches for them. */
const herbs = (soups = 'Soups', coriander = 'Coriander') => ({
  Herbs: [
    term('Annuals', [term('Basil', [], { 'de-DE': 'Basilikum', 'fr-FR': 'Basilic' }), term(coriander), term('Dill')]),
    term('Perennials', [term('Mint'), term('Sage')]),
    term('Shrubs', [term('Rosemary')]),
  ],
  Menu: [term(soups), term('Salads')],
})

async function openSet(skip: (reason: string) => never, setId: string, options = {}): Promise<Page> {
  const page = await pages.open(skip, `/terms/s/${setId}`, options)
  await page.locator('[role="treeitem"][aria-current="true"]').waitFor()
  await page.locator('[role="treeitem"][aria-current="true"]').focus()
  page.setDefaultTimeout(patient.timeout)
  return page
}

/** Opens branches by their names. */
async function openRows(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) {
    await row(page, name).focus()
    await page.keyboard.press('ArrowRight')
    await page.locator(`[role="treeitem"][aria-label="${name}"][aria-expanded="true"]`).waitFor()
  }
}

describe('the tree of the term store', () => {
  it('opens groups, sets and terms by keys, and says level, position and size', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'), 'Annuals')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => focused(page)).toBe('Basil')
    const basil = row(page, 'Basil')
    expect(await basil.getAttribute('aria-level')).toBe('4')
    expect(await basil.getAttribute('aria-posinset')).toBe('1')
    expect(await basil.getAttribute('aria-setsize')).toBe('3')
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    await page.keyboard.type('ros')
    await row(page, 'Shrubs').waitFor()
    await row(page, 'Basil').focus()
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

  it('adds five terms, two of them children, without a mouse but for one click (J1)', async ({ skip }) => {
    const { ids } = await seed({ Spices: [] })
    const setId = ids['Spices'] ?? ''
    const page = await openSet(skip, setId)
    await page.getByRole('button', { name: 'New term', exact: true }).click()
    await page.getByRole('tree').getByRole('textbox', { name: 'Name' }).waitFor()
    for (const keys of [
      'Pepper',
      'Enter',
      'Salt',
      'Enter',
      'Tab',
      'Sea salt',
      'Enter',
      'Rock salt',
      'Enter',
      'Shift+Tab',
      'Saffron',
      'Enter',
    ])
      if (/^(?:Enter|Tab|Shift\+Tab)$/.test(keys)) await page.keyboard.press(keys)
      else await page.keyboard.type(keys)
    // An empty one ends it, and the focus is on what was made last.
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Saffron')
    await expect.poll(() => children(setId)).toEqual(['Pepper', 'Saffron', 'Salt'])
    expect(await children(setId, await idOf(setId, 'Salt'))).toEqual(['Rock salt', 'Sea salt'])
    // Each is taken back by itself.
    await page.keyboard.press('Control+z')
    await expect.poll(() => children(setId)).toEqual(['Pepper', 'Salt'])
  })

  it('gives a refused text back, with the reason', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await page.keyboard.press('Insert')
    await page.getByRole('tree').getByRole('textbox', { name: 'Name' }).waitFor()
    await page.keyboard.type('Annuals')
    await page.keyboard.press('Enter')
    await page.getByText('There is already a term with the same default label').first().waitFor()
    await expect.poll(() => page.getByRole('tree').getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Annuals')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('tree').getByRole('textbox', { name: 'Name' }).count()).toBe(0)
    await expect.poll(() => focused(page)).toBe(named('Herbs'))
  })

  it('makes a tree of terms of a pasted list, shown first where it is long', async ({ skip }) => {
    const { ids } = await seed({ Spices: [] })
    const setId = ids['Spices'] ?? ''
    const page = await openSet(skip, setId)
    await page.keyboard.press('Insert')
    await page.getByRole('tree').getByRole('textbox', { name: 'Name' }).waitFor()
    const text = ['Hot', ...Array.from({ length: 11 }, (_, at) => `  Chilli ${at}`)].join('\n')
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
    await page.keyboard.press('Control+v')
    await page.getByRole('heading', { name: 'Add 12 terms?' }).waitFor()
    await page.getByRole('button', { name: 'Add them' }).click()
    await page.getByText('12 terms are added').first().waitFor()
    expect(await children(setId)).toEqual(['Hot'])
    expect(await children(setId, await idOf(setId, 'Hot'))).toHaveLength(11)
    await expect.poll(() => focused(page)).toBe('Hot')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => children(setId)).toEqual([])
  })

  it('renames in place, keeps the other labels, and deletes and takes it back', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals')
    await row(page, 'Basil').focus()
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: 'New name of Basil' }).waitFor()
    await page.keyboard.type('Sweet basil')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Sweet basil')
    const annuals = await idOf(setId, 'Annuals')
    await expect.poll(() => children(setId, annuals)).toContain('Sweet basil')
    expect(await idOf(setId, 'Basilikum')).toBe(await idOf(setId, 'Sweet basil'))
    await page.keyboard.press('Delete')
    await expect.poll(() => focused(page)).toBe('Coriander')
    await expect.poll(() => children(setId, annuals)).toEqual(['Coriander', 'Dill'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => focused(page)).toBe('Sweet basil')
    await expect.poll(() => children(setId, annuals)).toEqual(['Coriander', 'Dill', 'Sweet basil'])
  })

  it('moves by keys: down, in, out; the focus stays on the row', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'))
    await row(page, 'Annuals').focus()
    await page.keyboard.press('Control+Shift+ArrowDown')
    await expect.poll(() => children(setId)).toEqual(['Perennials', 'Annuals', 'Shrubs'])
    expect(await row(page, 'Annuals').getAttribute('aria-posinset')).toBe('2')
    await page.keyboard.press('Control+Shift+ArrowRight')
    await expect.poll(() => row(page, 'Annuals').getAttribute('aria-level')).toBe('4')
    await expect.poll(() => focused(page)).toBe('Annuals')
    expect(await children(setId)).toEqual(['Perennials', 'Shrubs'])
    await page.keyboard.press('Control+Shift+ArrowLeft')
    await expect.poll(() => children(setId)).toEqual(['Perennials', 'Annuals', 'Shrubs'])
    await expect.poll(() => focused(page)).toBe('Annuals')
  })

  it('moves terms of several parents to another set at once (J6)', async ({ skip }) => {
    const { ids, named } = await seed(herbs('Stews'))
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals', 'Perennials')
    await row(page, 'Basil').focus()
    await page.keyboard.press('Shift+ArrowDown')
    await row(page, 'Mint').click({ modifiers: ['Control'] })
    await page.keyboard.press('Control+x')
    await page.keyboard.press('/')
    await page.keyboard.type('Stews')
    await page.getByRole('option', { name: /Stews/ }).first().waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Stews')
    await page.keyboard.press('Control+v')
    const menu = ids['Menu'] ?? ''
    const soups = await idOf(menu, 'Stews')
    await page.getByText('Moved: 3 terms, to Stews').first().waitFor()
    expect(await children(menu, soups)).toEqual(['Basil', 'Coriander', 'Mint'])
    await expect.poll(() => focused(page)).toBe('Basil')
    await page.keyboard.press('Control+z')
    await expect.poll(() => children(menu, soups)).toEqual([])
    expect(await children(setId, await idOf(setId, 'Perennials'))).toEqual(['Mint', 'Sage'])
  })

  it('pins a branch into another set by keys alone (J3)', async ({ skip }) => {
    const { ids, named } = await seed(herbs('Broths'))
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'))
    await row(page, 'Annuals').focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /Pin in/ }).waitFor()
    await page.keyboard.press('p')
    await page.getByRole('combobox', { name: 'Search the target' }).waitFor()
    await page.keyboard.type('Broths')
    await page
      .getByRole('option', { name: /Broths/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('shows in “Broths” with all that is below it').waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.getByText('Pinned: Annuals, in Broths').first().waitFor()
    await expect.poll(() => focused(page)).toBe('Annuals, used elsewhere too')
    const menu = ids['Menu'] ?? ''
    expect(await children(menu, await idOf(menu, 'Broths'))).toEqual(['Annuals'])
    await openRows(page, named('Menu'), 'Broths')
    const pinned = row(page, `Annuals, pinned from ${named('Herbs')}`)
    await pinned.waitFor()
    await pinned.focus()
    await page.keyboard.press('ArrowRight')
    await row(page, `Basil, below a pin from ${named('Herbs')}`).waitFor()
    // What a pin shows is changed at its home only.
    await row(page, `Basil, below a pin from ${named('Herbs')}`).focus()
    await page.keyboard.press('F2')
    await page.getByText('A pin shows it here. It is changed where it is at home.').first().waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => children(menu, await idOf(menu, 'Broths'))).toEqual([])
  })

  it('merges two terms after showing what that does, and takes it apart again (J4)', async ({ skip }) => {
    const { ids, named } = await seed(herbs('Soups', 'Cilantro'))
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals')
    await row(page, 'Dill').focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /Merge into/ }).waitFor()
    await page.keyboard.press('m')
    await page.getByRole('combobox', { name: 'Search the term that stays' }).waitFor()
    await page.keyboard.type('Cilantro')
    await page
      .getByRole('option', { name: /Cilantro.*Herbs/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('1 term is merged').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Merged: Dill, into Cilantro').first().waitFor()
    await expect.poll(() => focused(page)).toBe('Cilantro')
    const annuals = await idOf(setId, 'Annuals')
    expect(await children(setId, annuals)).toEqual(['Basil', 'Cilantro'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => focused(page)).toBe('Dill')
    expect(await children(setId, annuals)).toEqual(['Basil', 'Cilantro', 'Dill'])
  })

  it('deprecates, and says what will be before it deletes what is used elsewhere', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const menu = ids['Menu'] ?? ''
    const annuals = await idOf(setId, 'Annuals')
    await pages.server().send('POST', `/v1.0/termStore/sets/${setId}/terms/${annuals}/relations`, {
      relationship: 'pin',
      set: { id: menu },
    })
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'))
    await row(page, 'Shrubs').focus()
    await page.keyboard.press('.')
    await page.getByRole('menuitem', { name: /Deprecate/ }).waitFor()
    await page.keyboard.press('d')
    await page.getByText('is offered to nobody any more').waitFor()
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => focused(page)).toBe('Shrubs, deprecated')
    await row(page, 'Annuals, used elsewhere too').focus()
    await page.keyboard.press('Delete')
    await page.getByRole('heading', { name: 'Delete “Annuals”' }).waitFor()
    await page.getByText('becomes an orphan').or(page.getByText('become orphans')).first().waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => focused(page)).toBe('Annuals, used elsewhere too')
  })

  it('makes, renames and deletes groups and sets', async ({ skip }) => {
    const { group, ids } = await seed({ Spices: [] })
    const page = await openSet(skip, ids['Spices'] ?? '')
    await row(page, group).focus()
    await page.keyboard.press('Insert')
    await page.getByRole('tree').getByRole('textbox', { name: 'Name' }).waitFor()
    await page.keyboard.type('Oils')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Oils')
    await page.keyboard.press('F2')
    await page.keyboard.type('Vinegars')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Vinegars')
    await page.getByText('“Oils” is now “Vinegars”').first().waitFor()
    await page.keyboard.press('Delete')
    await page.getByText('Deleted: Vinegars').first().waitFor()
    await page.keyboard.press('Control+z')
    await row(page, 'Vinegars').waitFor()
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

  it('drags within a set, and into another set asks which of four things is meant', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals', named('Menu'))
    await row(page, 'Dill').dragTo(row(page, 'Perennials'))
    await page.getByText('Moved: Dill, to Perennials').first().waitFor()
    expect(await children(setId, await idOf(setId, 'Perennials'))).toEqual(['Dill', 'Mint', 'Sage'])
    await row(page, 'Basil').dragTo(row(page, 'Salads'))
    await page.getByRole('menuitem', { name: /^Pin/ }).waitFor()
    expect(await page.getByRole('menuitem').count()).toBe(4)
    await page.getByRole('menuitem', { name: /^Reuse/ }).click()
    await page.getByText('Reused: Basil, in Salads').first().waitFor()
    const menu = ids['Menu'] ?? ''
    expect(await children(menu, await idOf(menu, 'Salads'))).toEqual(['Basil'])
  })

  it('has 30,000 terms in one set, and says level, position and size of row 15,000', async ({ skip }) => {
    const many = Array.from({ length: 30_000 }, (_, at) => term(`Term ${String(at + 1).padStart(5, '0')}`))
    const { ids, named } = await seed({ Large: many })
    const page = await openSet(skip, ids['Large'] ?? '')
    await openRows(page, named('Large'))
    const first = row(page, 'Term 00001')
    await first.waitFor()
    expect(await first.getAttribute('aria-setsize')).toBe('30000')
    // Few rows are in the document, however many there are.
    expect(await page.getByRole('treeitem').count()).toBeLessThan(120)
    await page.getByRole('tree').evaluate((tree) => {
      tree.scrollTop = 14_990 * 32
    })
    const middle = row(page, 'Term 15000')
    await middle.waitFor({ timeout: 30_000 })
    expect(await middle.getAttribute('aria-level')).toBe('3')
    expect(await middle.getAttribute('aria-posinset')).toBe('15000')
    expect(await middle.getAttribute('aria-setsize')).toBe('30000')
    await middle.click()
    await expect.poll(() => focused(page)).toBe('Term 15000')
    // Far from what is in sight, the row keeps the focus.
    await page.getByRole('tree').evaluate((tree) => {
      tree.scrollTop = 0
    })
    await first.waitFor()
    expect(await focused(page)).toBe('Term 15000')
    await page.reload()
    await middle.waitFor({ timeout: 30_000 })
  }, 120_000)

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

  for (const { theme, width } of looks)
    it(`has nothing that axe finds or that is cut off, ${theme}, ${width} wide`, async ({ skip }) => {
      const page = await pages.open(skip, '/terms/s/c0117050-5e70-4000-8000-000000000001', { theme, width })
      if (width === 390) await page.getByRole('button', { name: 'Back to the tree' }).click()
      await row(page, 'Genres').waitFor()
      await row(page, 'Genres').focus()
      await picture(page, `terms-${theme}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await layoutFaults(page)).toEqual([])
      await page.keyboard.press('.')
      await page.getByRole('menuitem', { name: /New term below/ }).waitFor()
      await picture(page, `terms-menu-${theme}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await layoutFaults(page)).toEqual([])
    })

  it('is two screens with a way back where there is little room', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await pages.open(skip, `/terms/s/${ids['Herbs']}`, { width: 390 })
    await page.getByRole('button', { name: 'Back to the tree' }).click()
    await expect.poll(() => focused(page)).toBe(named('Herbs'))
    await row(page, named('Menu')).click()
    await page.getByRole('button', { name: 'Back to the tree' }).waitFor()
    expect(await page.getByRole('tree').isVisible()).toBe(false)
  })

  it('is in German', async ({ skip }) => {
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
