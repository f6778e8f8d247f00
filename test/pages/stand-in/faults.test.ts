/** Faults on purpose (P17): the sentence, ready ones, trying, counts, and scenarios as files. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { axe, faultsOfLooks, layoutFaults, show, usePages } from '../_pages.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()

interface Rule {
  readonly id: string
  readonly on: boolean
  readonly hits: number
  readonly what: Record<string, unknown>
  readonly where?: Record<string, unknown>
  readonly times?: number
  readonly note?: string
}

const faults = async (method = 'GET', body?: unknown): Promise<readonly Rule[]> => {
  const answer = await fetch(`${pages.server().http}/_relata/faults`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return text === '' ? [] : JSON.parse(text).value
}

const row = (page: Page, text: string) =>
  page.getByRole('list', { name: 'Rules' }).locator(':scope > li', { hasText: text })

beforeEach(async () => {
  await faults('DELETE')
})

describe('faults', () => {
  it('are added as a sentence, tried, and switched off', async ({ skip }) => {
    const page = await pages.open(skip, '/faults')
    await page.getByText('No rules: every answer is real.').waitFor()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    const form = page.getByRole('form', { name: 'Add a rule' })
    await form.getByLabel('Status').selectOption('503')
    await form.getByLabel('Retry-After in seconds; empty: as usual').fill('7')
    await form.getByLabel('Method').selectOption('GET')
    await form.getByLabel('Path').fill('/*/termStore/**')
    await form.getByLabel('Number of times').fill('2')
    await form.getByRole('button', { name: 'Add a rule' }).click()
    await row(page, '503, Retry-After 7').waitFor()
    expect(await faults()).toMatchObject([
      { on: true, times: 2, what: { status: 503, retryAfter: 7 }, where: { method: 'GET', path: '/*/termStore/**' } },
    ])
    await page.getByRole('button', { name: '1 fault on' }).waitFor()
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByText('by this rule', { exact: true }).waitFor()
    await page
      .getByText(/^GET \/v1\.0\/termStore\/groups: 503 .*Retry-After 7/)
      .or(page.getByText(/termStore\/groups: 503/))
      .first()
      .waitFor()
    await page.getByText('1 of 2').waitFor()
    await page.getByRole('switch').click()
    await expect.poll(async () => (await faults())[0]?.on).toBe(false)
    await page.getByRole('button', { name: '1 fault on' }).waitFor({ state: 'detached' })
  })

  it('that are added as a 429 strike the first try', async ({ skip }) => {
    const page = await pages.open(skip, '/faults')
    await page.getByRole('button', { name: 'Add a 429' }).click()
    await row(page, '429, Retry-After 2').getByRole('button', { name: 'Try it' }).click()
    await page.getByText('by this rule', { exact: true }).waitFor()
    expect(await faults()).toMatchObject([{ what: { status: 429, retryAfter: 2 }, times: 3, hits: 1 }])
  })

  it('count the requests of others while they are looked at', async ({ skip }) => {
    await faults('POST', { what: { status: 429 }, where: { path: '/*/termStore/sets' }, times: 5 })
    const page = await pages.open(skip, '/faults')
    await page.getByText('0 of 5').waitFor()
    expect((await pages.server().send('GET', '/v1.0/termStore/sets')).status).toBe(429)
    await page.getByText('1 of 5').waitFor()
  })

  it('are edited in the sentence, keep what it has no word for, and say what the server refuses', async ({ skip }) => {
    await faults('POST', { id: 'one', what: { status: 500, headers: { 'x-test': '1' } }, note: 'kept', times: 3 })
    const page = await pages.open(skip, '/faults')
    await page.getByRole('button', { name: /^Edit: 500/ }).click()
    const form = page.getByRole('form', { name: 'Edit the rule' })
    await form.getByLabel('Status').selectOption('504')
    await form.getByRole('button', { name: 'More conditions' }).click()
    await form.getByLabel('From, after it was added').fill('soon')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('The server does not accept this').waitFor()
    await form.getByLabel('From, after it was added').fill('PT1M')
    await form.getByRole('button', { name: 'Save' }).click()
    await row(page, '504').waitFor()
    expect(await faults()).toMatchObject([
      { id: 'one', what: { status: 504, headers: { 'x-test': '1' } }, note: 'kept', from: 'PT1M' },
    ])
    expect(await page.evaluate<string>('document.activeElement?.id')).toBe('fault-add')
  })

  it('are removed at once, and come back by undo and by Ctrl+Z', async ({ skip }) => {
    await faults('POST', { what: { drop: true }, times: 1 })
    const page = await pages.open(skip, '/faults')
    await page.getByRole('button', { name: /^Remove: connection closed/ }).click()
    await page.getByText('No rules: every answer is real.').waitFor()
    await page.keyboard.press('Control+z')
    await row(page, 'connection closed').waitFor()
    expect(await faults()).toMatchObject([{ what: { drop: true }, times: 1 }])
    await page.getByRole('button', { name: 'Remove all rules' }).click()
    await expect.poll(() => faults()).toEqual([])
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await row(page, 'connection closed').waitFor()
  })

  it('have ready ones, of which each is accepted by the server', async ({ skip }) => {
    const page = await pages.open(skip, '/faults')
    const names = ['Throttled', 'Slow', 'Dropped connection', 'Stuck approval', 'Group not found yet']
    const more = [
      '409 for 30 s after a delete',
      'List behind by 5 s',
      'List empty once',
      'Microsoft’s opaque 500',
      'Sign-in down',
    ]
    for (const [at, name] of [...names, ...more].entries()) {
      await page.getByRole('button', { name: 'Ready-made rules' }).click()
      await page.getByRole('menuitem', { name }).click()
      await expect.poll(async () => (await faults()).length, { message: name }).toBe(at + 1)
    }
    expect(await axe(page)).toEqual([])
    expect(await layoutFaults(page)).toEqual([])
  })

  it('say that a dropped connection was one, and not that the server is gone', async ({ skip }) => {
    await faults('POST', { what: { drop: true }, where: { path: '/*/users' } })
    const page = await pages.open(skip, '/faults')
    await page.getByRole('button', { name: 'Try it' }).click()
    await page
      .getByText(/no answer, the connection was closed/)
      .first()
      .waitFor()
    expect(await page.getByText(/^Not reachable since/).count()).toBe(0)
  })

  it('are taken out as a file, and in again', async ({ skip }) => {
    await faults('POST', { id: 'slow', what: { latencyMs: 3 }, until: 'PT10M' })
    const page = await pages.open(skip, '/faults')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as a scenario' }).click(),
    ])
    const file = await download.path()
    expect(JSON.parse(await readFile(file, 'utf8')).rules).toEqual([
      { id: 'slow', what: { latencyMs: 3 }, until: 'PT10M' },
    ])
    await faults('DELETE')
    await page.getByText('No rules: every answer is real.').waitFor()
    const input = page.locator('input[type="file"]')
    await input.setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') })
    await page.getByText('wrong.json cannot be added: It has no rules.').waitFor()
    await input.setInputFiles(file)
    await expect.poll(async () => (await faults())[0]?.id).toBe('slow')
    // As people write them by hand.
    const give = (name: string, text: string): Promise<void> =>
      input.setInputFiles({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) })
    await give('outage.yaml', 'rules:\n  - id: outage # in ten minutes\n    what: { status: 503 }\n    from: PT10M\n')
    await page.getByText('Rules added from outage.yaml').first().waitFor()
    await give('noted.json', '{ "rules": [{ "id": "noted", "what": { "drop": true } }] } // once')
    await page.getByText('Rules added from noted.json').first().waitFor()
    expect((await faults()).map(({ id }) => id)).toEqual(['slow', 'outage', 'noted'])
    await give('broken.yaml', 'rules: [')
    await page
      .getByRole('main')
      .getByText(/^The request body is not YAML: /)
      .waitFor()
  })

  it('about GDAP are tried in a copy of the world, of which nothing stays', async ({ skip }) => {
    await faults('POST', { what: { gdap: { stuck: { machine: 'relationship', status: 'approved' } } } })
    await faults('POST', { what: { gdap: { failing: { machine: 'operation' } } } })
    const relationships = async (): Promise<number> =>
      (await pages.server().send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')).body.value.length
    const before = await relationships()
    const page = await pages.open(skip, '/faults')
    const stuck = row(page, 'stuck: relationships in approved')
    await stuck.getByRole('button', { name: 'Try it' }).click()
    await stuck.getByText(/the rule was applied 1 time and the relationship stood at “approved” at last/).waitFor()
    const failing = row(page, 'fail: operations')
    await failing.getByRole('button', { name: 'Try it' }).click()
    await failing.getByText(/the rule was applied 1 time and the relationship stood at “terminated” at last/).waitFor()
    const worlds = await (await fetch(`${pages.server().http}/_relata/worlds`)).json()
    expect(worlds.value.map(({ id }: { id: string }) => id)).toEqual(['default'])
    expect([await relationships(), (await faults()).map(({ hits }) => hits)]).toEqual([before, [0, 0]])
  })

  it('fit in each look, also in German', async ({ skip }) => {
    await faults('POST', { what: { status: 429 }, where: { path: '/**/accessAssignments/**' }, rate: 0.2, seed: 1 })
    await faults('POST', { what: { latencyMs: 800 }, on: false, note: 'later' })
    const page = await pages.open(skip, '/faults')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByRole('button', { name: 'More conditions' }).click()
    await row(page, '800 ms late').waitFor()
    expect(await faultsOfLooks(page, 'faults')).toEqual([])
    await show(page, { language: 'de' })
    await page.getByText('20 % davon').waitFor()
  })
})
