/** The inspector of requests: live, filtered, standing still while it is read, with why, and with what mends a refusal. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { axeInThemes, faultsOfLooks, go, picture, show, usePages } from '../_pages.ts'

const pages = usePages()
const setId = 'c0117050-5e70-4000-8000-000000000001'
const libraryId = 'c0117050-6200-4000-8000-000000000001'

const json = { 'content-type': 'application/json' }

async function control(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${pages.server().http}/_relata${path}`, {
    method,
    ...(body === undefined ? {} : { headers: json, body: JSON.stringify(body) }),
  })
}

/** A call of a client, as a person. Returns the status. */
async function callAs(user: string, method: string, path: string, body?: unknown): Promise<number> {
  const { accessToken } = (await (await control('POST', '/tokens', { tenant: wellKnown.contoso, user })).json()) as {
    accessToken: string
  }
  const answer = await fetch(`${pages.server().http}${path}`, {
    method,
    headers: { ...json, authorization: `Bearer ${accessToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  await answer.text()
  return answer.status
}

const addTerm = (user: string, name: string): Promise<number> =>
  callAs(user, 'POST', `/v1.0/termStore/sets/${setId}/children`, {
    labels: [{ languageTag: 'en-US', name, isDefault: true }],
  })

/** Empties the log, in which tokens that are asked for the first time would stand as well. */
async function forget(): Promise<void> {
  await Promise.all([pages.server().token(), pages.server().token(wellKnown.contoso, wellKnown.reader)])
  await control('DELETE', '/requests')
}

const list = () => pages.server().send('GET', '/v1.0/termStore/groups')
const rowsOf = (page: Page) => page.getByRole('grid', { name: 'Requests' }).getByRole('row')
const count = async (page: Page): Promise<number> =>
  Number(await page.getByRole('grid', { name: 'Requests' }).getAttribute('aria-rowcount')) - 1

/** Clicks and keys as the page has them, so that none is forgotten in the count. */
async function counted(page: Page): Promise<() => Promise<{ clicks: number; keys: number }>> {
  await page.evaluate(`
    globalThis.counted = { clicks: 0, keys: 0 }
    addEventListener('pointerdown', ({ isTrusted }) => isTrusted && counted.clicks++, true)
    addEventListener('keydown', ({ isTrusted }) => isTrusted && counted.keys++, true)
  `)
  return () => page.evaluate('counted')
}

/** Somewhere outside of the list, so that it does not stand still. */
const leave = (page: Page): Promise<void> => page.mouse.move(5, 300)

describe('the inspector of requests', () => {
  it('J11: finds a 403, says why, and mends it in three clicks from the list', async ({ skip }) => {
    expect(await addTerm('hugo@contoso.example', 'Essay')).toBe(403)
    const page = await pages.open(skip, '/requests')
    const made = await counted(page)
    await page.getByRole('button', { name: 'Failed' }).click()
    await page
      .getByRole('row', { name: /^POST .*\/children 403$/ })
      .first()
      .click()
    const why = page.getByRole('region', { name: 'Why' })
    await why.getByText('Refused by access.role').waitFor()
    await why.getByText('nothing of the kind').waitFor()
    // Who holds that is shown elsewhere.
    expect(await why.getByRole('link', { name: 'group contributor' }).getAttribute('href')).toBe('/admin/people')
    expect(await page.title()).toMatch(/^POST .*\/children 403 · Requests · Relata$/)
    await picture(page, 'requests-why')
    await why.getByRole('button', { name: 'Make hugo a contributor of Library' }).click()
    await why.getByRole('button', { name: 'hugo is a contributor of Library' }).waitFor()
    expect(await made()).toEqual({ clicks: 3, keys: 0 })
    await why.getByRole('button', { name: 'Send again as hugo' }).click()
    await why.getByText('201').waitFor()
    const roles = (await (await control('GET', '/term-store/roles?tenant=contoso.example')).json()) as {
      groups: { id: string; contributors: string[] }[]
    }
    const hugo = 'c0117050-05e7-4000-8000-000000000003'
    expect(roles.groups.find(({ id }) => id === libraryId)?.contributors).toEqual([hugo])
    expect(await addTerm('hugo@contoso.example', 'Diary')).toBe(201)
    // The way back.
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click()
    await why.getByRole('button', { name: 'Make hugo a contributor of Library' }).waitFor()
    expect(await addTerm('hugo@contoso.example', 'Letter')).toBe(403)
  })

  it('mends what a token lacks by another token, and what AdminAgents lack by a membership', async ({ skip }) => {
    await pages.server().send('POST', '/v1.0/termStore/groups', { displayName: 'Mine' }, { app: wellKnown.reader })
    const relationship = {
      displayName: 'Sana wants it',
      duration: 'P30D',
      accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
    }
    const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
    expect(await callAs('sana@contoso.example', 'POST', relationships, relationship)).toBe(403)
    const page = await pages.open(skip, '/requests?show=failed')
    await page
      .getByRole('row', { name: /^POST .*\/groups 403$/ })
      .first()
      .click()
    const why = page.getByRole('region', { name: 'Why' })
    await why.getByText('The token of Relata reader lacks the permission TermStore.ReadWrite.All.').waitFor()
    await why.getByRole('button', { name: 'Send again with TermStore.ReadWrite.All' }).click()
    await why.getByText('201').waitFor()
    await page
      .getByRole('row', { name: /^POST .*\/delegatedAdminRelationships 403$/ })
      .first()
      .click()
    await why.getByRole('button', { name: 'Add sana to AdminAgents' }).click()
    await why.getByRole('button', { name: 'Send again as sana' }).click()
    await why.getByText('201').waitFor()
  })

  it('says of a fault on purpose which rule it was, and switches it off', async ({ skip }) => {
    await control('POST', '/faults', { id: 'busy-groups', where: { path: '/v1.0/groups' }, what: { status: 503 } })
    await pages.server().send('GET', '/v1.0/groups')
    const page = await pages.open(skip, '/requests?show=faults')
    await page.getByRole('row', { name: 'GET /v1.0/groups 503' }).click()
    const why = page.getByRole('region', { name: 'Why' })
    await why.getByText('the fault rule busy-groups made this answer').waitFor()
    await why.getByRole('button', { name: 'Switch busy-groups off' }).click()
    await why.getByRole('button', { name: 'Send again as Relata daemon' }).click()
    await why.getByText('200').waitFor()
    await control('DELETE', '/faults')
  })

  it('shows requests as they come, and stands still while it is read', async ({ skip }) => {
    await forget()
    const page = await pages.open(skip, '/requests?q=path:termStore/groups')
    await leave(page)
    await list()
    await page.getByRole('row', { name: 'GET /v1.0/termStore/groups 200' }).waitFor()
    expect(await count(page)).toBe(1)
    await rowsOf(page).nth(1).hover()
    await list()
    await list()
    await page.getByRole('button', { name: '2 new' }).waitFor()
    expect(await count(page)).toBe(1)
    await page.getByRole('button', { name: '2 new' }).click()
    await expect.poll(() => count(page)).toBe(3)
    await leave(page)
    await page.getByRole('button', { name: 'Pause' }).click()
    await leave(page)
    expect(await pages.server().send('GET', '/v1.0/termStore/groups/none')).toMatchObject({ status: 400 })
    await page.getByRole('button', { name: '1 new' }).waitFor()
    expect(await count(page)).toBe(3)
    // Of failed ones that wait the tab tells as well.
    await expect.poll(() => page.title()).toBe('(1) Requests · Relata')
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => count(page)).toBe(4)
  })

  it('filters by what is typed and chosen, in the address, and says what stands against it', async ({ skip }) => {
    await forget()
    await list()
    await pages.server().send('GET', '/v1.0/termStore/sets/none')
    await pages.server().send('GET', '/v1.0/users', undefined, { app: wellKnown.reader })
    const page = await pages.open(skip, '/requests')
    // What the page has asked for itself is not there.
    await expect.poll(() => count(page)).toBe(3)
    const field = page.getByRole('searchbox', { name: 'Filter the requests' })
    const asked = (name: string) =>
      page.waitForRequest((request) => new URL(request.url()).searchParams.get('status') === name)
    const [list4, stream4] = [asked('4xx'), page.waitForRequest(/\/requests\/stream\?status=4xx/)]
    await field.fill('status:4xx')
    // The server filters, what is there and what comes.
    await Promise.all([list4, stream4])
    await expect.poll(() => count(page)).toBe(1)
    await pages.server().send('GET', '/v1.0/termStore/sets/none')
    await expect.poll(() => count(page)).toBe(2)
    await field.fill('-path:termStore')
    await page.getByText(/^-path:termStore: looked for by this page, among the \d+ requests that it has\.$/).waitFor()
    await page.getByRole('row', { name: 'GET /v1.0/users 200' }).waitFor()
    await expect.poll(() => count(page)).toBe(1)
    await field.fill('')
    await page.getByRole('combobox', { name: 'Client' }).selectOption('Relata reader')
    await expect.poll(() => count(page)).toBe(1)
    expect(new URL(page.url()).searchParams.get('q')).toBe('client:"Relata reader"')
    await page.reload()
    await expect.poll(() => count(page)).toBe(1)
    await page.getByRole('button', { name: 'Failed' }).click()
    await page.getByText(/^0 of \d+ match\.$/).waitFor()
    await page.getByRole('button', { name: 'Clear all' }).click()
    await expect.poll(() => count(page)).toBe(4)
    await page.getByRole('switch', { name: 'These pages' }).click()
    await expect.poll(() => count(page)).toBeGreaterThan(7)
  })

  it('clears what is there, and brings it back', async ({ skip }) => {
    await list()
    const page = await pages.open(skip, '/requests')
    await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(1)
    const before = await count(page)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText(/^Nothing has called this server since/).waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(() => count(page)).toBe(before)
  })

  it('keeps two thousand of them', async ({ skip }) => {
    const page = await pages.open(skip, '/requests?q=path:/v1.0/organization')
    await leave(page)
    await forget()
    const token = await pages.server().token()
    const asked = 2200
    const ask = async (): Promise<void> => {
      const answer = await fetch(`${pages.server().http}/v1.0/organization?$select=id`, {
        headers: { authorization: `Bearer ${token}` },
      })
      await answer.arrayBuffer()
    }
    for (let done = 0; done < asked; done += 20) await Promise.all(Array.from({ length: 20 }, ask))
    await expect.poll(() => count(page), { timeout: 20_000 }).toBe(2000)
  }, 60_000)

  it('walks by keys, opens, copies as curl, and goes to the newest', async ({ skip }) => {
    await forget()
    await pages.server().send('GET', '/v1.0/users?$top=1')
    await list()
    const page = await pages.open(skip, '/requests')
    await expect.poll(() => count(page)).toBe(2)
    await rowsOf(page).nth(1).getByRole('gridcell').nth(1).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('c')
    await page.getByText('Copied as curl: 1 request').first().waitFor()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(copied).toMatch(/^curl[\s\S]*\/v1\.0\/users/m)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: /\/v1\.0\/users/ }).waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/requests\/[\w-]+$/)
    // The list has stayed, and the focus in it.
    await page.keyboard.press('Home')
    expect(
      await page.evaluate(() => document.activeElement?.closest('[role="row"]')?.getAttribute('aria-rowindex')),
    ).toBe('2')
  })

  it('goes back by Escape, to the filter by a slash, and to the explorer by R, with the body', async ({ skip }) => {
    await addTerm('hugo@contoso.example', 'Ballad')
    const page = await pages.open(skip, '/requests?show=failed')
    await page
      .getByRole('row', { name: /^POST .*\/children 403$/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 2, name: /children/ }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => new URL(page.url()).pathname).toBe('/requests')
    expect(new URL(page.url()).searchParams.get('show')).toBe('failed')
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('requests-filter')
    await page
      .getByRole('row', { name: /^POST .*\/children 403$/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 2, name: /children/ }).waitFor()
    await page.keyboard.press('r')
    await page.getByRole('heading', { level: 1, name: 'Explorer' }).waitFor()
    expect(new URL(page.url()).searchParams.get('path')).toBe(`/termStore/sets/${setId}/children`)
    await page.getByText('Ballad').first().waitFor()
  })

  it('unfolds a batch, compares with the one before, and copies several as a test', async ({ skip }) => {
    await forget()
    await pages.server().send('GET', '/v1.0/users?$top=1')
    await pages.server().send('GET', '/v1.0/users?$top=2')
    await pages.server().send('POST', '/v1.0/$batch', {
      requests: [
        { id: '1', method: 'GET', url: '/termStore/groups' },
        { id: '2', method: 'GET', url: '/termStore/sets/none' },
      ],
    })
    const page = await pages.open(skip, '/requests')
    await expect.poll(() => count(page)).toBe(3)
    const first = rowsOf(page).nth(1).getByRole('gridcell').nth(1)
    const item = page.getByRole('row', { name: 'GET /termStore/sets/none 400' })
    await page.getByRole('button', { name: 'Unfold the batch' }).click()
    await item.waitFor()
    // As in a tree.
    await first.focus()
    await page.keyboard.press('ArrowLeft')
    await item.waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowRight')
    await item.waitFor()
    expect(await first.evaluate((cell) => cell === document.activeElement)).toBe(true)
    await page.getByRole('row', { name: 'GET /v1.0/users 200' }).first().click()
    await page.getByRole('button', { name: 'Compare with the one before' }).click()
    const difference = page.getByRole('region', { name: 'What differs from the one before' }).last()
    await difference.getByText('GET /v1.0/users?$top=1').waitFor()
    await difference.getByText('GET /v1.0/users?$top=2').waitFor()
    for (const at of [0, 1]) await page.getByRole('checkbox', { name: 'Select GET /v1.0/users 200' }).nth(at).check()
    const chosen = page.getByRole('toolbar', { name: '2 selected' })
    await chosen.getByRole('button', { name: 'Copy as test' }).click()
    await page.getByRole('menuitem', { name: 'Vitest' }).click()
    await page.getByText('Copied for Vitest: 2 requests').first().waitFor()
    const test = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(test.match(/\/v1\.0\/users/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it('says of a request that is gone that the log has it no longer', async ({ skip }) => {
    const page = await pages.open(skip, '/requests/01a22b2b-810b-7000-b1c5-1f094aa1d264')
    await page.getByText('or has it no longer').waitFor()
    await page.getByRole('button', { name: 'Back to the list' }).click()
    expect(new URL(page.url()).pathname).toBe('/requests')
  })

  it('finds words in a body, unfolds what they are in, and walks from hit to hit', async ({ skip }) => {
    await pages.server().send('GET', '/v1.0/termStore/groups?$expand=sets')
    const page = await pages.open(skip, '/requests')
    await page.getByRole('row', { name: 'GET /v1.0/termStore/groups 200' }).first().click()
    const body = page.getByRole('region', { name: 'Body of the answer' })
    const folded = body.getByText('"Keywords"').or(body.getByText('"Hashtags"')).first()
    await body.getByText('"scope"').first().waitFor()
    expect(await folded.isVisible()).toBe(false)
    const field = page.getByRole('searchbox', { name: 'Find in: Body of the answer' })
    await field.fill('hashtags')
    await page.getByText('1 of 1', { exact: true }).waitFor()
    expect(await folded.isVisible()).toBe(true)
    await field.fill('"scope"')
    await page
      .getByText(/^1 of \d$/)
      .first()
      .waitFor()
    await field.press('Enter')
    await page
      .getByText(/^2 of \d$/)
      .first()
      .waitFor()
    await field.press('Shift+Enter')
    await page
      .getByText(/^1 of \d$/)
      .first()
      .waitFor()
    const marked = () => page.evaluate<string[]>("Array.from(CSS.highlights.get('relata-found-current') ?? [], String)")
    expect(await marked()).toEqual(['"scope"'])
    await field.press('Escape')
    expect(await field.inputValue()).toBe('')
    expect(await marked()).toEqual([])
  })

  it('tells of failed ones that nobody has seen, in the title and in the navigation of another page', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/requests?q=path:termStore')
    await list()
    await page.getByRole('row', { name: 'GET /v1.0/termStore/groups 200' }).first().waitFor()
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    expect(await page.title()).toBe('Settings · Relata')
    for (const id of ['none', 'nothing']) await pages.server().send('GET', `/v1.0/termStore/sets/${id}`)
    // As when one comes back to the tab.
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect.poll(() => page.title()).toBe('(2) Settings · Relata')
    await page.getByRole('link', { name: 'Requests 2 failed' }).click()
    await page.getByRole('row', { name: 'GET /v1.0/termStore/sets/nothing 400' }).waitFor()
    await expect.poll(() => page.title()).toBe('Requests · Relata')
  })

  it('shows a request as it is where it cannot be drawn, and the others beside it', async ({ skip }) => {
    await list()
    const page = await pages.open(skip, '/settings')
    await page.route(/\/_relata\/requests\?/, async (route) => {
      const answer = await (await route.fetch()).json()
      await route.fulfill({ json: { ...answer, value: [{ sequence: 1e9, dateTime: 'soon' }, ...answer.value] } })
    })
    await go(page, '/requests')
    await page.getByText('{"sequence":1000000000,"dateTime":"soon"}').waitFor()
    await page.getByRole('row', { name: 'GET /v1.0/termStore/groups 200' }).first().waitFor()
    await page.unrouteAll()
  })

  it('has nothing that axe finds or that is cut off, also in German', async ({ skip }) => {
    await addTerm('hugo@contoso.example', 'Poem')
    await pages.server().send('DELETE', `/v1.0/termStore/sets/${setId}/terms/none`)
    await pages.server().send('PATCH', '/v1.0/users/none', {})
    const page = await pages.open(skip, '/requests?q=-path:organization')
    const row = page.getByRole('row', { name: /^POST .*\/children 403$/ }).first()
    await row.waitFor()
    expect(await faultsOfLooks(page, 'requests')).toEqual([])
    await row.click()
    await page.getByRole('button', { name: 'Make hugo a contributor of Library' }).waitFor()
    expect(await faultsOfLooks(page, 'request')).toEqual([])
    await show(page, { language: 'de' })
    await page.getByText('Abgelehnt von access.role').waitFor()
    await page.getByRole('button', { name: 'hugo zum Mitwirkenden von Library machen' }).waitFor()
  }, 40_000)

  it('has menus and panels in which axe finds nothing', async ({ skip }) => {
    await addTerm('hugo@contoso.example', 'Sonnet')
    const page = await pages.open(skip, '/requests?show=failed')
    await page
      .getByRole('row', { name: /^POST .*\/children 403$/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Copy as test' }).click()
    await page.getByRole('menuitem', { name: 'pytest' }).waitFor()
    // Menus are drawn beside the landmarks of the page.
    expect((await axeInThemes(page)).filter((found) => !found.startsWith('region .fui-MenuPopover'))).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Request' }).click()
    await page.getByRole('button', { name: 'Show as request' }).click()
    const panel = page.getByRole('dialog')
    await panel.getByText('/_relata/term-store/roles').waitFor()
    await panel.getByText('"contributors"').waitFor()
    expect(await axeInThemes(page)).toEqual([])
    await picture(page, 'requests-panel')
  })
})
