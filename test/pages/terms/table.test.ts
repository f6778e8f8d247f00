/** A set as a table: what is done with many rows at once, and how it was. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { axeInThemes, faultsOfLooks, go, usePages } from '../_pages.ts'
import { english, useHerbs } from './_herbs.ts'

const pages = usePages()
const { sent, made } = useHerbs(pages)

describe('a set as a table', () => {
  it('filters, selects, acts on all of them at once, and takes that back at once', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}?view=table`)
    const grid = page.getByRole('grid', { name: 'Terms of the set' })
    await grid.getByRole('row', { name: 'Basil' }).waitFor()
    await page.getByRole('combobox', { name: 'Which terms' }).selectOption('No label: Deutsch')
    await expect.poll(() => grid.getByRole('row', { name: 'Basil' }).count()).toBe(0)
    await page.getByText('2 of 3 match').waitFor()
    await grid.getByRole('checkbox', { name: 'Select Coriander' }).check()
    await grid.getByRole('checkbox', { name: 'Select Dill' }).check()
    await page
      .getByRole('toolbar', { name: 'Actions for the selected terms' })
      .getByRole('button', { name: 'Deprecate' })
      .click()
    await page.getByText('Deprecate: 2 terms done').first().waitFor()
    const isDeprecated = async (name: string) =>
      (await sent('GET', `/sets/${all.set}/terms/${all.terms[name]}?$select=isDeprecated`)).isDeprecated
    expect(await isDeprecated('Dill')).toBe(true)
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    await expect.poll(() => isDeprecated('Dill')).toBe(false)
    expect(await isDeprecated('Coriander')).toBe(false)
  })

  const tableOf = async (skip: (reason: string) => never, set: string, ...rows: readonly string[]) => {
    const page = await pages.open(skip, `/terms/s/${set}?view=table`)
    const grid = page.getByRole('grid', { name: 'Terms of the set' })
    for (const name of rows) await grid.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check()
    const bar = page.getByRole('toolbar', { name: 'Actions for the selected terms' })
    return { page, grid, bar }
  }

  const labels = async (set: string): Promise<readonly string[]> =>
    (await sent('GET', `/sets/${set}/relata.getAllTerms()`)).value.map(({ label }: { label: string }) => label)

  it('tells of each that is refused, does the others, and tries the refused again', async ({ skip }) => {
    const { set, other, terms } = await made()
    const soup = (await sent('POST', `/sets/${other}/children`, { labels: [english('Soup')] })).id
    await sent('POST', `/sets/${set}/terms/${terms['Basil']}/children`, { labels: [english('Thai basil')] })
    const pin = await sent('POST', `/sets/${set}/terms/${terms['Basil']}/relations`, {
      relationship: 'pin',
      set: { id: other },
    })
    const { page, grid, bar } = await tableOf(skip, other, 'Thai basil', 'Soup')
    await bar.getByRole('button', { name: 'Not for tagging' }).click()
    await page.getByText('Not for tagging: 1 of 2 · 1 refused').waitFor()
    await page
      .getByRole('list', { name: 'What was refused' })
      .getByText(/^Thai basil/)
      .waitFor()
    // Only what was refused stays selected. It is no longer below a pin then.
    await expect.poll(() => grid.getByRole('checkbox', { checked: true }).count()).toBe(1)
    await sent('DELETE', `/sets/${other}/terms/${terms['Basil']}/relations/${pin.id}`)
    const thai = (await sent('GET', `/sets/${set}/terms/${terms['Basil']}/children`)).value[0].id
    await sent('POST', `/sets/${set}/terms/${thai}/relations`, { relationship: 'reuse', set: { id: other } })
    const isAvailable = async (id: string): Promise<boolean> =>
      (await sent('GET', `/sets/${other}/relata.getAllTerms()`)).value.find((one: { id: string }) => one.id === id)
        .isAvailable
    const { promise: pressed, resolve: press } = Promise.withResolvers<void>()
    await page.route(/\$batch/, async (route) => {
      const response = await route.fetch()
      await pressed
      await route.fulfill({ response })
    })
    await page.getByRole('button', { name: 'Try the refused again' }).click()
    await expect.poll(() => isAvailable(thai)).toBe(false)
    // Both tries are one action, taken back by one key, also before the answer to the second is there.
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    press()
    await expect.poll(() => page.getByRole('list', { name: 'What was refused' }).count()).toBe(0)
    await expect.poll(async () => [await isAvailable(soup), await isAvailable(thai)]).toEqual([true, true])
  }, 60_000)

  it('merges the others into the first, and pins and moves them into another set', async ({ skip }) => {
    const { set, other, terms, mark } = await made()
    const { page, grid, bar } = await tableOf(skip, set, 'Basil', 'Coriander')
    await bar.getByRole('button', { name: 'Merge' }).click()
    const merging = page.getByRole('dialog', { name: 'Merge “Coriander” into' })
    await merging.getByText('“Coriander” goes; its id answers as “Basil” from then on.').waitFor()
    await merging.getByText('1 term is merged').waitFor()
    expect(await axeInThemes(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.getByText('Merge: 1 term done').first().waitFor()
    await expect.poll(() => grid.getByRole('row', { name: 'Coriander' }).count()).toBe(0)
    // The focus is in the grid, as the bar has gone.
    await expect.poll(() => page.evaluate("document.activeElement.closest('[role=grid]') !== null")).toBe(true)
    await page.keyboard.press('Control+z')
    await grid.getByRole('row', { name: 'Coriander' }).waitFor()

    const to = async (action: 'Pin' | 'Move', name: string): Promise<void> => {
      await grid.getByRole('checkbox', { name: 'Select Basil' }).check()
      await grid.getByRole('checkbox', { name: 'Select Coriander' }).check()
      await bar.getByRole('button', { name: action, exact: true }).click()
      const drawer = page.getByRole('dialog', { name })
      await drawer.getByRole('combobox', { name: 'Search for a target' }).fill(`Menu ${mark}`)
      await drawer
        .getByRole('option', { name: new RegExp(`^Menu ${mark}`) })
        .first()
        .click()
      await drawer.getByRole('heading', { name: 'What this will do' }).waitFor()
      await page.keyboard.press('Control+Enter')
      await page.getByText(`${action}: 2 terms done`).first().waitFor()
    }
    await to('Pin', 'Pin “2 terms”')
    expect(await labels(other)).toEqual(['Basil', 'Coriander', 'Dill'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => labels(other)).toEqual(['Dill'])
    await to('Move', 'Move “2 terms”')
    expect(await labels(set)).toEqual(['Dill'])
    expect((await sent('GET', `/sets/${other}/terms/${terms['Basil']}?$expand=set`)).set.id).toBe(other)
    await page.keyboard.press('Control+z')
    await expect.poll(() => labels(set)).toEqual(['Basil', 'Coriander', 'Dill'])
  }, 60_000)

  it('sets a property and keeps the others, shows the requests, and gives the rows as a file', async ({ skip }) => {
    const { set, terms } = await made()
    await sent('PATCH', `/sets/${set}/terms/${terms['Basil']}`, { properties: [{ key: 'taste', value: 'sweet' }] })
    const { page, bar } = await tableOf(skip, set, 'Basil', 'Coriander')
    await bar.getByRole('button', { name: 'Set property' }).click()
    const panel = page.getByRole('dialog', { name: 'Set a property of 2 terms' })
    const keep = panel.getByRole('button', { name: 'Set property' })
    expect(await keep.getAttribute('aria-disabled')).toBe('true')
    await panel.getByRole('textbox', { name: 'Name' }).fill('shelf')
    await panel.getByRole('textbox', { name: 'Value' }).fill('D 1')
    await expect.poll(() => keep.getAttribute('aria-disabled')).not.toBe('true')
    expect(await axeInThemes(page)).toEqual([])
    await panel.getByRole('button', { name: 'Show as request' }).click()
    const shown = page.getByRole('dialog', { name: 'As a request' })
    await shown
      .getByText(/\$batch/)
      .first()
      .waitFor()
    await page.keyboard.press('Escape')
    const file = page.waitForEvent('download')
    await keep.click()
    await page.getByText('Set property: 2 terms done').first().waitFor()
    const properties = async (name: string) =>
      (await sent('GET', `/sets/${set}/terms/${terms[name]}?$select=properties`)).properties
    expect(await properties('Basil')).toEqual(
      expect.arrayContaining([
        { key: 'taste', value: 'sweet' },
        { key: 'shelf', value: 'D 1' },
      ]),
    )
    expect(await properties('Coriander')).toEqual([{ key: 'shelf', value: 'D 1' }])
    const grid = page.getByRole('grid', { name: 'Terms of the set' })
    await grid.getByRole('checkbox', { name: 'Select Basil' }).check()
    await grid.getByRole('checkbox', { name: 'Select Coriander' }).check()
    await bar.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: 'These rows, as CSV' }).click()
    const text = readFileSync((await (await file).path()) as string, 'utf8')
    expect(text).toContain(`${terms['Basil']},Basil,Basil,,Basilikum,`)
    expect(text).toContain('Coriander,Coriander,Cilantro')
    expect(text).not.toContain('Dill')
  }, 60_000)

  it('deletes few at once, and shows first what goes along with others', async ({ skip }) => {
    const { set } = await made()
    const { page, grid, bar } = await tableOf(skip, set, 'Basil', 'Coriander')
    await bar.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Delete: 2 terms done').first().waitFor()
    expect(await labels(set)).toEqual(['Dill'])
    await page.keyboard.press('Control+z')
    await grid.getByRole('row', { name: 'Basil' }).waitFor()
    await grid.getByRole('checkbox', { name: 'Select Basil' }).check()
    await grid.getByRole('checkbox', { name: 'Select Dill' }).check()
    await bar.getByRole('button', { name: 'Delete' }).click()
    const drawer = page.getByRole('dialog', { name: 'Delete “2 terms”' })
    await drawer.getByText('1 term becomes an orphan').waitFor()
    await drawer.getByRole('button', { name: 'Cancel' }).click()
    expect(await labels(set)).toHaveLength(3)
    // Escape gives the selection up first, and leads to the tree then.
    const isInGrid = () => page.evaluate("document.activeElement.closest('[role=grid]') !== null")
    await grid.getByRole('row', { name: 'Dill' }).getByRole('gridcell', { name: 'Dill', exact: true }).focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => bar.count()).toBe(0)
    expect(await isInGrid()).toBe(true)
    await page.keyboard.press('Escape')
    await expect.poll(isInGrid).toBe(false)
    await expect.poll(() => page.evaluate("document.activeElement.closest('[role=tree]') !== null")).toBe(true)
  }, 60_000)

  it('shows the set as it was, and brings chosen terms back', async ({ skip }) => {
    const all = await made()
    const { set, terms } = all
    const { lastModifiedDateTime: then } = await sent('GET', `/sets/${set}/terms/${terms['Dill']}`)
    await sent('DELETE', `/sets/${set}/terms/${terms['Basil']}`)
    await sent('PATCH', `/sets/${set}/terms/${terms['Coriander']}`, { labels: [english('Parsley')] })
    const page = await pages.open(skip, `/terms/s/${set}?as-of=${then}`)
    await page.getByText(/^As of .* Everything is read-only\.$/).waitFor()
    await page.getByRole('navigation', { name: 'Views of the set' }).getByRole('link', { name: 'Table' }).click()
    const grid = page.getByRole('grid', { name: 'Terms of the set' })
    await grid.getByRole('row', { name: 'Coriander' }).waitFor()
    await grid.getByRole('checkbox', { name: 'Select all' }).check()
    expect(await faultsOfLooks(page, 'table-as-of', { within: 'aside' })).toEqual([])
    await page.getByRole('button', { name: 'Restore this' }).click()
    await page.getByText('Restore this: 2 terms done').first().waitFor()
    await page.getByText('1 term is the same now, or went with what was above it').waitFor()
    expect(await labels(set)).toEqual(['Basil', 'Coriander', 'Dill'])
    // A term is opened as it was; nothing is written into the matrix.
    await grid.getByRole('row', { name: 'Basil' }).getByRole('gridcell', { name: 'Basil', exact: true }).click()
    await page.waitForURL((url) => url.pathname.endsWith(`/t/${terms['Basil']}`) && url.searchParams.has('as-of'))
    await go(page, `/terms/s/${set}?view=matrix&as-of=${then}`)
    const matrix = page.getByRole('grid', { name: 'Translations' })
    await matrix.getByRole('gridcell', { name: 'Basilikum' }).click()
    await page.keyboard.type('x')
    await page.getByText('An earlier state is read-only.').waitFor()
    expect(await matrix.getByRole('textbox').count()).toBe(0)
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.waitForURL((url) => !url.searchParams.has('as-of'))
  }, 60_000)

  it('has nothing that axe finds or that is cut off, with its bar', async ({ skip }) => {
    const { set } = await made()
    const { page, bar } = await tableOf(skip, set, 'Basil', 'Coriander')
    await bar.waitFor()
    expect(await faultsOfLooks(page, 'detail-table', { within: 'aside' })).toEqual([])
  }, 60_000)
})
