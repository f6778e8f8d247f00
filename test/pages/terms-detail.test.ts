/** The detail of terms, sets and groups: what is written there, saved, taken back and looked back at; and a set as a table and a matrix. */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axe as axeOfPage, layoutFaults, looks, picture, usePages } from './_pages.ts'

const pages = usePages()

interface Label {
  readonly name: string
  readonly languageTag: string
  readonly isDefault: boolean
}

const english = (name: string): Label => ({ name, languageTag: 'en-US', isDefault: true })
const german = (name: string): Label => ({ name, languageTag: 'de-DE', isDefault: true })

async function sent(method: string, path: string, body?: unknown) {
  const answer = await pages.server().send(method, `/v1.0/termStore${path}`, body)
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
  return answer.body
}

interface Made {
  readonly group: string
  readonly set: string
  readonly other: string
  /** By label: Basil, Coriander, Dill. */
  readonly terms: Readonly<Record<string, string>>
}

/** A group with two sets, the first of three terms. Basil has a German label, Coriander a synonym; Dill is reused in the second. */
async function made(): Promise<Made> {
  const name = randomUUID().slice(0, 8)
  const group = (await sent('POST', '/groups', { displayName: `Kitchen ${name}` })).id
  const newSet = async (of: string): Promise<string> =>
    (
      await sent('POST', '/sets', {
        parentGroup: { id: group },
        localizedNames: [{ languageTag: 'en-US', name: `${of} ${name}` }],
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
  return { group, set, other, terms }
}

const labelsOf = async (set: string, term: string | undefined): Promise<readonly Label[]> =>
  (await sent('GET', `/sets/${set}/terms/${term}?$select=labels`)).labels

const addressOf = ({ set, terms }: Made, name: string): string => `/terms/s/${set}/t/${terms[name]}`

/** The tree beside the detail has tests of its own. */
const axe = async (page: Page): Promise<string[]> => (await axeOfPage(page)).filter((line) => !/#tree-/.test(line))

/** Types, as a list opens at keys. */
async function find(page: Page, field: string, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: field })
  await box.click()
  await box.pressSequentially(text)
}

const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true })

describe('the detail of a term', () => {
  it('renames and translates a term with F2, Enter, one click and Ctrl+S', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, addressOf(all, 'Dill'))
    await page.getByRole('heading', { level: 2, name: 'Dill' }).waitFor()
    await page.getByRole('treeitem', { name: /^Dill/ }).focus()
    await page.keyboard.press('F2')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('Garden dill')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: 'Garden dill' }).waitFor()
    await page.getByRole('textbox', { name: 'Default label, Deutsch' }).click()
    await page.keyboard.type('Dill')
    await page.keyboard.press('Control+s')
    await page.getByText('“Garden dill” saved').first().waitFor()
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
    expect(await axe(page)).toEqual([])
    await dialog.getByRole('radio', { name: 'Mine: Mein Basilikum' }).waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('“Basil” saved').first().waitFor()
    expect(await labelsOf(all.set, all.terms['Basil'])).toContainEqual(german('Mein Basilikum'))
  })

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
    expect(await axe(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Stay here' }).click()
    await page.getByText('1 change not saved').waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.waitForURL((url) => url.pathname === '/')
  })

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
    expect(await page.getByRole('textbox', { name: 'Description, English' }).inputValue()).toBe('A herb for pizza.')
    expect(await page.getByRole('textbox', { name: 'Description, English' }).getAttribute('readonly')).not.toBeNull()
    expect(await save(page).count()).toBe(0)
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.getByRole('tab', { name: 'History' }).click()
    await entries.first().getByRole('button', { name: 'Undo: Changed' }).click()
    await page.getByText('Taken back: Changed').first().waitFor()
    expect((await sent('GET', term)).descriptions[0].description).toBe('A herb for pizza.')
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
})

