/** Both sides of a relationship beside each other, and the customer's side alone: what one does, the other shows by itself. */
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHookReceiver } from '../../_support/hook-receiver.ts'
import { axe, faultsOfLooks, go, layoutFaults, type OpenOptions, type PageWorld, usePages } from '../_pages.ts'

const pages = usePages()

const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'

interface Named {
  readonly id: string
  readonly displayName: string
  readonly status: string
}

async function relationshipNamed(world: PageWorld, name: string): Promise<Named> {
  const { body } = await world.send('GET', relationships)
  const found = (body as { value: Named[] }).value.find(({ displayName }) => displayName === name)
  if (found === undefined) throw new Error(`there is no relationship '${name}'`)
  return found
}

async function rulesOf(world: PageWorld): Promise<unknown> {
  return (await world.control('GET', '/_relata/faults')).json()
}

async function advance(world: PageWorld, by: string): Promise<void> {
  expect((await world.control('POST', '/_relata/clock', { advance: by })).status).toBe(200)
}

const northwindId = '4021417d-0000-4000-8000-000000000003'
const northwind = '/gdap/both?customer=northwind.example'

/** In a world of its own. */
async function opened(skip: (reason: string) => never, address = northwind, options: OpenOptions = {}) {
  const world = await pages.world()
  const page = await pages.open(skip, world.at(address), options)
  return { world, page }
}

function left(page: Page): Locator {
  return page.getByRole('region', { name: 'Partner: Contoso' })
}

function right(page: Page): Locator {
  return page.getByRole('region', { name: 'Customer: Northwind Traders' })
}

/** Where the relationship stands at the left. */
function nowAt(page: Page): Locator {
  return left(page).locator('li[aria-current="step"]')
}

