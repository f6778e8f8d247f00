/** May somebody do something at a customer, and why; the customers of a partner; and who did what. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axe, faultsOfLooks, go, type OpenOptions, type PageWorld, usePages } from '../_pages.ts'

const pages = usePages()

const fabrikam = 'fab21ca0-0000-4000-8000-000000000002'
const anyone = '00000000-0000-4000-8000-000000000000'
const helpdesk = 'M365 GDAP Helpdesk Administrator'
const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'
const licenseAdministrator = '4d6ac14f-3453-41d0-bef9-a3e0c569773a'

/** In a world of its own. */
async function opened(skip: (reason: string) => never, address: string, options: OpenOptions = {}) {
  const world = await pages.world()
  const page = await pages.open(skip, world.at(address), options)
  return { world, page }
}

async function idOf(world: PageWorld, path: string, name: string): Promise<string> {
  const { body } = await world.send('GET', path)
  const found = (body as { value: { id: string; displayName: string }[] }).value.find(
    ({ displayName }) => displayName === name,
  )
  if (found === undefined) throw new Error(`there is no '${name}' at ${path}`)
  return found.id
}

/** Gives a group a role by the API. */
async function assigned(world: PageWorld, relationship: string, group: string, role: string): Promise<void> {
  const { status } = await world.send('POST', `${relationships}/${relationship}/accessAssignments`, {
    accessContainer: { accessContainerId: group, accessContainerType: 'securityGroup' },
    accessDetails: { unifiedRoles: [{ roleDefinitionId: role }] },
  })
  expect(status).toBe(201)
}

function asked(user: string, action = `PATCH /users/${anyone}`, customer = 'fabrikam.example'): string {
  return `/gdap/access?user=${user}@contoso.example&tenant=${customer}&action=${encodeURIComponent(action)}`
}

function chain(page: Page, name: string): Locator {
  return page.getByRole('list', { name: `How ${name} comes to Fabrikam` }).getByRole('listitem')
}

function row(page: Page, role: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: role }) })
}

describe('access', () => {
  it('answers from anywhere in three choices whether Hugo may reset passwords, by what, until when, and why Sana may not', async ({
    skip,
  }) => {
    const { page } = await opened(skip, '/settings')
    const made = { keys: 0, clicks: 0, choices: 0 }
    const press = async (key: string): Promise<void> => {
      made.keys += 1
      await page.keyboard.press(key)
    }
    const choose = async (label: string, option: RegExp): Promise<void> => {
      made.choices += 1
      for (const target of [
        page.getByRole('combobox', { name: label, exact: true }),
        page.getByRole('option', { name: option }),
      ]) {
        made.clicks += 1
        await target.click()
      }
    }
    await press('Control+k')
    await page.getByRole('listbox').getByRole('option').first().waitFor()
    await page.keyboard.type('access')
    await page.getByRole('option', { name: /^Access/ }).waitFor()
    await press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Access' }).waitFor()
    await choose('May', /^Hugo Helpdesk/)
    await choose('at', /^Fabrikam/)
    await choose('do', /^Reset a password/)
    await page.getByRole('heading', { level: 2, name: /^Yes, until \w+ \d+, \d{4}/ }).waitFor()
    expect(made).toEqual({ keys: 2, clicks: 6, choices: 3 })
    expect(await chain(page, 'Hugo Helpdesk').allTextContents()).toEqual([
      expect.stringContaining('Hugo Helpdesk'),
      expect.stringContaining(helpdesk),
      expect.stringContaining('User Administrator'),
      expect.stringContaining('Fabrikam operations'),
      'Fabrikam',
    ])
    await page.getByText(`Leaving the group ${helpdesk} would end it.`).waitFor()
    await choose('May', /^Sana Sales/)
    await page.getByRole('heading', { level: 2, name: 'No', exact: true }).waitFor()
    await page.getByText(`Sana Sales is not a member of ${helpdesk}, which holds User Administrator.`).waitFor()
    // The address holds the question.
    await page.reload()
    await page.getByRole('heading', { level: 2, name: 'No', exact: true }).waitFor()
  })

  it('says of Sana which link is missing, adds it, and takes that back', async ({ skip }) => {
    const { page } = await opened(skip, asked('sana'))
    await page.getByRole('heading', { level: 2, name: 'No', exact: true }).waitFor()
    expect(await chain(page, 'Sana Sales').first().textContent()).toMatch(/Broken here:\s+is not a member/)
    await page.getByText('Assigned, no member').first().waitFor()
    expect(await faultsOfLooks(page, 'access')).toEqual([])
    await page.getByRole('button', { name: `Add Sana Sales to ${helpdesk}` }).click()
    await page.getByRole('heading', { level: 2, name: /^Yes, until/ }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { level: 2, name: 'No', exact: true }).waitFor()
  })

  it('names every other way, and what would end all of them', async ({ skip }) => {
    const world = await pages.world()
    const group = 'M365 GDAP License Administrator'
    const groupId = await idOf(world, '/v1.0/groups?$top=100', group)
    const hugo = await idOf(world, '/v1.0/users', 'Hugo Helpdesk')
    await assigned(world, await idOf(world, relationships, 'Fabrikam operations'), groupId, userAdministrator)
    const joined = await world.send('POST', `/v1.0/groups/${groupId}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${hugo}`,
    })
    expect(joined.status).toBe(204)
    const page = await pages.open(skip, world.at(asked('hugo')))
    const others = page.getByRole('region', { name: 'Also through' }).getByRole('listitem')
    await others.first().waitFor()
    const [first = ''] = await chain(page, 'Hugo Helpdesk').nth(1).allTextContents()
    // Either comes first; the other one is here.
    const [one, other] = first.includes(group) ? [group, helpdesk] : [helpdesk, group]
    expect(await others.allTextContents()).toEqual([
      expect.stringMatching(new RegExp(`^${other} › User Administrator › Fabrikam operations`)),
    ])
    await page.getByText(`Leaving all of these groups would end it: ${one} and ${other}.`).waitFor()
    await page.getByText(/^Fabrikam operations ends on .* and is then extended by 180 days\.$/).waitFor()
    await page.getByText('Disabling the account of Hugo Helpdesk would end it at once.').waitFor()
  })

  it('gives each role one of four verdicts, and says what would mend it', async ({ skip }) => {
    const { world, page } = await opened(skip, asked('tara', 'POST /termStore/groups'))
    await row(page, 'User Administrator').getByText('Has access').waitFor()
    await row(page, 'SharePoint Administrator').getByText('In no relationship').waitFor()
    await page
      .getByText('No relationship with Fabrikam has SharePoint Administrator and Global Administrator.')
      .waitFor()
    await page.getByText(/^Request a relationship with one of these roles/).waitFor()

    const id = await idOf(world, relationships, 'Northwind support')
    await go(page, world.at('/gdap/access?user=sana@contoso.example&tenant=northwind.example'))
    await page.getByRole('link', { name: 'Northwind support' }).first().waitFor()
    await page.getByText('The customer approves').waitFor()
    expect((await world.customer('approve', id, { tenantId: 'northwind.example' })).status).toBe(200)
    // By the feed.
    await row(page, 'License Administrator').getByText('In the relationship, no group').waitFor()
    await page.getByText(/^Northwind support has Helpdesk Administrator, but no group holds it\.$/).waitFor()
    await page.getByText('Give a group License Administrator in').waitFor()
    await assigned(world, id, 'c0117050-6207-4000-8000-000000000016', licenseAdministrator)
    await row(page, 'License Administrator').getByText('Assigned, no member').waitFor()
  })

  it('takes any method and path, and says what the server does not know', async ({ skip }) => {
    const { page } = await opened(skip, asked('tara'))
    const action = page.getByRole('combobox', { name: 'do', exact: true })
    await action.fill('GET /groups')
    await action.press('Tab')
    await page.getByText('“GET /groups”').waitFor()
    await action.fill('GET /nothing')
    await action.press('Tab')
    await page.getByText("Relata does not serve '/nothing'.").waitFor()
  })

  it('says of people at home what they need there', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap/access?user=tara@contoso.example&tenant=contoso.example')
    await page.getByRole('heading', { level: 2, name: 'Yes', exact: true }).waitFor()
    await page.getByText(/Tara Technician is at home there/).waitFor()
    await page.getByRole('button', { name: 'Show as request' }).first().click()
    await page
      .getByRole('dialog')
      .getByText(/\/_relata\/access\?user=tara%40contoso\.example/)
      .waitFor()
    expect(await axe(page)).toEqual([])
  })
})

