/**
 * Terms as files by the pages: an import that is planned, applied and taken back as a whole, exports, and the search. J5 and J7
 * count what is clicked and pressed.
 */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { axeInThemes, faultsOfLooks, go, usePages } from '../_pages.ts'
import { asAdministrator, fiction, genres, herbsCsv } from './_terms.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()

interface Listed {
  readonly value: readonly { readonly id: string; readonly displayName?: string }[]
}

async function groupNames(): Promise<string[]> {
  const { value } = await asAdministrator(pages.server())<Listed>('GET', '/v1.0/termStore/groups')
  return value.map(({ displayName = '' }) => displayName)
}

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer })
}

/** As dragging it from a folder: the browser's own way is closed to programs. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([fileName, content]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content as string], fileName as string, { type: 'text/csv' }))
      const target = (document.querySelector('main search') ?? document.querySelector('main [role=tree]')) as Element
      for (const type of ['dragenter', 'dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }))
    },
    [name, text],
  )
}

const param = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)

/** 30,000 lines; where CI is in a hurry, 1,500. */
const families = process.env['CI'] ? 20 : 400
const each = 74
const lines = families * (each + 1)
const grouped = (count: number): string => count.toLocaleString('en')
/** 30,000 lines to plan, apply and take back, by a server in the process of the test, which answers nothing else meanwhile. */
const journeyMs = 180_000
/** Of the browser's driver. */
const usualMs = 30_000
/** Axe looks at each of them in three themes. */
const looksMs = 90_000

