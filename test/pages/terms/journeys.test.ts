/** Journeys of the term store, with their clicks and keys counted, and where the focus is after each action. */
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { axe, usePages } from '../_pages.ts'
import { focused, type Hands, hands, herbs, nameField, openRows, row, term, treeOf, typeInto } from './_tree.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()
const { seed, children, idOf, openSet } = treeOf(pages)

const target = (page: Page, name = 'Search for a target') => page.getByRole('combobox', { name })
const byKeys = 'by keys alone'

/** The menu of the row with the focus, ready for a letter. */
async function openMenu(page: Page, press: (key: string) => Promise<void>): Promise<void> {
  await press('.')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('menuitem')
}

const hit = (page: Page, name: RegExp) => page.getByRole('option', { name }).first()

/** From the heading of the page to the tree, as F6 leads there. */
async function walkToTree(page: Page): Promise<void> {
  for (let at = 0; at < 6; at += 1) {
    if ((await focused(page)) !== undefined) return
    await page.keyboard.press('F6')
  }
  throw new Error('F6 does not lead to the tree')
}

function timesOf(keys: readonly string[]): Record<string, number> {
  const times: Record<string, number> = {}
  for (const key of keys) times[key] = (times[key] ?? 0) + 1
  return times
}

describe('journeys of the term store', () => {
  it.for(['by one click', byKeys])('adds five terms, two of them children, %s (J1)', async (how, { skip }) => {
    const { ids } = await seed({ Spices: [] })
    const setId = ids['Spices'] ?? ''
    const page = await openSet(skip, setId)
    const hand = hands(page)
    if (how === byKeys) await page.keyboard.press('Insert')
    else await hand.click(page.getByRole('button', { name: 'New term', exact: true }))
    await typeInto(page, nameField(page), 'Pepper')
    const steps = ['Enter', 'Salt', 'Enter', 'Tab', 'Sea salt', 'Enter', 'Rock salt', 'Enter', 'Shift+Tab', 'Saffron']
    for (const step of steps)
      if (/^(?:Enter|Tab|Shift\+Tab)$/.test(step)) await hand.press(step)
      else await page.keyboard.type(step)
    await hand.press('Enter')
    // An empty one ends it, and the focus is on what was made last.
    await hand.press('Enter')
    await expect.poll(() => focused(page)).toBe('Saffron')
    expect([hand.clicks(), timesOf(hand.keys())]).toEqual([
      how === byKeys ? 0 : 1,
      { Enter: 6, Tab: 1, 'Shift+Tab': 1 },
    ])
    await expect.poll(() => children(setId)).toEqual(['Pepper', 'Saffron', 'Salt'])
    expect(await children(setId, await idOf(setId, 'Salt'))).toEqual(['Rock salt', 'Sea salt'])
    // Each is taken back by itself.
    await page.keyboard.press('Control+z')
    await expect.poll(() => children(setId)).toEqual(['Pepper', 'Salt'])
  })

  it('pins a branch into another set with four keys (J3)', async ({ skip }) => {
    const { ids, named } = await seed(herbs('Broths'))
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'))
    await row(page, 'Annuals').focus()
    const hand = hands(page)
    await openMenu(page, hand.press)
    await hand.press('p')
    await typeInto(page, target(page), 'Broths')
    await hit(page, /Broths/).waitFor()
    await hand.press('Enter')
    await page
      .getByText('4 terms show in “Broths” then, and what is added below “Annuals” later shows there too')
      .waitFor()
    expect(await axe(page)).toEqual([])
    await hand.press('Control+Enter')
    await page.getByText('Pinned: Annuals, in Broths').first().waitFor()
    await expect.poll(() => focused(page)).toBe('Annuals, used elsewhere too')
    expect([hand.clicks(), hand.keys()]).toEqual([0, ['.', 'p', 'Enter', 'Control+Enter']])
    const menu = ids['Menu'] ?? ''
    expect(await children(menu, await idOf(menu, 'Broths'))).toEqual(['Annuals'])
    await openRows(page, named('Menu'), 'Broths')
    const pinned = row(page, `Annuals, pinned from ${named('Herbs')}`)
    await pinned.waitFor()
    await pinned.focus()
    await page.keyboard.press('ArrowRight')
    const mirrored = row(page, `Basil, below a pin from ${named('Herbs')}`)
    await mirrored.waitFor()
    // What a pin shows is changed at its home only.
    await mirrored.focus()
    await page.keyboard.press('F2')
    await page.getByText('A pin shows it here. It is changed in its home set.').first().waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => children(menu, await idOf(menu, 'Broths'))).toEqual([])
  })

  it('merges two terms after a look at what that does, and takes it apart again, by five keys alone (J4)', async ({
    skip,
  }) => {
    const { ids } = await seed(herbs('Soups', 'Cilantro'))
    const setId = ids['Herbs'] ?? ''
    const page = await pages.open(skip, `/terms/s/${setId}/t/${await idOf(setId, 'Dill')}`)
    await row(page, 'Dill').waitFor()
    await walkToTree(page)
    await expect.poll(() => focused(page)).toBe('Dill')
    const hand = hands(page)
    await openMenu(page, hand.press)
    await hand.press('m')
    await typeInto(page, target(page, 'Search for the term that stays'), 'Cilantro')
    await hit(page, /Cilantro.*Herbs/).waitFor()
    await hand.press('Enter')
    await page.getByText('1 term is merged').waitFor()
    await hand.press('Control+Enter')
    await page.getByText('Merged: Dill, into Cilantro').first().waitFor()
    await expect.poll(() => focused(page)).toBe('Cilantro')
    const annuals = await idOf(setId, 'Annuals')
    expect(await children(setId, annuals)).toEqual(['Basil', 'Cilantro'])
    await hand.press('Control+z')
    await expect.poll(() => focused(page)).toBe('Dill')
    expect(await children(setId, annuals)).toEqual(['Basil', 'Cilantro', 'Dill'])
    expect([hand.clicks(), hand.keys()]).toEqual([0, ['.', 'm', 'Enter', 'Control+Enter', 'Control+z']])
  })

  const parents = { Annuals: 14, Perennials: 13, Shrubs: 13 }
  const below = (name: string, n: number): string[] =>
    Array.from({ length: n }, (_, at) => `${name} ${String(at + 1).padStart(2, '0')}`)

  it.for(['by the mouse', byKeys])('moves 40 terms of three parents elsewhere, %s (J6)', async (how, { skip }) => {
    const names = Object.entries(parents)
    const stews = how === byKeys ? 'Ragouts' : 'Stews'
    const { ids, named } = await seed({
      Plants: names.map(([name, n]) =>
        term(
          name,
          below(name, n).map((one) => term(one)),
        ),
      ),
      Menu: [term(stews)],
    })
    const page = await openSet(skip, ids['Plants'] ?? '', { height: 1800 })
    await openRows(page, named('Plants'), ...Object.keys(parents))
    const hand = hands(page)
    for (const [name, n] of names) {
      const [first = '', last = ''] = [below(name, n)[0], below(name, n).at(-1)]
      if (how === byKeys) {
        await row(page, name).focus()
        await page.keyboard.press('ArrowDown')
        await hand.press('Space')
        for (let step = 1; step < n; step += 1) await page.keyboard.press('Shift+ArrowDown')
        await expect.poll(() => focused(page)).toBe(last)
      } else {
        await hand.click(row(page, first), { modifiers: ['Control'] })
        await hand.click(row(page, last), { modifiers: ['Shift'] })
      }
    }
    await expect.poll(() => page.locator('[role="treeitem"][aria-selected="true"]').count()).toBe(40)
    await hand.press('Control+x')
    await hand.press('/')
    await typeInto(page, page.getByRole('combobox', { name: 'Find a term' }), stews)
    await hit(page, new RegExp(stews)).waitFor()
    await hand.press('Enter')
    await expect.poll(() => focused(page)).toBe(stews)
    await hand.press('Control+v')
    const menu = ids['Menu'] ?? ''
    const to = await idOf(menu, stews)
    await page.getByText(`Moved: 40 terms, to ${stews}`).first().waitFor()
    expect(await children(menu, to)).toEqual(names.flatMap(([name, n]) => below(name, n)))
    await expect.poll(() => focused(page)).toBe('Annuals 01')
    const rest = ['Control+x', '/', 'Enter', 'Control+v']
    if (how === byKeys) expect([hand.clicks(), hand.keys()]).toEqual([0, ['Space', 'Space', 'Space', ...rest]])
    else expect([hand.clicks(), hand.keys()]).toEqual([6, rest])
    // One way back for all.
    await page.keyboard.press('Control+z')
    await expect.poll(() => children(menu, to)).toEqual([])
    expect(await children(ids['Plants'] ?? '', await idOf(ids['Plants'] ?? '', 'Shrubs'))).toHaveLength(13)
  })
})

