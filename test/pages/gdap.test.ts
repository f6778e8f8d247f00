/** The partner's pages of GDAP: the list, a request, and one relationship, with the journeys that the design counts. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axe, layoutFaults, picture, usePages } from './_pages.ts'

const pages = usePages()
const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const fabrikam = 'fab21ca0-0000-4000-8000-000000000001'
const role = {
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  user: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  global: '62e90394-69f5-4237-9190-012177145e10',
}

interface Wanted {
  readonly name: string
  readonly days?: number
  readonly roles?: readonly string[]
  /** How far it goes. Absent: to `active`. */
  readonly until?: 'created' | 'approvalPending'
}

/** Made through the API, as a partner's program would. */
async function made({ name, days = 365, roles = [role.helpdesk, role.user], until }: Wanted): Promise<string> {
  const server = pages.server()
  const { tenants } = await customers()
  const { status, body } = await server.send('POST', relationships, {
    displayName: name,
    duration: `P${days}D`,
    customer: { tenantId: tenants },
    accessDetails: { unifiedRoles: roles.map((roleDefinitionId) => ({ roleDefinitionId })) },
  })
  expect(status).toBe(201)
  if (until === 'created') return body.id
  await server.send('POST', `${relationships}/${body.id}/requests`, { action: 'lockForApproval' })
  if (until === 'approvalPending') return body.id
  expect((await server.customer('approve', body.id, { tenantId: tenants })).status).toBe(200)
  return body.id
}

async function customers(): Promise<{ readonly tenants: string }> {
  const { body } = await pages
    .server()
    .send('GET', `/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='fabrikam.example')`)
  return { tenants: body.tenantId ?? fabrikam }
}

async function read(id: string) {
  return (await pages.server().send('GET', `${relationships}/${id}`)).body
}

/** Counts the clicks of a journey. */
function clicker() {
  let clicks = 0
  return {
    count: () => clicks,
    click: async (target: ReturnType<Page['getByRole']>) => {
      clicks += 1
      await target.click()
    },
  }
}

const titleOf = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

describe('requesting a relationship', () => {
  it('is sent in six clicks, and the link is copied; the customer approves and the page shows it (J8)', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/gdap')
    const { click, count } = clicker()
    await click(page.getByRole('button', { name: 'Request a relationship' }))
    await click(page.getByRole('button', { name: 'Add a bundle of roles' }))
    await click(page.getByRole('menuitem', { name: /Service desk agent/ }))
    await page.getByText('2 roles chosen').first().waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('Journey eight')
    await page.getByText('This name is free.').waitFor()
    await click(page.getByRole('combobox', { name: /^Customer/ }))
    await click(page.getByRole('option', { name: /Fabrikam/ }))
    await click(page.getByRole('button', { name: 'Create and send for approval' }))
    await page.getByText('Journey eight waits for approval').first().waitFor()
    expect(count()).toBeLessThanOrEqual(6)
    await page.getByRole('button', { name: 'Copy the link' }).waitFor()
    // It has the focus.
    await page.keyboard.press('Enter')
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    const id = link.split('/').at(-1) ?? ''
    expect(link).toBe(`${pages.server().origin}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${id}`)
    expect(await read(id)).toMatchObject({ status: 'approvalPending', duration: 'P730D', autoExtendDuration: 'P180D' })
    const mail = page.getByRole('textbox', { name: 'Text for a mail' })
    expect(await mail.inputValue()).toContain(link)
    await picture(page, 'gdap-sent')
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Open the relationship' }).click()
    await titleOf(page, 'Journey eight')
    await page.getByText('Waits for approval').first().waitFor()
    await pages.server().customer('approve', id, { tenantId: (await customers()).tenants })
    await page.getByRole('button', { name: 'Auto extend off' }).waitFor()
  })

  it('says at each field what is wrong, before it is sent and after', async ({ skip }) => {
    await made({ name: 'Taken name', until: 'created' })
    const page = await pages.open(skip, '/gdap/new')
    const create = page.getByRole('button', { name: 'Create and send for approval' })
    await create.click()
    await page.getByText('A name is needed.').first().waitFor()
    await page.getByText('Choose a customer, or enter the id of a tenant.').first().waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('Taken name')
    await page.getByText('A relationship of this name exists already.').waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('Free name')
    await page.getByRole('textbox', { name: /^Ends after/ }).fill('731')
    await page.getByText('From 1 to 730 days.').waitFor()
    await page.getByRole('textbox', { name: /^Ends after/ }).fill('P1Y')
    await page.getByText(/^365 days, until/).waitFor()
    await page.getByRole('textbox', { name: /^Search \d+ roles/ }).fill('everything directory services')
    await page.getByRole('checkbox', { name: /^Global Administrator/ }).check()
    const extend = page.getByRole('switch', { name: 'Extend automatically by six months' })
    expect(await extend.getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('combobox', { name: /^Customer/ }).fill('00000000-0000-4000-8000-00000000dead')
    await create.click()
    // The server's own words, at the field that they are about.
    await page.locator('#step-customer').getByRole('alert').waitFor()
  })

  it('takes over roles and terms of another one, and keeps a draft, which is edited and deleted', async ({ skip }) => {
    const from = await made({ name: 'To be copied', days: 90 })
    const page = await pages.open(skip, `/gdap/new?from=${from}`)
    await page.getByText('Roles and terms of To be copied are taken over.').first().waitFor()
    await page.getByText('2 roles chosen').first().waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('A draft')
    await page.getByRole('button', { name: 'Keep as a draft' }).click()
    await titleOf(page, 'A draft')
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(await read(id)).toMatchObject({ status: 'created', duration: 'P90D' })
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Edit the draft' }).click()
    await titleOf(page, 'Edit the draft')
    await page.getByRole('textbox', { name: /^Name/ }).fill('A draft, changed')
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await titleOf(page, 'A draft, changed')
    expect((await read(id)).displayName).toBe('A draft, changed')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete the draft' }).click()
    await titleOf(page, 'Relationships')
    expect((await pages.server().send('GET', `${relationships}/${id}`)).status).toBe(404)
  })
})

