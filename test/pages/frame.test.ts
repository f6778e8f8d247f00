/** The frame of the pages: navigation, keys, language, themes, as whom one acts, and what is said when the server is gone. */
import { describe, expect, it } from 'vitest'
import { faultsOfLooks, usePages } from './_pages.ts'

const pages = usePages()

describe('the frame of the pages', () => {
  it('shows a page for each address, and goes to others without loading the document again', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.evaluate(() => {
      Object.assign(globalThis, { stays: true })
    })
    await page.getByRole('link', { name: 'Shortcuts' }).click()
    await page.getByRole('heading', { level: 1, name: 'Shortcuts' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/shortcuts')
    expect(await page.evaluate(() => 'stays' in globalThis)).toBe(true)
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  })

  it('says of an address without a page that there is none', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/nothing/here')
    await page.getByText('There is no page at /terms/nothing/here.').waitFor()
  })

  it('is in German where the browser is, and changes without loading anew', async ({ skip }) => {
    const page = await pages.open(skip, '/settings', { language: 'de' })
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await page.getByRole('radio', { name: 'English' }).click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  it('acts as somebody else', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('textbox', { name: 'Find a person or an application' }).fill('tara')
    await page.getByRole('button', { name: 'Tara Technician' }).click()
    await page.getByRole('button', { name: 'Acting as Tara Technician, Contoso' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Acting as Tara Technician, Contoso' }).waitFor()
  })

  it('opens the palette by key and goes where it says', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search terms, relationships, pages' }).waitFor()
    await page.keyboard.type('shortc')
    await page.getByRole('option', { name: 'Shortcuts' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Shortcuts' }).waitFor()
  })

  it('has nothing that axe finds or that is cut off', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    expect(await faultsOfLooks(page, 'settings')).toEqual([])
  })
})