describe('the details of a set and a group', () => {
  it('saves the names and the contacts of a set at once, and opens it', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}`)
    await page.getByRole('textbox', { name: 'Name, Deutsch' }).fill(`Kräuter ${all.set}`)
    await page.getByRole('tab', { name: 'Usage' }).click()
    await page.getByRole('textbox', { name: 'Contact' }).fill('herbs@contoso.example')
    await find(page, 'Stakeholders', 'Tara')
    await page.getByRole('option', { name: /^Tara Technician/ }).click()
    await save(page).click()
    await page
      .getByText(/^“Herbs .*” saved$/)
      .first()
      .waitFor()
    await page.getByRole('switch', { name: /^Open/ }).click()
    await page
      .getByText(/is open$/)
      .first()
      .waitFor()
    const set = await sent('GET', `/sets/${all.set}?$select=localizedNames,contact,stakeholders,isOpen`)
    expect(set.localizedNames).toContainEqual({ languageTag: 'de-DE', name: `Kräuter ${all.set}` })
    expect(set).toMatchObject({ contact: 'herbs@contoso.example', isOpen: true })
    expect(set.stakeholders).toHaveLength(1)
  })

  it('names who manages a group and who contributes', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/g/${all.group}?tab=roles`)
    await find(page, 'Contributors', 'Hugo')
    await page.getByRole('option', { name: /^Hugo Helpdesk/ }).click()
    await save(page).click()
    await page
      .getByText(/^“Kitchen .*” saved$/)
      .first()
      .waitFor()
    expect((await sent('GET', `/groups/${all.group}?$select=contributors`)).contributors).toHaveLength(1)
  })
})

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

  it('tells of each that is refused, and does the others', async ({ skip }) => {
    const all = await made()
    await sent('POST', `/sets/${all.other}/children`, { labels: [english('Soup')] })
    const below = (
      await sent('POST', `/sets/${all.set}/terms/${all.terms['Basil']}/children`, { labels: [english('Thai basil')] })
    ).id
    await sent('POST', `/sets/${all.set}/terms/${all.terms['Basil']}/relations`, {
      relationship: 'pin',
      set: { id: all.other },
    })
    const page = await pages.open(skip, `/terms/s/${all.other}?view=table`)
    const grid = page.getByRole('grid', { name: 'Terms of the set' })
    await grid.getByRole('checkbox', { name: 'Select Thai basil' }).check()
    await grid.getByRole('checkbox', { name: 'Select Soup' }).check()
    await page.getByRole('button', { name: 'Not for tagging' }).click()
    await page.getByText('Not for tagging: 1 of 2 · 1 refused').waitFor()
    await page
      .getByRole('list', { name: 'What was refused' })
      .getByText(/^Thai basil/)
      .waitFor()
    expect(below).toBeTruthy()
  })
})

