/** The pages of a registry whose people sign in at a provider beside it. */
import type { Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { type OpenOptions, type Pages, usePages } from '../_pages.ts'
import { audience, clientId, type SignInProvider, startSignInProvider } from './_sign-in-provider.ts'

/** People of Contoso, by whom the provider knows them: the administrator is an operator of the registry. */
export const administrator = 'c0117050-05e7-4000-8000-000000000001'
export const tara = 'c0117050-05e7-4000-8000-000000000002'

const usualScopes = [
  'TermStore.ReadWrite.All',
  'DelegatedAdminRelationship.ReadWrite.All',
  'AuditLog.Read.All',
  'User.Read.All',
]

export interface RegistryPages extends Pages {
  readonly provider: () => SignInProvider
  /** Over the pages of the provider, and back. */
  signIn(skip: (reason: string) => never, address: string, login?: string, options?: OpenOptions): Promise<Page>
}

/** Call it once in a suite. `scopes`: what its tokens may do. */
export function useRegistryPages(scopes: readonly string[] = usualScopes): RegistryPages {
  let provider: SignInProvider
  const pages = usePages(async () => {
    provider = await startSignInProvider(scopes, (login) => ({
      roles: login === administrator ? ['Relata.Operator'] : [],
    }))
    const issuer = {
      issuer: provider.issuer,
      discovery: provider.discovery,
      audience,
      tenant: 'contoso.example',
      operator: { claim: 'roles', value: 'Relata.Operator' },
      pages: { clientId, scopes, name: 'Contoso' },
    }
    return { registry: true, seed: 'default', issuers: parseOutsideIssuers(JSON.stringify(issuer)) }
  })
  afterAll(() => provider.close())
  return {
    ...pages,
    provider: () => provider,
    signIn: async (skip, address, login = administrator, options = {}) => {
      provider.allow(pages.server().origin)
      const page = await pages.open(skip, address, options)
      await page.getByRole('button', { name: /^(?:Sign in with Contoso|Mit Contoso anmelden)$/ }).click()
      await page.getByLabel('Login').fill(login)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForURL(`${pages.server().origin}${address}`)
      await page.locator('h1').waitFor()
      return page
    },
  }
}
