/** What is done in the tree of terms: drafts, lists, renaming, moves by keys and by the mouse, merges, deletes; and the requests that they are. */
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { axe, axeInThemes, usePages } from '../_pages.ts'
import { focused, herbs, nameField, openRows, row, term, treeOf, typeInto } from './_tree.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()
const { seed, children, idOf, openSet } = treeOf(pages)

async function openDrawer(page: Page, name: string, letter: string): Promise<void> {
  await row(page, name).focus()
  await page.keyboard.press('.')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('menuitem')
  await page.keyboard.press(letter)
}

async function pick(page: Page, field: string, text: string): Promise<void> {
  await typeInto(page, page.getByRole('combobox', { name: field }), text)
  await page
    .getByRole('option', { name: new RegExp(`^${text}`) })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
}

const announced = (page: Page, text: string): Promise<void> =>
  page.locator('#announce-polite', { hasText: text }).waitFor({ state: 'attached' })

describe('drafts and names', () => {
  it('give a refused text back, with the reason', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await page.keyboard.press('Insert')
    await typeInto(page, nameField(page), 'Annuals')
    await page.keyboard.press('Enter')
    await page.getByText('There is already a term with the same default label').first().waitFor()
    await expect.poll(() => nameField(page).inputValue()).toBe('Annuals')
    await page.keyboard.press('Escape')
    expect(await nameField(page).count()).toBe(0)
    await expect.poll(() => focused(page)).toBe(named('Herbs'))
  })

  it('are a tree of terms, of a pasted list, shown first where it is long', async ({ skip }) => {
    const { ids } = await seed({ Spices: [] })
    const setId = ids['Spices'] ?? ''
    const page = await openSet(skip, setId)
    await page.keyboard.press('Insert')
    await nameField(page).waitFor()
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

  it('show the requests that they are, and so do moves, before or after', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    const panel = page.getByRole('dialog', { name: 'As a request' })
    await openRows(page, named('Herbs'))
    await row(page, 'Annuals').focus()
    await page.keyboard.press('F2')
    const field = page.getByRole('textbox', { name: 'New name of Annuals' })
    await typeInto(page, field, 'One year')
    await page.keyboard.press('Alt+Enter')
    await panel.getByText(/PATCH.*\/terms\//).waitFor()
    await panel.getByText('One year').first().waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    // The field is as it was, with the focus.
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await field.inputValue()).toBe('One year')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('One year')
    await expect.poll(() => children(setId)).toEqual(['One year', 'Perennials', 'Shrubs'])

    await page.keyboard.press('Insert')
    await typeInto(page, nameField(page), 'Borage')
    await page.getByRole('tree').getByRole('button', { name: 'Show as request' }).click()
    await panel.getByText(/POST.*\/children/).waitFor()
    const shown = /"id":\s*"([^"]+)"/.exec((await panel.textContent()) ?? '')?.[1]
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await expect.poll(() => nameField(page).evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Borage')
    // It is sent as it was shown.
    await expect.poll(() => idOf(setId, 'Borage').catch(() => '')).toBe(shown)

    await row(page, 'Perennials').focus()
    await page.keyboard.press('Control+Shift+ArrowDown')
    await expect.poll(() => children(setId)).toEqual(['One year', 'Shrubs', 'Perennials'])
    await announced(page, '“Perennials” moved, position 3 of 3')
    await page.getByRole('button', { name: 'Show as request' }).first().click()
    await panel.getByText(/POST.*relata\.move/).waitFor()
    await panel.getByText(/GET.*\/termStore\//).waitFor()
  })

  it('rename in place and keep the other labels', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals')
    await row(page, 'Basil').focus()
    await page.keyboard.press('F2')
    await typeInto(page, page.getByRole('textbox', { name: 'New name of Basil' }), 'Sweet basil')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Sweet basil')
    await expect.poll(async () => children(setId, await idOf(setId, 'Annuals'))).toContain('Sweet basil')
    expect(await idOf(setId, 'Basilikum')).toBe(await idOf(setId, 'Sweet basil'))
    // What is taken back at once is what was done last, although its answer is still to come.
    await page.keyboard.press('Delete')
    await expect.poll(() => row(page, 'Sweet basil').count()).toBe(0)
    await page.keyboard.press('Control+z')
    await expect.poll(() => focused(page)).toBe('Sweet basil')
  })

  it('make, rename and delete groups and sets', async ({ skip }) => {
    const { group, ids } = await seed({ Spices: [] })
    const page = await openSet(skip, ids['Spices'] ?? '')
    await row(page, group).focus()
    await page.keyboard.press('Insert')
    await typeInto(page, nameField(page), 'Oils')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Oils')
    await page.keyboard.press('F2')
    await typeInto(page, page.getByRole('textbox', { name: 'New name of Oils' }), 'Vinegars')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Vinegars')
    await page.getByText('“Oils” is now “Vinegars”').first().waitFor()
    await page.keyboard.press('Delete')
    await page.getByText('Deleted: Vinegars').first().waitFor()
    await page.keyboard.press('Control+z')
    await row(page, 'Vinegars').waitFor()
  })

  it('stay as they were typed where a list that was read before comes later', async ({ skip }) => {
    const { group, ids } = await seed({ Spices: [], Oils: [] })
    const [spices = '', oils = ''] = [ids['Spices'], ids['Oils']]
    const page = await openSet(skip, oils)
    const name = (await focused(page)) ?? ''
    const { promise: isRead, resolve: noteRead } = Promise.withResolvers<void>()
    const { promise: isFree, resolve: free } = Promise.withResolvers<void>()
    await page.route(/\/groups\/[^/]+\/sets\?/, async (route) => {
      const response = await route.fetch()
      if ((await response.text()).includes(oils)) noteRead()
      await isFree
      await route.fulfill({ response })
    })
    const renamedTo = (text: string) => ({ localizedNames: [{ name: `${text} of ${group}`, languageTag: 'en-US' }] })
    const asSomebodyElse = (text: string) =>
      pages.server().send('PATCH', `/v1.0/termStore/sets/${spices}`, renamedTo(text))
    // Because of which the sets of the group are read.
    await asSomebodyElse('Seasonings')
    await isRead
    await page.keyboard.press('F2')
    await typeInto(page, page.getByRole('textbox', { name: `New name of ${name}` }), 'Vinegars')
    await page.keyboard.press('Enter')
    await page.getByText(`“${name}” is now “Vinegars”`).first().waitFor()
    free()
    await row(page, `Seasonings of ${group}`).waitFor()
    expect(await focused(page)).toBe('Vinegars')
    await page.keyboard.press('Delete')
    await page.getByText('Deleted: Vinegars').first().waitFor()
    await asSomebodyElse('Salts')
    await row(page, `Salts of ${group}`).waitFor()
    expect(await row(page, 'Vinegars').count()).toBe(0)
  })
})

