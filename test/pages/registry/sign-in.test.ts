/** The pages of a registry: people sign in at an issuer of theirs, see what their token opens, and sign out. */
import { describe, expect, it } from 'vitest'
import { faultsOfLooks, show } from '../_pages.ts'
import { tara, useRegistryPages } from './_registry.ts'

const pages = useRegistryPages()
const { provider, signIn } = pages

describe('the pages of a registry', () => {
  it('send whoever is not signed in to the sign-in, and say what will be asked for', async ({ skip }) => {
    const page = await pages.open(skip, '/admin/people')
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).searchParams.get('to')).toBe('/admin/people')
    await page.getByText('TermStore.ReadWrite.All').waitFor()
    await page.getByText(`Leads to ${new URL(provider().issuer).host} and back.`).waitFor()
    expect(await faultsOfLooks(page, 'sign-in')).toEqual([])
  })

  it('come back to where one wanted to go, and stay signed in over a reload', async ({ skip }) => {
    const page = await signIn(skip, '/admin/tenants')
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
    await page.getByRole('button', { name: 'Administrator, Contoso' }).waitFor()
    await page.reload()
    await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
    expect(await page.locator('iframe').count()).toBe(0)
  })

  it('show an operator all of administration, and others what is theirs', async ({ skip }) => {
    const page = await signIn(skip, '/admin/health')
    for (const name of ['Tenants', 'People', 'Issuers', 'Health', 'Retention', 'Audit log'])
      await page.getByRole('tab', { name }).waitFor()
    await page.getByRole('tab', { name: 'Issuers' }).click()
    await page.getByRole('article', { name: provider().issuer }).getByText('Reachable').waitFor()
    const other = await signIn(skip, '/admin/health', tara)
    await other.getByRole('tab', { name: 'People' }).waitFor()
    expect(await other.getByRole('tab', { name: 'Tenants' }).count()).toBe(0)
    expect(await other.getByRole('tab', { name: 'Retention' }).count()).toBe(0)
  })

  it('have a home with my groups, relationships that need me, and my changes, which can be taken back', async ({
    skip,
  }) => {
    const page = await signIn(skip, '/')
    const groups = page.getByRole('region', { name: 'My term groups' })
    await groups.getByRole('link', { name: 'Library' }).waitFor()
    const relationships = page.getByRole('region', { name: 'Relationships that need me' })
    await relationships.getByRole('link', { name: 'Northwind support' }).waitFor()
    await page.getByText('None of the 100 newest changes is yours.').waitFor()
    // Made in the explorer, in the same name.
    await page.getByRole('link', { name: 'Explorer' }).click()
    await page
      .getByRole('button')
      .filter({ hasText: /^POSTCreate a term$/ })
      .click()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-status="201"]').waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    const changes = page.getByRole('region', { name: 'My last changes' })
    await changes.getByText(/^Created/).waitFor()
    await changes.getByRole('button', { name: 'Undo' }).click()
    await changes.getByText(/^Taken back/).waitFor()
  })

  it('sign out at the issuer, and ask again', async ({ skip }) => {
    const page = await signIn(skip, '/')
    await page.getByRole('button', { name: 'Administrator, Contoso' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL((address) => address.origin === provider().issuer)
    await page.getByRole('button', { name: /yes/i }).click()
    await page.waitForURL((address) => address.pathname === '/signed-out')
    await page.getByRole('heading', { level: 1, name: 'You are signed out.' }).waitFor()
    await page.goto(`${pages.server().origin}/admin/health`)
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  })

  it('show whoever is not in the directory what the token opens, and nothing of their own', async ({ skip }) => {
    const page = await signIn(skip, '/', '00000000-0000-4000-8000-00000000dead')
    await page.getByText('No group has you as a manager or contributor.').waitFor()
  })

  it('have a home in which axe finds nothing and nothing is cut off, also in German', async ({ skip }) => {
    const page = await signIn(skip, '/')
    await page.getByRole('link', { name: 'Northwind support' }).waitFor()
    await page.getByRole('link', { name: 'Library' }).waitFor()
    expect(await faultsOfLooks(page, 'home')).toEqual([])
    await show(page, { language: 'de' })
    await page.getByRole('region', { name: 'Beziehungen, die mich brauchen' }).waitFor()
  })
})
