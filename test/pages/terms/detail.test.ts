/** The detail of a term: what is written there, saved, taken back and looked back at. */
import { describe, expect, it } from 'vitest'
import { axeInThemes, faultsOfLooks, go, usePages } from '../_pages.ts'
import { addressOf, english, find, german, handOn, save, useHerbs } from './_herbs.ts'

const pages = usePages()
const { sent, made, labelsOf } = useHerbs(pages)

describe('the detail of a term', () => {
  it('renames and translates a term with F2, Enter, one click and Ctrl+S', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Dill'))
    await page.getByRole('heading', { level: 2, name: 'Dill' }).waitFor()
    await page.getByRole('treeitem', { name: /^Dill/ }).focus()
    const hand = handOn(page)
    await hand.press('F2')
    await hand.type('Garden dill')
    await hand.press('Enter')
    await page.getByRole('heading', { level: 2, name: 'Garden dill' }).waitFor()
    await hand.click(page.getByRole('textbox', { name: 'Default label, Deutsch' }))
    await hand.type('Dill')
    await hand.press('Control+s')
    await page.getByText('“Garden dill” saved').first().waitFor()
    expect(hand.did()).toEqual({ keys: ['F2', 'Enter', 'Control+s'], clicks: 1 })
    const labels = await labelsOf(all.set, all.terms['Dill'])
    expect(labels).toContainEqual(english('Garden dill'))
    expect(labels).toContainEqual(german('Dill'))
  })

  it('keeps what two people write in different fields, and says so', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'))
    await page.getByRole('textbox', { name: 'Default label, Deutsch' }).fill('Königskraut')
    await page.getByText('1 change not saved').waitFor()
    await sent('PATCH', `/sets/${all.set}/terms/${all.terms['Basil']}`, {
      descriptions: [{ description: 'A culinary herb.', languageTag: 'en-US' }],
    })
    await save(page).click()
    await page
      .getByText(/Others changed it meanwhile; both are kept/)
      .first()
      .waitFor()
    const { labels, descriptions } = await sent('GET', `/sets/${all.set}/terms/${all.terms['Basil']}`)
    expect(labels).toContainEqual(german('Königskraut'))
    expect(descriptions[0].description).toBe('A culinary herb.')
  })

  it('asks whose text is taken where two people wrote in one field', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'))
    await page.getByRole('textbox', { name: 'Default label, Deutsch' }).fill('Mein Basilikum')
    await sent('PATCH', `/sets/${all.set}/terms/${all.terms['Basil']}`, {
      labels: [english('Basil'), german('Ihr Basilikum')],
    })
    await save(page).click()
    const dialog = page.getByRole('dialog', { name: 'Changed by somebody else too' })
    await dialog.waitFor()
    await dialog.getByText('Was: Basilikum').waitFor()
    expect(await labelsOf(all.set, all.terms['Basil'])).toContainEqual(german('Ihr Basilikum'))
    expect(await axeInThemes(page)).toEqual([])
    await dialog.getByRole('radio', { name: 'Mine: Mein Basilikum' }).waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('“Basil” saved').first().waitFor()
    expect(await labelsOf(all.set, all.terms['Basil'])).toContainEqual(german('Mein Basilikum'))
  }, 60_000)

  it('says why a label is refused, in the words of the server, before it is saved', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'))
    const field = page.getByRole('textbox', { name: 'Default label, English' })
    await field.fill('Basil; sweet')
    await page.getByText('Not allowed in a label: ;').waitFor()
    await field.fill('Dill')
    await page
      .getByText(/Dill.*exists|already|same/i)
      .first()
      .waitFor()
    expect(await save(page).getAttribute('aria-disabled')).toBe('true')
  })

  it('says what becomes of synonyms without a default label beside them', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Dill'))
    await page.getByRole('button', { name: 'Add a synonym in Deutsch' }).click()
    await page.keyboard.type('Gurkenkraut')
    await page.keyboard.press('Enter')
    await page.getByText('As the only label of its language, “Gurkenkraut” becomes the default one.').waitFor()
    await page.keyboard.type('Dille')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.getByText('Deutsch has synonyms only. One of them has to be the default label.').waitFor()
    await expect.poll(() => save(page).getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('button', { name: 'Dille', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Make default' }).click()
    await expect.poll(() => save(page).getAttribute('aria-disabled')).toBeNull()
    await save(page).click()
    await page.getByText('“Dill” saved').first().waitFor()
    expect(await labelsOf(all.set, all.terms['Dill'])).toContainEqual(german('Dille'))
  })

  it('keeps unsaved text while another tab is open, and asks before it is left', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'))
    await page.getByRole('textbox', { name: 'Default label, Français' }).fill('Basilic')
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByText('1 change not saved').waitFor()
    await page.getByRole('tab', { name: 'General' }).click()
    expect(await page.getByRole('textbox', { name: 'Default label, Français' }).inputValue()).toBe('Basilic')
    await page.getByRole('link', { name: 'Overview' }).click()
    const dialog = page.getByRole('dialog', { name: 'Not saved yet' })
    await dialog.waitFor()
    expect(await axeInThemes(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Stay here' }).click()
    await page.getByText('1 change not saved').waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.waitForURL((url) => url.pathname === '/')
  }, 60_000)

  it('makes a synonym the default label, adds one, and takes it all back with one key', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Coriander'))
    await page.getByRole('button', { name: 'Cilantro', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Make default' }).click()
    await page.getByRole('button', { name: 'Add a synonym in English' }).click()
    await page.keyboard.type('Chinese parsley')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await save(page).click()
    await page.getByRole('heading', { level: 2, name: 'Cilantro' }).waitFor()
    expect(await labelsOf(all.set, all.terms['Coriander'])).toEqual(
      expect.arrayContaining([
        english('Cilantro'),
        { name: 'Coriander', languageTag: 'en-US', isDefault: false },
        { name: 'Chinese parsley', languageTag: 'en-US', isDefault: false },
      ]),
    )
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    await page.getByRole('heading', { level: 2, name: 'Coriander' }).waitFor()
    expect(await labelsOf(all.set, all.terms['Coriander'])).toContainEqual(english('Coriander'))
  })

  it('shows the history word by word, takes one change back, and shows the term as it was', async ({ skip }) => {
    const all = await made()
    const term = `/sets/${all.set}/terms/${all.terms['Basil']}`
    const describe = (description: string) =>
      sent('PATCH', term, { descriptions: [{ description, languageTag: 'en-US' }] })
    await describe('A herb for pizza.')
    await describe('A herb for pasta.')
    const page = await pages.open(skip, `${addressOf(all, 'Basil')}?tab=history`)
    const entries = page.getByRole('list', { name: 'Changes, newest first' }).getByRole('listitem')
    await entries.first().waitFor()
    expect(await entries.first().locator('del').textContent()).toContain('pizza')
    expect(await entries.first().locator('ins').textContent()).toContain('pasta')
    // What a later change stands on cannot be taken back, and says why.
    const second = entries.nth(1).getByRole('button', { name: 'Undo: Changed' })
    await second.focus()
    await entries
      .nth(1)
      .getByText(/later changes stand against it/)
      .waitFor()
    expect(await second.getAttribute('aria-disabled')).toBe('true')
    await entries.nth(1).getByRole('button', { name: 'See it as then' }).click()
    await page.getByText(/^As of .* Everything is read-only\.$/).waitFor()
    await page.getByText('The tree shows now.').waitFor()
    const description = page.getByRole('textbox', { name: 'Description, English' })
    expect(await description.inputValue()).toBe('A herb for pizza.')
    expect(await description.getAttribute('readonly')).not.toBeNull()
    expect(await save(page).count()).toBe(0)
    expect(await faultsOfLooks(page, 'detail-as-of', { within: 'aside' })).toEqual([])
    await page.getByRole('button', { name: 'Restore this' }).click()
    await page
      .getByText(/^“Basil” is as of .* again$/)
      .first()
      .waitFor()
    // It shows what is there now.
    await expect.poll(() => description.getAttribute('readonly')).toBeNull()
    expect((await sent('GET', term)).descriptions[0].description).toBe('A herb for pizza.')
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    await expect.poll(() => description.inputValue()).toBe('A herb for pasta.')
    await page.getByRole('tab', { name: 'History' }).click()
    await entries.first().getByRole('button', { name: 'Undo: Taken back' }).click()
    await page.getByText('Taken back: Taken back').first().waitFor()
    expect((await sent('GET', term)).descriptions[0].description).toBe('A herb for pizza.')
  }, 60_000)

  it('brings a deleted term back from the time when it was there', async ({ skip }) => {
    const all = await made()
    const { createdDateTime } = await sent('GET', `/sets/${all.set}/terms/${all.terms['Basil']}`)
    await sent('DELETE', `/sets/${all.set}/terms/${all.terms['Basil']}`)
    const page = await pages.open(skip, `${addressOf(all, 'Basil')}?as-of=${createdDateTime}`)
    await page.getByRole('button', { name: 'Restore this' }).click()
    await page
      .getByText(/^“Basil” is as of .* again$/)
      .first()
      .waitFor()
    expect(await labelsOf(all.set, all.terms['Basil'])).toContainEqual(german('Basilikum'))
    // The same as it is: there is nothing to do, which is said.
    await go(page, `${addressOf(all, 'Coriander')}?as-of=${new Date().toISOString()}`)
    await page.getByText('It is the same now.').first().waitFor()
    expect(await page.getByRole('button', { name: 'Restore this' }).getAttribute('aria-disabled')).toBe('true')
  })

  it('deprecates with a successor, and says where it is a member', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `${addressOf(all, 'Dill')}?tab=usage`)
    await page.getByRole('switch', { name: 'Deprecated' }).click()
    await page.getByText('“Dill” is deprecated').first().waitFor()
    await find(page, 'Find the successor', 'Basil')
    await page
      .getByRole('option', { name: /^Basil/ })
      .first()
      .click()
    await page
      .getByText(/“Dill” is replaced by “Basil”/)
      .first()
      .waitFor()
    await page.getByRole('switch', { name: 'Deprecated' }).click()
    await page.getByText('“Dill” is in use again').first().waitFor()
    const rows = page.getByRole('list', { name: 'Member of' }).getByRole('listitem')
    await expect.poll(() => rows.count()).toBe(2)
    await rows
      .nth(1)
      .getByRole('button', { name: /^Make this the source/ })
      .click()
    await page
      .getByText(/is the source of “Dill”/)
      .first()
      .waitFor()
    expect((await sent('GET', `/sets/${all.other}/terms/${all.terms['Dill']}?$expand=set`)).set.id).toBe(all.other)
  })

  it('says of pins why they cannot become the source, and removes them here', async ({ skip }) => {
    const all = await made()
    const { set, other, terms } = all
    await sent('POST', `/sets/${set}/terms/${terms['Basil']}/relations`, { relationship: 'pin', set: { id: other } })
    const page = await pages.open(skip, `${addressOf(all, 'Basil')}?tab=usage`)
    const rows = page.getByRole('list', { name: 'Member of' }).getByRole('listitem')
    await expect.poll(() => rows.count()).toBe(2)
    const source = rows.nth(1).getByRole('button', { name: /^Make this the source/ })
    expect(await source.getAttribute('aria-disabled')).toBe('true')
    await source.focus()
    await page.getByText('A pin shows it here. Only a set that reuses it can become its source.').waitFor()
    await rows
      .nth(1)
      .getByRole('button', { name: /^Remove here/ })
      .click()
    await expect.poll(() => rows.count()).toBe(1)
    await expect.poll(async () => (await sent('GET', `/sets/${other}/relata.getAllTerms()`)).value).toHaveLength(1)
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    await expect.poll(() => rows.count()).toBe(2)
  })

  it('lists what is odd, and mends it with the focus in the field', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `${addressOf(all, 'Dill')}?tab=problems`)
    await page.getByText('The term has no description.').waitFor()
    await page.getByRole('button', { name: 'Mend missing-description' }).click()
    const description = page.getByRole('textbox', { name: 'Description, English' })
    await expect.poll(() => description.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true)
    await page.keyboard.type('A herb for fish.')
    await page.keyboard.press('Control+s')
    await page.getByText('“Dill” saved').first().waitFor()
    await sent('POST', `/sets/${all.set}/terms/${all.terms['Dill']}/relata.deprecate`, {})
    await go(page, `${addressOf(all, 'Dill')}?tab=problems`)
    // In another tab, which has to be loaded first.
    await page.getByRole('button', { name: 'Mend deprecated-no-successor' }).click()
    await page.getByRole('tab', { name: 'Usage', selected: true }).waitFor()
    const deprecated = page.getByRole('switch', { name: 'Deprecated' })
    await expect.poll(() => deprecated.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true)
  })

  it('moves a term to another set and stays with it', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'))
    await page.getByRole('complementary').getByRole('button', { name: 'Move', exact: true }).click()
    const drawer = page.getByRole('dialog', { name: 'Move “Basil”' })
    await drawer.getByRole('combobox', { name: 'Search for a target' }).fill(`Menu ${all.mark}`)
    await drawer
      .getByRole('option', { name: new RegExp(`^Menu ${all.mark}`) })
      .first()
      .click()
    await drawer.getByText('1 term is moved').waitFor()
    expect(await axeInThemes(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.waitForURL((url) => url.pathname === `/terms/s/${all.other}/t/${all.terms['Basil']}`)
    const heading = page.getByRole('heading', { level: 2, name: 'Basil' })
    await expect.poll(() => heading.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true)
  }, 60_000)

  it('deletes at once what nothing hangs on, and shows first what goes along', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Coriander'))
    const remove = async (): Promise<void> => {
      const detail = page.getByRole('complementary')
      await detail.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
    }
    await remove()
    // The next one is shown, and has the focus.
    const next = page.getByRole('heading', { level: 2, name: 'Dill' })
    await expect.poll(() => next.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true)
    await remove()
    const drawer = page.getByRole('dialog', { name: 'Delete “Dill”' })
    await drawer.getByText('1 term becomes an orphan').waitFor()
    await drawer.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { level: 2, name: 'Dill' }).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByRole('heading', { level: 2, name: 'Coriander' }).waitFor()
    expect(await labelsOf(all.set, all.terms['Coriander'])).toContainEqual(english('Coriander'))
  })

  it('shares properties, or keeps them at one place, in one save', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `${addressOf(all, 'Basil')}?tab=advanced`)
    const add = async (name: string, value: string, where: string): Promise<void> => {
      await page.getByRole('textbox', { name: 'Name' }).fill(name)
      await page.getByRole('textbox', { name: 'Value', exact: true }).fill(value)
      await page.getByRole('combobox', { name: 'Where' }).selectOption(where)
      await page.getByRole('button', { name: 'Add property' }).click()
    }
    await add('taste', 'sweet', 'shared')
    await add('shelf', 'D 1', 'this place')
    await save(page).click()
    await page.getByText('“Basil” saved').first().waitFor()
    const answer = await pages
      .server()
      .send(
        'GET',
        `/_api/v2.1/termStore/sets/${all.set}/terms/${all.terms['Basil']}?$select=id,properties,localProperties`,
      )
    expect(answer.body.properties).toEqual([{ key: 'taste', value: 'sweet' }])
    expect(answer.body.localProperties).toEqual([{ setId: all.set, properties: [{ key: 'shelf', value: 'D 1' }] }])
    // Both at once, so one way back for both.
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    await expect
      .poll(
        async () => (await sent('GET', `/sets/${all.set}/terms/${all.terms['Basil']}?$select=properties`)).properties,
      )
      .toEqual([])
  })

  it('draws where a term is, and says the same as a table', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `${addressOf(all, 'Dill')}?tab=relations`)
    const drawing = page.getByRole('group', { name: 'Where Dill is' })
    await expect.poll(() => drawing.getByRole('link').count()).toBe(2)
    await page.getByRole('button', { name: 'As a table' }).click()
    await expect.poll(() => page.getByRole('table', { name: 'Places of the term' }).getByRole('row').count()).toBe(3)
    await page.getByRole('link', { name: /^Menu/ }).click()
    await page.waitForURL((url) => url.pathname === `/terms/s/${all.other}/t/${all.terms['Dill']}`)
  })

  it('is read-only for who has no role in the group, and says who could', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'))
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Sana Sales' }).click()
    await page.getByText(/^Read-only: changing it takes a contributor/).waitFor()
    const field = page.getByRole('textbox', { name: 'Default label, English' })
    await expect.poll(() => field.getAttribute('readonly')).not.toBeNull()
    expect(await save(page).count()).toBe(0)
  })

  it('has nothing that axe finds or that is cut off, on each of its tabs', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Dill'))
    for (const tab of ['general', 'usage', 'advanced', 'relations', 'history', 'problems']) {
      await go(page, `${addressOf(all, 'Dill')}?tab=${tab}`)
      await page.locator(`#tab-${tab}[aria-selected="true"]`).waitFor()
      await expect.poll(() => page.locator('#detail-panel [aria-busy="true"]').count()).toBe(0)
      // What is around the panel is the same for each of them.
      const within = tab === 'general' ? {} : { within: '#detail-panel' }
      expect(await faultsOfLooks(page, `detail-${tab}`, within), tab).toEqual([])
    }
  }, 120_000)

  it('speaks German', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Basil'), { language: 'de' })
    await page.getByRole('tab', { name: 'Verwendung' }).click()
    await page.getByRole('switch', { name: 'Für Kategorisierung verfügbar' }).click()
    await page.getByText('„Basil“ ist nicht für Kategorisierung').first().waitFor()
  })
})
