/** The page of one relationship: its course, groups and roles, and what its status allows. */
import { describe, expect, it } from 'vitest'
import { axeInThemes, faultsOfLooks, go, usePages } from '../_pages.ts'
import {
  advance,
  assign,
  assignments,
  clicker,
  focused,
  group,
  made,
  read,
  relationships,
  role,
  rule,
  titleOf,
} from './_gdap.ts'

const pages = usePages()

type Skip = (reason: string) => never

async function opened(skip: Skip, wanted: Parameters<typeof made>[1], query = '') {
  const world = await pages.world()
  const id = await made(world, wanted)
  const page = await pages.open(skip, world.at(`/gdap/relationships/${id}${query}`))
  await titleOf(page, wanted.name)
  return { world, id, page }
}

describe('one relationship', () => {
  it('shows a plan of assignments before it is applied, and what came of it', async ({ skip }) => {
    const { world, id, page } = await opened(skip, { name: 'Matrix' }, '?tab=groups')
    await page.getByRole('button', { name: 'Add a group' }).click()
    await page.getByRole('menuitem', { name: 'HelpdeskAgents' }).click()
    await page.getByRole('checkbox', { name: 'Helpdesk Administrator for HelpdeskAgents' }).check()
    await page.getByText('1 made, 0 changed, 0 deleted').waitFor()
    expect(await assignments(world, id)).toEqual([])
    const apply = page.getByRole('button', { name: 'Apply', exact: true })
    await apply.click()
    await page.getByText('1 assignment applied').first().waitFor()
    expect(await assignments(world, id)).toMatchObject([{ status: 'active' }])
    await page.getByRole('checkbox', { name: 'User Administrator for HelpdeskAgents' }).check()
    await page.getByText('0 made, 1 changed, 0 deleted').waitFor()
    await apply.click()
    await page.getByText('0 made, 1 changed, 0 deleted').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'Operations' }).click()
    await page.getByText('Change of an assignment').waitFor()
    await page.getByRole('tab', { name: /^Groups/ }).click()
    for (const name of ['Helpdesk Administrator', 'User Administrator'])
      await page.getByRole('checkbox', { name: `${name} for HelpdeskAgents` }).uncheck()
    await page.getByText('0 made, 0 changed, 1 deleted').waitFor()
    await apply.click()
    await page.getByText('0 made, 0 changed, 1 deleted').waitFor({ state: 'detached' })
    expect(await assignments(world, id)).toMatchObject([{ status: 'deleted' }])
  })

  it('takes a mapping from a bundle, and waits while an old assignment of the group is being deleted', {
    timeout: 40_000,
  }, async ({ skip }) => {
    const { world, id, page } = await opened(skip, { name: 'Mapped', roles: [role.helpdesk, role.user] }, '?tab=groups')
    const desk = await group(world, 'HelpdeskAgents')
    const old = await assign(world, id, desk, role.user)
    const lift = await rule(world, { latencySeconds: { removal: 3600 } })
    const gone = await world.send('DELETE', `${relationships}/${id}/accessAssignments/${old}`, undefined, {
      headers: { 'if-match': '*' },
    })
    expect(gone.status).toBe(204)
    await lift()
    await page.getByRole('button', { name: 'Apply a mapping…' }).click()
    const panel = page.getByRole('dialog', { name: 'Apply a mapping…' })
    await panel.getByText('Choose a bundle and a group.').first().waitFor()
    await panel.getByRole('combobox', { name: 'Bundle' }).click()
    await page.getByRole('option', { name: /Service desk agent/ }).click()
    await panel.getByRole('combobox', { name: 'Group' }).click()
    await page.getByRole('option', { name: 'HelpdeskAgents', exact: true }).click()
    // Of its two roles the relationship has one.
    await panel.getByText('1 made, 0 changed, 0 deleted').waitFor()
    expect(await faultsOfLooks(page, 'gdap-mapping')).toEqual([])
    await panel.getByRole('button', { name: 'Show the plan' }).click()
    const plan = page.getByRole('region', { name: 'What will happen' })
    await plan.getByText(/HelpdeskAgents: .*Helpdesk Administrator/).waitFor()
    await expect.poll(() => focused(page)).toBe('What will happen')
    await plan.getByRole('button', { name: 'Apply', exact: true }).click()
    await plan.getByText(/the old assignment is still being deleted; trying again/).waitFor()
    await advance(world, 'PT1H')
    await plan.waitFor({ state: 'detached' })
    expect((await assignments(world, id)).map(({ status }: { status: string }) => status).sort()).toEqual([
      'active',
      'deleted',
    ])
  })

  it('says of each action that its status forbids which status allows it, and how it gets there', async ({ skip }) => {
    const { world, id, page } = await opened(skip, { name: 'Forbidding', until: 'approvalPending' })
    const reasons = async (): Promise<readonly string[]> => {
      await page.getByRole('button', { name: 'More actions' }).click()
      const items = page.locator('[role="menuitem"][aria-disabled="true"]')
      await items.first().waitFor()
      const texts = await items.allTextContents()
      await page.keyboard.press('Escape')
      return texts
    }
    const waits =
      'Not while it is “Waits for approval”. Possible as: Active. It becomes active when the customer approves.'
    expect((await reasons()).filter((text) => text.includes(waits))).toEqual([
      `Remove Global Administrator${waits}`,
      `Terminate…${waits}`,
    ])
    await world.customer('reject', id, { tenantId: 'fabrikam.example' })
    await page.getByText('Declined').first().waitFor()
    const found = await reasons()
    expect(found.length).toBeGreaterThan(3)
    for (const text of found) expect(text).toContain('It does not come back: request another one.')
    await page.getByRole('tab', { name: 'Groups' }).click()
    const map = page.getByRole('button', { name: 'Apply a mapping…' })
    expect(await map.getAttribute('aria-disabled')).toBe('true')
    await map.focus()
    await page.getByRole('tooltip', { name: /Not while it is “Declined”/ }).waitFor()
  })

  it('switches the automatic extension, and back by Undo', async ({ skip }) => {
    const { world, id, page } = await opened(skip, { name: 'Extended' })
    await page.getByRole('button', { name: 'Turn auto extend on' }).click()
    await page.getByRole('button', { name: 'Turn auto extend off' }).waitFor()
    expect((await read(world, id)).autoExtendDuration).toBe('P180D')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByRole('button', { name: 'Turn auto extend on' }).waitFor()
    expect((await read(world, id)).autoExtendDuration).toBe('PT0S')
  })

  it('shows what Graph answers to an old tag', async ({ skip }) => {
    const { page } = await opened(skip, { name: 'Old tag' }, '?tab=json')
    await page.getByRole('button', { name: 'Send a change with an old tag' }).click()
    await page.getByText('Somebody has changed it meanwhile').waitFor()
    await page.getByText('preconditionFailed').waitFor()
  })

  it('is ended when its name is typed, after it has said who loses access', async ({ skip }) => {
    const { world, id, page } = await opened(skip, { name: 'To be ended' })
    await assign(world, id, await group(world, 'HelpdeskAgents'))
    await page.getByRole('tab', { name: 'Groups 1' }).waitFor()
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Terminate…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByRole('listitem')
      .getByText(/Hugo Helpdesk/)
      .waitFor()
    const confirm = dialog.getByRole('button', { name: 'Terminate' })
    expect(await confirm.getAttribute('aria-disabled')).toBe('true')
    expect(await axeInThemes(page)).toEqual([])
    await dialog.getByRole('textbox').fill('To be')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('More actions')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Terminate…' }).click()
    expect(await dialog.getByRole('textbox').inputValue()).toBe('')
    await dialog.getByRole('textbox').fill('To be ended')
    await page.keyboard.press('Enter')
    await page.getByText('Ended', { exact: true }).first().waitFor()
    expect((await read(world, id)).status).toBe('terminated')
  })

  it('jumps to its end, where it is expired, and goes home (J12)', async ({ skip }) => {
    const { world, id, page } = await opened(skip, { name: 'Twelve', days: 40 })
    const { click, count } = clicker()
    // After its move, the clock is read after all else.
    const gate = Promise.withResolvers<void>()
    let isMoved = false
    await page.route(/\/_relata\/clock$/, async (route) => {
      if (route.request().method() === 'POST') isMoved = true
      else if (isMoved) await gate.promise
      await route.continue()
    })
    await click(page.getByRole('button', { name: 'Jump there: Ends' }))
    await page.getByText('Expired', { exact: true }).first().waitFor()
    gate.resolve()
    expect((await read(world, id)).status).toBe('expired')
    // Its terms are told by the clock as it stands now.
    await page.locator('dd').getByText('40 days ago').first().waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Expired', { exact: true }).first().waitFor({ state: 'detached' })
    expect((await read(world, id)).status).toBe('active')
    await click(page.getByRole('button', { name: 'Jump there: Ends' }))
    await page.getByText('Expired', { exact: true }).first().waitFor()
    await click(page.getByRole('button', { name: 'True time', exact: true }))
    await page
      .getByText(/^The clock shows .* Nothing was due\.$/)
      .first()
      .waitFor()
    expect(count()).toBe(3)
    const { now } = (await (await world.control('GET', '/_relata/clock')).json()) as { now: string }
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000)
  })

  it('keeps what it has shown of the past when the records of it lapse, and after that what requests tell', async ({
    skip,
  }) => {
    const { page } = await opened(skip, { name: 'Long ago', days: 40 })
    const stepOf = (name: string) =>
      page.getByRole('list', { name: 'Course of the relationship' }).getByRole('listitem').filter({ hasText: name })
    await stepOf('Approved').getByText('admin@fabrikam.example').waitFor()
    const [sent = '', approved = ''] = await Promise.all([
      stepOf('Sent for approval').locator('time').getAttribute('datetime'),
      stepOf('Approved').locator('time').getAttribute('datetime'),
    ]).then((all) => all.map((one) => one ?? ''))
    const records = page.waitForResponse(/directoryAudits/)
    await page.getByRole('button', { name: 'Jump there: Ends' }).click()
    await page.getByText('Expired', { exact: true }).first().waitFor()
    await records
    await stepOf('Approved').getByText('admin@fabrikam.example').waitFor()
    expect(await stepOf('Approved').locator('time').getAttribute('datetime')).toBe(approved)
    await page.reload()
    await expect.poll(() => stepOf('Sent for approval').locator('time').getAttribute('datetime')).toBe(sent)
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

  it('has nothing in any tab that axe finds or that is cut off, and speaks German', { timeout: 60_000 }, async ({
    skip,
  }) => {
    const { world, id, page } = await opened(skip, { name: 'Looked at' })
    await assign(world, id, await group(world, 'HelpdeskAgents'))
    for (const [tab, shown] of Object.entries(shownIn)) {
      await go(page, world.at(`/gdap/relationships/${id}?tab=${tab}`))
      await page.locator(shown).first().waitFor()
      expect([tab, await faultsOfLooks(page, `gdap-${tab}`)]).toEqual([tab, []])
    }
    await page.goto(`${pages.server().origin}${world.at(`/gdap/relationships/${id}?ui=de&tab=activity`)}`)
    await page.getByText('Beziehung aktiv').waitFor()
    await page.getByRole('list', { name: 'Verlauf der Beziehung' }).getByText('Genehmigt').waitFor()
  })
})
