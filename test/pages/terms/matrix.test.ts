/** The matrix of translations. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axeInThemes, faultsOfLooks, usePages } from '../_pages.ts'
import { english, french, german, useHerbs } from './_herbs.ts'

const pages = usePages()
const { sent, made, labelsOf } = useHerbs(pages)

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
    await expect.poll(() => labelsOf(all.set, all.terms['Coriander'])).toContainEqual(french('Coriandre'))
    await expect.poll(() => labelsOf(all.set, all.terms['Basil'])).toContainEqual(french('Basilic'))
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
    expect(await axeInThemes(page)).toEqual([])
    await panel.getByRole('button', { name: 'Save 5 cells' }).click()
    await page.getByText('Pasted: 3 terms done').first().waitFor()
    expect(await labelsOf(all.set, all.terms['Dill'])).toEqual(
      expect.arrayContaining([german('Dill'), french('Aneth')]),
    )
    await cellOf(page, 'Basil', 3).focus()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await labelsOf(all.set, all.terms['Dill'])).length).toBe(1)
  }, 60_000)

  it('keeps the text of pasted cells that are refused, says why, and saves the others', async ({ skip }) => {
    const all = await made()
    await sent('POST', `/sets/${all.set}/children`, { labels: [english('Mint'), german('Minze')] })
    const page = await pages.open(skip, `/terms/s/${all.set}?view=matrix`)
    await page.getByRole('row', { name: 'Mint' }).waitFor()
    // Coriander gets a sign that no label may have, Dill the label of a sibling: the one the page knows of, the other the server.
    await cellOf(page, 'Basil', 3).click()
    await page.evaluate(
      `navigator.clipboard.writeText(${JSON.stringify('Königskraut\tBasilic\nKoriander; frisch\tCoriandre\nMinze\tAneth\n')})`,
    )
    await page.keyboard.press('Control+v')
    const panel = page.getByRole('dialog', { name: 'Paste: 6 cells change' })
    await panel.getByText('1 cell is refused: it keeps its text and says why').waitFor()
    await panel.getByRole('button', { name: 'Save 5 cells' }).click()
    await page.getByText('Pasted: 2 terms done').first().waitFor()
    expect(await labelsOf(all.set, all.terms['Basil'])).toEqual(
      expect.arrayContaining([german('Königskraut'), french('Basilic')]),
    )
    expect(await labelsOf(all.set, all.terms['Coriander'])).toContainEqual(french('Coriandre'))
    const bad = cellOf(page, 'Coriander', 3)
    expect(await bad.textContent()).toBe('Koriander; frisch')
    expect(await bad.getAttribute('aria-invalid')).toBe('true')
    expect(await bad.getAttribute('title')).toBe('Not allowed in a label: ;')
    const taken = cellOf(page, 'Dill', 3)
    expect(await taken.textContent()).toBe('Minze')
    expect(await taken.getAttribute('title')).toMatch(/Minze/)
    expect(await labelsOf(all.set, all.terms['Dill'])).toEqual([english('Dill')])
    // Written anew, it is as any other.
    await bad.click()
    await page.keyboard.type('Koriander')
    await page.keyboard.press('Enter')
    await expect.poll(() => labelsOf(all.set, all.terms['Coriander'])).toContainEqual(german('Koriander'))
    await expect.poll(() => bad.getAttribute('aria-invalid')).toBeNull()
  })

  it('has nothing that axe finds or that is cut off', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}?view=matrix`)
    await page.getByRole('row', { name: 'Coriander' }).waitFor()
    expect(await faultsOfLooks(page, 'detail-matrix', { within: 'aside' })).toEqual([])
  }, 60_000)
})