describe('an import', () => {
  it(
    'of thousands of lines shows the twelve that are refused first, applies the rest, and is taken back as a whole (J7)',
    async ({ skip }) => {
      const page = await pages.open(skip, '/terms')
      page.setDefaultTimeout(journeyMs)
      await page.getByRole('tree').waitFor()
      let clicks = 0
      const click = async (name: RegExp): Promise<void> => {
        clicks += 1
        await page.getByRole('main').getByRole('button', { name }).click()
      }
      await drop(page, 'herbs.csv', herbsCsv({ families, each, refused: 12 }).toString())
      await page.getByRole('heading', { level: 1, name: 'Import terms' }).waitFor()
      const group = page.getByRole('combobox', { name: 'Into the group' })
      clicks += 1
      await group.click()
      await group.fill('Kitchen')
      await group.press('Enter')
      const grid = page.getByRole('grid', { name: 'Plan of the import' })
      const first = grid.getByRole('row', { name: 'refused Herbs/Family 3/Herb 3-1', exact: true })
      await first.waitFor()
      expect(await first.getAttribute('aria-rowindex')).toBe('2')
      expect(await first.textContent()).toContain('154')
      expect(await first.textContent()).toContain("'maybe' in the column")
      const applied = lines - 12 + 2
      expect(await grid.getAttribute('aria-rowcount')).toBe(String(applied + 12 + 1))
      await page.getByText('leaves out 12 that are refused').waitFor()
      expect(await groupNames()).not.toContain('Kitchen')
      await click(new RegExp(`^Apply ${grouped(applied)}$`))
      await page.getByText(`${grouped(applied)} records are applied`).waitFor()
      expect(await groupNames()).toContain('Kitchen')
      await click(/^Undo the whole import$/)
      await page.getByText(`Taken back: ${grouped(applied)} records`).waitFor()
      expect(await groupNames()).not.toContain('Kitchen')
      expect(clicks).toBe(3)
      page.setDefaultTimeout(usualMs)
    },
    journeyMs,
  )

  it('goes on when its page is left, with a pill, offers the way back, and has nothing to do the second time', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/terms/import?group=Left')
    await choose(page, 'left.csv', herbsCsv({ families: 3, each: 4 }))
    // The job ends sooner than anybody sees: how far it is, is told when the test says so.
    const { promise: seen, resolve: tell } = Promise.withResolvers<void>()
    await page.route('**/term-store/jobs/*', async (route) => {
      await seen
      await route.continue()
    })
    await page.getByRole('button', { name: 'Apply 17' }).click()
    await page.getByRole('link', { name: 'Term store' }).last().click()
    const pill = page.getByRole('banner').getByRole('button', { name: /^Import \d+ %: left\.csv/ })
    await pill.waitFor()
    tell()
    await page.getByText('left.csv is imported: 17 records').first().waitFor()
    await pill.waitFor({ state: 'detached' })
    expect(await groupNames()).toContain('Left')
    // The same file once more.
    await go(page, '/terms/import?group=Left')
    await page.getByText('Nothing to do').waitFor()
    expect(await page.getByRole('button', { name: /^Apply/ }).count()).toBe(0)
    await page.locator('#toasts').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(groupNames).not.toContain('Left')
  })

  it('filters the plan by kind and words, and opens a line of the file', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Filtered')
    await choose(page, 'herbs.csv', herbsCsv({ families: 4, each: 5, refused: 2 }))
    await page.getByRole('button', { name: /2 refused/ }).click()
    const grid = page.getByRole('grid', { name: 'Plan of the import' })
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('3')
    expect(param(page, 'show')).toBe('refused')
    const filter = page.getByRole('searchbox', { name: 'Filter by path or line' })
    await filter.fill('herb 3-2')
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('2')
    await grid.getByRole('row').last().click()
    const panel = page.getByRole('dialog')
    await panel.getByText('neither true nor false').waitFor()
    await panel.getByText(',,,maybe,"Herb 2, of family 3",Family 3,Herb 3-2,').waitFor()
    expect(await axeInThemes(page)).toEqual([])
    await page.keyboard.press('Escape')
    await filter.fill('nothing like this')
    await page.getByText('0 of 26 match.').waitFor()
  })

  it('shows where a file is broken, and reads another encoding when told', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Broken')
    const text = herbsCsv({ families: 1, each: 2 }).toString()
    await choose(page, 'broken.csv', Buffer.from(text.replace('"Herb 1, of family 1"', '"Herb 1, of family 1')))
    await page.getByText('The file is broken at this place').waitFor()
    await page.getByText(/line 5, column 10: text follows the closing quote/).waitFor()
    const region = page.getByRole('region', { name: 'Lines of the file' })
    await region.getByText(',,,TRUE,"Herb 2, of family 1",Family 1').waitFor()
    expect(await region.locator('mark').textContent()).toBe('H')
    const apply = page.getByRole('button', { name: /^Apply/ })
    expect(await apply.getAttribute('aria-disabled')).toBe('true')
    expect(await axeInThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'broken.csv: choose another file' }).click()
    await choose(page, 'old.csv', Buffer.from(text.replaceAll('Herb 1-1', 'Kräuter'), 'latin1'))
    await page.getByText('The text of the file is in another encoding').waitFor()
    await page.getByRole('button', { name: 'windows-1252' }).click()
    await page.getByText('Herbs › Family 1 › Kräuter').waitFor()
    expect(param(page, 'encoding')).toBe('windows-1252')
  })

  it('goes below a term of a set that is there, and is matched and ordered as told, all in the address', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/terms/import?group=Library&set=Genres')
    const file = herbsCsv({ families: 1, each: 1 }).toString().replace('Herbs', 'Genres')
    await choose(page, 'below.csv', Buffer.from(file))
    const field = page.getByRole('combobox', { name: 'Below the term' })
    await field.pressSequentially('Ficti')
    await page.getByRole('option', { name: 'Fiction', exact: true }).click()
    await page.waitForURL((url) => url.searchParams.get('under') === fiction)
    await page.getByRole('button', { name: 'More options' }).click()
    for (const [chip, choice, name, value] of [
      ['Found by', 'path only', 'match', 'path'],
      ['Order', 'stays as it is', 'order', 'keep'],
    ] as const) {
      await page.getByRole('button', { name: new RegExp(`^${chip}:`) }).click()
      await page.getByRole('menuitemradio', { name: choice }).click()
      await page.getByRole('button', { name: `${chip}: ${choice}` }).waitFor()
      expect(param(page, name)).toBe(value)
    }
    await page.getByRole('button', { name: 'Apply 2' }).click()
    await page.getByText('2 records are applied').waitFor()
    const path = `/v1.0/termStore/sets/${genres}/terms/${fiction}/children?$select=labels`
    const { value } = await asAdministrator(pages.server())<{ value: { labels: { name: string }[] }[] }>('GET', path)
    expect(value.map(({ labels }) => labels[0]?.name)).toContain('Family 1')
  })

  it('begins with a file that is dropped on the search, and is refused line by line where one may not write', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/terms/search')
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Tara Technician' }).click()
    await drop(page, 'dropped.csv', herbsCsv({ families: 1, each: 1 }).toString())
    await page.getByRole('heading', { level: 1, name: 'Import terms' }).waitFor()
    await page.getByRole('button', { name: 'dropped.csv: choose another file' }).waitFor()
    const group = page.getByRole('combobox', { name: 'Into the group' })
    await group.fill('Library')
    await group.press('Enter')
    await page.getByRole('button', { name: /3 refused/ }).waitFor()
    const apply = page.getByRole('button', { name: /^Apply/ })
    expect(await apply.getAttribute('aria-disabled')).toBe('true')
  })
})

