/** Both sides of a relationship beside each other, and the customer's side alone: what one does, the other shows by itself. */
import type { Locator, Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { axe, layoutFaults, looks, picture, usePages } from './_pages.ts'

const pages = usePages()

beforeEach(async () => {
  await pages.server().send('DELETE', '/_relata/faults')
  expect((await pages.server().send('POST', '/_relata/reset', {})).status).toBe(204)
})

interface Named {
  readonly id: string
  readonly displayName: string
  readonly status: string
}

async function relationshipNamed(name: string): Promise<Named> {
  const { body } = await pages.server().send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
  const found = (body as { value: Named[] }).value.find(({ displayName }) => displayName === name)
  if (found === undefined) throw new Error(`there is no relationship '${name}'`)
  return found
}

const address = '/gdap/both?customer=northwind.example'

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
  it('approves at the right with one click, and the left moves and glows without being loaded again', async ({
    skip,
  }) => {
    const page = await pages.open(skip, address)
    await nowAt(page).getByText('Waits for approval').waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    await page.evaluate(() => {
      Object.assign(globalThis, { stays: true })
    })
    await right(page).getByRole('button', { name: 'Approve all' }).click()
    await left(page).locator('article[data-glows="true"]').waitFor()
    expect(await right(page).locator('article[data-glows="true"]').count()).toBe(0)
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
    await page.getByRole('status').getByText('Northwind support: Active').waitFor()
    await right(page).getByText('Approved by admin@northwind.example').waitFor()
    await left(page).getByText('approved by admin@northwind.example').waitFor()
    expect(await page.evaluate(() => 'stays' in globalThis)).toBe(true)
    expect((await relationshipNamed('Northwind support')).status).toBe('active')
  })

  it('hears of what a client elsewhere does, on both sides', async ({ skip }) => {
    const page = await pages.open(skip, address)
    await nowAt(page).getByText('Waits for approval').waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    const { id } = await relationshipNamed('Northwind support')
    expect((await pages.server().customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
    await right(page).getByRole('button', { name: 'Remove roles' }).waitFor()
    const wire = page.getByRole('list', { name: 'What went over the wire' })
    await wire.getByRole('listitem').filter({ hasText: 'POST' }).filter({ hasText: '/approve' }).waitFor()
    await wire.getByText('granular-admin-relationship-activated').waitFor()
    const link = await wire.getByRole('link').first().getAttribute('href')
    expect(link).toMatch(/^\/requests\/[0-9a-f-]{36}$/)
  })

  it('asks for the name before roles are removed, and then asks the customer again', async ({ skip }) => {
    const page = await pages.open(skip, address)
    await right(page).getByRole('button', { name: 'Approve all' }).click()
    await right(page).getByRole('button', { name: 'Remove roles' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Remove roles' }).getAttribute('aria-disabled')).toBe('true')
    expect(await axe(page)).toEqual([])
    await dialog.getByRole('textbox').fill('Northwind support')
    await dialog.getByRole('button', { name: 'Remove roles' }).click()
    await nowAt(page).getByText('Ended').waitFor()
    await left(page).getByRole('button', { name: 'Ask again' }).click()
    await left(page).getByRole('article', { name: 'Northwind support 2' }).waitFor()
    await right(page)
      .getByRole('article', { name: 'Northwind support 2' })
      .getByRole('button', { name: 'Approve all' })
      .waitFor()
    expect((await relationshipNamed('Northwind support 2')).status).toBe('approvalPending')
  })

  it('rejects, after which the left says Declined', async ({ skip }) => {
    const page = await pages.open(skip, address)
    await right(page).getByRole('button', { name: 'Reject' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Northwind support')
    await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
    await nowAt(page).getByText('Declined').waitFor()
  })

  it('shows every status on the way when it is slowed down', async ({ skip }) => {
    const page = await pages.open(skip, address)
    await nowAt(page).getByText('Waits for approval').waitFor()
    await page.getByRole('switch', { name: 'Slow it down' }).click()
    await expect
      .poll(async () => (await pages.server().send('GET', '/_relata/faults')).body)
      .toMatchObject({ value: [{ id: 'both-sides-slow', what: { gdap: { latencySeconds: { activation: 10 } } } }] })
    await right(page).getByRole('button', { name: 'Approve all' }).click()
    await nowAt(page).getByText('Approved', { exact: true }).waitFor()
    await pages.server().clock({ advance: 'PT6S' })
    await nowAt(page).getByText('Activating').waitFor()
    await pages.server().clock({ advance: 'PT6S' })
    await nowAt(page).getByText('Active', { exact: true }).waitFor()
    await page.getByRole('switch', { name: 'Slow it down' }).click()
    await expect
      .poll(async () => (await pages.server().send('GET', '/_relata/faults')).body)
      .toMatchObject({ value: [] })
  })

  it('switches the extension off for the customer, and takes it back', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/both?customer=fabrikam.example')
    const side = page.getByRole('region', { name: 'Customer: Fabrikam' })
    await side.getByRole('switch', { name: 'Auto extend' }).click()
    await page.getByText('Fabrikam operations is not extended').first().waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await side.getByRole('switch', { name: 'Auto extend', checked: true }).waitFor()
  })

  it('says who is no admin agent, and acts as the person chosen on each side', async ({ skip }) => {
    const page = await pages.open(skip, address)
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

  it('says why somebody may not answer for the customer', async ({ skip }) => {
    const created = await pages.server().send(
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
    const page = await pages.open(skip, `${address}&by=nils@northwind.example`)
    const approve = right(page).getByRole('button', { name: 'Approve all' })
    await expect.poll(() => approve.getAttribute('aria-disabled')).toBe('true')
    await approve.hover()
    await page
      .getByText(/may not answer for Northwind Traders/)
      .first()
      .waitFor()
  })

  it('walks with F6 from the left to the right to the strip', async ({ skip }) => {
    const page = await pages.open(skip, address)
    await left(page).getByRole('button', { name: 'Open on the right' }).focus()
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
  })

  it('approves by keys alone', async ({ skip }) => {
    const page = await pages.open(skip, address)
    await right(page).getByRole('button', { name: 'Approve all' }).waitFor()
    await left(page).getByRole('button', { name: 'Open on the right' }).focus()
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

  it('is two tabs on a telephone, where a message tells what the other side did', async ({ skip }) => {
    const page = await pages.open(skip, address, { width: 390 })
    await nowAt(page).getByText('Waits for approval').waitFor()
    expect(await right(page).isVisible()).toBe(false)
    const { id } = await relationshipNamed('Northwind support')
    await page.getByText('live', { exact: true }).waitFor()
    expect((await pages.server().customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    await page.getByRole('region', { name: 'Messages' }).getByText('Northwind support: Active').waitFor()
    await page.getByRole('tab', { name: 'Customer' }).click()
    await right(page).getByRole('button', { name: 'Remove roles' }).waitFor()
  })

  it('opens with a relationship from its link, whoever it is for', async ({ skip }) => {
    const { id } = await relationshipNamed('Fabrikam operations')
    const page = await pages.open(skip, `/gdap/both?relationship=${id}`)
    await left(page).getByRole('article', { name: 'Fabrikam operations' }).waitFor()
    await page.getByRole('region', { name: 'Customer: Fabrikam' }).getByText('Contoso · Fabrikam operations').waitFor()
  })
})

describe('partner relationships', () => {
  it('lets a customer answer the invitation of a link', async ({ skip }) => {
    const { id } = await relationshipNamed('Northwind support')
    const page = await pages.open(skip, `/partners/${id}`)
    await page.getByText('Contoso asks for 2 roles for 365 days; extended by 180 days at the end.').waitFor()
    await page.getByText('Global Administrator is not among them.').waitFor()
    await page.getByRole('button', { name: 'Approve all' }).click()
    await page.getByRole('button', { name: 'Remove roles' }).waitFor()
    await page.getByText('Approved by admin@northwind.example').waitFor()
  })

  it('lets whoever has the link answer one that is addressed to nobody', async ({ skip }) => {
    const { id } = await relationshipNamed('Draft for anyone')
    const locked = await pages
      .server()
      .send('POST', `/v1.0/tenantRelationships/delegatedAdminRelationships/${id}/requests`, {
        action: 'lockForApproval',
      })
    expect(locked.status).toBe(201)
    const page = await pages.open(skip, `/partners/${id}?customer=fabrikam.example`)
    const card = page.getByRole('article', { name: 'Draft for anyone' })
    await card.getByText('Global Reader').waitFor()
    await card.getByRole('button', { name: 'Approve all' }).click()
    await card.getByRole('button', { name: 'Remove roles' }).waitFor()
  })

  it('is in German with the words of the admin center', async ({ skip }) => {
    const page = await pages.open(skip, '/partners?customer=northwind.example', { language: 'de' })
    await page.getByRole('heading', { level: 1, name: 'Partnerbeziehungen' }).waitFor()
    await page.getByRole('button', { name: 'Alle genehmigen' }).click()
    await page.getByRole('button', { name: 'Rollen entfernen' }).waitFor()
    expect(await layoutFaults(page)).toEqual([])
  })
})

describe('the looks of both sides', () => {
  for (const { theme, width } of looks)
    it(`has nothing that axe finds or that is cut off, ${theme}, ${width} wide`, { timeout: 60_000 }, async ({
      skip,
    }) => {
      const page = await pages.open(skip, address, { theme, width })
      await nowAt(page).getByText('Waits for approval').waitFor()
      await picture(page, `both-${theme}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await layoutFaults(page)).toEqual([])
      await page.goto(`${pages.server().origin}/partners?customer=fabrikam.example`)
      await page.getByRole('button', { name: 'Remove roles' }).waitFor()
      await picture(page, `partners-${theme}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await layoutFaults(page)).toEqual([])
    })
})