describe('both sides of GDAP', () => {
  it('approve at the right with one click, and the left moves, glows and has the groups without being loaded again', async ({
    skip,
  }) => {
    const { world, page } = await opened(skip)
    await nowAt(page).getByText('Waits for approval').waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    await page.evaluate(() => {
      Object.assign(globalThis, { stays: true })
    })
    // The customer's half of J8.
    await right(page).getByRole('button', { name: 'Approve all' }).click()
    await left(page).locator('article[data-glows="true"]').waitFor()
    expect(await right(page).locator('article[data-glows="true"]').count()).toBe(0)
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
    await page.getByRole('status').getByText('Northwind support is active').waitFor()
    await right(page)
      .getByText(/^Approved by admin@northwind\.example \S/)
      .waitFor()
    await left(page).getByText('approved by admin@northwind.example').waitFor()
    await left(page).getByRole('button', { name: 'Add a group' }).waitFor()
    expect(await page.evaluate(() => 'stays' in globalThis)).toBe(true)
    expect((await relationshipNamed(world, 'Northwind support')).status).toBe('active')
  })

  it('say which group holds which role, give and take roles with a tick, and take that back', async ({ skip }) => {
    const world = await pages.world()
    const { id } = await relationshipNamed(world, 'Northwind support')
    expect((await world.customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    const page = await pages.open(skip, world.at(northwind))
    const held = async () => {
      const { body } = await world.send('GET', `${relationships}/${id}/accessAssignments`)
      return (body as { value: { status: string; accessDetails: { unifiedRoles: unknown[] } }[] }).value
        .filter(({ status }) => status === 'active')
        .map(({ accessDetails }) => accessDetails.unifiedRoles.length)
    }
    await left(page).getByRole('button', { name: 'Add a group' }).click()
    await page.getByRole('menuitem', { name: 'M365 GDAP License Administrator' }).click()
    const box = left(page).getByRole('checkbox', { name: /^License Administrator/ })
    await expect.poll(() => box.isChecked()).toBe(true)
    expect(await held()).toEqual([2])
    await box.click()
    await expect.poll(() => box.isChecked()).toBe(false)
    expect(await held()).toEqual([1])
    await page.keyboard.press('Control+z')
    await expect.poll(() => box.isChecked()).toBe(true)
    expect(await held()).toEqual([2])
    // The groups of an active relationship are no part of the other looks.
    expect(await faultsOfLooks(page, 'both-groups')).toEqual([])
  })

  it('hear of what a client elsewhere does, on both sides, and of what a webhook answered', async ({ skip }) => {
    const { world, page } = await opened(skip)
    const receiver = await startHookReceiver(() => 202)
    onTestFinished(() => receiver.close())
    const events = ['granular-admin-relationship-approved']
    const hook = await world.control('POST', '/_relata/webhooks?tenant=contoso.example', { url: receiver.url, events })
    expect(hook.status).toBe(201)
    await nowAt(page).getByText('Waits for approval').waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    const { id } = await relationshipNamed(world, 'Northwind support')
    expect((await world.customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
    await right(page).getByRole('button', { name: 'Remove roles' }).waitFor()
    const wire = page.getByRole('list', { name: 'What went over the wire' })
    await wire.getByRole('listitem').filter({ hasText: 'POST' }).filter({ hasText: '/approve' }).waitFor()
    await wire.getByText('granular-admin-relationship-activated').waitFor()
    const link = await wire
      .getByRole('link', { name: /approve$/ })
      .first()
      .getAttribute('href')
    expect(link).toMatch(/^\/requests\/[0-9a-f-]{36}/)
    await receiver.next()
    const told = wire.getByRole('listitem').filter({ hasText: 'webhook' }).filter({ hasText: '202' })
    await told.getByRole('link', { name: 'granular-admin-relationship-approved' }).click()
    await page
      .getByRole('dialog', { name: 'granular-admin-relationship-approved' })
      .getByText('Delivered')
      .first()
      .waitFor()
  })

  it('ask for the name before roles are removed, and then ask the customer again, who rejects', async ({ skip }) => {
    const { world, page } = await opened(skip)
    await right(page).getByRole('button', { name: 'Approve all' }).click()
    await right(page).getByRole('button', { name: 'Remove roles' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Remove roles' }).getAttribute('aria-disabled')).toBe('true')
    expect(await axe(page)).toEqual([])
    await dialog.getByRole('textbox').fill('Northwind support')
    await dialog.getByRole('button', { name: 'Remove roles' }).click()
    await nowAt(page).getByText('Ended').waitFor()
    // What has ended says who had approved it, too.
    await right(page).getByRole('button', { name: '1 ended' }).click()
    await right(page).getByText('Approved by admin@northwind.example').waitFor()
    await left(page).getByRole('button', { name: 'Ask again' }).click()
    // Its record has the id of the person alone.
    await left(page)
      .getByRole('article', { name: 'Northwind support 2' })
      .getByText(/^created by you$/)
      .waitFor()
    const asked = right(page).getByRole('article', { name: 'Northwind support 2' })
    await asked.getByRole('button', { name: 'Reject' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Northwind support 2')
    await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
    await nowAt(page).getByText('Declined').waitFor()
    expect((await relationshipNamed(world, 'Northwind support 2')).status).toBe('terminated')
  })

  it('show every status on the way when this relationship is slowed down, until the page is left', async ({ skip }) => {
    const { world, page } = await opened(skip)
    const { id } = await relationshipNamed(world, 'Northwind support')
    const slow = page.getByRole('switch', { name: 'Slow it down' })
    await nowAt(page).getByText('Waits for approval').waitFor()
    await slow.click()
    const latencies = { gdap: { latencySeconds: { activation: 10 }, relationshipId: id } }
    await expect.poll(() => rulesOf(world)).toMatchObject({ value: [{ what: latencies }] })
    await right(page).getByRole('button', { name: 'Approve all' }).click()
    await nowAt(page).getByText('Approved', { exact: true }).waitFor()
    await advance(world, 'PT6S')
    await nowAt(page).getByText('Activating').waitFor()
    await advance(world, 'PT6S')
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
    await slow.click()
    await expect.poll(() => rulesOf(world)).toEqual({ value: [] })
    await slow.click()
    await expect.poll(() => rulesOf(world)).toMatchObject({ value: [{ what: latencies }] })
    await page.getByRole('link', { name: 'Customers' }).click()
    await expect.poll(() => rulesOf(world)).toEqual({ value: [] })
    await go(page, world.at(northwind))
    await slow.click()
    await expect.poll(() => rulesOf(world)).toMatchObject({ value: [{ what: latencies }] })
    await page.reload()
    await expect.poll(() => rulesOf(world)).toEqual({ value: [] })
  })

  it('switch the extension off for the customer, and take it back', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap/both?customer=fabrikam.example')
    const side = page.getByRole('region', { name: 'Customer: Fabrikam' })
    await side.getByRole('switch', { name: 'Auto extend' }).click()
    await page.getByText('Fabrikam operations is not extended').first().waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await side.getByRole('switch', { name: 'Auto extend', checked: true }).waitFor()
  })

  it('say who is no admin agent, and act as the person chosen on each side', async ({ skip }) => {
    const { page } = await opened(skip)
    const as = left(page).getByRole('combobox', { name: 'as' })
    await as.click()
    await page.getByRole('option', { name: /^Sana Sales/ }).click()
    await left(page)
      .getByText(
        'Sana Sales is not in AdminAgents, so Graph shows no relationships. In it: Administrator and Tara Technician.',
      )
      .waitFor()
    expect(new URL(page.url()).searchParams.get('as')).toBe('sana@contoso.example')
    // The other side is somebody else, whom this does not touch.
    await right(page).getByRole('button', { name: 'Approve all' }).waitFor()
  })

  it('say why somebody may not answer for the customer', async ({ skip }) => {
    const world = await pages.world()
    const created = await world.send(
      'POST',
      '/v1.0/users',
      {
        displayName: 'Nils Nobody',
        userPrincipalName: 'nils@northwind.example',
        mailNickname: 'nils',
        accountEnabled: true,
        passwordProfile: { password: 'relata-Local-1' },
      },
      { tenant: 'northwind.example' },
    )
    expect(created.status).toBe(201)
    const page = await pages.open(skip, world.at(`${northwind}&by=nils@northwind.example`))
    const approve = right(page).getByRole('button', { name: 'Approve all' })
    await expect.poll(() => approve.getAttribute('aria-disabled')).toBe('true')
    await approve.hover()
    await page
      .getByText(/may not answer for Northwind Traders/)
      .first()
      .waitFor()
  })

  it('are walked with F6, and approve by keys alone', async ({ skip }) => {
    const { page } = await opened(skip)
    const opening = left(page).getByRole('button', { name: 'Open on the right' })
    await right(page).getByRole('button', { name: 'Approve all' }).waitFor()
    await opening.focus()
    const at = (): Promise<string | null | undefined> =>
      page.evaluate<string | null | undefined>(
        `[...document.querySelectorAll('[data-region]')].findLast((one) => one.contains(document.activeElement))?.getAttribute('data-region')`,
      )
    expect(await at()).toBe('sides-partner')
    await page.keyboard.press('F6')
    expect(await at()).toBe('sides-customer')
    await page.keyboard.press('F6')
    expect(await at()).toBe('sides-wire')
    await page.keyboard.press('Shift+F6')
    expect(await at()).toBe('sides-customer')
    await opening.focus()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate<string | null>(`document.activeElement?.getAttribute('data-region')`))
      .toBe('sides-customer')
    for (let step = 0; step < 10; step += 1) {
      await page.keyboard.press('Tab')
      if ((await page.evaluate<string | null>('document.activeElement?.textContent')) === 'Approve all') break
    }
    await page.keyboard.press('Enter')
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
  })

  it('are two tabs on a telephone, where a message tells what the other side did', async ({ skip }) => {
    const { world, page } = await opened(skip, northwind, { width: 390 })
    await nowAt(page).getByText('Waits for approval').waitFor()
    expect(await right(page).isVisible()).toBe(false)
    const { id } = await relationshipNamed(world, 'Northwind support')
    await page.getByText('live', { exact: true }).waitFor()
    expect((await world.customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    await page.getByRole('region', { name: 'Messages' }).getByText('Northwind support is active').waitFor()
    await page.getByRole('tab', { name: 'Customer' }).click()
    await right(page).getByRole('button', { name: 'Remove roles' }).waitFor()
  })

  it('open with a relationship from its link, whoever it is for, and have nothing that axe finds or that is cut off', async ({
    skip,
  }) => {
    const { world, page } = await opened(skip)
    await nowAt(page).getByText('Waits for approval').waitFor()
    expect(await faultsOfLooks(page, 'both')).toEqual([])
    const { id } = await relationshipNamed(world, 'Fabrikam operations')
    await go(page, world.at(`/gdap/both?relationship=${id}`))
    await left(page).getByRole('article', { name: 'Fabrikam operations' }).waitFor()
    await page.getByRole('region', { name: 'Customer: Fabrikam' }).getByText('Contoso · Fabrikam operations').waitFor()
  })
})

describe('partner relationships', () => {
  it('let a customer answer the invitation of a link', async ({ skip }) => {
    const world = await pages.world()
    const { id } = await relationshipNamed(world, 'Northwind support')
    const page = await pages.open(skip, world.at(`/partners/${id}`))
    await page.getByText('Contoso asks for 2 roles for 365 days; extended by 180 days at the end.').waitFor()
    await page.getByText('Global Administrator is not among them.').waitFor()
    await page.getByRole('button', { name: 'Approve all' }).click()
    await page.getByRole('button', { name: 'Remove roles' }).waitFor()
    await page.getByText('Approved by admin@northwind.example').waitFor()
  })

  it('approve one request with two quick presses, by pointer and by keys, and keep its card where it is', async ({
    skip,
  }) => {
    const world = await pages.world()
    for (const displayName of ['Second', 'Third']) {
      const { body } = await world.send('POST', relationships, {
        displayName,
        duration: 'P30D',
        customer: { tenantId: northwindId },
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
      })
      const locked = await world.send('POST', `${relationships}/${body.id}/requests`, { action: 'lockForApproval' })
      expect(locked.status).toBe(201)
    }
    const page = await pages.open(skip, world.at('/partners?customer=northwind.example'))
    const cards = page.getByRole('region', { name: 'Waiting for approval' }).getByRole('article')
    await expect.poll(() => cards.count()).toBe(3)
    const names = await cards.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))
    const [first = '', second = ''] = names
    const waits = async () => {
      const { body } = await world.send('GET', relationships)
      const mine = (body as { value: Named[] }).value.filter(({ displayName }) => names.includes(displayName))
      return mine.filter(({ status }) => status === 'approvalPending').map(({ displayName }) => displayName)
    }
    const button = (name: string) => page.getByRole('button', { name: `Approve all roles of ${name}`, exact: true })
    const box = await button(first).boundingBox()
    if (box === null) throw new Error('the button is not to be seen')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const below = (await button(second).boundingBox())?.y
    await page.mouse.click(x, y)
    await button(first).waitFor({ state: 'detached' })
    await page.mouse.click(x, y)
    await cards.first().getByText('Approved by').waitFor()
    expect((await button(second).boundingBox())?.y).toBe(below)
    await expect.poll(async () => (await waits()).length).toBe(2)
    await page.mouse.move(1, 1)
    await button(second).focus()
    await page.keyboard.press('Enter')
    await button(second).waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    expect(await cards.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))).toContain(second)
    // When neither pointer nor focus is there, it goes to those that have roles.
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('Tab')
    await expect.poll(() => cards.count()).toBe(1)
    expect(await waits()).toEqual([names[2]])
  })

  it('let whoever has the link answer one that is addressed to nobody', async ({ skip }) => {
    const world = await pages.world()
    const { id } = await relationshipNamed(world, 'Draft for anyone')
    const locked = await world.send('POST', `${relationships}/${id}/requests`, { action: 'lockForApproval' })
    expect(locked.status).toBe(201)
    const page = await pages.open(skip, world.at(`/partners/${id}?customer=fabrikam.example`))
    const card = page.getByRole('article', { name: 'Draft for anyone' })
    await card.getByText('Global Reader').waitFor()
    await card.getByRole('button', { name: 'Approve all' }).click()
    await card.getByRole('button', { name: 'Remove roles' }).waitFor()
  })

  it('are in German with the words of the admin center, and have nothing that axe finds or that is cut off', async ({
    skip,
  }) => {
    const { page, world } = await opened(skip, '/partners?customer=northwind.example', { language: 'de' })
    await page.getByRole('heading', { level: 1, name: 'Partnerbeziehungen' }).waitFor()
    await page.getByRole('button', { name: 'Alle genehmigen' }).click()
    await page.getByRole('button', { name: 'Rollen entfernen' }).waitFor()
    expect(await layoutFaults(page)).toEqual([])
    await go(page, world.at('/partners?customer=fabrikam.example'))
    await page.getByText('Genehmigt von admin@fabrikam.example').waitFor()
    expect(await faultsOfLooks(page, 'partners')).toEqual([])
  })
})
