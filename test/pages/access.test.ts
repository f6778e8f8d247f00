/** May somebody do something at a customer, and why; the customers of a partner; and who did what. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { axe, layoutFaults, looks, picture, usePages } from './_pages.ts'

const pages = usePages()

beforeEach(async () => {
  expect((await pages.server().send('POST', '/_relata/reset', {})).status).toBe(204)
})

const fabrikam = 'fab21ca0-0000-4000-8000-000000000002'
const anyone = '00000000-0000-4000-8000-000000000000'
const helpdesk = 'M365 GDAP Helpdesk Administrator'

async function choose(page: Page, label: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

function asked(user: string, action = `PATCH /users/${anyone}`): string {
  return `/gdap/access?user=${user}@contoso.example&tenant=fabrikam.example&action=${encodeURIComponent(action)}`
}

function chain(page: Page, name: string) {
  return page.getByRole('list', { name: `How ${name} comes to Fabrikam` }).getByRole('listitem')
}

describe('access', () => {
  it('answers from anywhere in three choices whether Hugo may reset passwords, by what, and until when', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/settings')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('access')
    await page.getByRole('option', { name: /^Access/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Access' }).waitFor()
    await choose(page, 'May', /^Hugo Helpdesk/)
    await choose(page, 'at', /^Fabrikam/)
    await choose(page, 'do', /^Reset a password/)
    await page.getByRole('heading', { level: 2, name: /^Yes, until \w+ \d+, \d{4}/ }).waitFor()
    expect(await chain(page, 'Hugo Helpdesk').allTextContents()).toEqual([
      expect.stringContaining('Hugo Helpdesk'),
      expect.stringContaining(helpdesk),
      expect.stringContaining('User Administrator'),
      expect.stringContaining('Fabrikam operations'),
      'Fabrikam',
    ])
    await page.getByText(`Leaving the group ${helpdesk} would end it.`).waitFor()
    // The address holds the question.
    await page.reload()
    await page.getByRole('heading', { level: 2, name: /^Yes, until/ }).waitFor()
  })

  it('says of Sana which link is missing, adds it, and takes that back', async ({ skip }) => {
    const page = await pages.open(skip, asked('sana'))
    await page.getByRole('heading', { level: 2, name: 'No', exact: true }).waitFor()
    await page.getByText(`Sana Sales is not a member of ${helpdesk}, which holds User Administrator.`).waitFor()
    expect(await chain(page, 'Sana Sales').first().textContent()).toMatch(/Broken here:\s+is not a member/)
    await page.getByRole('button', { name: `Add Sana Sales to ${helpdesk}` }).click()
    await page.getByRole('heading', { level: 2, name: /^Yes, until/ }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { level: 2, name: 'No', exact: true }).waitFor()
  })

  it('gives each role one of four verdicts', async ({ skip }) => {
    const page = await pages.open(skip, asked('tara', 'POST /termStore/groups'))
    const row = (role: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: role }) })
    await row('User Administrator').getByText('Has access').waitFor()
    await row('SharePoint Administrator').getByText('In no relationship').waitFor()
    await page
      .getByText('No relationship with Fabrikam has SharePoint Administrator and Global Administrator.')
      .waitFor()

    const { body } = await pages.server().send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
    const { id } = (body as { value: { id: string; displayName: string }[] }).value.find(
      ({ displayName }) => displayName === 'Northwind support',
    ) as { id: string }
    expect((await pages.server().customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    await page.goto(`${pages.server().origin}/gdap/access?user=sana@contoso.example&tenant=northwind.example`)
    await row('License Administrator').getByText('In the relationship, no group').waitFor()
    await page.getByText(/^Northwind support has Helpdesk Administrator, but no group holds it\.$/).waitFor()
    const assigned = await pages
      .server()
      .send('POST', `/v1.0/tenantRelationships/delegatedAdminRelationships/${id}/accessAssignments`, {
        accessContainer: {
          accessContainerId: 'c0117050-6207-4000-8000-000000000016',
          accessContainerType: 'securityGroup',
        },
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '4d6ac14f-3453-41d0-bef9-a3e0c569773a' }] },
      })
    expect(assigned.status).toBe(201)
    // By the feed.
    await row('License Administrator').getByText('Assigned, no member').waitFor()
  })

  it('takes any method and path, and says what the server does not know', async ({ skip }) => {
    const page = await pages.open(skip, asked('tara'))
    const action = page.getByRole('combobox', { name: 'do', exact: true })
    await action.fill('GET /groups')
    await action.press('Tab')
    await page.getByText('“GET /groups”').waitFor()
    await action.fill('GET /nothing')
    await action.press('Tab')
    await page.getByText("Relata does not serve '/nothing'.").waitFor()
  })

  it('says of people at home what they need there', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/access?user=tara@contoso.example&tenant=contoso.example')
    await page.getByRole('heading', { level: 2, name: 'Yes', exact: true }).waitFor()
    await page.getByText(/Tara Technician is at home there/).waitFor()
  })

  it('shows itself as the request that it makes', async ({ skip }) => {
    const page = await pages.open(skip, asked('hugo'))
    await page.getByRole('button', { name: 'Show as request' }).first().click()
    await page
      .getByRole('dialog')
      .getByText(/\/_relata\/access\?user=hugo%40contoso\.example/)
      .waitFor()
    expect(await axe(page)).toEqual([])
  })
})

describe('customers', () => {
  it('has one row a customer, and its relationships, services and ways on in a panel with an address', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/gdap/customers')
    const row = page.getByRole('row', { name: 'Fabrikam' })
    await row.getByText('Active').waitFor()
    expect(await row.textContent()).toMatch(/3 roles/)
    await row.click()
    const panel = page.getByRole('dialog', { name: 'Fabrikam' })
    await panel.getByRole('link', { name: 'Fabrikam operations' }).waitFor()
    await panel.getByRole('list', { name: 'Services' }).getByRole('link', { name: 'Exchange' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/gdap/customers/${fabrikam}`)
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe('/gdap/customers')
  })

  it('finds by name, and hears of a new customer', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/customers')
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    const { body } = await pages.server().send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
    const waiting = (body as { value: { id: string; status: string }[] }).value.find(
      ({ status }) => status === 'approvalPending',
    )
    await pages.server().customer('approve', waiting?.id ?? '', { tenantId: 'northwind.example' })
    await page.getByRole('row', { name: 'Northwind Traders' }).waitFor()
    await page.getByRole('textbox', { name: 'Find a customer' }).fill('wind')
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('q')).toBe('wind')
  })
})

describe('somebody outside of AdminAgents', () => {
  it('is told so in place of an empty list', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/customers')
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Sana Sales' }).click()
    await page.getByText('Sana Sales is not in AdminAgents, so Graph shows no customers.').waitFor()
  })
})

describe('activity', () => {
  it('filters by what the server knows, keeps that in the address, and shows a record whole', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/activity')
    const grid = page.getByRole('grid', { name: 'Activity' })
    await grid.getByText('Northwind support').first().waitFor()
    await page.getByLabel('Name contains').fill('Fabrikam')
    await page.getByRole('combobox', { name: 'Category' }).selectOption('GranularAdminRelationship')
    await grid.getByText('Northwind support').first().waitFor({ state: 'detached' })
    expect(await grid.getByText('Access assignment').count()).toBe(0)
    await page.getByLabel('By', { exact: true }).fill('admin@fabrikam')
    await expect.poll(() => grid.getByRole('row').count()).toBe(2)
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      q: 'Fabrikam',
      category: 'GranularAdminRelationship',
      by: 'admin@fabrikam',
    })
    await grid.getByText('Approved', { exact: true }).click()
    const panel = page.getByRole('dialog')
    await panel.getByRole('link', { name: 'The relationship' }).waitFor()
    await panel.getByRole('row').filter({ hasText: 'status' }).getByText('"approved"').waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Clear all' }).click()
    await grid.getByText('Northwind support').first().waitFor()
  })

  it('gives all rows of the filter as a file', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/activity?q=Northwind')
    await page.getByRole('grid', { name: 'Activity' }).getByText('Northwind support').first().waitFor()
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV' }).click()
    const text = await readFile(await (await coming).path(), 'utf8')
    const lines = text.trim().split('\r\n')
    expect(lines[0]).toMatch(/^\uFEFF?activityDateTime,operationType,/)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines.slice(1)) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[^,]+Z,.*Northwind support/)
  })

  it('says when nothing fits', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/activity?q=nothing-of-the-kind')
    await page.getByText(/^No record fits\./).waitFor()
  })
})

describe('the looks of access, customers and activity', () => {
  it('are in German', async ({ skip }) => {
    const page = await pages.open(skip, asked('sana'), { language: 'de', width: 390 })
    await page.getByRole('heading', { level: 2, name: 'Nein' }).waitFor()
    await page.getByText('Zugewiesen, kein Mitglied').first().waitFor()
    expect(await layoutFaults(page)).toEqual([])
    await page.goto(`${pages.server().origin}/gdap/activity`)
    await page.getByRole('heading', { level: 1, name: 'Aktivität' }).waitFor()
    await page.getByText('Genehmigt', { exact: true }).first().waitFor()
    expect(await layoutFaults(page)).toEqual([])
  })

  for (const { theme, width } of looks)
    it(`have nothing that axe finds or that is cut off, ${theme}, ${width} wide`, { timeout: 60_000 }, async ({
      skip,
    }) => {
      const page = await pages.open(skip, asked('sana'), { theme, width })
      await page.getByText('Assigned, no member').first().waitFor()
      await picture(page, `access-${theme}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await layoutFaults(page)).toEqual([])
      for (const [name, ready] of [
        ['customers', 'Fabrikam'],
        ['activity', 'Northwind support'],
      ] as const) {
        await page.goto(`${pages.server().origin}/gdap/${name}`)
        await page.getByText(ready, { exact: true }).first().waitFor()
        await picture(page, `${name}-${theme}-${width}`)
        expect(await axe(page)).toEqual([])
        expect(await layoutFaults(page)).toEqual([])
      }
    })
})
