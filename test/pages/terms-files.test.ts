/** Terms as files by the pages: an import that is planned, applied and taken back as a whole, exports, and the search. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axe, layoutFaults, looks, picture, usePages } from './_pages.ts'
import { asAdministrator, genres, herbsCsv } from './_terms.ts'

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

describe('an import', () => {
  it('shows what is refused first, applies the rest, and is taken back as a whole (J7)', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Kitchen')
    let clicks = 0
    const click = async (name: RegExp): Promise<void> => {
      clicks += 1
      await page.getByRole('main').getByRole('button', { name }).click()
    }
    await choose(page, 'herbs.csv', herbsCsv({ families: 40, each: 75, refused: 12 }))
    const grid = page.getByRole('grid', { name: 'Plan of the import' })
    const first = grid.getByRole('row', { name: 'refused Herbs/Family 3/Herb 3-1', exact: true })
    await first.waitFor()
    expect(await first.getAttribute('aria-rowindex')).toBe('2')
    expect(await first.textContent()).toContain('156')
    expect(await first.textContent()).toContain("'maybe' in the column")
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(3030 + 12 + 1))
    await page.getByText('leaves out 12 that are refused').waitFor()
    expect(await groupNames()).not.toContain('Kitchen')
    await click(/^Apply 3,030$/)
    await page.getByText('3,030 records are applied').waitFor()
    expect(await groupNames()).toContain('Kitchen')
    await click(/^Undo the whole import$/)
    await page.getByText('Taken back: 3,030 records').waitFor()
    expect(await groupNames()).not.toContain('Kitchen')
    expect(clicks).toBeLessThanOrEqual(3)
  })

  it('has nothing to do the second time', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Twice')
    const file = herbsCsv({ families: 2, each: 3 })
    await choose(page, 'herbs.csv', file)
    await page.getByRole('button', { name: 'Apply 10' }).click()
    await page.getByText('10 records are applied').waitFor()
    await page.getByRole('button', { name: 'Import another file' }).click()
    await choose(page, 'again.csv', file)
    await page.getByText('Nothing to do').waitFor()
    expect(await page.getByRole('button', { name: /^Apply/ }).count()).toBe(0)
  })

  it('goes on when its page is left, and offers the way back in a message', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Left')
    await choose(page, 'left.csv', herbsCsv({ families: 20, each: 50 }))
    await page.getByRole('button', { name: 'Apply 1,022' }).click()
    await page.getByRole('link', { name: 'Term store' }).last().click()
    await page.getByText('left.csv is imported: 1,022 records').first().waitFor()
    expect(await groupNames()).toContain('Left')
    await page.locator('#toasts').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(groupNames).not.toContain('Left')
  })

  it('filters the plan by kind and words, and opens a line of the file', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Filtered')
    await choose(page, 'herbs.csv', herbsCsv({ families: 4, each: 5, refused: 2 }))
    await page.getByRole('button', { name: /2 refused/ }).click()
    const grid = page.getByRole('grid', { name: 'Plan of the import' })
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('3')
    expect(new URL(page.url()).searchParams.get('show')).toBe('refused')
    await page.getByRole('searchbox', { name: 'Filter by path or line' }).fill('herb 3-2')
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('2')
    await grid.getByRole('row').last().click()
    const panel = page.getByRole('dialog')
    await panel.getByText('neither true nor false').waitFor()
    await panel.getByText(',,,maybe,"Herb 2, of family 3",Family 3,Herb 3-2,').waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox', { name: 'Filter by path or line' }).fill('nothing like this')
    await page.getByText('0 of 26 match.').waitFor()
  })

  it('shows where a file is broken', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Broken')
    const file = herbsCsv({ families: 1, each: 2 }).toString().replace('"Herb 1, of family 1"', '"Herb 1, of family 1')
    await choose(page, 'broken.csv', Buffer.from(file))
    await page.getByText('The file is broken at this place').waitFor()
    await page.getByText(/line 5, column 10: text follows the closing quote/).waitFor()
    await page
      .getByRole('region', { name: 'Lines of the file' })
      .getByText(',,,TRUE,"Herb 2, of family 1",Family 1')
      .waitFor()
    const apply = page.getByRole('button', { name: /^Apply/ })
    expect(await apply.getAttribute('aria-disabled')).toBe('true')
  })

  it('reads another encoding when told', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Encoded')
    const text = herbsCsv({ families: 1, each: 1 }).toString().replaceAll('Herb 1-1', 'Kräuter')
    await choose(page, 'old.csv', Buffer.from(text, 'latin1'))
    await page.getByText('The text of the file is in another encoding').waitFor()
    await page.getByRole('button', { name: 'windows-1252' }).click()
    await page.getByText('Herbs › Family 1 › Kräuter').waitFor()
    expect(new URL(page.url()).searchParams.get('encoding')).toBe('windows-1252')
  })

  for (const address of ['/terms/search', '/terms'])
    it(`begins with a file that is dropped on ${address}`, async ({ skip }) => {
      const page = await pages.open(skip, address)
      await page.locator('main search, main [role=tree]').first().waitFor()
      await drop(page, 'dropped.csv', herbsCsv({ families: 1, each: 1 }).toString())
      await page.getByRole('heading', { level: 1, name: 'Import terms' }).waitFor()
      await page.getByRole('button', { name: 'dropped.csv: choose another file' }).waitFor()
    })

  it('is refused, line by line, where one may not change the group', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Library')
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page
      .getByRole('button', { name: 'Sana Support' })
      .or(page.getByRole('button', { name: 'Tara Technician' }))
      .first()
      .click()
    await choose(page, 'herbs.csv', herbsCsv({ families: 1, each: 1 }))
    await page.getByRole('button', { name: /3 refused/ }).waitFor()
    const apply = page.getByRole('button', { name: /^Apply/ })
    expect(await apply.getAttribute('aria-disabled')).toBe('true')
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
    expect(new URL(page.url()).searchParams.get('format')).toBe('json')
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
  it('finds a term by a label of another language, says by which, and opens it', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/search')
    await page.getByRole('searchbox', { name: 'Find terms in all languages' }).fill('belletr')
    const row = page.getByRole('row', { name: 'Fiction' })
    await row.getByText('Belletristik').waitFor()
    await row.getByText('de-DE').waitFor()
    await row.getByText('Library › Genres').waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('belletr')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/terms\/s\/[\w-]+\/t\/[\w-]+/)
  })

  it('is narrowed by set, language and state, all in the address', async ({ skip }) => {
    const call = asAdministrator(pages.server())
    const [a, b] = await Promise.all(
      ['Zebrano', 'Zebrawood'].map((name) =>
        call<{ id: string }>('POST', `/v1.0/termStore/sets/${genres}/children`, {
          labels: [{ name, languageTag: 'en-US', isDefault: true }],
        }),
      ),
    )
    await call('POST', `/v1.0/termStore/sets/${genres}/terms/${b?.id}/relata.deprecate`, {})
    await call('POST', `/v1.0/termStore/sets/${genres}/terms/${a?.id}/relata.setAvailableForTagging`, { value: false })
    const page = await pages.open(skip, '/terms/search?q=zebra')
    await page.getByText('Nothing found for “zebra”.').waitFor()
    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'All states' }).click()
    await page.getByText('2 hits').first().waitFor()
    await page.goto(`${pages.server().origin}/terms/search?q=zebra&state=deprecated`)
    await page.getByText('1 hit').first().waitFor()
    await page.getByRole('row', { name: 'Zebrawood' }).getByRole('img', { name: 'deprecated' }).waitFor()
    await page.goto(`${pages.server().origin}/terms/search?q=zebra&state=all&lang=de-DE`)
    await page.getByText('Nothing found').waitFor()
    await page.getByRole('button', { name: 'Remove the filter de-DE' }).click()
    await page.getByText('2 hits').first().waitFor()
  })
})

/** Axe looks at several pages in each of these. */
const longMs = 90_000

