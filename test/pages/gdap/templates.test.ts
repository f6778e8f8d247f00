/** Templates of roles for many customers: chosen, planned, applied by a job of the server, which is stopped, gone on with and retried. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { faultsOfLooks, type PageWorld, usePages } from '../_pages.ts'
import { assign, fabrikam, focused, group, made, relationships, role, titleOf } from './_gdap.ts'

const pages = usePages()

type Skip = (reason: string) => never

const northwind = '4021417d-0000-4000-8000-000000000003'
const nobody = '9a1c0000-0000-4000-8000-000000000c01'
const desk = 'templates=lighthouse.service-desk'

async function opened(skip: Skip, address: string, own?: PageWorld) {
  const world = own ?? (await pages.world())
  const page = await pages.open(skip, world.at(`/gdap/templates${address}`))
  await titleOf(page, 'Apply role templates')
  return { world, page }
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const rowOf = (page: Page, name: string) => page.getByRole('row', { name, exact: true })
const invitation = (id: string) =>
  new RegExp(`/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${id}$`)
const gridOf = (page: Page, name: string) => page.getByRole('grid', { name })

/** Names and statuses of the relationships that are managed. */
async function managed(world: PageWorld) {
  const { body } = await world.send('GET', `${relationships}?$filter=startswith(displayName,'rel_')&$top=300`)
  expect(body.error).toBeUndefined()
  const rows = body.value as { id: string; displayName: string; status: string; customer: { tenantId: string } }[]
  return rows.sort((a, b) => a.displayName.localeCompare(b.displayName))
}

async function approveAll(world: PageWorld): Promise<void> {
  for (const { id, status, customer } of await managed(world))
    if (status === 'approvalPending') {
      const answer = await world.customer('approve', id, { tenantId: customer.tenantId })
      expect(answer.status).toBe(200)
    }
}

/** Applies the plan that is shown, and waits for the end. */
async function applied(page: Page, end: string): Promise<void> {
  await button(page, /^Apply \d+ steps?$/).click()
  await page.getByText(end, { exact: true }).first().waitFor()
}

async function planAgain(page: Page): Promise<void> {
  await button(page, 'Plan again').click()
  await gridOf(page, 'Plan').waitFor()
}

async function fileOf(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
  return readFile(await download.path(), 'utf8')
}

