/** The frame of the pages: navigation, keys, language, themes, as whom one acts, settings, and addresses without a page. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { faultsOfLooks, go, usePages } from './_pages.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
/** In which part of the frame the focus is. */
const region = (page: Page): Promise<string> =>
  page.evaluate("document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? 'none'")
const focused = (page: Page): Promise<string> =>
  page.evaluate("document.activeElement?.id || document.activeElement?.textContent || ''")

describe('the frame of the pages', () => {
  it('shows a page for each address, and goes to others without loading the document again', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.evaluate(() => {
      Object.assign(globalThis, { stays: true })
    })
    await page.getByRole('link', { name: 'Shortcuts' }).click()
    await heading(page, 'Shortcuts').waitFor()
    expect(new URL(page.url()).pathname).toBe('/shortcuts')
    expect(await page.evaluate(() => 'stays' in globalThis)).toBe(true)
    await page.goBack()
    await heading(page, 'Settings').waitFor()
  })

  it('says of an address without a page that there is none, searches for it, and has the last places', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/settings')
    const remembered = (name: string) =>
      expect.poll(() => page.evaluate<string>("sessionStorage['relata.places'] ?? ''")).toContain(name)
    await remembered('/settings')
    await page.getByRole('link', { name: 'Clock' }).click()
    await heading(page, 'Clock').waitFor()
    await remembered('/clock')
    await go(page, '/terms/nothing/herbs')
    await page.getByText('There is no page at /terms/nothing/herbs.').waitFor()
    const last = page.getByRole('region', { name: 'Where you were last' })
    expect(await last.getByRole('link').allTextContents()).toEqual(['Clock', 'Settings'])
    expect(await faultsOfLooks(page, 'not-found')).toEqual([])
    await page.getByRole('searchbox', { name: 'Search for it' }).press('Enter')
    expect(await page.getByRole('combobox', { name: 'Search terms, relationships, pages' }).inputValue()).toBe('herbs')
    await page.keyboard.press('Escape')
    await last.getByRole('link', { name: 'Clock' }).click()
    await heading(page, 'Clock').waitFor()
  })

  it('is walked by keys alone: the skip link, F6 through its parts, [, ?, and the way back', async ({ skip }) => {
    const page = await pages.open(skip, '/faults')
    await page.getByText('No rules: every answer is real.').waitFor()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('To the content')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('page-title')
    expect(await region(page)).toBe('app-main')
    const walked: string[] = []
    for (const key of ['F6', 'F6', 'F6', 'Shift+F6', 'Shift+F6']) {
      await page.keyboard.press(key)
      walked.push(await region(page))
    }
    expect(walked).toEqual(['app-top', 'app-navigation', 'app-main', 'app-navigation', 'app-top'])
    await page.keyboard.press('F6')
    const width = (): Promise<number> =>
      page.evaluate('document.querySelector(\'[data-region="app-navigation"]\').getBoundingClientRect().width')
    const wide = await width()
    await page.keyboard.press('[')
    await expect.poll(width).toBeLessThan(wide)
    await page.keyboard.press('[')
    await expect.poll(width).toBe(wide)
    await page.keyboard.press('?')
    await heading(page, 'Shortcuts').waitFor()
    // The heading has the focus, so that what follows is read from there on.
    await expect.poll(() => focused(page)).toBe('page-title')
  })

  it('lets each key be switched off, and all single ones at once', async ({ skip }) => {
    const page = await pages.open(skip, '/shortcuts')
    expect(await faultsOfLooks(page, 'shortcuts')).toEqual([])
    const palette = page.getByRole('combobox', { name: 'Search terms, relationships, pages' })
    await page.getByRole('switch', { name: '/: Search' }).click()
    await page.getByRole('switch', { name: 'F: Freeze, or let it run' }).click()
    await heading(page, 'Shortcuts').focus()
    await page.keyboard.press('/')
    await page.keyboard.press('Control+k')
    await palette.waitFor()
    expect(await palette.inputValue()).toBe('')
    await page.keyboard.press('Escape')
    await go(page, '/clock')
    await heading(page, 'Clock').waitFor()
    await page.getByRole('button', { name: 'Freeze' }).waitFor()
    await page.keyboard.press('f')
    await go(page, '/shortcuts')
    await page.getByRole('switch', { name: 'Commands on single letters and signs' }).click()
    await heading(page, 'Shortcuts').focus()
    await page.keyboard.press('[')
    expect(await page.evaluate<object>("JSON.parse(localStorage['relata.settings'])")).toMatchObject({
      keysOff: ['/', 'F'],
      shortcuts: false,
    })
    expect(await page.evaluate<object>("JSON.parse(localStorage['relata.settings'])")).not.toMatchObject({
      isNavigationFolded: true,
    })
    expect((await pages.server().clock()).frozen).toBe(false)
  })

  it('gives its settings as a file, and takes them from one, with a way back', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.getByRole('radio', { name: 'Dense' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as JSON' }).click(),
    ])
    const file = JSON.parse(await readFile(await download.path(), 'utf8')) as object
    expect(file).toMatchObject({ language: 'en', theme: 'light', density: 'dense', keysOff: [] })
    const input = page.locator('input[type="file"]')
    const give = (name: string, content: object): Promise<void> =>
      input.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(content)) })
    await give('other.json', { theme: 'loud', shortcuts: 'yes', other: 1 })
    await page.getByText('other.json has no settings of these pages.').first().waitFor()
    await give('mine.json', { ...file, density: 'comfortable', theme: 'dark', language: 'de', other: 1 })
    await page.getByText('Einstellungen aus mine.json übernommen').first().waitFor()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    expect(await page.getByRole('radio', { name: 'Weit' }).isChecked()).toBe(true)
    expect(await page.evaluate<object>("JSON.parse(localStorage['relata.settings'])")).not.toHaveProperty('other')
    await page.getByRole('button', { name: 'Rückgängig' }).click()
    await heading(page, 'Settings').waitFor()
    expect(await page.getByRole('radio', { name: 'Dense' }).isChecked()).toBe(true)
  })

  it('changes the language in the middle of a journey, which goes on in it, and says dates and numbers in it', async ({
    skip,
  }) => {
    const world = await pages.world()
    const page = await pages.open(skip, world.at('/faults'), { language: 'de' })
    await heading(page, 'Störungen').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await page.getByRole('button', { name: 'Regel hinzufügen' }).click()
    await page.getByRole('textbox', { name: 'Pfad' }).fill('/*/users')
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en')
    await heading(page, 'Faults').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    // What was typed is still there.
    const form = page.getByRole('form', { name: 'Add a rule' })
    expect(await form.getByLabel('Path').inputValue()).toBe('/*/users')
    await page.getByRole('combobox', { name: 'Language' }).selectOption('de')
    await page.getByRole('form', { name: 'Regel hinzufügen' }).getByRole('button', { name: 'Regel hinzufügen' }).click()
    await page.getByRole('button', { name: '1 Störung an' }).waitFor()
    await page.getByRole('link', { name: 'Uhr', exact: true }).click()
    await page.getByRole('button', { name: /^Nächstes: Northwind support: Einladung verfällt/ }).waitFor()
    await page.getByRole('button', { name: /^30 Tage/ }).click()
    await page.getByRole('button', { name: 'Uhr: +30 Tage' }).waitFor()
    await page
      .getByText(/^\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d UTC$/)
      .first()
      .waitFor()
    // Of the rule there is one too, until ten seconds have passed.
    const moved = page.getByRole('region', { name: 'Meldungen' }).locator(':scope > div', { hasText: 'Die Uhr zeigt' })
    await moved.getByRole('button', { name: 'Rückgängig' }).click()
    await page.getByRole('button', { name: 'Uhr: Wahre Zeit' }).waitFor()
    await page.reload()
    await heading(page, 'Uhr').waitFor()
  })

  it('tells the instant of a relative time on focus', async ({ skip }) => {
    const page = await pages.open(skip, '/worlds')
    const time = page.getByRole('list', { name: 'Worlds' }).locator('time').first()
    await time.focus()
    await page
      .getByRole('tooltip')
      .getByText(/\d{4}, \d+:\d\d/)
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('tooltip').waitFor({ state: 'detached' })
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

  it('has its links in a drawer where there is no room', async ({ skip }) => {
    const page = await pages.open(skip, '/settings', { width: 390 })
    await page.getByRole('button', { name: 'Open the navigation' }).click()
    await page.getByRole('dialog').getByRole('link', { name: 'Worlds' }).click()
    await heading(page, 'Worlds').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('has nothing that axe finds or that is cut off', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await heading(page, 'Settings').waitFor()
    expect(await faultsOfLooks(page, 'settings')).toEqual([])
  })
})