describe('the matrix of translations', () => {
  const cellOf = (page: Page, term: string, column: number) =>
    page.getByRole('row', { name: term, exact: true }).locator(`[aria-colindex="${column}"]`)

  it('is written in by keys, from hole to hole', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}?view=matrix`)
    await page.getByRole('row', { name: 'Coriander' }).waitFor()
    // Basil's English label, then the next hole: Basil in French.
    await cellOf(page, 'Basil', 1).click()
    await page.keyboard.press('Control+Enter')
    await page.keyboard.type('Basilic')
    await page.keyboard.press('Enter')
    // Enter goes down: Coriander in French. Typing replaces, Tab goes right.
    await page.keyboard.type('Coriandre')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => labelsOf(all.set, all.terms['Coriander']))
      .toContainEqual({
        name: 'Coriandre',
        languageTag: 'fr-FR',
        isDefault: true,
      })
    await expect
      .poll(() => labelsOf(all.set, all.terms['Basil']))
      .toContainEqual({
        name: 'Basilic',
        languageTag: 'fr-FR',
        isDefault: true,
      })
    // The synonym is where it was.
    expect(await labelsOf(all.set, all.terms['Coriander'])).toContainEqual({
      name: 'Cilantro',
      languageTag: 'en-US',
      isDefault: false,
    })
  })

  it('keeps the text of a cell that is refused, and says why', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}?view=matrix`)
    const cell = cellOf(page, 'Dill', 3)
    await cell.click()
    await page.keyboard.press('F2')
    await page.keyboard.type('Dill; frisch')
    await page.keyboard.press('Enter')
    await expect.poll(() => cell.getAttribute('aria-invalid')).toBe('true')
    expect(await cell.textContent()).toBe('Dill; frisch')
    expect(await cell.getAttribute('title')).toMatch(/not allowed/)
  })

  it('shows what a pasted block changes, saves it, and takes all of it back at once', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}?view=matrix`)
    await page.getByRole('row', { name: 'Coriander' }).waitFor()
    await cellOf(page, 'Basil', 3).click()
    await page.evaluate(
      `navigator.clipboard.writeText(${JSON.stringify('Basilikum\tBasilic\nKoriander\tCoriandre\nDill\tAneth\n')})`,
    )
    await page.keyboard.press('Control+v')
    const panel = page.getByRole('dialog', { name: 'Paste: 5 cells change' })
    await panel.waitFor()
    expect(await axe(page)).toEqual([])
    await panel.getByRole('button', { name: 'Save 5 cells' }).click()
    await page.getByText('Pasted: 3 terms done').first().waitFor()
    expect(await labelsOf(all.set, all.terms['Dill'])).toEqual(
      expect.arrayContaining([german('Dill'), { name: 'Aneth', languageTag: 'fr-FR', isDefault: true }]),
    )
    await cellOf(page, 'Basil', 3).focus()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await labelsOf(all.set, all.terms['Dill'])).length).toBe(1)
  })
})

describe('what everybody can use', () => {
  const views = (all: Made): Readonly<Record<string, string>> => ({
    general: addressOf(all, 'Coriander'),
    usage: `${addressOf(all, 'Dill')}?tab=usage`,
    advanced: `${addressOf(all, 'Coriander')}?tab=advanced`,
    relations: `${addressOf(all, 'Dill')}?tab=relations`,
    history: `${addressOf(all, 'Coriander')}?tab=history`,
    problems: `${addressOf(all, 'Coriander')}?tab=problems`,
    set: `/terms/s/${all.set}`,
    setUsage: `/terms/s/${all.set}?tab=usage`,
    roles: `/terms/g/${all.group}?tab=roles`,
    table: `/terms/s/${all.set}?view=table`,
    matrix: `/terms/s/${all.set}?view=matrix`,
  })

  for (const { theme, width } of looks)
    it(`has nothing that axe finds or that is cut off, ${theme}, ${width} wide`, async ({ skip }) => {
      const all = await made()
      for (const [name, address] of Object.entries(views(all))) {
        const page = await pages.open(skip, address, { theme, width })
        await page.getByRole('heading', { level: 2 }).first().waitFor()
        await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0)
        await picture(page, `detail-${name}-${theme}-${width}`)
        expect(await axe(page), name).toEqual([])
        expect(await layoutFaults(page), name).toEqual([])
        await page.close()
      }
    }, 120_000)

  it('is in German, and fits there on a telephone too', async ({ skip }) => {
    const all = await made()
    for (const [name, address] of Object.entries(views(all))) {
      const page = await pages.open(skip, address, { language: 'de', width: 390 })
      await page.getByRole('heading', { level: 2 }).first().waitFor()
      expect(await layoutFaults(page), name).toEqual([])
      await picture(page, `detail-${name}-german`)
      await page.close()
    }
    const page = await pages.open(skip, addressOf(all, 'Basil'), { language: 'de' })
    await page.getByRole('tab', { name: 'Verwendung' }).click()
    await page.getByRole('switch', { name: 'Für Kategorisierung verfügbar' }).click()
    await page.getByText('„Basil“ ist nicht für Kategorisierung').first().waitFor()
  }, 120_000)
})
