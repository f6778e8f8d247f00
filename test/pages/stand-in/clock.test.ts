/** The clock (P16): what is due, what a jump would fire, moving and taking back, by pointer and by key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { assignmentBehaviour } from '#workloads/gdap/rules/assignment/assignment.ts'
import { operationBehaviour } from '#workloads/gdap/rules/operation/operation.ts'
import { relationshipDues } from '#workloads/gdap/rules/relationship/due-entries.ts'
import { requestBehaviour } from '#workloads/gdap/rules/request/request.ts'
import { defaultGdapSettings } from '#workloads/gdap/rules/settings.ts'
import { subscriptionDues } from '#workloads/subscriptions/rules/life-cycle.ts'
import { noSubscriptions } from '#workloads/subscriptions/rules/settings.ts'
import { relationshipsOver } from '../../_support/relationships.ts'
import { root } from '../../crash/built-server.ts'
import { axe, faultsOfLooks, show, usePages } from '../_pages.ts'

const pages = usePages()

const control = async (path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(
    `${pages.server().http}/_relata${path}`,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
  )
  const text = await answer.text()
  return text === '' ? undefined : JSON.parse(text)
}

interface Due {
  readonly due: readonly { readonly kind: string; readonly displayName?: string; readonly dueDateTime: string }[]
}

const statusOf = async (name: string): Promise<string> => {
  const { body } = await pages.server().send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
  return body.value.find(({ displayName }: { displayName: string }) => displayName === name)?.status ?? 'gone'
}

const pill = (page: Page, what: RegExp) => page.getByRole('button', { name: what }).first()

beforeEach(async () => {
  await control('/reset', {})
  await control('/clock', { set: new Date().toISOString(), freeze: false })
})

/** All that the rules of the server can set. */
const dueKinds = [
  ...Object.keys(relationshipDues(defaultGdapSettings)),
  ...[assignmentBehaviour, operationBehaviour, requestBehaviour].flatMap((behaviour) =>
    Object.keys(behaviour(defaultGdapSettings).due ?? {}),
  ),
  ...Object.keys(subscriptionDues(noSubscriptions)),
]

it.each(['en', 'de'])('has words in %s for all kinds of due work', (language) => {
  const file = join(root, 'web', 'src', 'i18n', language, 'standin.json')
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  expect(dueKinds.length).toBeGreaterThan(10)
  // Reminders are counted as one kind.
  const counted = dueKinds.map((kind) => `when.some.${kind.replace(/(?<=reminder)\d+$/, '')}`)
  const wanted = [...dueKinds.map((kind) => `when.one.${kind}`), ...counted]
  expect(wanted.filter((key) => texts[key] === undefined)).toEqual([])
})

