/** Administration: tenants, people, issuers, health, retention and the audit log, changed by the pages and seen by the API. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axe, axeInThemes, faultsOfLooks, go, show, usePages } from './_pages.ts'

const run = promisify(execFile)
const pages = usePages({
  auditRetention: 90,
  // As a configuration file gives it.
  sources: { auditRetention: { text: '90', from: 'relata.config.json: auditRetention', line: 3 } },
})

interface Tenant {
  readonly id: string
  readonly displayName: string
  readonly domains: readonly string[]
}

const tenants = async (): Promise<readonly Tenant[]> => {
  const answer = await fetch(`${pages.server().http}/_relata/tenants`)
  return ((await answer.json()) as { value: readonly Tenant[] }).value
}

interface Roles {
  readonly administrators: readonly string[]
  readonly groups: readonly { readonly displayName: string; readonly managers: readonly string[] }[]
}

const roles = async (): Promise<Roles> => {
  const answer = await fetch(`${pages.server().http}/_relata/term-store/roles?tenant=contoso.example`)
  return (await answer.json()) as Roles
}

const managersOf = async (group: string): Promise<readonly string[]> =>
  (await roles()).groups.find(({ displayName }) => displayName === group)?.managers ?? []

const tara = 'c0117050-05e7-4000-8000-000000000002'

/** What is said after a write, which takes it back. */
const undo = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Undo' }).last().click()
}

describe('administration of tenants', () => {
  it('adds one, gives it a domain, takes that back, and removes it by its typed name', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/tenants')
    await page.getByRole('button', { name: 'Add a tenant' }).click()
    const form = page.getByRole('dialog', { name: 'Add a tenant' })
    await form.getByLabel('Name', { exact: false }).first().fill('Litware')
    await form.getByLabel('Default domain').fill('litware.example')
    await form.getByLabel('Administrators').fill('ada@litware.example')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('row', { name: 'Litware' }).waitFor()
    expect((await tenants()).map(({ displayName }) => displayName)).toContain('Litware')

    await page.getByRole('row', { name: 'Litware' }).click()
    const panel = page.getByRole('dialog', { name: 'Litware' })
    await panel.getByLabel('Another domain').fill('litware-mail.example')
    await panel.getByRole('button', { name: 'Add', exact: true }).click()
    await panel.getByText('litware-mail.example').waitFor()
    const litware = async () => (await tenants()).find(({ displayName }) => displayName === 'Litware')
    expect((await litware())?.domains).toEqual(['litware-mail.example'])
    await panel.getByRole('button', { name: 'litware-mail.example' }).click()
    await panel.getByText('litware-mail.example').waitFor({ state: 'detached' })
    expect((await litware())?.domains).toEqual([])

    await panel.getByRole('button', { name: 'Remove the tenant' }).click()
    const question = page.getByRole('alertdialog').or(page.getByRole('dialog', { name: 'Remove Litware?' }))
    await question.getByLabel('Type “Litware”').fill('Litwar')
    const remove = question.getByRole('button', { name: 'Remove the tenant' })
    expect(await remove.getAttribute('aria-disabled')).toBe('true')
    expect(await axeInThemes(page)).toEqual([])
    await question.getByLabel('Type “Litware”').fill('Litware')
    await remove.click()
    await expect.poll(litware).toBeUndefined()
    await page.getByRole('row', { name: 'Litware' }).waitFor({ state: 'detached' })
  })

  it('says in the form what the server refuses, and takes a new name back', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/tenants?new=1')
    const form = page.getByRole('dialog', { name: 'Add a tenant' })
    await form.getByLabel('Name', { exact: false }).first().fill('Twice')
    await form.getByLabel('Default domain').fill('fabrikam.example')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await form.getByRole('alert').first().waitFor()
    expect(await form.getByLabel('Default domain').inputValue()).toBe('fabrikam.example')
    expect(await axeInThemes(page)).toEqual([])
    expect((await tenants()).map(({ displayName }) => displayName)).not.toContain('Twice')
    await form.getByRole('button', { name: 'Close' }).first().click()

    await page.getByRole('row', { name: 'Northwind Traders' }).click()
    const panel = page.getByRole('dialog', { name: 'Northwind Traders' })
    await panel.getByLabel('Name', { exact: true }).fill('Northwind Ltd')
    await panel.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog', { name: 'Northwind Ltd' }).waitFor()
    expect((await tenants()).map(({ displayName }) => displayName)).toContain('Northwind Ltd')
    await page.keyboard.press('Escape')
    await undo(page)
    await page.getByRole('row', { name: 'Northwind Traders' }).waitFor()
  })

  it('shows what another made, without being asked', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/tenants')
    await page.getByText('3 tenants').waitFor()
    const body = JSON.stringify({ displayName: 'Made elsewhere', defaultDomain: 'elsewhere.example' })
    const made = await fetch(`${pages.server().http}/_relata/tenants`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    })
    expect(made.status).toBe(201)
    await page.getByRole('row', { name: 'Made elsewhere' }).waitFor()
  })
})

