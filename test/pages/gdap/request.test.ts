/** The page that requests a relationship, with the journey of both sides that the design counts (J8). */
import { describe, expect, it } from 'vitest'
import { faultsOfLooks, picture, usePages } from '../_pages.ts'
import { clicker, focused, made, read, relationships, titleOf, typist } from './_gdap.ts'

const pages = usePages()

type Skip = (reason: string) => never

async function opened(skip: Skip, address: string) {
  const world = await pages.world()
  const page = await pages.open(skip, world.at(address))
  return { world, page }
}

describe('requesting a relationship', () => {
  it('is sent in six clicks, and approved by the customer in one, by the link that was copied (J8)', async ({
    skip,
  }) => {
    const { world, page } = await opened(skip, '/gdap')
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
    expect(count()).toBe(6)
    const copy = page.getByRole('button', { name: 'Copy the link' })
    await copy.waitFor()
    expect(await focused(page)).toBe('Copy the link')
    await page.keyboard.press('Enter')
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    const id = link.split('/').at(-1) ?? ''
    const { port } = new URL(pages.server().origin)
    expect(link).toBe(
      `https://${world.id}.w.localhost:${port}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${id}`,
    )
    expect(await read(world, id)).toMatchObject({
      status: 'approvalPending',
      duration: 'P730D',
      autoExtendDuration: 'P180D',
    })
    expect(await page.getByRole('textbox', { name: 'Text for a mail' }).inputValue()).toContain(link)
    expect(await faultsOfLooks(page, 'gdap-sent')).toEqual([])
    await page.getByRole('button', { name: 'Open the relationship' }).click()
    await titleOf(page, 'Journey eight')
    const customer = await page.context().newPage()
    const answer = clicker()
    await customer.goto(link)
    await answer.click(customer.getByRole('button', { name: 'Approve' }))
    expect(answer.count()).toBe(1)
    // The partner's page hears of it.
    await page.getByRole('button', { name: 'Turn auto extend off' }).waitFor()
    await customer.close()
    expect((await read(world, id)).status).toBe('active')
  })

  it('is sent by the keyboard alone (J8)', async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap')
    const keys = typist(page)
    const at = (name: string) => expect.poll(() => focused(page)).toBe(name)
    await page.getByRole('heading', { level: 1 }).focus()
    // View, save, the requests, and the button.
    await keys.press('Tab', 'Tab', 'Tab', 'Tab')
    await at('Request a relationship')
    await keys.press('Enter')
    await titleOf(page, 'Request a relationship')
    await page.getByRole('button', { name: 'Add a bundle of roles' }).waitFor()
    await at('Request a relationship')
    // Another one to be like, four links to the steps, and the bundles.
    await keys.press('Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab')
    await at('Add a bundle of roles')
    await keys.press('Enter')
    await page.getByRole('menuitem', { name: /Service desk agent/ }).waitFor()
    await keys.press('ArrowDown', 'Enter')
    await page.getByText('2 roles chosen').first().waitFor()
    await at('Add a bundle of roles')
    // Over the list of roles, by the link to the second step.
    await keys.press('Shift+Tab', 'Shift+Tab', 'Shift+Tab')
    await at('2 Terms')
    await keys.press('Enter', 'Tab')
    await keys.type('By keys')
    await page.getByText('This name is free.').waitFor()
    // Its end, the extension, whose it is.
    await keys.press('Tab', 'Tab', 'Tab', 'Tab')
    await keys.type('Fabri')
    await page.getByRole('option', { name: /Fabrikam/ }).waitFor()
    await keys.press('ArrowDown', 'Enter')
    await page.getByText(/fabrikam\.example ·/).waitFor()
    await keys.press('Tab', 'Enter')
    await page.getByText('By keys waits for approval').first().waitFor()
    expect(keys.pressed()).toHaveLength(27)
    await at('Copy the link')
    const { body } = await world.send('GET', `${relationships}?$filter=displayName eq 'By keys'`)
    expect(body.value).toMatchObject([{ status: 'approvalPending' }])
  })

  it('says at each field what is wrong, before it is sent and after', { timeout: 40_000 }, async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap/new')
    await made(world, { name: 'Taken name', until: 'created' })
    const create = page.getByRole('button', { name: 'Create and send for approval' })
    await create.click()
    await page.getByText('A name is needed.').first().waitFor()
    await page.getByText('Choose a customer, or enter the id of a tenant.').first().waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('Taken name')
    await page.getByText('A relationship of this name exists already.').waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('Free name')
    await page.getByRole('textbox', { name: /^Ends after/ }).fill('731')
    await page.getByText('From 1 to 730 days.').waitFor()
    // The boxes of 145 roles are all alike: a few are looked at.
    await page.getByRole('textbox', { name: /^Search \d+ roles/ }).fill('security')
    expect(await faultsOfLooks(page, 'gdap-new')).toEqual([])
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

  it('takes over roles and terms of another one, and keeps a draft, which is deleted and put back', async ({
    skip,
  }) => {
    const { world, page } = await opened(skip, '/gdap')
    const from = await made(world, { name: 'To be copied', days: 90 })
    await page.goto(`${pages.server().origin}${world.at(`/gdap/new?from=${from}`)}`)
    await page.getByText('Roles and terms of To be copied are taken over.').first().waitFor()
    await page.getByText('2 roles chosen').first().waitFor()
    await page.getByRole('textbox', { name: /^Name/ }).fill('A draft')
    await page.getByRole('button', { name: 'Keep as a draft' }).click()
    await titleOf(page, 'A draft')
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(await read(world, id)).toMatchObject({ status: 'created', duration: 'P90D' })
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete the draft' }).click()
    await titleOf(page, 'Relationships')
    expect((await world.send('GET', `${relationships}/${id}`)).status).toBe(404)
    await page.keyboard.press('Control+z')
    await page.getByRole('row', { name: 'A draft' }).waitFor()
  })

  it('shows what somebody else has made of a draft meanwhile, and which of the two stays', {
    timeout: 40_000,
  }, async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap')
    const id = await made(world, { name: 'A draft', days: 90, until: 'created' })
    const save = page.getByRole('button', { name: 'Save the draft' })
    const name = page.getByRole('textbox', { name: /^Name/ })
    const edited = async (mine: string, theirs: object): Promise<void> => {
      await page.goto(`${pages.server().origin}${world.at(`/gdap/new?edit=${id}`)}`)
      await titleOf(page, 'Edit the draft')
      // The boxes of all roles are alike: a few are looked at.
      await page.getByRole('textbox', { name: /^Search \d+ roles/ }).fill('security')
      await name.fill(mine)
      await page.getByText('This name is free.').waitFor()
      expect(
        (await world.send('PATCH', `${relationships}/${id}`, theirs, { headers: { 'if-match': '*' } })).status,
      ).toBe(200)
      await save.click()
    }
    // Another field: both are kept, and nobody is asked.
    await edited('Changed by me', { duration: 'P60D' })
    await page
      .getByText(/meanwhile: Duration\. Both are kept\./)
      .first()
      .waitFor()
    await titleOf(page, 'Changed by me')
    expect(await read(world, id)).toMatchObject({ displayName: 'Changed by me', duration: 'P60D' })
    // The same field.
    await edited('Mine', { displayName: 'Theirs', duration: 'P30D' })
    const dialog = page.getByRole('dialog', { name: 'Theirs was changed meanwhile' })
    await dialog.getByRole('row', { name: 'Name Changed by me Theirs Mine' }).waitFor()
    await dialog.getByText('Kept as they have it: Duration.').waitFor()
    expect(await faultsOfLooks(page, 'gdap-conflict')).toEqual([])
    await dialog.getByRole('button', { name: 'Keep theirs' }).click()
    expect(await name.inputValue()).toBe('Theirs')
    expect((await read(world, id)).displayName).toBe('Theirs')
    await edited('Mine', { displayName: 'Theirs again' })
    await page.getByRole('button', { name: 'Use mine' }).click()
    await titleOf(page, 'Mine')
    expect(await read(world, id)).toMatchObject({ displayName: 'Mine', duration: 'P30D' })
    await picture(page, 'gdap-draft')
  })

  it('edits nothing but drafts, and says so', async ({ skip }) => {
    const { world, page } = await opened(skip, '/gdap')
    const id = await made(world, { name: 'Sent already', until: 'approvalPending' })
    await page.goto(`${pages.server().origin}${world.at(`/gdap/new?edit=${id}`)}`)
    await page.getByText(/^Only a draft can be edited\. Not while it is “Waits for approval”/).waitFor()
    await page.getByRole('link', { name: 'Sent already' }).click()
    await titleOf(page, 'Sent already')
  })
})