interface FocusCase {
  readonly what: string
  /** A row, or nothing where the case before left the focus right. */
  readonly from?: string
  readonly run: (page: Page, hand: Hands) => Promise<void>
  readonly focus: string
  /** How the row is when all of it is done, where it had the focus before that. */
  readonly shows?: { readonly attribute: string; readonly value: string }
}

const keys =
  (...all: string[]) =>
  async (_: Page, hand: Hands): Promise<void> => {
    for (const key of all) await hand.press(key)
  }

const choose =
  (letter: string, field: string, text: string) =>
  async (page: Page, { press }: Hands): Promise<void> => {
    await openMenu(page, press)
    await press(letter)
    await typeInto(page, target(page, field), text)
    await hit(page, new RegExp(`^${text}`)).waitFor()
    await press('Enter')
    await page.getByRole('option', { name: new RegExp(`^${text}`), selected: true }).waitFor()
    await press('Control+Enter')
  }

const rename =
  (name: string) =>
  async (page: Page, { press }: Hands): Promise<void> => {
    await press('F2')
    await typeInto(page, page.getByRole('tree').getByRole('textbox'), name)
    await press('Enter')
  }

/** In this order, each from where the one before left off. */
const focusCases: readonly FocusCase[] = [
  {
    what: 'a term is made: the next draft',
    from: 'Hedges',
    run: async (page, { press }) => {
      await press('Insert')
      await typeInto(page, nameField(page), 'Myrtle')
      await press('Enter')
    },
    focus: 'New, below Hedges, level 4',
  },
  { what: 'the draft is given up: what was made last', run: keys('Escape'), focus: 'Myrtle' },
  { what: 'a term is renamed: its row', run: rename('Bog myrtle'), focus: 'Bog myrtle' },
  { what: 'that is taken back: its row', run: keys('Control+z'), focus: 'Myrtle' },
  { what: 'renaming is given up: its row', run: keys('F2', 'Escape'), focus: 'Myrtle' },
  { what: 'the first is deleted: the next sibling', from: 'Basil', run: keys('Delete'), focus: 'Chervil' },
  { what: 'that is taken back: the row again', run: keys('Control+z'), focus: 'Basil' },
  { what: 'the last is deleted: the former', from: 'Parsley', run: keys('Delete'), focus: 'Chervil' },
  { what: 'that is taken back as well', run: keys('Control+z'), focus: 'Parsley' },
  { what: 'the only one is deleted: the parent', from: 'Thyme', run: keys('Delete'), focus: 'Alpine' },
  { what: 'it is taken back: the row, which is there again', run: keys('Control+z'), focus: 'Thyme' },
  { what: 'moved down: the row', from: 'Basil', run: keys('Control+Shift+ArrowDown'), focus: 'Basil' },
  {
    what: 'moved out: the row',
    run: keys('Control+Shift+ArrowLeft'),
    focus: 'Basil',
    shows: { attribute: 'aria-level', value: '3' },
  },
  {
    what: 'moved by the drawer: the row at its new place',
    from: 'Sage',
    run: choose('v', 'Search for a target', 'Hedges'),
    focus: 'Sage',
  },
  {
    what: 'that is taken back: the row at its old place',
    run: keys('Control+z'),
    focus: 'Sage',
    shows: { attribute: 'aria-setsize', value: '2' },
  },
  {
    what: 'merged: the one that stays',
    from: 'Chervil',
    run: choose('m', 'Search for the term that stays', 'Parsley'),
    focus: 'Parsley',
  },
  { what: 'that is taken back: the one that went', run: keys('Control+z'), focus: 'Chervil' },
  {
    what: 'a menu is closed: its row',
    from: 'Mint',
    run: async (page, { press }) => {
      await openMenu(page, press)
      await press('Escape')
    },
    focus: 'Mint',
  },
  {
    what: 'a drawer is closed: its row',
    run: async (page, { press }) => {
      await openMenu(page, press)
      await press('v')
      await typeInto(page, target(page), 'x')
      await press('Escape')
      await target(page).waitFor({ state: 'detached' })
    },
    focus: 'Mint',
  },
  {
    what: 'the detail is left: the row',
    run: async (page, { press }) => {
      await press('Enter')
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2')
      await press('Escape')
    },
    focus: 'Mint',
  },
]

describe('the focus in the tree', () => {
  it('goes where the hand is, after each action', async ({ skip }) => {
    const { ids, named } = await seed({
      Herbs: [
        term('Alpine', [term('Thyme')]),
        term('Annuals', [term('Basil'), term('Chervil'), term('Parsley')]),
        term('Perennials', [term('Mint'), term('Sage')]),
        term('Hedges', [term('Rosehip')]),
      ],
    })
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'), 'Alpine', 'Annuals', 'Perennials', 'Hedges')
    const hand = hands(page)
    for (const { what, from, run, focus, shows } of focusCases) {
      if (from !== undefined) await row(page, from).focus()
      await run(page, hand)
      await expect.poll(() => focused(page), { message: what }).toBe(focus)
      if (shows !== undefined)
        await expect.poll(() => row(page, focus).getAttribute(shows.attribute), { message: what }).toBe(shows.value)
      expect(await focused(page), what).toBe(focus)
      // Nothing has collapsed.
      expect(await row(page, 'Rosehip').count(), what).toBe(1)
    }
  })
})