describe('the clock', () => {
  it('lists what is due, and goes to the end of a relationship and back to the true time (J12)', async ({ skip }) => {
    const { send, customer } = pages.server()
    const { relationship } = relationshipsOver(send, (id, body) => customer('approve', id, body))
    await relationship('active', { displayName: 'Short one', duration: 'P20D', autoExtendDuration: 'PT0S' })
    const page = await pages.open(skip, '/clock')
    await page.getByRole('button', { name: /^Go to .*Short one: expires/ }).click()
    await page
      .getByText(/^The clock shows .* Fired: .*1 end or extension/)
      .first()
      .waitFor()
    expect(await statusOf('Short one')).toBe('expired')
    await pill(page, /^Clock: \+20 days$/).waitFor()
    await page.getByText('Nothing has fired yet.').waitFor({ state: 'detached' })
    await page.getByText('Going back moves the time only; what has fired stays.').waitFor()
    await page.getByRole('button', { name: 'True time', exact: true }).click()
    await pill(page, /^Clock: True time$/).waitFor()
    expect(await statusOf('Short one')).toBe('expired')
  })

  it('takes a jump back, with all that it fired', async ({ skip }) => {
    const page = await pages.open(skip, '/clock')
    await page.getByRole('button', { name: /^Next: Northwind support: invitation lapses/ }).click()
    await page
      .getByText(/Fired: .*1 lapse of an invitation/)
      .first()
      .waitFor()
    expect(await statusOf('Northwind support')).toBe('gone')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page
      .getByText(/^Taken back: /)
      .first()
      .waitFor()
    expect(await statusOf('Northwind support')).toBe('approvalPending')
    await pill(page, /^Clock: True time$/).waitFor()
  })

  it('says what a jump would fire before it is made, in kinds', async ({ skip }) => {
    const page = await pages.open(skip, '/clock')
    const year = page.getByRole('button', { name: /^365 days/ })
    await expect.poll(() => year.textContent()).toContain('1 due')
    await year.hover()
    await page.getByText(/^To .*: 1 would fire: 1 lapse of an invitation\.$/).waitFor()
    await page.getByRole('button', { name: '1 day', exact: true }).focus()
    await page.getByText(/^To .*: nothing would fire\.$/).waitFor()
    const { due } = (await control('/clock/due')) as Due
    expect(due.some(({ kind }) => kind === 'gdap.lapse')).toBe(true)
  })

  it('goes to what is next by N, and freezes and runs by F', async ({ skip }) => {
    const page = await pages.open(skip, '/clock')
    await page.getByRole('button', { name: /^Next: / }).waitFor()
    // One move at a time: a key during another one does nothing.
    const isDone = () => expect.poll(() => page.getByRole('progressbar').count()).toBe(0)
    await page.keyboard.press('f')
    await pill(page, /^Clock: frozen$/).waitFor()
    await isDone()
    expect(await control('/clock')).toMatchObject({ frozen: true })
    await page.keyboard.press('f')
    await pill(page, /^Clock: True time$/).waitFor()
    await isDone()
    await page.keyboard.press('n')
    await expect.poll(() => statusOf('Northwind support')).toBe('gone')
  })

  it('takes durations as people write them, and says what it does not take', async ({ skip }) => {
    const page = await pages.open(skip, '/clock')
    const field = page.getByLabel('Forward by')
    await field.fill('soon')
    await page.getByText('A number of days, or such as P1Y, P90D, PT12H').waitFor()
    await field.fill('10 days')
    await page.getByText(/^To .*: nothing would fire\.$/).waitFor()
    await field.press('Enter')
    await pill(page, /^Clock: \+10 days$/).waitFor()
  })

  it('says of a year that no clock shows that it is no time, and stays as it is', async ({ skip }) => {
    const page = await pages.open(skip, '/clock')
    const field = page.getByLabel('To (local time)')
    const go = page.getByRole('button', { name: 'Set', exact: true })
    for (const year of ['12026', '275760']) {
      await field.fill(`${year}-01-01T00:00`)
      await page.getByText('A time of a year up to 9999').waitFor()
      expect(await go.getAttribute('aria-disabled')).toBe('true')
    }
    await field.fill('2030-01-01T00:00')
    await page
      .getByText(/^To .*: \d+ would fire/)
      .first()
      .waitFor()
    expect(await go.getAttribute('aria-disabled')).not.toBe('true')
  })

  it('is amber from an hour on, and in a popover below its pill on each page', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.getByRole('button', { name: 'Clock: True time' }).click()
    await page.getByRole('button', { name: '1 hour', exact: true }).click()
    // Below the open popover the rest of the page is hidden from roles.
    await page.locator('[aria-label="Clock: +1 hour"]').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('link', { name: 'All that is due and has fired' }).click()
    await page.getByRole('heading', { level: 1, name: 'Clock' }).waitFor()
  })

  it('only shows where other processes share the database, says so, and does not try', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    const tried: string[] = []
    await page.route('**/_relata/clock', (route) => {
      tried.push(route.request().method())
      return route.continue()
    })
    // As the server tells it there (test/nodes/one-folder.test.ts).
    await page.route('**/_relata/info', async (route) => {
      const answer = await route.fetch()
      const info = (await answer.json()) as { features: readonly string[] }
      await route.fulfill({ json: { ...info, features: info.features.filter((name) => name !== 'clock-move') } })
    })
    await page.reload()
    await page.getByRole('link', { name: 'Clock' }).click()
    await page.getByText('Other processes serve the same database, each with a clock of its own').waitFor()
    await page.getByText('Northwind support').first().waitFor()
    expect(await page.getByRole('button', { name: 'Freeze' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: /^Go to / }).count()).toBe(0)
    expect(new Set(tried)).toEqual(new Set(['GET']))
  })

  it('fits in each look, also in German', async ({ skip }) => {
    const page = await pages.open(skip, '/clock')
    await page.getByRole('button', { name: /^Next: / }).waitFor()
    expect(await faultsOfLooks(page, 'clock')).toEqual([])
    await show(page, { language: 'de' })
    await page.getByRole('button', { name: /^Nächstes: Northwind support: Einladung verfällt/ }).waitFor()
  })
})