describe('customers', () => {
  it('have one row each, and relationships, services and ways on in a panel with an address', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap/customers')
    const fabrikams = page.getByRole('row', { name: 'Fabrikam' })
    await fabrikams.getByText('Active').waitFor()
    expect(await fabrikams.textContent()).toMatch(/3 roles/)
    expect(await faultsOfLooks(page, 'customers')).toEqual([])
    await fabrikams.click()
    const panel = page.getByRole('dialog', { name: 'Fabrikam' })
    await panel.getByRole('link', { name: 'Fabrikam operations' }).waitFor()
    await panel.getByRole('list', { name: 'Services' }).getByRole('link', { name: 'Exchange' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/gdap/customers/${fabrikam}`)
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe('/gdap/customers')
  })

  it('are found by name, appear by themselves, and are not shown to somebody outside of AdminAgents', async ({
    skip,
  }) => {
    const { world, page } = await opened(skip, '/gdap/customers')
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    const id = await idOf(world, relationships, 'Northwind support')
    await world.customer('approve', id, { tenantId: 'northwind.example' })
    await page.getByRole('row', { name: 'Northwind Traders' }).waitFor()
    await page.getByRole('textbox', { name: 'Find a customer' }).fill('wind')
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('q')).toBe('wind')
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Sana Sales' }).click()
    await page.getByText('Sana Sales is not in AdminAgents, so Graph shows no customers.').waitFor()
  })
})

describe('activity', () => {
  it('filters by what the server knows, keeps that in the address, and shows a record whole', async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap/activity')
    const grid = page.getByRole('grid', { name: 'Activity' })
    await grid.getByText('Northwind support').first().waitFor()
    expect(await faultsOfLooks(page, 'activity')).toEqual([])
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
      world: world.id,
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

  it('gives all rows of the filter as a file, and says when nothing fits', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap/activity?q=Northwind')
    await page.getByRole('grid', { name: 'Activity' }).getByText('Northwind support').first().waitFor()
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV' }).click()
    const text = await readFile(await (await coming).path(), 'utf8')
    const lines = text.trim().split('\r\n')
    expect(lines[0]).toMatch(/^\uFEFF?activityDateTime,operationType,/)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines.slice(1)) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[^,]+Z,.*Northwind support/)
    await page.getByLabel('Name contains').fill('nothing-of-the-kind')
    await page.getByText(/^No record fits\./).waitFor()
  })
})