/** `shows`: what is there when the page is. */
const addresses = [
  { address: '/terms/search?q=fic', name: 'search', shows: 'Non-fiction' },
  { address: '/terms/search', name: 'search-empty', shows: 'Type the beginning of a label' },
  { address: '/terms/import', name: 'import', shows: 'Drop a file here' },
  { address: `/terms/export?set=${genres}&format=sharepoint-csv`, name: 'export', shows: 'Synonyms' },
] as const

describe('the pages of files and search', () => {
  for (const { theme, width } of looks)
    it(
      `have nothing that axe finds or that is cut off, ${theme}, ${width} wide`,
      async ({ skip }) => {
        for (const { address, name, shows } of addresses) {
          const page = await pages.open(skip, address, { theme, width })
          await page.getByText(shows).first().waitFor()
          await picture(page, `terms-${name}-${theme}-${width}`)
          expect(await axe(page), address).toEqual([])
          expect(await layoutFaults(page), address).toEqual([])
        }
        const page = await pages.open(skip, '/terms/import?group=Looks', { theme, width })
        await choose(page, 'herbs.csv', herbsCsv({ families: 4, each: 5, refused: 2 }))
        await page.getByRole('button', { name: /^Apply/ }).waitFor()
        await picture(page, `terms-plan-${theme}-${width}`)
        expect(await axe(page)).toEqual([])
        expect(await layoutFaults(page)).toEqual([])
      },
      longMs,
    )

  it('are in German', async ({ skip }) => {
    const page = await pages.open(skip, '/terms/import?group=Deutsch', { language: 'de', width: 390 })
    await choose(page, 'kraeuter.csv', herbsCsv({ families: 4, each: 5, refused: 2 }))
    await page.getByRole('button', { name: '24 anwenden' }).waitFor()
    await page.getByText('lässt 2 Abgelehnte aus').waitFor()
    expect(await layoutFaults(page)).toEqual([])
    await picture(page, 'terms-plan-de-390')
  })
})
