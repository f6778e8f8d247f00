/** GDAP in a registry: what the pages show is what the token of who signed in may read, and nothing is there to stand on the other side. */
import { describe, expect, it } from 'vitest'
import { go } from '../_pages.ts'
import { tara, useRegistryPages } from './_registry.ts'

const pages = useRegistryPages([
  'DelegatedAdminRelationship.ReadWrite.All',
  'AuditLog.Read.All',
  'User.Read.All',
  'GroupMember.Read.All',
])
const question = '/gdap/access?user=hugo@contoso.example&tenant=fabrikam.example'
const hugo = 'c0117050-05e7-4000-8000-000000000003'

describe('GDAP in a registry', () => {
  it('tells an agent who may do what at a customer, from what the agent may read, and says so', async ({ skip }) => {
    const page = await pages.signIn(skip, question, tara)
    await page.getByText(/^Computed from what Tara Technician may read as an admin agent of Contoso/).waitFor()
    await page.getByRole('heading', { level: 2, name: /^Yes, until/ }).waitFor()
    await page.getByRole('table', { name: 'Role by role' }).getByText('Has access').first().waitFor()
    // What is read aloud is empty, and no problem is told.
    expect((await page.getByRole('alert').allTextContents()).join('')).toBe('')
    await go(page, '/gdap/customers')
    await page.getByRole('row', { name: 'Fabrikam' }).getByText('Active').waitFor()
    // An agent alone may not read the log.
    await go(page, '/gdap/activity')
    await page.getByText('User is not in the allowed roles').waitFor()
  })

  it('tells whoever is no agent so', async ({ skip }) => {
    const page = await pages.signIn(skip, question, hugo)
    await page.getByText('Only members of the group AdminAgents may ask this.').waitFor()
    await go(page, '/gdap/customers')
    await page.getByText('Hugo Helpdesk is not in AdminAgents, so Graph shows no customers.').waitFor()
  })

  it('shows an administrator what happened, and has no customer’s side, which is said where an address leads there', async ({
    skip,
  }) => {
    const page = await pages.signIn(skip, '/gdap/activity')
    await page.getByRole('grid', { name: 'Activity' }).getByText('Northwind support').first().waitFor()
    await go(page, '/gdap/both')
    await page.getByText(/^A page of a stand-in only/).waitFor()
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Both sides' }).count()).toBe(0)
    await go(page, '/partners')
    await page.getByRole('heading', { level: 1, name: 'Partner relationships' }).waitFor()
    await page.getByText(/^A page of a stand-in only/).waitFor()
    await page.getByRole('button', { name: 'To the relationships' }).click()
    await page.getByRole('heading', { level: 1, name: 'Relationships' }).waitFor()
  })

  it('has the server work on many relationships as the person who asked for it', async ({ skip }) => {
    const page = await pages.signIn(skip, '/gdap?q=Fabrikam', tara)
    await page.getByRole('checkbox', { name: 'Select Fabrikam operations' }).check()
    await page.getByRole('button', { name: 'Turn auto extend off' }).click()
    await page.getByText('1 done, 0 failed, 0 left as they were', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await page
      .getByText(/^Taken back/)
      .first()
      .waitFor()
  })

  it('plans and applies templates of roles as the person who asked for it', async ({ skip }) => {
    const fabrikam = 'fab21ca0-0000-4000-8000-000000000002'
    const plan = `/gdap/templates?templates=lighthouse.account-manager&customers=${fabrikam}&step=plan`
    const page = await pages.signIn(skip, plan, tara)
    await page.getByRole('row', { name: 'Fabrikam, Create' }).waitFor()
    await page.getByRole('button', { name: 'Apply 2 steps' }).click()
    await page.getByText('Applied: 2 steps', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Plan again' }).click()
    await page.getByRole('row', { name: 'Fabrikam, Waits for approval' }).waitFor()
  })

  it('sends events where an agent says, and says why an address is refused', async ({ skip }) => {
    const page = await pages.signIn(skip, '/events?new=1')
    const form = page.getByRole('dialog', { name: 'Add a webhook' })
    await form.getByRole('textbox', { name: 'Address' }).fill('http://hooks.contoso.example/a')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await form.getByRole('alert').first().waitFor()
    await form.getByRole('textbox', { name: 'Address' }).fill('https://hooks.contoso.example/a')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('row', { name: 'hooks.contoso.example/a' }).getByText('Active').waitFor()
  })

  it('shows no target to whoever may not read what it is told of', async ({ skip }) => {
    const page = await pages.signIn(skip, '/events', hugo)
    await page.getByText(/^There is no target that you may see\./).waitFor()
    await page.getByRole('tab', { name: 'Deliveries' }).click()
    await page.getByText('Nothing has been sent: there is no target.').waitFor()
  })
})
