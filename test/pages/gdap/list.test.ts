/** The list of relationships: its views and its preview, and what is done with many at once (J9). */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axe, faultsOfLooks, go, type PageWorld, show, usePages } from '../_pages.ts'
import {
  assign,
  assignments,
  clicker,
  drafts,
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

/** In a world of its own, after `prepare` has made it. */
async function opened(skip: Skip, address: string, prepare: (world: PageWorld) => Promise<unknown> = async () => {}) {
  const world = await pages.world()
  const prepared = prepare(world)
  await prepared
  const page = await pages.open(skip, world.at(address))
  return { world, page }
}

const rowOf = (page: Page, name: string) => page.getByRole('row', { name, exact: true })
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name)

describe('views of the list', () => {
  it('are in the address, which a reload keeps, and lifted filter by filter', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap/relationships?status=created&q=only', (world) =>
      made(world, { name: 'Only a draft', until: 'created' }),
    )
    await rowOf(page, 'Only a draft').waitFor()
    await page.getByText('1 relationship', { exact: true }).waitFor()
    await page.reload()
    await rowOf(page, 'Only a draft').waitFor()
    await page.getByRole('searchbox', { name: 'Customer or name' }).fill('nothing has this name')
    await page.getByText('No relationship matches.').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Lift the filter nothing has this name' }).click()
    await rowOf(page, 'Only a draft').waitFor()
    expect(parameter(page, 'q')).toBeNull()
    await rowOf(page, 'Only a draft').click()
    await titleOf(page, 'Only a draft')
  })

  it('are named, carried by a link with their name, and forgotten with a way back', async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap?status=active&sort=-ends')
    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('Last to end')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'View: Last to end', exact: true }).waitFor()
    expect([parameter(page, 'view'), parameter(page, 'sort')]).toEqual(['Last to end', '-ends'])
    await page.getByRole('button', { name: /^Ends later/ }).click()
    await page.getByRole('button', { name: 'View: Last to end, changed' }).click()
    await page.getByRole('menuitem', { name: 'Without groups' }).click()
    await page.getByRole('button', { name: 'View: Without groups' }).click()
    await page.getByRole('menuitem', { name: 'Last to end' }).click()
    await page.getByRole('button', { name: 'View: Last to end', exact: true }).click()
    expect([parameter(page, 'status'), parameter(page, 'sort'), parameter(page, 'tile')]).toEqual([
      'active',
      '-ends',
      null,
    ])
    await page.getByRole('menuitem', { name: 'Forget Last to end' }).click()
    await page.getByRole('button', { name: 'View: Active', exact: true }).waitFor()
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByRole('button', { name: 'View: Active', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Last to end', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    // Whose browser does not know it sees its name all the same.
    await page.evaluate(`localStorage.removeItem('relata.gdap.views')`)
    await page.goto(`${pages.server().origin}${world.at('/gdap?status=active&view=Of a colleague')}`)
    await page.getByRole('button', { name: 'View: Of a colleague' }).waitFor()
  })

  it('tell how many assignments are in force, and find those without groups and those that failed', async ({
    skip,
  }) => {
    const { page } = await opened(skip, '/gdap?q=Counted', async (own) => {
      const [some, failed] = [await made(own, { name: 'Counted some' }), await made(own, { name: 'Counted failed' })]
      await made(own, { name: 'Counted none' })
      const [desk, sales] = [await group(own, 'HelpdeskAgents'), await group(own, 'SalesAgents')]
      await assign(own, some, desk)
      await assign(own, failed, desk)
      await rule(own, { latencySeconds: { assignment: 3600 } })
      await assign(own, some, sales)
      await rule(own, { failing: { machine: 'assignment', groupId: sales } })
      await assign(own, failed, sales)
      await own.control('POST', '/_relata/clock', { advance: 'PT2H' })
      await rule(own, { latencySeconds: { assignment: 3600 } })
      await assign(own, some, await group(own, 'AdminAgents'))
    })
    const groups = (name: string) => rowOf(page, name).getByRole('gridcell').last()
    await rowOf(page, 'Counted some').waitFor()
    expect(await groups('Counted failed').textContent()).toMatch(/^1 of 2/)
    expect(await groups('Counted none').textContent()).toBe('none')
    expect(await groups('Counted some').textContent()).toMatch(/^\d of 3/)
    for (const [preset, name] of [
      ['Failed assignments', 'Counted failed'],
      ['Without groups', 'Counted none'],
    ] as const) {
      await page.getByRole('button', { name: /^View:/ }).click()
      await page.getByRole('menuitem', { name: preset }).click()
      await rowOf(page, name).waitFor()
    }
    expect(await rowOf(page, 'Counted some').count()).toBe(0)
  })

  it('are not shown to somebody outside of AdminAgents, who is told whom to ask', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap')
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Hugo Helpdesk' }).click()
    await page.getByText(/^You are not in AdminAgents.*Members are:/).waitFor()
    expect(await axe(page)).toEqual([])
  })
})