describe('administration of people', () => {
  it('gives a role, changes it in the matrix, and takes it back', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/people')
    await page.getByRole('button', { name: 'Add a person' }).click()
    const form = page.getByRole('dialog', { name: 'Add a person' })
    await form.getByRole('combobox', { name: /^Person or security group/ }).pressSequentially('Tar')
    await page.getByRole('option', { name: /Tara Technician/ }).click()
    await form.getByLabel('Role').selectOption({ label: 'Manager' })
    await form.getByLabel('Term group').selectOption({ label: 'Library' })
    expect(await axe(page)).toEqual([])
    await form.getByRole('button', { name: 'Give the role' }).click()
    const cell = page.getByLabel('Role of Tara Technician in Library')
    await cell.waitFor()
    expect(await managersOf('Library')).toEqual([tara])
    await cell.selectOption({ label: 'Contributor' })
    await page.getByText('Tara Technician has the role Contributor in Library').first().waitFor()
    expect(await managersOf('Library')).toEqual([])
    await page.getByLabel('Tara Technician administers the term store').click()
    await page.getByText('Tara Technician administers the term store', { exact: true }).first().waitFor()
    expect((await roles()).administrators).toContain(tara)
    await undo(page)
    await expect.poll(async () => (await roles()).administrators).not.toContain(tara)

    const row = page.getByRole('row', { name: /app@sharepoint/ })
    await row.getByText('–').first().hover()
    await page
      .getByRole('tooltip')
      .getByText(/Stands for all applications/)
      .waitFor()

    // On a telephone each is a card with the same fields.
    await show(page, { width: 390 })
    const card = page.getByRole('article', { name: 'Tara Technician' })
    await card.getByLabel('Role of Tara Technician in Library').selectOption({ label: 'Manager' })
    await expect.poll(() => managersOf('Library')).toEqual([tara])
    expect(await page.getByRole('table').count()).toBe(0)
  })
})

