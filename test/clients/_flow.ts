/** What the client tests share: a credential that signs in at the test server, and short bodies. */
import { ClientSecretCredential } from '@azure/identity'
import { wellKnown } from '#app/seed-data.ts'
import type { TestServer } from '../_support/server.ts'

export const credentialFor = (server: TestServer): ClientSecretCredential =>
  new ClientSecretCredential(wellKnown.contoso, wellKnown.daemon, wellKnown.secret, {
    authorityHost: server.origin,
    disableInstanceDiscovery: true,
  })

export const names = (name: string) => [{ name, languageTag: 'en-US' }]
export const titles = (name: string) => [{ name, isDefault: true, languageTag: 'en-US' }]