describe('an import of a file of one’s own', () => {
  const own = herbsCsv({ families: 1, each: 1 })

  it('takes the first group that begins with what is typed, and a new one where that is chosen', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import')
    await choose(page, 'own.csv', own)
    const group = page.getByRole('combobox', { name: 'Into the group' })
    await group.fill('lib')
    await page.getByRole('option', { name: 'New group “lib”' }).waitFor()
    await group.press('Enter')
    await expect.poll(() => param(page, 'group')).toBe('Library')
    expect(await group.inputValue()).toBe('Library')
    await group.fill('Lib')
    expect(await page.getByRole('option').last().textContent()).toBe('New group “Lib”')
    await group.press('ArrowUp')
    await page.getByRole('option', { name: 'New group “Lib”' }).click()
    await expect.poll(() => param(page, 'group')).toBe('Lib')
    await page.getByRole('grid').getByRole('row', { name: 'new group Lib', exact: true }).waitFor()
  })

  it(
    'says which field is missing, marks it and has the focus there',
    async ({ skip }) => {
      const page = await pages.open(skip, '/terms/import')
      await choose(page, 'own.csv', own)
      const alert = page.getByRole('alert')
      await alert.getByText('The file does not say into which group').waitFor()
      const group = page.getByRole('combobox', { name: 'Into the group' })
      await expect.poll(() => group.evaluate((field) => field === document.activeElement)).toBe(true)
      expect(await group.getAttribute('aria-invalid')).toBe('true')
      expect(await page.getByRole('main').textContent()).not.toContain('--')
      expect(await faultsOfLooks(page, 'terms-import-group')).toEqual([])
      await page.getByRole('button', { name: 'own.csv: choose another file' }).click()
      await choose(page, 'names.csv', Buffer.from('Name\nRed\nBlue\n'))
      await alert.getByText('The format of the file is not known').waitFor()
      await alert.getByText('“Term Set Name”').waitFor()
      const format = page.getByRole('button', { name: /^Format:/ })
      await expect.poll(() => format.evaluate((field) => field === document.activeElement)).toBe(true)
      expect(await format.getAttribute('aria-describedby')).toBe('import-need')
      expect(await page.getByRole('main').textContent()).not.toContain('--')
      expect(await faultsOfLooks(page, 'terms-import-format')).toEqual([])
    },
    looksMs,
  )

  it('has samples of the formats, each of which can be imported', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import')
    for (const [name, file, count] of [
      ['SharePoint CSV', 'sample-sharepoint.csv', 4],
      ['Wide CSV', 'sample-wide.csv', 4],
      ['Plain list', 'sample-list.txt', 5],
    ] as const) {
      const sample = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        sample.getByRole('button', { name: `Download ${file}` }).click(),
      ])
      expect(download.suggestedFilename()).toBe(file)
      const bytes = await readFile(await download.path())
      expect(await sample.getByRole('region').textContent()).toBe(bytes.toString())
      await choose(page, file, bytes)
      // The others name a group.
      if (name === 'SharePoint CSV') {
        const group = page.getByRole('combobox', { name: 'Into the group' })
        await group.fill('Samples')
        await group.press('Enter')
      }
      await page.getByRole('button', { name: `Apply ${count}`, exact: true }).waitFor()
      expect(
        await page
          .getByRole('main')
          .getByRole('button', { name: /refused/ })
          .count(),
      ).toBe(0)
      await page.getByRole('button', { name: `${file}: choose another file` }).click()
      await go(page, '/terms/import')
    }
  })

  it('asks for the group first, and for what is seldom needed behind “More options”', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?match=path')
    await choose(page, 'own.csv', own)
    const names = () =>
      page
        .getByRole('main')
        .locator('input[role=combobox], button[aria-haspopup=menu]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent?.split(':')[0]))
    await page.getByRole('combobox', { name: 'Into the group' }).waitFor()
    // What is chosen shows.
    await expect.poll(names).toEqual(['Into the group', 'Into the term set', 'Format', 'Found by'])
    await page.getByRole('button', { name: 'More options' }).click()
    await expect.poll(async () => (await names()).includes('Between columns')).toBe(true)
    expect((await names())[0]).toBe('Into the group')
  })
})

