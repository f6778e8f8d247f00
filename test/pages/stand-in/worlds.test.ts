/** Worlds, snapshots and seeds (P17): copies, resets and ends with a way back, counts, files; and a world that has gone. */
import type { Locator, Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { axe, faultsOfLooks, show, usePages } from '../_pages.ts'

const pages = usePages()

const control = async (method: string, path: string, body?: unknown, world = 'default') => {
  const answer = await fetch(`${pages.server().http}/_relata${path}`, {
    method,
    headers: { 'relata-world': world, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return text === '' ? {} : JSON.parse(text)
}

const worlds = async (): Promise<string[]> =>
  (await control('GET', '/worlds')).value.map(({ id }: { id: string }) => id)
const snapshots = async (): Promise<string[]> =>
  (await control('GET', '/snapshots')).value
    .map(({ name }: { name: string }) => name)
    .filter((name: string) => !name.startsWith('undo-'))

const groups = async (world = 'default'): Promise<string[]> => {
  const headers = { 'relata-world': world }
  const { body } = await pages
    .server()
    .send('GET', '/v1.0/termStore/groups?$select=displayName', undefined, { headers })
  return body.value.map(({ displayName }: { displayName: string }) => displayName)
}

const addGroup = (displayName: string, world = 'default') =>
  pages.server().send('POST', '/v1.0/termStore/groups', { displayName }, { headers: { 'relata-world': world } })

afterEach(async () => {
  for (const id of await worlds()) if (id !== 'default') await control('DELETE', `/worlds/${id}`)
  for (const name of await snapshots()) await control('DELETE', `/snapshots/${name}`)
  await control('POST', '/reset', {})
})

/** Presses twice before the world is kept, and tells what was sent until `said` was. */
async function pressTwice(page: Page, button: Locator, said: string): Promise<string[]> {
  const sent: string[] = []
  const pressed = Promise.withResolvers<void>()
  await page.route(/\/_relata\/(?:snapshots|reset|seed|worlds)/, async (route) => {
    const request = route.request()
    const path = new URL(request.url()).pathname.replace('/_relata', '')
    const isSweep = path.startsWith('/snapshots/undo-')
    if (request.method() !== 'GET' && !isSweep) sent.push(`${request.method()} ${path}`)
    if (request.method() === 'POST' && path === '/snapshots') await pressed.promise
    await route.continue()
  })
  await button.dblclick()
  pressed.resolve()
  await page.getByText(said).first().waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  return sent
}

describe('worlds', () => {
  it('are reset, deleted and filled once where the button was pressed twice', async ({ skip }) => {
    await control('POST', '/worlds', { id: 'extra' })
    await control('POST', '/snapshots', { name: 'kept' })
    const page = await pages.open(skip, '/worlds')
    const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
    expect(await pressTwice(page, button('Reset default'), 'World reset: default')).toEqual([
      'POST /snapshots',
      'POST /reset',
    ])
    expect(await pressTwice(page, button('Delete the world extra'), 'World deleted: extra')).toEqual([
      'POST /snapshots',
      'DELETE /worlds/extra',
    ])
    expect(await pressTwice(page, button('Load kept'), 'Snapshot loaded: kept')).toEqual([
      'POST /snapshots',
      'POST /snapshots/kept/load',
    ])
    expect(await page.getByText(/There is no world/).count()).toBe(0)
  })

  it('are reset by one click, and come back by one undo', async ({ skip }) => {
    await addGroup('Mine')
    const page = await pages.open(skip, '/worlds')
    await page.getByRole('button', { name: 'Reset default' }).click()
    await page.getByText('World reset: default').first().waitFor()
    expect(await groups()).not.toContain('Mine')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Taken back: World reset: default').first().waitFor()
    expect(await groups()).toContain('Mine')
  })

  it('are made as copies, by name and by one click, and deleted with a way back', async ({ skip }) => {
    const page = await pages.open(skip, '/worlds')
    await page.getByLabel('Name of a new world').fill('Check out')
    await page.getByRole('button', { name: 'Make a world' }).click()
    await page.getByText('World made: check-out').first().waitFor()
    await page.getByLabel('Name of a new world').fill('partner')
    await page.getByLabel('Copy of').selectOption('pack:msp')
    await page.getByRole('button', { name: 'Make a world' }).click()
    await page.getByText('World made: partner').first().waitFor()
    const tenants = await control('GET', '/tenants', undefined, 'partner')
    expect(tenants.value.length).toBeGreaterThan(20)
    await addGroup('Only there', 'check-out')
    await page.getByRole('button', { name: 'Fork check-out' }).click()
    await page.getByText('World made: check-out-2').first().waitFor()
    expect(await groups('check-out-2')).toContain('Only there')
    await page.getByRole('button', { name: 'Delete the world check-out', exact: true }).click()
    await page.getByText('World deleted: check-out').first().waitFor()
    expect(await worlds()).not.toContain('check-out')
    await page.keyboard.press('Control+z')
    await expect.poll(worlds).toContain('check-out')
    expect(await groups('check-out')).toContain('Only there')
    expect(await page.getByRole('button', { name: 'Delete the world default' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
  })

  it('are left by their address, which the top bar changes', async ({ skip }) => {
    await control('POST', '/worlds', { id: 'other' })
    const page = await pages.open(skip, '/worlds')
    await page.getByRole('button', { name: 'World: default' }).click()
    await page.getByRole('menuitemradio', { name: 'other' }).click()
    await page.getByRole('button', { name: 'World: other' }).waitFor()
    expect(page.url()).toContain('world=other')
    expect(await page.title()).toContain('other')
  })

  it('that have gone say so, at the start and later, and offer others', async ({ skip }) => {
    const page = await pages.open(skip, '/worlds?world=nope')
    await page.getByRole('heading', { level: 1, name: 'The world nope has ended' }).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Make nope again, as a copy of default' }).click()
    await page.getByRole('heading', { level: 1, name: 'Worlds' }).waitFor()
    await control('DELETE', '/worlds/nope')
    await page.getByRole('link', { name: 'Clock' }).click()
    await page.getByRole('heading', { level: 1, name: 'The world nope has ended' }).waitFor()
    await page.getByRole('button', { name: 'default', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Clock' }).waitFor()
  })
})

describe('snapshots', () => {
  it('are saved, compared by their counts, and loaded with a way back', async ({ skip }) => {
    const page = await pages.open(skip, '/worlds')
    await page.getByText('No snapshots yet.').waitFor()
    await page.getByLabel('Keep this world as').fill('before')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Snapshot saved: before').first().waitFor()
    await addGroup('Later')
    await page.getByRole('button', { name: 'Compare the counts of before' }).click()
    const panel = page.getByRole('dialog')
    await panel.getByRole('row', { name: /^term groups \d+ \d+ \+1$/ }).waitFor()
    expect(await panel.getByRole('rowheader', { name: 'terms', exact: true }).count()).toBe(0)
    expect(await axe(page)).toEqual([])
    await panel.getByRole('button', { name: 'Close' }).click()
    await expect
      .poll(() => page.evaluate<string>("document.activeElement?.getAttribute('aria-label')"))
      .toBe('Compare the counts of before')
    await page.getByRole('button', { name: 'Load before', exact: true }).click()
    await page.getByText('Snapshot loaded: before').first().waitFor()
    expect(await groups()).not.toContain('Later')
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('Taken back: Snapshot loaded: before').first().waitFor()
    expect(await groups()).toContain('Later')
  })

  it('are taken out as files and in again, and come back after they were deleted', async ({ skip }) => {
    await control('POST', '/snapshots', { name: 'kept' })
    const page = await pages.open(skip, '/worlds')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download kept' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^relata-kept-.*\.tar\.gz$/)
    const file = await download.path()
    await page.getByRole('button', { name: 'Delete kept' }).click()
    await expect.poll(snapshots).toEqual([])
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(snapshots).toEqual(['kept'])
    const input = page.getByLabel('Take a file').locator('xpath=self::input')
    await input.setInputFiles({ name: 'junk.tar.gz', mimeType: 'application/gzip', buffer: Buffer.from('junk') })
    await page.getByText('The file is not a world that Relata has exported').first().waitFor()
    await input.setInputFiles(file)
    await expect.poll(async () => (await snapshots()).length).toBe(2)
  })
})

describe('seeds', () => {
  it('add packs and files to the world, with a way back, and say what is refused', async ({ skip }) => {
    const page = await pages.open(skip, '/worlds')
    const input = page.getByLabel('Add a file').locator('xpath=self::input')
    const tenant = { displayName: 'Litware', defaultDomain: 'litware.example', administrators: ['ada@litware.example'] }
    // For as long as it takes, it is said that it goes on.
    const seen = Promise.withResolvers<void>()
    await page.route('**/_relata/seed', async (route) => {
      await seen.promise
      await route.continue()
    })
    await input.setInputFiles({
      name: 'litware.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ tenants: [tenant] })),
    })
    await page.getByRole('progressbar', { name: 'Adding litware.json' }).waitFor()
    seen.resolve()
    await page.getByText('Added: litware.json').first().waitFor()
    await page.getByRole('progressbar', { name: 'Adding litware.json' }).waitFor({ state: 'detached' })
    const names = async () =>
      (await control('GET', '/tenants')).value.map(({ displayName }: { displayName: string }) => displayName)
    expect(await names()).toContain('Litware')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(names).not.toContain('Litware')
    await page.getByRole('button', { name: 'Add msp to this world' }).click()
    await page
      .getByText('Something stands against it')
      .or(page.getByText('The server does not accept this'))
      .first()
      .waitFor()
    expect(
      await page.getByRole('button', { name: 'Add taxonomy-1m to this world' }).getAttribute('aria-disabled'),
    ).toBe('true')
  })
})

describe('the page', () => {
  it('fits in each look, also in German', async ({ skip }) => {
    await control('POST', '/snapshots', { name: 'before-merge' })
    await control('POST', '/worlds', { id: 'vitest-3' })
    const page = await pages.open(skip, '/worlds')
    await page.getByRole('button', { name: 'Load before-merge', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Reset vitest-3' }).waitFor()
    expect(await faultsOfLooks(page, 'worlds')).toEqual([])
    await show(page, { language: 'de' })
    await page.getByRole('button', { name: 'before-merge laden', exact: true }).waitFor()
  })
})
