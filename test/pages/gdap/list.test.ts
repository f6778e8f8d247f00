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

/** Holds the questions about a job, until it is let go: the server works on it meanwhile. */
async function brake(page: Page) {
  const jobs = '**/_relata/gdap/jobs/*'
  let letGo = (): void => {}
  const gate = new Promise<void>((done) => {
    letGo = done
  })
  await page.route(jobs, async (route) => {
    if (route.request().method() === 'GET') await gate
    await route.continue().catch(() => undefined)
  })
  return {
    letGo: async () => {
      letGo()
      await page.unroute(jobs)
    },
  }
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

  it('are worked on by the server while other pages are shown, also after a reload; all go into a file', {
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
    await page.getByText('The server goes on with it, also without this page.').waitFor()
    await page.getByRole('link', { name: 'Customers' }).click()
    await titleOf(page, 'Customers')
    const pill = page.getByRole('button', { name: /^Turn auto extend on 0 %: 0 of 106/ })
    await pill.waitFor()
    expect(await axe(page)).toEqual([])
    // Nobody asks, and the server is done with it all the same.
    await expect.poll(extended).toBe(106)
    await page.reload()
    await titleOf(page, 'Customers')
    await pill.waitFor()
    await first.letGo()
    await page
      .getByText(/^Turn auto extend on: 106 done, 0 failed/)
      .first()
      .waitFor()
    await pill.waitFor({ state: 'detached' })
    await page.keyboard.press('F8')
    await page.keyboard.press('Escape')
    // Cancelled: what is said of it is so, however far the server had come.
    await go(page, world.at('/gdap?status=created&q=Draft '))
    await page.getByText('106 relationships', { exact: true }).waitFor()
    await select()
    const second = await brake(page)
    const off = page.getByRole('region', { name: 'Turn auto extend off' })
    await page.getByRole('button', { name: 'Turn auto extend off' }).click()
    await off.getByRole('button', { name: 'Cancel' }).click()
    await second.letGo()
    const result = off.getByText(/^\d+ done, 0 failed, 0 left as they were/)
    await result.waitFor()
    const [, done = 0, left = 0] = /^(\d+) done.*?(?:, (\d+) not sent)?$/.exec((await result.textContent()) ?? '') ?? []
    expect([Number(done) + Number(left), Number(left)]).toEqual([106, await extended()])
  })

  it('are looked at again where the server did not answer, or where one has changed meanwhile', async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap?q=Meanwhile', (own) =>
      Promise.all(['Meanwhile a', 'Meanwhile b'].map((name) => made(own, { name, until: 'created' }))),
    )
    await rowOf(page, 'Meanwhile b').waitFor()
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    const apply = '**/_relata/gdap/apply'
    await page.route(apply, (route) => route.abort('connectionaborted'), { times: 1 })
    await page.getByRole('button', { name: 'Turn auto extend on' }).click()
    const bar = page.getByRole('region', { name: 'Turn auto extend on' })
    await bar.getByText(/^The server could not be reached\. 0 done, .*2 not sent$/).waitFor()
    // On its way to the server one of them is changed by somebody else.
    const { body } = await world.send('GET', `${relationships}?$filter=displayName eq 'Meanwhile b'`)
    const [{ id, '@odata.etag': tag }] = body.value
    await page.route(
      apply,
      async (route) => {
        const change = { duration: 'P300D' }
        await world.send('PATCH', `${relationships}/${id}`, change, { headers: { 'if-match': tag } })
        await route.continue()
      },
      { times: 1 },
    )
    await bar.getByRole('button', { name: 'Go on with 2' }).click()
    await bar.getByText('1 done, 1 failed, 0 left as they were').waitFor()
    await bar.getByRole('button', { name: 'Results by row' }).click()
    const results = page.getByRole('dialog', { name: 'Turn auto extend on' })
    await results.getByRole('row').nth(1).getByText('failed. It has changed since it was read.').waitFor()
    expect(await faultsOfLooks(page, 'gdap-results')).toEqual([])
    await page.keyboard.press('Escape')
    await bar.getByRole('button', { name: 'Try 1 again' }).click()
    await bar.getByText('2 done, 0 failed, 0 left as they were').waitFor()
    expect(await read(world, id)).toMatchObject({ duration: 'P300D', autoExtendDuration: 'P180D' })
    await bar.getByRole('button', { name: 'Close' }).click()
    await bar.waitFor({ state: 'detached' })
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