describe('an export', () => {
  it('lists what the format cannot hold before the download, and gives the file', async ({ skip }) => {
    const page = await pages.open(skip, `/terms/export?set=${genres}&format=sharepoint-csv`)
    const losses = page.getByRole('region', { name: 'What this format cannot hold' })
    await losses.getByText('Synonyms').waitFor()
    await losses.getByText('Ids', { exact: true }).click()
    await losses.getByText('Library/Genres/Fiction', { exact: true }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('genres.csv')
    expect(await readFile(await download.path(), 'utf8')).toContain('"Term Set Name","Term Set Description","LCID"')
    await page.getByRole('checkbox', { name: 'With ids' }).check()
    await expect.poll(() => losses.getByText('Ids', { exact: true }).count()).toBe(0)
    await page.getByRole('radio', { name: /^Relata JSON Everything but/ }).check()
    await page.getByText('Nothing is left out').waitFor()
    expect(param(page, 'format')).toBe('json')
  })

  it('is of one branch where a term is chosen', async ({ skip }) => {
    const page = await pages.open(skip, `/terms/export?set=${genres}&format=pnp-text`)
    const field = page.getByRole('combobox', { name: 'Branch' })
    await field.pressSequentially('Ficti')
    await page.getByRole('option', { name: 'Fiction', exact: true }).click()
    await page.waitForURL(/term=/)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    expect(text).toContain('Library|Genres|Fiction')
    expect(text.split('\n').filter((line) => line !== '' && !line.includes('Fiction')).length).toBeLessThanOrEqual(2)
  })
})

describe('the search of terms', () => {
  const call = () => asAdministrator(pages.server())
  const add = async (name: string, below?: string): Promise<string> => {
    const at = below === undefined ? '' : `/terms/${below}`
    const labels = [{ name, languageTag: 'en-US', isDefault: true }]
    return (await call()<{ id: string }>('POST', `/v1.0/termStore/sets/${genres}${at}/children`, { labels })).id
  }
  const act = (term: string, verb: string, body: object) =>
    call()('POST', `/v1.0/termStore/sets/${genres}/terms/${term}/relata.${verb}`, body)

  it('finds a term by a French synonym from anywhere, and opens it (J5)', async ({ skip }) => {
    const term = await add('Fable')
    await call()('PATCH', `/v1.0/termStore/sets/${genres}/terms/${term}`, {
      labels: [
        { name: 'Fable', languageTag: 'en-US', isDefault: true },
        { name: 'Fable', languageTag: 'fr-FR', isDefault: true },
        { name: 'Apologue', languageTag: 'fr-FR', isDefault: false },
      ],
    })
    const page = await pages.open(skip, '/gdap')
    let keys = 0
    const press = async (key: string): Promise<void> => {
      keys += 1
      await page.keyboard.press(key)
    }
    await page.getByRole('heading', { level: 1 }).focus()
    await press('/')
    await page.getByRole('dialog').getByRole('combobox').waitFor()
    await page.keyboard.type('apologue')
    await page.getByRole('option', { name: /Apologue/ }).waitFor()
    await press('Enter')
    await page.waitForURL((url) => url.pathname === `/terms/s/${genres}/t/${term}`)
    expect(keys).toBe(2)
  })

  it('says by which label of another language, and opens the first hit by Enter or one by the arrows', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/terms/search')
    const field = page.getByRole('searchbox', { name: 'Find terms in all languages' })
    await field.fill('belletr')
    const row = page.getByRole('row', { name: 'Fiction' })
    await row.getByText('Belletristik').waitFor()
    await row.getByText('de-DE').waitFor()
    await row.getByText('Library › Genres').waitFor()
    expect(param(page, 'q')).toBe('belletr')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname.endsWith(`/t/${fiction}`))
    await go(page, '/terms/search')
    // Before the hits are there.
    await field.fill('belletristik')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname.endsWith(`/t/${fiction}`))
  })

  it('counts all hits, and is narrowed by place, language, state and time, all in the address', async ({ skip }) => {
    const [zebrano, zebrawood] = [await add('Zebrano'), await add('Zebrawood', fiction)]
    await act(zebrawood, 'deprecate', {})
    await act(zebrano, 'setAvailableForTagging', { value: false })
    const page = await pages.open(skip, '/terms/search?q=zebra')
    await page.getByText('Nothing found for “zebra”.').waitFor()
    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'All states' }).click()
    await page.getByText('2 hits').first().waitFor()
    await go(page, '/terms/search?q=zebra&state=deprecated')
    await page.getByText('1 hit').first().waitFor()
    await page.getByRole('row', { name: 'Zebrawood' }).getByRole('img', { name: 'deprecated' }).waitFor()
    await go(page, `/terms/search?q=zebra&state=all&set=${genres}`)
    await page.getByText('2 hits').first().waitFor()
    await page.getByRole('combobox', { name: 'Below a term' }).pressSequentially('Ficti')
    await page.getByRole('option', { name: 'Fiction', exact: true }).click()
    await page.getByText('1 hit').first().waitFor()
    expect(param(page, 'under')).toBe(fiction)
    await go(page, '/terms/search?q=zebra&state=all&lang=de-DE&modified=7')
    await page.getByText('Nothing found').waitFor()
    await page.getByRole('button', { name: 'Remove the filter Last 7 days' }).waitFor()
    await page.getByRole('button', { name: 'Remove the filter de-DE' }).click()
    await page.getByText('2 hits').first().waitFor()
    await pages.server().clock({ advance: 'P8D' })
    await page.getByRole('button', { name: 'Clock: +8 days' }).waitFor()
    await go(page, '/terms/search?q=zebra&state=all&modified=1')
    await page.getByText('Nothing found').waitFor()
  })

  it('tells how many there are beyond the first page', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Many')
    await choose(
      page,
      'many.csv',
      Buffer.from(herbsCsv({ families: 2, each: 110 }).toString().replaceAll('Herb', 'Weed')),
    )
    await page.getByRole('button', { name: 'Apply 224' }).click()
    await page.getByText('224 records are applied').waitFor()
    await go(page, '/terms/search?q=weed')
    await page.getByText('220 hits').first().waitFor()
    expect(await page.getByRole('grid', { name: 'Hits' }).getAttribute('aria-rowcount')).toBe('101')
  })
})