/** Tab until the focus is there. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let at = 0; at < 80; at += 1) {
    const words = await page.evaluate<string>(
      `(document.activeElement.labels?.[0]?.textContent ?? '') || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent`,
    )
    if (words === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${name}`)
}

describe('templates of roles', () => {
  it('are chosen, planned, applied, and planned again until nothing is left to do', async ({ skip }) => {
    const { world, page } = await opened(skip, '')
    expect(await button(page, 'Choose customers').getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('checkbox', { name: 'Lighthouse: Service desk agent (2 roles)' }).click()
    await page.getByRole('radio', { name: /^A group for each role/ }).click()
    await page.getByText(/^\d groups? (?:is|are) made: .*M365 GDAP Security Reader/).waitFor()
    await page.getByText('Red: Microsoft marks the role as privileged.').waitFor()
    expect(await faultsOfLooks(page, 'templates-choose')).toEqual([])
    await button(page, 'Choose customers').click()
    await rowOf(page, 'Fabrikam').waitFor()
    expect(await button(page, 'Deselect 0').getAttribute('aria-disabled')).toBe('true')
    await rowOf(page, 'Fabrikam').click()
    await rowOf(page, 'Northwind Traders').getByRole('checkbox').click()
    await button(page, 'Deselect 2').waitFor()
    await page.getByText(/^2 of \d+ chosen$/).waitFor()
    expect(await faultsOfLooks(page, 'templates-customers')).toEqual([])
    await button(page, 'Show the plan').click()
    await gridOf(page, 'Plan').waitFor()
    expect(await managed(world)).toEqual([])
    const words = 'Create the relationship, send it to the customer; after approval 2 groups get their roles'
    await rowOf(page, 'Fabrikam, Create').getByText(words, { exact: true }).waitFor()
    await rowOf(page, 'Fabrikam, Create').click()
    const panel = page.getByRole('dialog', { name: 'Fabrikam' })
    await panel.getByText('with Security Reader and Helpdesk Administrator', { exact: true }).waitFor()
    expect(await panel.getByRole('listitem').allTextContents()).toEqual([
      'Create the relationshipwith Security Reader and Helpdesk Administrator',
      'Send it to the customer',
    ])
    expect(await faultsOfLooks(page, 'templates-panel', { within: '[role="dialog"]' })).toEqual([])
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await expect.poll(() => page.locator('#root').getAttribute('aria-hidden')).toBeNull()
    expect(await faultsOfLooks(page, 'templates-plan')).toEqual([])
    const csv = await fileOf(page, 'CSV')
    expect(csv.split('\r\n')[1]).toMatch(
      new RegExp(`^${fabrikam},Fabrikam,service-desk,rel_service-desk_[0-9a-f]{8}_1,create,"create; lock",,`),
    )
    const plan = JSON.parse(await fileOf(page, 'JSON'))
    expect([plan.format, plan.summary.create]).toEqual(['relata-gdap-plan/1', 2])

    await button(page, /^Apply \d steps$/).click()
    await page
      .getByText(/^Applied: \d steps$/)
      .first()
      .waitFor()
    expect((await managed(world)).map(({ status }) => status)).toEqual(['approvalPending', 'approvalPending'])
    await page.getByText(/When customers have approved, press “Plan again” and apply that plan/).waitFor()
    const invited = gridOf(page, '2 relationships wait')
    for (const { id, displayName } of await managed(world)) {
      const row = invited.getByRole('row').filter({ hasText: displayName })
      const link = row.getByRole('link', { name: displayName })
      await expect.poll(() => link.getAttribute('href')).toContain(`/gdap/relationships/${id}`)
      await row.getByRole('button', { name: 'Copy the invitation link' }).click()
      await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toMatch(invitation(id))
    }
    await button(page, 'Copy 2 links').click()
    await expect
      .poll(async () => (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n').length)
      .toBe(2)
    expect(await fileOf(page, 'Invitations as a file')).toContain(`${fabrikam},Fabrikam,`)
    expect(await faultsOfLooks(page, 'templates-done')).toEqual([])
    // An address of the job shows the same after a reload.
    await page.reload()
    await invited.waitFor()
    await planAgain(page)
    await rowOf(page, 'Fabrikam, Waits for approval').waitFor()
    await approveAll(world)
    await planAgain(page)
    await rowOf(page, 'Northwind Traders, Groups get roles').waitFor()
    await applied(page, 'Applied: 4 steps')
    await expect
      .poll(async () => {
        const [first] = await managed(world)
        const { body } = await world.send('GET', `${relationships}/${first?.id}/accessAssignments`)
        return body.value.filter(({ status }: { status: string }) => status === 'active').length
      })
      .toBe(2)
    await planAgain(page)
    await rowOf(page, 'Fabrikam, Nothing to do').waitFor()
    expect(await button(page, 'Apply 0 steps').getAttribute('aria-disabled')).toBe('true')
  }, 90_000)

  it('are applied by keys alone, each step beginning at its heading', async ({ skip }) => {
    const { world, page } = await opened(skip, '')
    await page.getByRole('checkbox', { name: /Service desk/ }).waitFor()
    await tabTo(page, 'Lighthouse: Service desk agent (2 roles)')
    await page.keyboard.press('Space')
    await tabTo(page, 'Choose customers')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Customers')
    await rowOf(page, 'Fabrikam').waitFor()
    await tabTo(page, 'Find by name or id')
    await page.keyboard.type('fabrikam')
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await tabTo(page, 'Fabrikam')
    await page.keyboard.press('Enter')
    await page.getByText(/^1 of \d+ chosen$/).waitFor()
    await tabTo(page, 'Show the plan')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Plan')
    await gridOf(page, 'Plan').waitFor()
    await tabTo(page, 'Fabrikam')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Fabrikam' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await tabTo(page, 'Apply 2 steps')
    await page.keyboard.press('Enter')
    await page.getByText('Applied: 2 steps', { exact: true }).first().waitFor()
    await expect.poll(() => focused(page)).toBe('Apply')
    expect((await managed(world)).map(({ customer }) => customer.tenantId)).toEqual([fabrikam])
  }, 60_000)

  it('go to chosen groups, and other groups lose what they have', async ({ skip }) => {
    const world = await pages.world()
    const made = await world.send('POST', '/v1.0/groups', {
      ...{ displayName: 'Night shift', mailEnabled: false, mailNickname: 'night', securityEnabled: true },
    })
    expect(made.status).toBe(201)
    const { page } = await opened(skip, `?${desk}&groups=own&customers=${fabrikam}`, world)
    await page.getByRole('combobox', { name: 'Groups for Security Reader' }).waitFor()
    await tabTo(page, 'Choose customers')
    await page.getByText('Choose a group for at least one role of each template.').waitFor()
    await page.getByRole('combobox', { name: 'Groups for Security Reader' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Night shift' }).click()
    expect(await page.getByRole('menuitemcheckbox', { name: 'AdminAgents' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: '3 Plan' }).click()
    await rowOf(page, 'Fabrikam, Create').waitFor()
    await applied(page, 'Applied: 2 steps')
    await approveAll(world)
    const [relationship] = await managed(world)
    await assign(world, relationship?.id ?? '', await group(world, 'HelpdeskAgents'))
    await expect.poll(async () => (await managed(world))[0]?.status).toBe('active')
    await planAgain(page)
    await gridOf(page, 'Plan').getByRole('row').nth(1).click()
    const steps = page.getByRole('dialog').getByRole('listitem')
    await expect
      .poll(() => steps.allTextContents())
      .toContain('Give the group its rolesNight shiftgets Security Reader')
  })
})

describe('a plan', () => {
  it('stops a customer with a problem and no other one, and is looked through by kind and text', async ({ skip }) => {
    const world = await pages.world()
    const { page } = await opened(skip, `?${desk}&customers=${northwind}&step=customers`, world)
    await rowOf(page, 'Northwind Traders').waitFor()
    await button(page, 'Add tenants').click()
    const text = page.getByRole('textbox', { name: 'Tenant ids, one a line' })
    await text.fill(`CustomerTenantId,CustomerName\n${nobody},Gone Ltd\nnot one`)
    await page.getByText('1 line has no tenant id').waitFor()
    expect(await faultsOfLooks(page, 'templates-add', { within: '[role="dialog"]' })).toEqual([])
    await button(page, 'Add 1 tenant').click()
    await page.getByText(/^2 of \d+ chosen$/).waitFor()
    await button(page, 'Show the plan').click()
    await rowOf(page, 'Northwind Traders, Create').waitFor()
    await rowOf(page, 'Gone Ltd, Not a customer').click()
    await page.getByText('Nothing is sent for this customer until it is solved.').waitFor()
    await page.keyboard.press('Escape')
    await button(page, '1 problems').click()
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    expect(await rowOf(page, 'Northwind Traders, Create').count()).toBe(0)
    await button(page, '1 problems').click()
    await page.getByRole('searchbox', { name: 'Find in the plan' }).fill('northw')
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await rowOf(page, 'Northwind Traders, Create').waitFor()
    // The filter is of the view, and plans nothing anew; a reload shows the same.
    await page.reload()
    await rowOf(page, 'Northwind Traders, Create').waitFor()
    expect(await rowOf(page, 'Gone Ltd, Not a customer').count()).toBe(0)
  })

  it('is opened by a link in another browser, and asks for what the link could not hold', async ({ skip }) => {
    const world = await pages.world()
    await made(world, { name: 'Their own' })
    const { page } = await opened(skip, `?${desk}&customers=all&step=plan&days=90&extend=off`, world)
    await rowOf(page, 'Fabrikam, Create').waitFor()
    const plan = JSON.parse(await fileOf(page, 'JSON'))
    expect(plan.steps[0].body).toMatchObject({ duration: 'P90D', autoExtendDuration: 'PT0S' })
    await page.goto(`${pages.server().origin}${world.at(`/gdap/templates?${desk}&customers=chosen&step=plan`)}`)
    await page.getByRole('heading', { level: 2, name: 'Customers' }).waitFor()
    await page.getByText(/^0 of \d+ chosen$/).waitFor()
  })

  it('asks for the number before relationships are ended', async ({ skip }) => {
    const world = await pages.world()
    const { page } = await opened(skip, `?templates=lighthouse.account-manager&customers=${fabrikam}&step=plan`, world)
    await rowOf(page, 'Fabrikam, Create').waitFor()
    await applied(page, 'Applied: 2 steps')
    await approveAll(world)
    const [old] = await managed(world)
    // It has another role than the template by now: it is replaced, and ends once the next one is in force.
    const { body } = await world.send('POST', relationships, {
      ...{ displayName: old?.displayName.replace(/_1$/, '_2'), duration: 'P730D', autoExtendDuration: 'P180D' },
      ...{ customer: { tenantId: fabrikam }, accessDetails: { unifiedRoles: [{ roleDefinitionId: role.helpdesk }] } },
    })
    await world.send('POST', `${relationships}/${body.id}/requests`, { action: 'lockForApproval' })
    await approveAll(world)
    await expect.poll(async () => (await managed(world)).map(({ status }) => status)).toEqual(['active', 'active'])
    await planAgain(page)
    await rowOf(page, 'Fabrikam, Terminate').waitFor()
    await button(page, 'Apply 1 step').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('1')
    await dialog.getByRole('button', { name: 'Apply 1 step' }).click()
    await page.getByText('Applied: 1 step', { exact: true }).first().waitFor()
    await expect.poll(async () => (await managed(world))[0]?.status).toMatch(/^terminat/)
  })
})

describe('the job', () => {
  it('tells what failed at which customer, and what failed is planned anew', async ({ skip }) => {
    const world = await pages.world()
    const both = `customers=${fabrikam},${northwind}`
    const { page } = await opened(skip, `?${desk}&${both}&send=off&step=plan`, world)
    await rowOf(page, 'Fabrikam, Create').waitFor()
    await applied(page, 'Applied: 2 steps')
    await page.goto(`${pages.server().origin}${world.at(`/gdap/templates?${desk}&${both}&step=plan`)}`)
    await rowOf(page, 'Fabrikam, Send to the customer').waitFor()
    const drafts = await managed(world)
    const draft = drafts.find(({ customer }) => customer.tenantId === fabrikam)
    // Somebody changes the draft meanwhile.
    const { headers } = await world.send('GET', `${relationships}/${draft?.id}`)
    const etag = headers.get('etag') ?? (await world.send('GET', `${relationships}/${draft?.id}`)).body['@odata.etag']
    const changed = await world.send(
      'PATCH',
      `${relationships}/${draft?.id}`,
      { duration: 'P30D' },
      { headers: { 'If-Match': etag } },
    )
    expect(changed.status).toBe(200)
    // Held while it is looked at.
    await page.route('**/_relata/gdap/jobs/*', async (route) => {
      const answer = await route.fetch()
      const job = (await answer.json()) as Record<string, unknown>
      await route.fulfill({ response: answer, json: { ...job, state: 'running', done: 1, failed: 0 } })
    })
    const applying = page.waitForResponse('**/_relata/gdap/apply')
    await button(page, 'Apply 2 steps').click()
    expect((await applying).status()).toBe(202)
    await button(page, /^Templates 50 %: 1 of 2 steps$/).waitFor()
    expect(await faultsOfLooks(page, 'templates-running')).toEqual([])
    await page.unrouteAll({ behavior: 'wait' })
    await page.getByText('1 of 2 steps applied, 1 failed or left out', { exact: true }).first().waitFor()
    await gridOf(page, 'What failed, by customer').getByText('It has changed since the plan was made.').waitFor()
    expect(await faultsOfLooks(page, 'templates-failed')).toEqual([])
    expect(await fileOf(page, 'CSV')).toContain(`${fabrikam},Fabrikam`)
    // The same plan would be refused again.
    expect(await button(page, 'Try 1 step again').count()).toBe(0)
    await button(page, 'Plan 1 customer anew').click()
    await rowOf(page, 'Fabrikam, Change the draft').waitFor()
    expect(await gridOf(page, 'Plan').getByRole('row').count()).toBe(2)
    await applied(page, 'Applied: 2 steps')
    expect((await managed(world)).map(({ status }) => status)).toEqual(['approvalPending', 'approvalPending'])
  }, 60_000)

  it('is stopped, found again after a reload, gone on with, and told on every page', async ({ skip }) => {
    const world = await pages.world({ seed: 'msp-9k' })
    const { page } = await opened(skip, `?${desk}&customers=all&step=plan`, world)
    // Only what is in sight is in the document.
    await gridOf(page, 'Plan').waitFor({ timeout: 60_000 })
    expect(Number(await gridOf(page, 'Plan').getAttribute('aria-rowcount'))).toBeGreaterThan(8_900)
    expect(await page.getByRole('row').count()).toBeLessThan(80)
    await page.getByRole('searchbox', { name: 'Find in the plan' }).fill('Alpine Bakery 12')
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await button(page, /^Apply [\d,]+ steps$/).click()
    await page.getByRole('progressbar', { name: 'Applying templates' }).waitFor()
    await page.reload()
    await button(page, 'Stop').click()
    const stopped = page.getByText(/^Stopped: [\d,]+ of [\d,]+ steps applied, 0 failed$/).first()
    await stopped.waitFor({ timeout: 60_000 })
    await button(page, /^Go on with [\d,]+ steps$/).click()
    // Elsewhere the bar at the top leads back to it, also after a reload.
    await button(page, /^Templates \d+ %: [\d,]+ of/).waitFor()
    await page.goto(`${pages.server().origin}${world.at('/settings')}`)
    await button(page, /^Templates \d+ %: [\d,]+ of/).click()
    await titleOf(page, 'Apply role templates')
    await button(page, 'Stop').click()
    await stopped.waitFor({ timeout: 60_000 })
    const [, done = '', total = ''] = /^Stopped: ([\d,]+) of ([\d,]+)/.exec((await stopped.textContent()) ?? '') ?? []
    const left = Number(total.replaceAll(',', '')) - Number(done.replaceAll(',', ''))
    await button(page, `Go on with ${left.toLocaleString('en')} steps`).waitFor()
  }, 180_000)

  it('that there is not is said to be none', async ({ skip }) => {
    const { page } = await opened(skip, '?job=01a22d59-db1a-7000-87ed-41c3ce88cf90')
    await page.getByRole('main').getByRole('alert').waitFor()
    await button(page, 'Other templates').click()
    await page.getByRole('heading', { level: 2, name: 'Templates' }).waitFor()
  })
})
