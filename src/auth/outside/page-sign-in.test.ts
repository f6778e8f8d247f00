import { describe, expect, it } from 'vitest'
import { parseOutsideIssuers } from './outside-settings.ts'
import { signInProvidersOf } from './page-sign-in.ts'

const pages = { clientId: 'relata-pages', scopes: ['api://relata/.default'] }
const providersOf = (...entries: readonly object[]) =>
  signInProvidersOf(parseOutsideIssuers(JSON.stringify(entries.map((entry) => ({ audience: 'x', pages, ...entry })))))

describe('providers for the pages', () => {
  it('are the issuers that name a client, with a name for people', () => {
    const named = { issuer: 'https://login.example/realms/one', pages: { ...pages, name: 'Contoso' } }
    expect(providersOf(named, { issuer: 'https://login.example/two' })).toEqual([
      { name: 'Contoso', kind: 'oidc', authority: named.issuer, ...pages },
      { name: 'login.example', kind: 'oidc', authority: 'https://login.example/two', ...pages },
    ])
    expect(signInProvidersOf(parseOutsideIssuers('{"issuer":"https://login.example","audience":"x"}'))).toEqual([])
    expect(signInProvidersOf([])).toEqual([])
  })

  it.each([
    ['https://login.microsoftonline.com/{tenantid}/v2.0', 'https://login.microsoftonline.com/organizations'],
    ['https://login.microsoftonline.com/contoso.example/v2.0', 'https://login.microsoftonline.com/contoso.example'],
    ['https://login.microsoftonline.us/{tenantid}/v2.0', 'https://login.microsoftonline.us/organizations'],
    ['https://sts.windows.net/{tenantid}/', 'https://login.microsoftonline.com/organizations'],
    ['https://sts.chinacloudapi.cn/{tenantid}/', 'https://login.partner.microsoftonline.cn/organizations'],
  ])('send to the pages of Entra, where %s is its issuer', (issuer, authority) => {
    const name = new URL(issuer.replace('{tenantid}', 'common')).host
    expect(providersOf({ issuer })).toEqual([{ name, kind: 'entra', authority, ...pages }])
  })

  it('are not of Entra where only the path looks like it', () => {
    expect(providersOf({ issuer: 'https://login.example/contoso/v2.0' })).toMatchObject([
      { kind: 'oidc', authority: 'https://login.example/contoso/v2.0' },
    ])
  })
})
