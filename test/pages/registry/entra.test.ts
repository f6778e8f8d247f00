/** Signing in to a registry by Entra: to its pages and back, and new tokens in silence for as long as it gives them. */
import type { Page } from 'playwright-core'
import { afterAll, expect, it } from 'vitest'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { usePages } from '../_pages.ts'
import { type EntraSignIn, startEntraSignIn } from './_sign-in-entra.ts'

const admin = {
  tenantId: 'c0117050-0000-4000-8000-000000000001',
  userId: 'c0117050-05e7-4000-8000-000000000001',
  name: 'Administrator',
  userName: 'admin@contoso.example',
}

let entra: EntraSignIn
const pages = usePages(async () => {
  entra = await startEntraSignIn(admin, ['TermStore.ReadWrite.All', 'User.Read.All', 'AuditLog.Read.All'])
  return { registry: true, seed: 'default', issuers: parseOutsideIssuers(JSON.stringify(entra.issuer)) }
})
afterAll(() => entra.close())

const signIn = async (skip: (reason: string) => never, to = '/admin/tenants'): Promise<Page> => {
  const page = await pages.open(skip, '/admin/tenants')
  await entra.attach(page.context(), pages.server().origin)
  entra.grants.length = 0
  entra.isOpen = true
  await page.getByText('Leads to login.microsoftonline.com and back.').waitFor()
  await page.getByRole('button', { name: 'Sign in with Contoso at Entra' }).click()
  await page.waitForURL(({ hostname }) => hostname === 'login.microsoftonline.com')
  const asked = new URL(page.url()).searchParams
  expect([asked.get('prompt'), asked.get('code_challenge_method'), asked.get('scope')]).toEqual([
    'select_account',
    'S256',
    expect.stringContaining('api://relata/.default'),
  ])
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(({ origin, pathname }) => origin === pages.server().origin && pathname === to)
  return page
}

it('comes back as who one is there, whatever the tenant of the issuer', async ({ skip }) => {
  entra.lifetime = { token: 3600, told: 3600 }
  const page = await signIn(skip)
  await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
  await page.getByRole('button', { name: 'Administrator, Contoso' }).waitFor()
  expect(entra.grants).toEqual(['authorization_code'])
})

it('takes a new token in silence where the last one ends, and where the server refuses it', async ({ skip }) => {
  // Shorter than what the page keeps in reserve: each request takes a new one.
  entra.lifetime = { token: 3600, told: 60 }
  const page = await signIn(skip)
  await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
  expect(entra.grants.slice(0, 2)).toEqual(['authorization_code', 'refresh_token'])
  // The page believes it to be good; for the server it has ended.
  entra.lifetime = { token: -600, told: 3600 }
  await page.getByRole('tab', { name: 'Issuers' }).click()
  await expect.poll(() => entra.grants.length).toBeGreaterThan(2)
  entra.lifetime = { token: 3600, told: 3600 }
  const before = entra.grants.length
  await page.getByRole('tab', { name: 'Retention' }).click()
  await page.getByText('RELATA_AUDIT_RETENTION').waitFor()
  expect(entra.grants.slice(before)).toContain('refresh_token')
  expect(await page.locator('iframe').count()).toBe(0)
})

it('says at the sign-in why the server takes no token', async ({ skip }) => {
  entra.lifetime = { token: -600, told: 3600 }
  const page = await signIn(skip, '/signin')
  // One that is new is asked for once, and is no better.
  await page.getByRole('alert').getByText('Lifetime validation failed, the token is expired.').waitFor()
  expect(entra.grants).toEqual(['authorization_code', 'refresh_token'])
  await page.getByRole('button', { name: 'Sign in with Contoso at Entra' }).waitFor()
})

it('says that nobody is signed in where no new token is given', async ({ skip }) => {
  entra.lifetime = { token: 3600, told: 60 }
  const page = await signIn(skip)
  await page.getByRole('row', { name: 'Fabrikam' }).waitFor()
  entra.isOpen = false
  await page.getByRole('tab', { name: 'Retention' }).click()
  await page.getByRole('alert').first().waitFor()
  expect(await page.locator('iframe').count()).toBe(0)
})