describe('one relationship', () => {
  it('shows a plan of assignments before it is applied, and what came of it', async ({ skip }) => {
    const id = await made({ name: 'Matrix' })
    const page = await pages.open(skip, `/gdap/relationships/${id}?tab=groups`)
    const assignments = async () =>
      (await pages.server().send('GET', `${relationships}/${id}/accessAssignments`)).body.value
    await page.getByRole('button', { name: 'Add a group' }).click()
    await page.getByRole('menuitem', { name: 'HelpdeskAgents' }).click()
    await page.getByRole('checkbox', { name: 'Helpdesk Administrator for HelpdeskAgents' }).check()
    await page.getByText('1 made, 0 changed, 0 deleted').waitFor()
    expect(await assignments()).toEqual([])
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText('1 assignment applied').first().waitFor()
    expect(await assignments()).toMatchObject([{ status: 'active' }])
    await page.getByRole('checkbox', { name: 'User Administrator for HelpdeskAgents' }).check()
    await page.getByText('0 made, 1 changed, 0 deleted').waitFor()
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText('0 made, 1 changed, 0 deleted').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'Operations' }).click()
    await page.getByText('Change of an assignment').waitFor()
    await page.getByRole('tab', { name: /^Groups/ }).click()
    for (const name of ['Helpdesk Administrator', 'User Administrator'])
      await page.getByRole('checkbox', { name: `${name} for HelpdeskAgents` }).uncheck()
    await page.getByText('0 made, 0 changed, 1 deleted').waitFor()
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText('0 made, 0 changed, 1 deleted').waitFor({ state: 'detached' })
    expect(await assignments()).toMatchObject([{ status: 'deleted' }])
  })

  it('says why a status forbids something, and shows what Graph answers to an old tag', async ({ skip }) => {
    const id = await made({ name: 'Forbidding', until: 'approvalPending' })
    const page = await pages.open(skip, `/gdap/relationships/${id}`)
    await page.getByRole('button', { name: 'More actions' }).click()
    const item = page.getByRole('menuitem', { name: /^Terminate/ })
    expect(await item.getAttribute('aria-disabled')).toBe('true')
    expect(await item.textContent()).toContain('Not while it is “Waits for approval”. Possible as: Active.')
    await page.keyboard.press('Escape')
    const active = await made({ name: 'Old tag' })
    await page.goto(`${pages.server().origin}/gdap/relationships/${active}?tab=json`)
    await page.getByRole('button', { name: 'Send a change with an old tag' }).click()
    await page.getByText('Somebody has changed it meanwhile').waitFor()
    await page.getByText('preconditionFailed').waitFor()
  })

  it('switches the automatic extension, and back by Undo', async ({ skip }) => {
    const id = await made({ name: 'Extended' })
    const page = await pages.open(skip, `/gdap/relationships/${id}`)
    await page.getByRole('button', { name: 'Auto extend on' }).click()
    await page.getByRole('button', { name: 'Auto extend off' }).waitFor()
    expect((await read(id)).autoExtendDuration).toBe('P180D')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByRole('button', { name: 'Auto extend on' }).waitFor()
    expect((await read(id)).autoExtendDuration).toBe('PT0S')
  })

  it('is ended when its name is typed', async ({ skip }) => {
    const id = await made({ name: 'To be ended' })
    const page = await pages.open(skip, `/gdap/relationships/${id}`)
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Terminate…' }).click()
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Terminate' })
    expect(await confirm.getAttribute('aria-disabled')).toBe('true')
    expect(await axe(page)).toEqual([])
    await page.getByRole('dialog').getByRole('textbox').fill('To be ended')
    await confirm.click()
    await page.getByText('Ended', { exact: true }).first().waitFor()
    expect((await read(id)).status).toBe('terminated')
  })
})