/** `shows`: what is there when the page is. */
const addresses = [
  { address: '/terms/search?q=fic', name: 'search', shows: 'Non-fiction' },
  { address: `/terms/search?q=nothing&set=${genres}`, name: 'search-none', shows: 'Clear all' },
  { address: '/terms/search', name: 'search-empty', shows: 'Type the beginning of a label' },
  { address: `/terms/export?set=${genres}&format=sharepoint-csv`, name: 'export', shows: 'Synonyms' },
  { address: '/terms/import', name: 'import', shows: 'Drop a file here' },
] as const

describe('the pages of files and search', () => {
  it(
    'have nothing that axe finds or that is cut off, in each theme and width, and in German',
    async ({ skip }) => {
      const page = await pages.open(skip, '/terms/search?q=fic')
      for (const { address, name, shows } of addresses) {
        await go(page, address)
        await page.getByText(shows).first().waitFor()
        expect(await faultsOfLooks(page, `terms-${name}`), address).toEqual([])
      }
      await choose(page, 'herbs.csv', herbsCsv({ families: 4, each: 5, refused: 2 }))
      await page.getByRole('combobox', { name: 'Into the group' }).fill('Looks')
      await page.getByRole('combobox', { name: 'Into the group' }).press('Enter')
      await page.getByRole('button', { name: 'Apply 24' }).waitFor()
      expect(await faultsOfLooks(page, 'terms-plan')).toEqual([])
    },
    looksMs,
  )
})
