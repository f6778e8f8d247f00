/** The palette: prefixes, what pages can do, people, and the object of any id that is pasted. */
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { faultsOfLooks, show, usePages } from './_pages.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()

const opened = async (page: Page, typed: string) => {
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Search terms, relationships, pages' })
  await field.fill(typed)
  return page.getByRole('listbox')
}

const contoso = 'c0117050-0000-4000-8000-000000000001'
const fabrikam = 'fab21ca0-0000-4000-8000-000000000002'

describe('the palette', () => {
  it('finds the object of a pasted id, whatever it is', async ({ skip }) => {
    const { send } = pages.server()
    const taxonomy = taxonomyOver(send)
    const group = await taxonomy.group('Garden')
    const set = await taxonomy.set(group, 'Herbs')
    const other = await taxonomy.set(group, 'Menu')
    const term = await taxonomy.term(set, 'Basil')
    const relation = await taxonomy.pin({ set, term }, other)
    const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
    const relationship = (await send('GET', relationships)).body.value[0]
    const asked = (await send('GET', '/v1.0/users')).headers.get('request-id') as string
    const ids: readonly (readonly [id: string, shown: RegExp, address: string])[] = [
      [term, /Basil.*Term$/, `/terms/s/${set}/t/${term}`],
      [` {${set.toUpperCase()}} `, /Herbs.*Term set$/, `/terms/s/${set}`],
      [group, /Garden.*Term group$/, `/terms/g/${group}`],
      [relation, /Basil.*Pinned or reused term$/, `/terms/s/${other}/t/${term}`],
      [
        relationship.id,
        new RegExp(`${relationship.displayName}.*Relationship$`),
        `/gdap/relationships/${relationship.id}`,
      ],
      [fabrikam, /Fabrikam.*Customer$/, `/gdap/customers/${fabrikam}`],
      [contoso, /Contoso · contoso\.example.*Tenant$/, '/admin/tenants'],
      [`#${asked}`, /GET \/v1\.0\/users 200.*Request$/, `/requests/${asked}`],
      ['c0117050-05e7-4000-8000-000000000002', /Tara Technician.*Person$/, '/gdap/access'],
    ]
    for (const [id, shown, address] of ids) {
      const page = await pages.open(skip, '/settings')
      const list = await opened(page, id)
      await list.getByRole('option', { name: shown }).first().click()
      await expect.poll(() => new URL(page.url()).pathname, { message: id }).toBe(address)
      await page.close()
    }
  }, 60_000)

  it('takes what is typed while it is still being loaded, and chooses nothing unseen', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    let load = (): void => undefined
    const held = new Promise<void>((done) => {
      load = done
    })
    await page.route('**/assets/after-start.*', async (route) => {
      await held
      await route.continue()
    })
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('clocks')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Enter')
    load()
    const field = page.getByRole('combobox', { name: 'Search terms, relationships, pages' })
    await expect.poll(() => field.inputValue()).toBe('clock')
    expect(new URL(page.url()).pathname).toBe('/settings')
    await page.keyboard.type(' ')
    await expect.poll(() => field.inputValue()).toBe('clock ')
    await page.unrouteAll()
  })

  it('chooses by Enter what all that was typed finds, also where its answer is late', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    const { promise: pressed, resolve: press } = Promise.withResolvers<void>()
    await page.route(/relata\.search/, async (route) => {
      if (route.request().postDataJSON().text === 'fiction') await pressed
      await route.continue()
    })
    const list = await opened(page, 'ficti')
    await list.getByRole('option', { name: /^Fiction/ }).waitFor()
    await page.keyboard.type('on')
    await page.keyboard.press('Enter')
    // Not meant for what is typed after it.
    await page.keyboard.type('s')
    await list.getByRole('option').last().waitFor({ state: 'detached' })
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Enter')
    press()
    await page.waitForURL((url) => url.pathname.startsWith('/terms/s/'))
  })

  it('says of an id of nothing that there is nothing', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await opened(page, '11111111-2222-4333-8444-555555555555')
    await page.getByText('Nothing here has this id, or it may not be seen.').waitFor()
  })

  it('has what a page can do behind >, and does it by key', async ({ skip }) => {
    const page = await pages.open(skip, '/faults')
    await page.getByText('No rules: every answer is real.').waitFor()
    const list = await opened(page, '> add throttled')
    await expect.poll(() => list.getByRole('option').allTextContents()).toEqual(['Add the rule “Throttled”'])
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '1 fault on' }).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText('No rules: every answer is real.').waitFor()
    await page.getByRole('link', { name: 'Settings' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await opened(page, '> throttled')
    await page.getByText('Nothing found for “throttled”.').waitFor()
  })

  it('has commands of the frame on each page: the clock, the theme', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await opened(page, '>freeze')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Clock: frozen' }).waitFor()
    await opened(page, '>run clock')
    await page.getByRole('option', { name: 'Let the clock run' }).click()
    await page.getByRole('button', { name: 'Clock: True time' }).waitFor()
    await opened(page, '>theme dark')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  it('has people and customers behind @, and acts as them', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    const list = await opened(page, '@tar')
    await list.getByRole('option', { name: /^Act as Tara Technician/ }).click()
    await page.getByRole('button', { name: 'Acting as Tara Technician, Contoso' }).waitFor()
    await opened(page, '@fabri')
    await page.getByRole('option', { name: /^Fabrikam.*Customer$/ }).waitFor()
  })

  it('opens by / too, finds terms in other languages with their path, and Esc gives the focus back', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/settings')
    await page.getByRole('radio', { name: 'Light' }).focus()
    await page.keyboard.press('/')
    await page.getByRole('combobox', { name: 'Search terms, relationships, pages' }).waitFor()
    await page.keyboard.type('Tiere')
    await page.getByRole('option', { name: /^Animals \(Tiere, de-DE\).*Nature › Animals/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: 'Search terms, relationships, pages' }).waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate<string>("document.activeElement?.getAttribute('value')")).toBe('light')
  })

  it('fits in each look, also in German', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    const list = await opened(page, 'an')
    await list.getByRole('option', { name: /Animals/ }).waitFor()
    expect(await faultsOfLooks(page, 'palette')).toEqual([])
    await page.keyboard.press('Escape')
    await show(page, { language: 'de' })
    await page.keyboard.press('Control+k')
    await page.getByText('@ Personen und Kunden').waitFor()
    await page.getByRole('combobox', { name: 'Ausdrücke, Beziehungen, Seiten suchen' }).fill('>Uhr')
    await page.getByRole('option', { name: 'Uhr anhalten' }).waitFor()
  })
})