describe('many relationships', () => {
  it('are extended at once with three clicks, and put back (J9)', async ({ skip }) => {
    const ids = await Promise.all(['Nine a', 'Nine b', 'Nine c'].map((name) => made({ name, days: 20 })))
    const page = await pages.open(skip, '/gdap')
    const { click, count } = clicker()
    await click(page.getByRole('button', { name: /^Ends in 30 days/ }))
    await page.getByText('Nine c').waitFor()
    await click(page.getByRole('checkbox', { name: 'Select all' }))
    await click(page.getByRole('button', { name: 'Auto extend on' }))
    expect(count()).toBe(3)
    await page.getByRole('button', { name: 'Results by row' }).waitFor()
    for (const id of ids) expect((await read(id)).autoExtendDuration).toBe('P180D')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByText(/^Taken back/).waitFor()
    for (const id of ids) expect((await read(id)).autoExtendDuration).toBe('PT0S')
  })

  it('are ended together when their number is typed; what a status forbids is left, with the reason', async ({
    skip,
  }) => {
    const [first, second] = await Promise.all([made({ name: 'Bulk a' }), made({ name: 'Bulk b' })])
    const draft = await made({ name: 'Bulk c', until: 'created' })
    const page = await pages.open(skip, '/gdap?q=Bulk')
    await page.getByText('Bulk c').waitFor()
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    await page.getByRole('button', { name: 'Terminate…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Terminate 2 relationships' })
    await dialog.getByRole('textbox').fill('2')
    await dialog.getByRole('button', { name: 'Terminate' }).click()
    await page.getByText('2 done, 0 failed, 1 left as they were', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Results by row' }).click()
    await page.getByText(/left as it was\. Not while it is “Draft”/).waitFor()
    expect(await axe(page)).toEqual([])
    for (const id of [first, second]) expect((await read(id)).status).toBe('terminated')
    expect((await read(draft)).status).toBe('created')
  })

  it('have a view in the address, which a reload keeps, and filters that are lifted', async ({ skip }) => {
    await made({ name: 'Only a draft', until: 'created' })
    const page = await pages.open(skip, '/gdap/relationships?status=created&q=only')
    await page.getByText('Only a draft').waitFor()
    await page.getByText('1 relationship', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('Only a draft').waitFor()
    await page.getByRole('searchbox', { name: 'Customer or name' }).fill('nothing has this name')
    await page.getByText('No relationship matches.').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Lift the filter nothing has this name' }).click()
    await page.getByText('Only a draft').waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBeNull()
    await page.getByRole('row', { name: 'Only a draft' }).click()
    await titleOf(page, 'Only a draft')
  })

  it('are written as CSV with ISO instants', async ({ skip }) => {
    const id = await made({ name: 'In a file, "quoted"' })
    const page = await pages.open(skip, '/gdap?q=In a file')
    await page.getByText('1 relationship', { exact: true }).waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const stream = await file.createReadStream()
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const { endDateTime } = await read(id)
    expect(text).toContain(`${id},"In a file, ""quoted""",active,`)
    expect(text).toContain(endDateTime)
    expect(text.trimEnd().split('\r\n')).toHaveLength(2)
  })

  it('are not shown to somebody outside of AdminAgents, who is told whom to ask', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap')
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Hugo Helpdesk' }).click()
    await page.getByText(/^You are not in AdminAgents.*Members are:/).waitFor()
    expect(await axe(page)).toEqual([])
  })
})

/** What a tab shows when it has been read. */
const shownIn = {
  overview: '#gdap-panel dl',
  groups: '#gdap-panel :is(input[type=checkbox])',
  operations: '#gdap-panel div:not(:empty)',
  requests: '#gdap-panel table',
  activity: '#gdap-panel table',
  json: '#gdap-panel details',
}

describe('the pages of relationships', () => {
  /** Each theme at one width, and the narrowest and the widest in one theme each: what is narrow in German. */
  const looks = [
    ['light', 390, 'de'],
    ['light', 1024, 'en'],
    ['dark', 1024, 'en'],
    ['contrast', 1024, 'de'],
    ['light', 1920, 'en'],
  ] as const
  for (const [theme, width, language] of looks)
    it(`have nothing that axe finds or that is cut off, ${theme}, ${width} wide, ${language}`, {
      timeout: 120_000,
    }, async ({ skip }) => {
      const id = await made({ name: `Looked at ${theme} ${width}` })
      await pages.server().send('POST', `${relationships}/${id}/accessAssignments`, {
        accessContainer: { accessContainerId: await helpdeskAgents(), accessContainerType: 'securityGroup' },
        accessDetails: { unifiedRoles: [{ roleDefinitionId: role.helpdesk }] },
      })
      const page = await pages.open(skip, '/gdap', { theme, width })
      const views: readonly (readonly [address: string, name: string, shown: string])[] = [
        [`/gdap?ui=${language}&q=Looked at ${theme} ${width}`, 'list', `text="Looked at ${theme} ${width}"`],
        [`/gdap/new?ui=${language}&from=${id}`, 'new', '#step-send button'],
        ...Object.entries(shownIn).map(
          ([tab, shown]) => [`/gdap/relationships/${id}?ui=${language}&tab=${tab}`, tab, shown] as const,
        ),
      ]
      for (const [address, name, shown] of views) {
        await page.goto(`${pages.server().origin}${address}`)
        await page.locator(shown).first().waitFor()
        await picture(page, `gdap-${name}-${theme}-${width}`)
        expect([address, await axe(page)]).toEqual([address, []])
        expect([address, await layoutFaults(page)]).toEqual([address, []])
      }
    })

  it('are in German where the browser is', async ({ skip }) => {
    const id = await made({ name: 'Auf Deutsch' })
    const page = await pages.open(skip, `/gdap/relationships/${id}`, { language: 'de' })
    await page.getByRole('tab', { name: 'Aktivität' }).click()
    await page.getByText('Beziehung aktiv').waitFor()
    await page.getByRole('list', { name: 'Verlauf der Beziehung' }).getByText('Genehmigt').waitFor()
    await page.goto(`${pages.server().origin}/gdap`)
    await page.getByRole('button', { name: /^Endet in 30 Tagen/ }).waitFor()
  })
})

async function helpdeskAgents(): Promise<string> {
  const { body } = await pages.server().send('GET', `/v1.0/groups?$filter=displayName eq 'HelpdeskAgents'`)
  return body.value[0].id
}

describe('the clock', () => {
  it('jumps to the end, where the relationship is expired, and goes home (J12)', async ({ skip }) => {
    const id = await made({ name: 'Twelve', days: 40 })
    const page = await pages.open(skip, `/gdap/relationships/${id}`)
    const { click, count } = clicker()
    await click(page.getByRole('button', { name: 'Jump there: Ends' }))
    await page.getByText('Expired', { exact: true }).first().waitFor()
    expect((await read(id)).status).toBe('expired')
    await click(page.getByRole('button', { name: 'True time', exact: true }))
    await page.getByText('The clock shows the true time').first().waitFor()
    expect(count()).toBe(2)
    const { now } = await pages.server().clock()
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000)
  })
})