describe('the preview beside the list', () => {
  it('opens by Space, walks with the arrows and by its buttons, is in the address, and gives the focus back', {
    timeout: 40_000,
  }, async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap?q=Looked', async (own) => {
      // One after the other: those of one customer are in the order of their ids.
      for (const name of ['Looked at a', 'Looked at b', 'Looked at c']) await made(own, { name })
    })
    const preview = page.getByRole('complementary', { name: /^Preview of/ })
    await rowOf(page, 'Looked at a').waitFor()
    await page.getByRole('gridcell').and(page.locator('[tabindex="0"]')).focus()
    await page.keyboard.press(' ')
    await preview.getByRole('heading', { name: 'Looked at a' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await preview.getByRole('heading', { name: 'Looked at b' }).waitFor()
    expect(await rowOf(page, 'Looked at b').getAttribute('aria-current')).toBe('true')
    await page.keyboard.press('Shift+ ')
    await page.getByText('1 selected', { exact: true }).waitFor()
    expect(await rowOf(page, 'Looked at b').getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('F6')
    await page.keyboard.press('Shift+F6')
    await preview.getByRole('button', { name: 'Next' }).click()
    await preview.getByRole('heading', { name: 'Looked at c' }).waitFor()
    expect(await preview.getByRole('button', { name: 'Next: this is the last' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
    await page.waitForURL(/preview=/)
    // Away from the button, whose tooltip lies outside of the parts of the page.
    await page.mouse.move(600, 4)
    await page.getByRole('tooltip').waitFor({ state: 'hidden' })
    expect(await faultsOfLooks(page, 'gdap-preview')).toEqual([])
    await preview.getByRole('button', { name: 'Turn auto extend on' }).click()
    await preview.getByRole('button', { name: 'Turn auto extend off' }).waitFor()
    await page.reload()
    await preview.getByRole('heading', { name: 'Looked at c' }).waitFor()
    await preview.getByRole('button', { name: 'Previous' }).click()
    await preview.getByRole('heading', { name: 'Looked at b' }).waitFor()
    await page.keyboard.press('Escape')
    await preview.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Fabrikam')
    await page.keyboard.press('Enter')
    await titleOf(page, 'Looked at b')
    await go(page, world.at('/gdap?q=Looked'))
    // By the mouse as well, and over the list where there is no room beside it.
    await show(page, { width: 800 })
    await page.getByRole('button', { name: 'Preview of Looked at a' }).click()
    await page.getByRole('dialog', { name: 'Looked at a' }).waitFor()
    expect(await axe(page)).toEqual([])
  })
})

/** Holds what is sent in batches that change something, until it is let go. */
async function brake(page: Page) {
  let letGo = (): void => {}
  const gate = new Promise<void>((done) => {
    letGo = done
  })
  await page.route('**/v1.0/$batch', async (route) => {
    if (route.request().postData()?.includes('"PATCH"') === true) await gate
    await route.continue()
  })
  return { letGo }
}

describe('many relationships', () => {
  it('are extended at once with three clicks, and put back (J9)', async ({ skip }) => {
    let ids: readonly string[] = []
    const { world, page } = await opened(skip, '/gdap', async (own) => {
      ids = await Promise.all(['Nine a', 'Nine b', 'Nine c'].map((name) => made(own, { name, days: 20 })))
    })
    const { click, count } = clicker()
    await click(page.getByRole('button', { name: /^Ends in 30 days/ }))
    await page.getByText('3 relationships', { exact: true }).waitFor()
    await click(page.getByRole('checkbox', { name: 'Select all' }))
    await click(page.getByRole('button', { name: 'Turn auto extend on' }))
    expect(count()).toBe(3)
    await page.getByText('3 done, 0 failed, 0 left as they were', { exact: true }).waitFor()
    for (const id of ids) expect((await read(world, id)).autoExtendDuration).toBe('P180D')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page
      .getByText(/^Taken back/)
      .first()
      .waitFor()
    for (const id of ids) expect((await read(world, id)).autoExtendDuration).toBe('PT0S')
  })

  it('are worked on while other pages are shown; what was cancelled or cut off is gone on with; all go into a file', {
    timeout: 60_000,
  }, async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap?status=created&q=Draft ', (own) => drafts(own, 105))
    const extended = async (): Promise<number> => {
      const filter = `startswith(displayName,'Draft ') and autoExtendDuration eq duration'P180D'`
      const { body } = await world.send('GET', `${relationships}?$filter=${filter}&$top=1&$count=true`)
      return body['@odata.count']
    }
    await page.getByText('106 relationships', { exact: true }).waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const chunks: Buffer[] = []
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)
    const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\r\n')
    expect(lines).toHaveLength(107)
    expect(lines.find((line) => line.includes(',Draft 105,'))).toMatch(/,created,.*,\d{4}-\d\d-\d\dT[\d:.]+Z,/)
    const select = async (): Promise<void> => {
      await page.getByRole('checkbox', { name: 'Select all' }).click()
      await page.getByRole('button', { name: 'Select all 106 that match' }).click()
      await page.getByRole('region', { name: 'Actions on the selected rows' }).getByText('106 selected').waitFor()
    }
    await select()
    const first = await brake(page)
    await page.getByRole('button', { name: 'Turn auto extend on' }).click()
    await page.getByText('It goes on while you look at other pages.').waitFor()
    await page.getByRole('link', { name: 'Customers' }).click()
    await titleOf(page, 'Customers')
    const pill = page.getByRole('button', { name: /^Turn auto extend on: \d+ of 106/ })
    await pill.waitFor()
    expect(await axe(page)).toEqual([])
    first.letGo()
    await page
      .getByText(/^Turn auto extend on: 106 done, 0 failed/)
      .first()
      .waitFor()
    await pill.waitFor({ state: 'detached' })
    expect(await extended()).toBe(106)
    await page.keyboard.press('F8')
    await page.keyboard.press('Escape')
    // Cancelled: the two batches that were under way are done.
    await go(page, world.at('/gdap?status=created&q=Draft '))
    await page.getByText('106 relationships', { exact: true }).waitFor()
    await select()
    const second = await brake(page)
    const off = page.getByRole('region', { name: 'Turn auto extend off' })
    await page.getByRole('button', { name: 'Turn auto extend off' }).click()
    await off.getByRole('button', { name: 'Cancel' }).click()
    second.letGo()
    await off.getByText('40 done, 0 failed, 0 left as they were, 66 not sent').waitFor()
    expect(await extended()).toBe(66)
    await off.getByRole('button', { name: 'Results by row' }).click()
    const results = page.getByRole('dialog', { name: 'Turn auto extend off' })
    await results.getByRole('row').nth(1).getByText('not sent').waitFor()
    expect(await faultsOfLooks(page, 'gdap-results')).toEqual([])
    await page.keyboard.press('Escape')
    // Cut off: the page is loaded anew in the middle.
    const third = await brake(page)
    page.on('dialog', (dialog) => void dialog.accept())
    await off.getByRole('button', { name: 'Go on with 66' }).click()
    await off.getByRole('button', { name: 'Cancel' }).waitFor()
    await page.reload()
    third.letGo()
    await off.getByText(/40 done, 0 failed, 0 left as they were, 66 not sent$/).waitFor()
    await off.getByRole('button', { name: 'Go on with 66' }).click()
    await off.getByText('106 done, 0 failed, 0 left as they were').waitFor()
    expect(await extended()).toBe(0)
    await off.getByRole('button', { name: 'Close' }).click()
    await off.waitFor({ state: 'detached' })
  })

  it('are left where the server does not answer, and gone on with when it does', async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap?q=Out of reach', (own) =>
      made(own, { name: 'Out of reach', until: 'created' }),
    )
    await rowOf(page, 'Out of reach').waitFor()
    await page.getByRole('checkbox', { name: 'Select Out of reach' }).check()
    const drop = { where: { path: '/v1.0/$batch' }, what: { drop: true } }
    expect((await world.control('POST', '/_relata/faults', drop)).status).toBe(201)
    await page.getByRole('button', { name: 'Turn auto extend on' }).click()
    const bar = page.getByRole('region', { name: 'Turn auto extend on' })
    await bar.getByText(/^The server could not be reached\. 0 done, .*1 not sent$/).waitFor()
    await world.control('DELETE', '/_relata/faults')
    await bar.getByRole('button', { name: 'Go on with 1' }).click()
    await bar.getByText('1 done, 0 failed, 0 left as they were').waitFor()
  })

  it('are ended together when their number is typed; what a status forbids is left, with the reason', async ({
    skip,
  }) => {
    let ids: readonly string[] = []
    const { world, page } = await opened(skip, '/gdap?q=Bulk', async (own) => {
      ids = [
        await made(own, { name: 'Bulk a' }),
        await made(own, { name: 'Bulk b' }),
        await made(own, { name: 'Bulk c', until: 'created' }),
      ]
      await assign(own, ids[0] as string, await group(own, 'HelpdeskAgents'))
    })
    await rowOf(page, 'Bulk c').waitFor()
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    await page.getByRole('button', { name: 'Terminate…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Terminate 2 relationships' })
    await dialog.getByText('Bulk a and Bulk b').waitFor()
    await dialog
      .getByRole('listitem')
      .getByText(/Hugo Helpdesk/)
      .waitFor()
    expect(await faultsOfLooks(page, 'gdap-terminate')).toEqual([])
    const confirm = dialog.getByRole('button', { name: 'Terminate' })
    expect(await confirm.getAttribute('aria-disabled')).toBe('true')
    await dialog.getByRole('textbox').fill('2')
    await confirm.click()
    await page.getByText('2 done, 0 failed, 1 left as they were', { exact: true }).first().waitFor()
    await expect.poll(() => focused(page)).toBe('Terminate…')
    await page.getByRole('button', { name: 'Results by row' }).click()
    await page.getByText(/left as it was\. Not while it is “Draft”/).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Results by row')
    for (const [at, status] of ['terminated', 'terminated', 'created'].entries())
      expect((await read(world, ids[at] as string)).status).toBe(status)
  })

  it('lose Global Administrator, and get groups by a mapping whose plan is shown before', async ({ skip }) => {
    let ids: readonly string[] = []
    const { world, page } = await opened(skip, '/gdap?q=Team', async (own) => {
      ids = [
        await made(own, { name: 'Team a', roles: [role.helpdesk, role.global] }),
        await made(own, { name: 'Team b', roles: [role.helpdesk, role.securityReader] }),
        await made(own, { name: 'Team c', roles: [role.user] }),
      ]
    })
    await rowOf(page, 'Team c').waitFor()
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    await page.getByRole('button', { name: 'Remove Global Administrator' }).click()
    await page.getByText('1 done, 0 failed, 2 left as they were', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Apply groups…' }).click()
    const panel = page.getByRole('dialog', { name: 'Apply groups to 3 relationships' })
    await panel.getByRole('combobox', { name: 'Bundle' }).click()
    await page.getByRole('option', { name: /Service desk agent/ }).click()
    await panel.getByRole('combobox', { name: 'Group' }).click()
    await page.getByRole('option', { name: 'SalesAgents' }).click()
    await panel.getByText('2 assignments made, 0 changed, in 2 relationships; 1 left as they are.').waitFor()
    expect(await axe(page)).toEqual([])
    await panel.getByRole('button', { name: 'Apply', exact: true }).click()
    await expect.poll(() => focused(page)).toBe('Apply groups…')
    await page.getByText('2 done, 0 failed, 1 left as they were', { exact: true }).waitFor()
    const sales = await group(world, 'SalesAgents')
    const held = async (id: string): Promise<readonly string[]> =>
      (await assignments(world, id)).flatMap(
        (one: { accessDetails: { unifiedRoles: { roleDefinitionId: string }[] } }) =>
          one.accessDetails.unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId),
      )
    expect(await Promise.all(ids.map(held))).toEqual([[role.helpdesk], [role.helpdesk, role.securityReader], []])
    expect((await assignments(world, ids[0] as string))[0].accessContainer.accessContainerId).toBe(sales)
  })

  it('are listed without anything that axe finds or that is cut off, at the three widths', async ({ skip }) => {
    const { page } = await opened(skip, '/gdap', (own) =>
      made(own, { name: 'MLT_Long name of a relationship', days: 3 }),
    )
    await rowOf(page, 'MLT_Long name of a relationship').waitFor()
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    expect(await faultsOfLooks(page, 'gdap-list')).toEqual([])
  })
})
