/** What the client tests share: a credential that signs in at the test server, and short bodies. */
import { ClientSecretCredential } from '@azure/identity'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { TestServer } from '../_support/server.ts'

export const credentialFor = (server: TestServer): ClientSecretCredential =>
  new ClientSecretCredential(wellKnown.contoso, wellKnown.daemon, wellKnown.secret, {
    authorityHost: server.origin,
    disableInstanceDiscovery: true,
  })

export const names = (name: string) => [{ name, languageTag: 'en-US' }]
export const titles = (name: string) => [{ name, isDefault: true, languageTag: 'en-US' }]

export const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
export const reader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

export const rolesOf = (...ids: string[]) => ({ unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) })

/** Makes a security group in the partner's tenant; its id. */
export const securityGroup = async (server: TestServer, displayName: string): Promise<string> => {
  const mailNickname = displayName.replaceAll(/\W/g, '')
  const body = { displayName, mailEnabled: false, mailNickname, securityEnabled: true }
  const answer = await server.send('POST', '/v1.0/groups', body)
  if (answer.status !== 201) throw new Error(`no group: ${answer.text}`)
  return answer.body.id
}