describe('administration of the server', () => {
  it('checks a token, and says claim by claim why another is refused', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/issuers')
    await page.getByText('Only the built-in issuer gives tokens here.').waitFor()
    await page.getByLabel('Access token').fill(await pages.server().token())
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/^Accepted: the application/).waitFor()
    await page.getByLabel('Access token').fill('eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.AA')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/^Refused:/).waitFor()
    await page.getByText('No configured issuer has this name').waitFor()
  })

  it('shows health and versions, and names the flag, the variable and the line of each value', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/health')
    await page.getByText('Accepts requests (ready)').waitFor()
    const { version } = (await (await fetch(`${pages.server().http}/_relata/info`)).json()) as { version: string }
    await page.getByRole('definition').getByText(version, { exact: true }).waitFor()
    await page.getByRole('tab', { name: 'Retention' }).click()
    await page.getByText('RELATA_AUDIT_RETENTION').waitFor()
    await page.getByText('90 days').first().waitFor()
    await page.getByText('Set by relata.config.json: auditRetention, line 3').waitFor()
    await page.getByLabel('Find a setting').fill('rate-limit')
    await page.getByText('--rate-limit').first().waitFor()
    expect(await page.getByText('--explain').count()).toBe(0)
    expect(new URL(page.url()).searchParams.get('find')).toBe('rate-limit')
  })

  it('filters the audit log, shows a record, and exports what matches', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/audit')
    await page.getByText(/^\d+ records$/).waitFor()
    await page.getByLabel('Activity contains').fill('approved')
    await page.getByText('1 record', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('activity')).toBe('approved')
    await page.getByRole('row', { name: 'granular admin relationship approved' }).click()
    const record = page.getByRole('dialog', { name: 'granular admin relationship approved' })
    await record.getByRole('cell', { name: '"approved"' }).first().waitFor()
    expect(await axe(page)).toEqual([])
    await record.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As CSV' }).click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    const lines = text.trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(text.startsWith('\uFEFFactivityDateTime,')).toBe(true)
    expect(lines[1]).toContain('admin@fabrikam.example')

    // As a command it gets its token itself.
    await page.getByRole('button', { name: 'Show as request' }).click()
    await page.getByRole('button', { name: 'Copy as curl', exact: true }).click()
    const clipboard = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()')
    await expect.poll(clipboard).toContain('"Authorization: Bearer $token"')
    const copied = await clipboard()
    // The authority of this test server is elsewhere.
    const { stdout } = await run('bash', ['-c', copied.replaceAll("--cacert '.relata/ca.pem'", '--insecure')])
    expect(JSON.parse(stdout)).toMatchObject({ '@odata.count': 1 })
  })
})

it('shows how far the chain over the log reaches, holds the log against it, and gives both as a file', async ({
  skip,
}) => {
  const page = await pages.open(skip, '/admin/audit')
  await page.getByRole('button', { name: 'Chain' }).click()
  const panel = page.getByRole('dialog', { name: 'Chain of the audit log' })
  await panel.getByText(/^1 to \d+$/).waitFor()
  await panel.getByText(/^None yet: one is made each hour/).waitFor()
  await panel.getByText(/^To none\. A file, syslog or OTLP/).waitFor()
  await panel.getByRole('button', { name: 'Verify' }).click()
  await panel.getByText(/^Records 1 to \d+ fit the chain\. The checkpoint is signed by this server\.$/).waitFor()
  expect(await faultsOfLooks(page, 'admin-chain')).toEqual([])

  // What the server says was changed on the way.
  await page.route('**/_relata/audit?**', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: (await answer.text()).replace('Add term set', 'Add term sets') })
  })
  await panel.getByRole('button', { name: 'Verify' }).click()
  await panel.getByText('Record 2 was changed: its link is not the one of its record.').waitFor()
  await page.unroute('**/_relata/audit?**')
  await panel.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'With its chain' }).click(),
  ])
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
  expect(JSON.parse(lines[0] as string)).toMatchObject({ format: 'relata-audit/1', start: { n: 0 } })
  expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ end: { n: lines.length - 2 } })
})

const sections = {
  tenants: 'Fabrikam',
  people: 'Store administrator',
  issuers: 'Check a token',
  health: 'Accepts requests (ready)',
  // A few of the settings, which all look alike.
  'retention?find=rate': 'RELATA_AUDIT_RETENTION',
  audit: 'Northwind support',
} as const

it('has nothing in administration that axe finds or that is cut off, and is in German', async ({ skip }) => {
  const page = await pages.open(skip, '/admin')
  for (const [section, text] of Object.entries(sections)) {
    await go(page, `/admin/${section}`)
    await page.getByText(text).first().waitFor()
    expect(await faultsOfLooks(page, `admin-${section.split('?')[0]}`), section).toEqual([])
  }
  await show(page, { language: 'de' })
  await page.getByRole('heading', { level: 1, name: 'Verwaltung' }).waitFor()
  await page.getByText(/^\d+ Datensätze$/).waitFor()
  await page.getByRole('tab', { name: 'Personen' }).click()
  await page.getByRole('columnheader', { name: 'Speicheradministrator' }).waitFor()
}, 60_000)