describe('moves', () => {
  it('go by keys: down, in, out; the focus stays on the row', async ({ skip }) => {
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

  it('go by a handle, which Escape gives up, and into another set ask which of four things is meant', async ({
    skip,
  }) => {
    const { ids, named } = await seed(herbs())
    const setId = ids['Herbs'] ?? ''
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'), 'Annuals', named('Menu'))
    const handle = (name: string) => row(page, name).getByRole('button', { name: `Move ${name}` })
    expect(await handle('Basil').isVisible()).toBe(false)
    await row(page, 'Dill').focus()
    await expect.poll(() => handle('Dill').isVisible()).toBe(true)
    // Pressed without dragging, it is the twin in the menu.
    await handle('Dill').click()
    await page.getByRole('heading', { name: 'Move “Dill”' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Dill')

    const middleOf = async (name: string) => {
      const box = await row(page, name).boundingBox()
      return { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
    }
    await handle('Dill').hover()
    await page.mouse.down()
    const over = await middleOf('Perennials')
    await page.mouse.move(over.x, over.y, { steps: 4 })
    await announced(page, 'Dill is being dragged')
    await page.keyboard.press('Escape')
    await announced(page, 'Not moved: Dill')
    await page.mouse.up()
    expect(await children(setId, await idOf(setId, 'Annuals'))).toEqual(['Basil', 'Coriander', 'Dill'])

    await handle('Dill').hover()
    await handle('Dill').dragTo(row(page, 'Perennials'))
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
})

describe('what an action will do', () => {
  it('is said of reusing: how many terms show, and that later ones do not', async ({ skip }) => {
    const { ids, named } = await seed(herbs('Consommes'))
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'))
    await openDrawer(page, 'Annuals', 'u')
    await pick(page, 'Search for a target', 'Consommes')
    const later = 'but what is added below “Annuals” later does not'
    await page.getByText(`4 terms show in “Consommes” then, ${later}`).waitFor()
  })

  it('is said before what is used elsewhere is deleted; a term is deprecated', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const [setId = '', menu = ''] = [ids['Herbs'], ids['Menu']]
    const annuals = await idOf(setId, 'Annuals')
    await pages.server().send('POST', `/v1.0/termStore/sets/${setId}/terms/${annuals}/relations`, {
      relationship: 'pin',
      set: { id: menu },
    })
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'))
    await openDrawer(page, 'Shrubs', 'd')
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

  it('is chosen of a merge: which description stays, and whether like children are merged; one undo', async ({
    skip,
  }) => {
    const { ids, named } = await seed({
      Herbs: [term('Gentle herbs', [term('Balm')]), term('Mild herbs', [term('Balm')])],
    })
    const setId = ids['Herbs'] ?? ''
    const [gentle, mild] = [await idOf(setId, 'Gentle herbs'), await idOf(setId, 'Mild herbs')]
    const describe = (id: string, description: string) =>
      pages.server().send('PATCH', `/v1.0/termStore/sets/${setId}/terms/${id}`, {
        descriptions: [{ description, languageTag: 'en-US' }],
      })
    const described = async (id: string): Promise<string> => {
      const { body } = await pages
        .server()
        .send('GET', `/v1.0/termStore/sets/${setId}/terms/${id}?$select=descriptions`)
      return body.descriptions[0].description
    }
    await describe(gentle, 'Soft ones.')
    await describe(mild, 'Not hot.')
    const page = await openSet(skip, setId)
    await openRows(page, named('Herbs'))
    await openDrawer(page, 'Mild herbs', 'm')
    await pick(page, 'Search for the term that stays', 'Gentle herbs')
    // Refused, as both have a child of one label, unless these are merged as well.
    await page.getByText('This is not possible').waitFor()
    await page.getByRole('checkbox', { name: 'Merge children with the same label as well' }).click()
    await page.getByText('2 terms are merged').waitFor()
    const choice = page.getByRole('radiogroup', { name: /The descriptions differ: .*English/ })
    expect(await choice.getByRole('radio', { name: 'Keep “Soft ones.”' }).isChecked()).toBe(true)
    await choice.getByRole('radio', { name: 'Take “Not hot.”' }).click()
    expect(await axeInThemes(page)).toEqual([])
    await page.getByRole('button', { name: /^Merge/ }).click()
    await page.getByText('Merged: Mild herbs, into Gentle herbs').first().waitFor()
    expect(await described(gentle)).toBe('Not hot.')
    expect(await children(setId, gentle)).toEqual(['Balm'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => focused(page)).toBe('Mild herbs')
    expect([await described(gentle), await described(mild)]).toEqual(['Soft ones.', 'Not hot.'])
    expect(await children(setId, mild)).toEqual(['Balm'])
  })

  it('is refused with the whole reason by names, at a place that does not look chosen', async ({ skip }) => {
    const { ids, named } = await seed(herbs())
    const page = await openSet(skip, ids['Herbs'] ?? '')
    await openRows(page, named('Herbs'))
    await openDrawer(page, 'Annuals', 'p')
    const field = page.getByRole('combobox', { name: 'Search for a target' })
    await typeInto(page, field, named('Herbs').slice(-6))
    const places = page.getByRole('listbox', { name: 'Search for a target' }).getByRole('option')
    const refused = page.getByRole('option', { name: named('Herbs') }).first()
    const why = refused.getByText(`The term belongs to the set '${named('Herbs')}' already.`)
    // What the first letters find is there until the answer to all of them.
    await expect.poll(() => places.count()).toBe(2)
    await why.waitFor()
    expect(await why.evaluate((one) => one.scrollWidth <= one.clientWidth || one.clientWidth === 0)).toBe(true)
    expect(await why.evaluate((one) => getComputedStyle(one).whiteSpace)).toBe('normal')
    expect(await refused.getAttribute('aria-disabled')).toBe('true')
    // The keys begin at what can be chosen; where they lead to what cannot, it has no colour of its own.
    const possible = page.getByRole('option', { name: named('Menu') }).first()
    const colourOf = (of: typeof refused) =>
      of.evaluate((one) => getComputedStyle(one.parentElement as HTMLElement).backgroundColor)
    const activeId = () => field.getAttribute('aria-activedescendant')
    await expect.poll(activeId).toBe(await possible.getAttribute('id'))
    const active = await colourOf(possible)
    await page.keyboard.press('ArrowUp')
    await expect.poll(activeId).toBe(await refused.getAttribute('id'))
    expect(await colourOf(refused)).not.toBe(active)
    expect(await colourOf(refused)).toBe(await colourOf(possible))
    expect(await refused.getAttribute('aria-selected')).toBe('false')
  })

  it('leaves one row of each term when a sibling is merged, and when that is taken back', async ({ skip }) => {
    const { ids, named } = await seed({ Books: [term('Novel'), term('Poems'), term('Short tales')] })
    const page = await openSet(skip, ids['Books'] ?? '')
    const drawn = async () =>
      (
        await page.getByRole('treeitem').evaluateAll((rows) => rows.map((one) => one.getAttribute('aria-label')))
      ).filter((name) => ['Novel', 'Poems', 'Short tales'].includes(name ?? ''))
    await openRows(page, named('Books'))
    await openDrawer(page, 'Novel', 'm')
    await pick(page, 'Search for the term that stays', 'Short tales')
    await page.getByText('its id answers as “Short tales”').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Merged: Novel, into Short tales').first().waitFor()
    await expect.poll(() => focused(page)).toBe('Short tales')
    expect((await drawn()).sort()).toEqual(['Poems', 'Short tales'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => focused(page)).toBe('Novel')
    expect((await drawn()).sort()).toEqual(['Novel', 'Poems', 'Short tales'])
  })
})
