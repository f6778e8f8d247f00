/** Who is told of events and what became of each, held against a receiver on this machine. */
import { createHmac } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Received, type WebhookReceiver, webhookReceiver } from '../../_support/webhook-receiver.ts'
import { axeInThemes, faultsOfLooks, go, show, usePages } from '../_pages.ts'

// One attempt, and it is dead.
const pages = usePages({ deliverySchedule: { own: [0] } })
let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await webhookReceiver()
})
afterAll(() => receiver.close())

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${pages.server().http}/_relata${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return text === '' ? undefined : JSON.parse(text)
}

const webhooks = async () => (await call('GET', '/webhooks?tenant=contoso.example')).value

afterEach(async () => {
  for (const { id } of await webhooks()) await call('DELETE', `/webhooks/${id}?tenant=contoso.example`)
  receiver.answer(() => 202)
  receiver.clear()
})

const added = (description: string, more: object = {}) =>
  call('POST', '/webhooks?tenant=contoso.example', {
    url: receiver.url,
    events: ['relata.granular-admin-*'],
    description,
    ...more,
  })

const draft = (name: string) =>
  pages.server().send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', {
    displayName: name,
    duration: 'P90D',
    accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
  })

/** As Standard Webhooks has it. */
const isSigned = ({ headers, body }: Received, secret: string): boolean => {
  const secretBytes = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const wanted = `v1,${createHmac('sha256', secretBytes).update(content).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(wanted)
}

/** The secret that is shown this once. */
const shownSecret = async (page: Page): Promise<string> =>
  (await page
    .getByRole('region', { name: 'Secret' })
    .getByText(/^whsec_/)
    .textContent()) ?? ''

describe('targets of events', () => {
  it('are added by a form, tested, given another secret, paused and removed; a secret is shown once', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/events')
    await page.getByText(/^Nobody is told of events\./).waitFor()
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    const form = page.getByRole('dialog', { name: 'Add a webhook' })
    // What the server says of a field is said at the field.
    await form.getByRole('textbox', { name: 'Address' }).fill('http://10.0.0.1/hook')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await form.getByRole('alert').first().waitFor()
    await expect.poll(() => form.getByRole('textbox', { name: 'Address' }).getAttribute('aria-invalid')).toBe('true')
    expect(await faultsOfLooks(page, 'events-form')).toEqual([])
    await form.getByRole('textbox', { name: 'Address' }).fill(receiver.url)
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Ticket system')
    await form.getByRole('checkbox', { name: /^People and groups/ }).check()
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    const kept = page.getByRole('dialog', { name: 'Added: Ticket system' })
    await kept.getByText('This is shown once.', { exact: false }).waitFor()
    const secret = await shownSecret(page)
    expect(await axeInThemes(page)).toEqual([])
    await kept.getByRole('button', { name: 'I have kept it' }).click()
    const events = ['granular-admin-*', 'relata.granular-admin-*', 'relata.directory.*']
    expect(await webhooks()).toMatchObject([{ url: receiver.url, description: 'Ticket system', events }])

    await page.getByRole('row', { name: 'Ticket system' }).click()
    const panel = page.getByRole('dialog', { name: 'Ticket system' })
    await panel.getByRole('button', { name: 'Send a test' }).click()
    const [test] = await receiver.until(1)
    expect([test?.json.type, isSigned(test as Received, secret)]).toEqual(['relata.webhook-test', true])
    // What became of it is said beside, and shown at an address of its own.
    const result = panel.getByRole('region', { name: 'The test' })
    await result.getByText('Delivered').waitFor()
    expect(await faultsOfLooks(page, 'events-tested')).toEqual([])
    await result.getByRole('button', { name: 'Show it' }).click()
    const delivered = page.getByRole('dialog', { name: 'relata.webhook-test' })
    await delivered.getByText('Delivered').waitFor()
    await delivered.getByText(test?.json.id).first().waitFor()
    // A list that does not have it shows it all the same, also when the page is opened there.
    const address = new URL(page.url())
    address.searchParams.set('state', 'dead')
    await page.goto(address.href)
    await page.getByText('No delivery matches.').waitFor()
    await delivered.getByText('Delivered').waitFor()
    await go(page, '/events')
    await page.getByRole('row', { name: 'Ticket system' }).click()

    await panel.getByRole('button', { name: 'New secret' }).click()
    await panel.getByText('The old one signs beside it until', { exact: false }).waitFor()
    const second = await shownSecret(page)
    await panel.getByRole('button', { name: 'Send a test' }).click()
    const after = (await receiver.until(2)).at(-1) as Received
    expect([isSigned(after, secret), isSigned(after, second), second === secret]).toEqual([true, true, false])

    await panel.getByRole('button', { name: 'Pause' }).click()
    await panel.getByText('Somebody has paused it.').waitFor()
    await panel.getByRole('button', { name: 'Enable' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByRole('row', { name: 'Ticket system' }).getByText('Active').waitFor()

    await page.getByRole('row', { name: 'Ticket system' }).click()
    await panel.getByRole('button', { name: 'Change' }).click()
    const change = page.getByRole('dialog', { name: 'Change the webhook' })
    expect(await change.getByRole('checkbox', { name: /^People and groups/ }).isChecked()).toBe(true)
    await change.getByRole('textbox', { name: 'Name', exact: true }).fill('Tickets')
    await change.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Changed: Tickets').first().waitFor()
    const renamed = page.getByRole('dialog', { name: 'Tickets' })
    await renamed.getByRole('button', { name: 'Remove the webhook' }).click()
    const question = page.getByRole('dialog', { name: 'Remove Tickets?' })
    await question.getByLabel('Type “Tickets”').fill('Tickets')
    await question.getByRole('button', { name: 'Remove the webhook' }).click()
    await page.getByText(/^Nobody is told of events\./).waitFor()
    expect(await webhooks()).toEqual([])
  })
})

describe('headers of a webhook', () => {
  it('are kept without being shown, replaced, removed and added', async ({ skip }) => {
    const headers = { Authorization: 'Bearer hush', 'X-Key': 'hush-2', 'X-Old': 'hush-3' }
    const { id } = await added('Guarded', { headers })
    const page = await pages.open(skip, '/events')
    await page.getByRole('row', { name: 'Guarded' }).click()
    const panel = page.getByRole('dialog', { name: 'Guarded' })
    await panel.getByRole('button', { name: 'Change' }).click()
    const form = page.getByRole('dialog', { name: 'Change the webhook' })
    const line = (name: string) => form.getByRole('listitem').filter({ hasText: name })
    await line('Authorization').getByText('kept, not shown').waitFor()
    await form.getByRole('button', { name: 'Remove X-Old' }).click()
    await expect.poll(() => form.getByRole('listitem').count()).toBe(2)
    const typed = form.getByRole('textbox', { name: 'Headers', exact: true })
    expect(await typed.evaluate((field) => field === document.activeElement)).toBe(true)
    await typed.fill('x-key: other\nX-New: added')
    await line('X-Key').getByText('will be replaced').waitFor()
    expect(await faultsOfLooks(page, 'events-headers')).toEqual([])
    expect(await page.content()).not.toContain('hush')
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Changed: Guarded').first().waitFor()
    // What the values were is not known here, so nothing can bring them back.
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
    await call('POST', `/webhooks/${id}/test?tenant=contoso.example`, {})
    const [told] = await receiver.until(1)
    expect(told?.headers).toMatchObject({ authorization: 'Bearer hush', 'x-key': 'other', 'x-new': 'added' })
    expect(told?.headers).not.toHaveProperty('x-old')
  })
})

describe('targets at one address', () => {
  it('are told apart by name, and say what they are told of, in the list and in the filter of deliveries', async ({
    skip,
  }) => {
    const named = await added('Ledger')
    const one = await added('', { events: ['relata.taxonomy.*'] })
    const other = await added('', { events: ['relata.directory.*', 'granular-admin-relationship-approved'] })
    const page = await pages.open(skip, '/events')
    const nameOf = ({ id }: { readonly id: string }) => `Webhook ${id.slice(-4)}`
    const row = (name: string) => page.getByRole('row', { name, exact: true })
    await row('Ledger').getByText('relata.granular-admin-*', { exact: true }).waitFor()
    await row(nameOf(one)).getByText('relata.taxonomy.*', { exact: true }).waitFor()
    await row(nameOf(other))
      .getByText('relata.directory.*, granular-admin-relationship-approved', { exact: true })
      .waitFor()
    // No word of theirs is cut but for long addresses and lists, which a tooltip has.
    const cut = await page
      .getByRole('grid', { name: 'Targets' })
      .locator('[role="gridcell"]:not(:has([title])), [role="columnheader"]')
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      )
    expect(cut).toEqual([])
    await row('Ledger').click()
    const panel = page.getByRole('dialog', { name: 'Ledger' })
    await panel.getByText('Last changed', { exact: true }).waitFor()
    await panel.getByText('Name', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await go(page, '/events?tab=deliveries')
    const choices = page.getByLabel('Target').getByRole('option')
    await expect
      .poll(async () => (await choices.allTextContents()).sort())
      .toEqual(['All', 'Ledger', nameOf(one), nameOf(other)].sort())
    expect(named.id).not.toBe(other.id)
  })
})

describe('targets of others', () => {
  it('are shown as what they are, and are theirs to change', async ({ skip }) => {
    // The handshake of Graph asks for the token that stands in the address.
    receiver.answer(({ path }) => {
      const token = new URL(path, receiver.url).searchParams.get('validationToken')
      return token === null ? 202 : { status: 200, headers: { 'content-type': 'text/plain' }, body: token }
    })
    const { http, send } = pages.server()
    const subscription = await send('POST', '/v1.0/subscriptions', {
      resource: 'tenantRelationships/delegatedAdminRelationships',
      changeType: 'created',
      notificationUrl: `${receiver.url}/graph`,
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
    })
    expect(subscription.status, subscription.text).toBe(201)
    const answer = await fetch(`${http}/contoso.example/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: '4e1a7a00-0000-4000-8000-00000000a99d',
        client_secret: 'relata-local-secret',
        grant_type: 'client_credentials',
        scope: 'https://api.partnercenter.microsoft.com/.default',
      }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${token}` }
    const wish = { WebhookUrl: `${receiver.url}/partner`, WebhookEvents: ['test-created'] }
    expect((await send('POST', '/webhooks/v1/registration', wish, { headers })).status).toBe(200)

    const page = await pages.open(skip, '/events')
    await page.getByText('2 targets').waitFor()
    const watcher = page.getByRole('row', { name: /^Graph subscription \w{4}$/ })
    await watcher.getByText('tenantRelationships/delegatedAdminRelationships: created', { exact: true }).waitFor()
    await watcher.click()
    const watching = page.getByRole('dialog', { name: /^Graph subscription \w{4}$/ })
    await watching.getByText('tenantRelationships/delegatedAdminRelationships', { exact: true }).waitFor()
    await watching.getByText('created', { exact: true }).waitFor()
    expect(await axeInThemes(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('row', { name: /^Partner Center \w{4}$/ }).click()
    const panel = page.getByRole('dialog', { name: /^Partner Center \w{4}$/ })
    await panel.getByText("Changed by the partner's application at /webhooks/v1/registration.").waitFor()
    await panel.getByText('test-created', { exact: true }).waitFor()
    expect(await panel.getByRole('button').allTextContents()).toEqual(['', '', 'Its deliveries', ''])
    expect(await axeInThemes(page)).toEqual([])
    await send('DELETE', '/webhooks/v1/registration', undefined, { headers })
    await send('DELETE', `/v1.0/subscriptions/${subscription.body.id}`)
  })
})

describe('deliveries', () => {
  it('that wait can be sent at once, and the server says where its target is told of nothing now', async ({ skip }) => {
    receiver.answer(() => ({ status: 503, headers: { 'Retry-After': '3600' } }))
    const { id } = await added('Busy')
    const page = await pages.open(skip, `/events?tab=deliveries&target=${id}`)
    await page.getByText('No delivery matches.').waitFor()
    await draft('Asked to wait')
    const grid = page.getByRole('grid', { name: 'Deliveries' })
    await grid.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).getByText('Waits').waitFor()
    await grid.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).click()
    const detail = page.getByRole('dialog', { name: 'relata.granular-admin-relationship-created' })
    await detail.getByRole('button', { name: 'Send again' }).click()
    await detail.getByText('The receiver asked to wait until').waitFor()
  })

  it('show by themselves what was answered and the event, and dead ones are sent again', async ({ skip }) => {
    receiver.answer(() => ({ status: 500, body: 'broken on purpose' }))
    const { id } = await added('Broken')
    const page = await pages.open(skip, `/events?tab=deliveries&target=${id}`)
    await page.getByText('No delivery matches.').waitFor()
    const { body } = await draft('First of two')
    const grid = page.getByRole('grid', { name: 'Deliveries' })
    await grid.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).getByText('Dead').waitFor()
    await grid.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).click()
    const detail = page.getByRole('dialog', { name: 'relata.granular-admin-relationship-created' })
    await detail.getByText('HTTP 500').waitFor()
    await detail.getByText('broken on purpose').waitFor()
    await detail.getByText('1 attempt').waitFor()
    await detail.getByText('First of two').first().waitFor()
    expect(await faultsOfLooks(page, 'events-delivery')).toEqual([])
    receiver.answer(() => 202)
    await detail.getByRole('button', { name: 'Send again' }).click()
    const [first, again] = await receiver.until(2)
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    await detail.getByRole('listitem').getByText('Delivered').waitFor()
    await detail.getByRole('link', { name: 'The relationship' }).click()
    await page.getByRole('heading', { level: 1, name: 'First of two' }).waitFor()
    expect(page.url()).toContain(body.id)

    // All that are dead, from their target: the last round counts.
    receiver.answer(() => 500)
    await draft('Second of two')
    await go(page, '/events')
    await page.getByRole('row', { name: 'Broken' }).getByText('Failing').waitFor()
    await page.getByRole('row', { name: 'Broken' }).click()
    const panel = page.getByRole('dialog', { name: 'Broken' })
    receiver.answer(() => 202)
    receiver.clear()
    await panel.getByRole('button', { name: 'Send dead ones again' }).click()
    const [replayed] = await receiver.until(1)
    expect(replayed?.json.data.after.displayName).toBe('Second of two')
    await page.getByText('Sent again to Broken: 1 event').first().waitFor()
    expect(await faultsOfLooks(page, 'events-target')).toEqual([])
  })

  it('say what they are about, when that happened, and when they are tried next', async ({ skip }) => {
    receiver.answer(() => 500)
    const { id } = await added('Slow')
    const relationship = await draft('About this one')
    const page = await pages.open(skip, `/events?tab=deliveries&target=${id}`)
    const row = page.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).first()
    await row.getByText('About this one', { exact: true }).waitFor()
    await row.getByText('Dead').waitFor()
    const { value } = await call('GET', `/deliveries?tenant=contoso.example&target=${id}`)
    const happened = await row.locator('time').getAttribute('datetime')
    expect(happened).toBe(value[0].eventDateTime)
    const { body } = await pages
      .server()
      .send('GET', `/v1.0/tenantRelationships/delegatedAdminRelationships/${relationship.body.id}`)
    expect(Date.parse(String(happened))).toBe(Date.parse(body.createdDateTime))
    await row.getByText(/^1, last /).waitFor()
    // While it is under way again it waits.
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    receiver.answer(async () => {
      await released
      return 202
    })
    await call('POST', `/deliveries/${id}/${value[0].sequence}/redeliver?tenant=contoso.example`, {})
    await page.getByText(/^0, next /).waitFor()
    expect(await faultsOfLooks(page, 'events-waiting')).toEqual([])
    release()
    await row.getByText('Delivered').waitFor()
  })

  it('are found by filters that are in the address, and have nothing that axe finds or that is cut off', async ({
    skip,
  }) => {
    const { id } = await added('Ledger')
    await added('Nothing ever', { events: ['relata.taxonomy.*'] })
    await draft('Filtered')
    await receiver.until(1)
    const page = await pages.open(skip, '/events')
    await page.getByText('2 targets').waitFor()
    expect(await faultsOfLooks(page, 'events-targets')).toEqual([])
    await page.getByRole('tab', { name: /^Deliveries/ }).click()
    await page.getByLabel('Target').selectOption({ label: 'Ledger' })
    await page.getByLabel('State').selectOption({ label: 'Delivered' })
    await page.getByLabel('Event, with *').fill('relata.granular-*-created')
    await page.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).waitFor()
    const { searchParams } = new URL(page.url())
    expect(Object.fromEntries(searchParams)).toEqual({
      ...{ tab: 'deliveries', target: id, state: 'delivered', event: 'relata.granular-*-created' },
    })
    expect(await faultsOfLooks(page, 'events-deliveries')).toEqual([])
    await page.getByLabel('Event, with *').fill('nothing-*')
    await page.getByText('No delivery matches.').waitFor()
    await page.getByRole('button', { name: 'Clear all' }).first().click()
    await page.getByRole('row', { name: 'relata.granular-admin-relationship-created' }).first().waitFor()
    await show(page, { language: 'de' })
    await page.getByRole('heading', { level: 1, name: 'Ereignisse' }).waitFor()
    await page.getByRole('columnheader', { name: 'Versuche' }).waitFor()
  })
})
