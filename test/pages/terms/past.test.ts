/** What was, by the pages: the recycle bin, the feed of changes, and the report of problems. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axeInThemes, faultsOfLooks, go, show, usePages } from '../_pages.ts'
import { asAdministrator, fiction, genres } from './_terms.ts'

const pages = usePages()

const store = '/v1.0/termStore'

interface Made {
  readonly id: string
}

interface Labelled {
  readonly labels: readonly { readonly name: string }[]
}

const param = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)

function calls() {
  const call = asAdministrator(pages.server())
  const labels = (name: string) => ({ labels: [{ name, languageTag: 'en-US', isDefault: true }] })
  return {
    call,
    term: async (name: string, below?: string): Promise<string> => {
      const at = below === undefined ? '' : `/terms/${below}`
      return (await call<Made>('POST', `${store}/sets/${genres}${at}/children`, labels(name))).id
    },
    remove: (term: string) => call('DELETE', `${store}/sets/${genres}/terms/${term}`),
    rename: (term: string, name: string) => call('PATCH', `${store}/sets/${genres}/terms/${term}`, labels(name)),
    exists: async (term: string, set = genres): Promise<boolean> =>
      call('GET', `${store}/sets/${set}/terms/${term}`).then(
        () => true,
        () => false,
      ),
  }
}

describe('the recycle bin', () => {
  it('says what was where, restores it, and takes that back', async ({ skip }) => {
    const { term, remove, exists } = calls()
    const thyme = await term('Thyme', fiction)
    await term('Wild thyme', thyme)
    await remove(thyme)
    const page = await pages.open(skip, '/terms/bin')
    const row = page.getByRole('row', { name: 'Thyme', exact: true })
    await row.getByText('(1 below)').waitFor()
    await row.getByText('Library › Genres › Fiction').waitFor()
    await row.getByText('30 days left').waitFor()
    await row.getByText('admin@contoso.example').waitFor()
    await row.getByRole('button', { name: 'Restore Thyme', exact: true }).click()
    await page.getByText('Thyme is restored', { exact: true }).first().waitFor()
    expect(await exists(thyme)).toBe(true)
    await row.waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1 }).focus()
    await page.keyboard.press('Control+z')
    await row.waitFor()
    expect(await exists(thyme)).toBe(false)
  })

  it('restores to another place', async ({ skip }) => {
    const { call, term, remove, exists } = calls()
    const { value } = await call<{ value: readonly Made[] }>('GET', `${store}/groups`)
    const set = await call<Made>('POST', `${store}/groups/${value[0]?.id}/sets`, {
      localizedNames: [{ name: 'Shelves', languageTag: 'en-US' }],
    })
    const sage = await term('Sage')
    await remove(sage)
    const page = await pages.open(skip, '/terms/bin')
    await page.getByRole('button', { name: 'Restore to…: Sage' }).click()
    const panel = page.getByRole('dialog', { name: 'Restore Sage to…' })
    const restore = panel.getByRole('button', { name: 'Restore', exact: true })
    expect(await restore.getAttribute('aria-disabled')).toBe('true')
    await panel.getByRole('combobox', { name: 'Into the term set' }).click()
    await page.getByRole('option', { name: 'Shelves' }).click()
    expect(await axeInThemes(page)).toEqual([])
    await restore.click()
    await panel.waitFor({ state: 'detached' })
    expect(await exists(sage, set.id)).toBe(true)
    expect(await exists(sage)).toBe(false)
  })

  it('says what is not as it was', async ({ skip }) => {
    const { term, remove } = calls()
    const parent = await term('Herb garden')
    const child = await term('Lavender', parent)
    await remove(child)
    await remove(parent)
    const page = await pages.open(skip, '/terms/bin')
    await page.getByRole('button', { name: 'Restore Lavender', exact: true }).click()
    await page.getByText('Lavender is restored, but not all is as it was').waitFor()
    await page
      .getByRole('listitem')
      .filter({ hasText: /parent|root/i })
      .first()
      .waitFor()
  })

  it('offers another name where it is taken', async ({ skip }) => {
    const { term, remove } = calls()
    await remove(await term('Mint'))
    await term('Mint')
    const page = await pages.open(skip, '/terms/bin')
    await page.getByRole('button', { name: 'Restore Mint', exact: true }).click()
    await page.getByText('Mint is not restored').waitFor()
    await page.getByRole('button', { name: 'Restore as “… (restored)”' }).click()
    await page.getByText('Mint is restored', { exact: true }).first().waitFor()
  })

  it('restores several, deletes one for good, and is filtered in the address', async ({ skip }) => {
    const { term, remove, exists } = calls()
    const [dill, chervil, cress] = [await term('Dill'), await term('Chervil'), await term('Cress')]
    for (const one of [dill, chervil, cress]) await remove(one)
    const page = await pages.open(skip, '/terms/bin')
    for (const name of ['Dill', 'Chervil']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByText('2 selected').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Restore', exact: true }).first().click()
    await page.getByRole('row', { name: 'Dill' }).waitFor({ state: 'detached' })
    await expect.poll(async () => [await exists(dill), await exists(chervil)]).toEqual([true, true])
    await page.getByRole('searchbox', { name: 'Filter' }).fill('cres')
    await expect.poll(() => param(page, 'find')).toBe('cres')
    await page.getByRole('checkbox', { name: 'Select Cress' }).check()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Cress for good' })
    const confirm = dialog.getByRole('button', { name: 'Delete for good' })
    expect(await confirm.getAttribute('aria-disabled')).toBe('true')
    await dialog.getByRole('textbox').fill('Cress')
    await confirm.click()
    await page.getByText('Cress is deleted for good').first().waitFor()
    await page.getByRole('row', { name: 'Cress' }).waitFor({ state: 'detached' })
  })
})

describe('the changes', () => {
  it('appear as they happen, in words, and are taken back', async ({ skip }) => {
    const { call, term, rename } = calls()
    const page = await pages.open(skip, '/terms/changes')
    const basil = await term('Basil')
    const created = page.getByRole('row', { name: 'created Basil' })
    await created.waitFor()
    await rename(basil, 'Sweet basil')
    const changed = page.getByRole('row', { name: 'changed: Labels Sweet basil' })
    await changed.getByText('Basil (en-US)', { exact: true }).waitFor()
    await changed.getByText('Sweet basil (en-US)', { exact: true }).waitFor()
    await changed.getByRole('button', { name: /^Undo/ }).click()
    await page
      .getByRole('row', { name: /^undone/ })
      .first()
      .waitFor()
    const address = `${store}/sets/${genres}/terms/${basil}`
    const names = async () =>
      (await call<{ labels: readonly { name: string }[] }>('GET', address)).labels.map(({ name }) => name)
    await expect.poll(names).toEqual(['Basil'])
    const again = page
      .getByRole('row', { name: /^changed: Labels/ })
      .first()
      .getByRole('button', { name: /^Undo/ })
    await expect.poll(() => again.getAttribute('aria-disabled')).toBe('true')
  })

  it('say what stands against one that cannot be taken back, and take that back first', async ({ skip }) => {
    const { call, term, rename } = calls()
    const anise = await term('Anise')
    for (const name of ['Star anise', 'Aniseed', 'Anis']) await rename(anise, name)
    const page = await pages.open(skip, '/terms/changes?find=anis')
    const rows = page.getByRole('row', { name: /^changed: Labels/ })
    await expect.poll(() => rows.count()).toBe(3)
    await rows.last().getByRole('button', { name: /^Undo/ }).click()
    await page.getByText('later changes stand against it').first().waitFor()
    await page.getByText('2 later changes have to go first').waitFor()
    await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'changed · ' }).count()).toBe(2)
    expect(await axeInThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'Undo these, then this' }).click()
    await page.getByText('2 later changes have to go first').waitFor({ state: 'detached' })
    await expect
      .poll(async () => (await call<Labelled>('GET', `${store}/sets/${genres}/terms/${anise}`)).labels[0]?.name)
      .toBe('Anise')
  })

  it('say the same in the history of a term', async ({ skip }) => {
    const { term, rename } = calls()
    const cumin = await term('Cumin')
    for (const name of ['Cummin', 'Caraway']) await rename(cumin, name)
    const page = await pages.open(skip, `/terms/s/${genres}/t/${cumin}?tab=history`)
    const undos = page.getByRole('list', { name: 'Changes, newest first' }).getByRole('button', { name: /^Undo/ })
    await expect.poll(() => undos.count()).toBe(3)
    await expect.poll(() => undos.nth(1).getAttribute('aria-disabled')).toBe('true')
    await undos.nth(1).focus()
    await page.getByText('One later change has to go first').waitFor()
    await page.getByRole('button', { name: 'Undo it, then this' }).click()
    await page.getByRole('heading', { level: 2, name: 'Cumin', exact: true }).waitFor()
  })

  it('are chosen by set, action and person in the address, and lead to the term', async ({ skip }) => {
    const { term, remove } = calls()
    const fennel = await term('Fennel')
    await remove(await term('Borage'))
    const page = await pages.open(skip, `/terms/changes?verb=create&set=${genres}`)
    await page.getByRole('row', { name: 'created Fennel' }).waitFor()
    expect(await page.getByRole('row', { name: /^deleted/ }).count()).toBe(0)
    await page.getByRole('combobox', { name: 'Action' }).click()
    await page.getByRole('option', { name: 'deleted', exact: true }).click()
    await page.getByRole('row', { name: 'deleted Borage' }).waitFor()
    expect(param(page, 'verb')).toBe('delete')
    const by = page.getByRole('combobox', { name: 'By' })
    await by.fill('nobody@contoso.example')
    await by.press('Enter')
    await page.getByText('No change fits this.').waitFor()
    await by.fill('admin@contoso.example')
    await by.press('Enter')
    await page.getByRole('row', { name: 'deleted Borage' }).waitFor()
    expect(param(page, 'by')).toBe('admin@contoso.example')
    await go(page, '/terms/changes?find=fennel&by=admin@contoso.example')
    await page.getByRole('link', { name: 'Fennel' }).click()
    await page.waitForURL((url) => url.pathname === `/terms/s/${genres}/t/${fennel}`)
    await go(page, '/terms/changes?verb=nope')
    await page.getByText("'nope' is not a verb of changes. They are create").waitFor()
  })

  it('give a link for what changes from now on', async ({ skip }) => {
    const { call, term } = calls()
    const page = await pages.open(skip, '/terms/changes')
    await page.getByRole('button', { name: 'Copy delta link' }).click()
    await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toContain('deltatoken')
    const link = new URL(await page.evaluate<string>('navigator.clipboard.readText()'))
    const rosemary = await term('Rosemary')
    const { value } = await call<{ value: readonly Made[] }>('GET', `${link.pathname}${link.search}`)
    expect(value.map(({ id }) => id)).toContain(rosemary)
  })
})

describe('the report', () => {
  it('has problems by gravity, leads to the field, and is run again', async ({ skip }) => {
    const { call, term } = calls()
    const gone = await term('Old thyme')
    const successor = await term('New thyme')
    await call('POST', `${store}/sets/${genres}/terms/${gone}/relata.deprecate`, { replacedBy: successor })
    await call('POST', `${store}/sets/${genres}/terms/${successor}/relata.deprecate`, {})
    const page = await pages.open(skip, '/terms/report')
    await page.getByRole('button', { name: /1 errors/ }).click()
    expect(param(page, 'only')).toBe('error')
    const row = page.getByRole('row', { name: /^Successor cannot be used/ })
    await row.getByText('Genres › Old thyme').waitFor()
    await call('POST', `${store}/sets/${genres}/terms/${successor}/relata.undeprecate`)
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.getByRole('button', { name: /0 errors/ }).waitFor()
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByRole('combobox', { name: 'Rule' }).click()
    await page.getByRole('option', { name: 'No description' }).click()
    await page.getByRole('row', { name: 'No description Genres/New thyme' }).getByRole('link', { name: 'Mend' }).click()
    await page.waitForURL((url) => url.pathname === `/terms/s/${genres}/t/${successor}`)
    await expect.poll(() => page.evaluate<string>('document.activeElement?.tagName')).toBe('TEXTAREA')
    expect(param(page, 'tab')).toBe('general')
  })

  it('leads to the label of the language that is wrong, and to the switch of what cannot be used', async ({ skip }) => {
    const { call, term } = calls()
    const odd = await term('Two thyme')
    const labels = [
      { name: 'Two thyme', languageTag: 'en-US', isDefault: true },
      // Its first letter is Cyrillic.
      { name: '\u0422hymian', languageTag: 'de-DE', isDefault: true },
    ]
    await call('PATCH', `${store}/sets/${genres}/terms/${odd}`, { labels })
    const [old, gone] = [await term('Older thyme'), await term('Oldest thyme')]
    await call('POST', `${store}/sets/${genres}/terms/${old}/relata.deprecate`, { replacedBy: gone })
    await call('POST', `${store}/sets/${genres}/terms/${gone}/relata.deprecate`, {})
    const page = await pages.open(skip, '/terms/report')
    const focused = (): Promise<string> =>
      page.evaluate<string>('document.activeElement?.lang || document.activeElement?.getAttribute("role") || ""')
    for (const [row, field] of [
      ['Mixed scripts in a word Genres/Two thyme', 'de-DE'],
      ['Successor cannot be used Genres/Older thyme', 'switch'],
    ] as const) {
      await go(page, '/terms/report')
      await page.getByRole('row', { name: row }).getByRole('link', { name: 'Mend' }).click()
      await expect.poll(focused).toBe(field)
    }
  })

  it('is copied as a step of a pipeline', async ({ skip }) => {
    const page = await pages.open(skip, `/terms/report?set=${genres}&only=warning`)
    await page.getByRole('button', { name: 'Copy as CI step' }).click()
    await page.getByText('The CI step is copied').first().waitFor()
    const text = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(text).toContain(`npx relata terms validate ${genres} --fail-on warning`)
    expect(text).toContain(`RELATA_URL: ${pages.server().origin}`)
  })
})

describe('the pages of what was', () => {
  const addresses = [
    { address: '/terms/bin', shows: 'Tarragon', german: 'Verbleibt' },
    { address: '/terms/changes', shows: 'Tarragon', german: 'gelöscht' },
    { address: '/terms/report', shows: 'No description', german: 'Keine Beschreibung' },
  ] as const

  it('have nothing that axe finds or that is cut off, in each theme and width, and in German', async ({ skip }) => {
    const { term, remove } = calls()
    await remove(await term('Tarragon'))
    const page = await pages.open(skip, '/terms/bin')
    for (const { address, shows, german } of addresses) {
      await go(page, address)
      await page.getByRole('grid').getByText(shows).first().waitFor()
      expect(await faultsOfLooks(page, address.slice(1).replace('/', '-')), address).toEqual([])
      await show(page, { language: 'de' })
      await page.getByText(german).first().waitFor()
      await show(page, { language: 'en' })
    }
  }, 60_000)
})
