/** What the client tests share: a credential that signs in at the test server, and short bodies. */
import { ClientSecretCredential } from '@azure/identity'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { TestServer } from '../_support/server.ts'

export const credentialFor = (server: TestServer): ClientSecretCredential =>
  new ClientSecretCredential(wellKnown.contoso, wellKnown.daemon, wellKnown.secret, {
    authorityHost: server.origin,
    disableInstanceDiscovery: true,
  })

/** Makes a security group in the partner's tenant; its id. */
export const securityGroup = async (server: TestServer, displayName: string): Promise<string> => {
  const mailNickname = displayName.replaceAll(/\W/g, '')
  const body = { displayName, mailEnabled: false, mailNickname, securityEnabled: true }
  const answer = await server.send('POST', '/v1.0/groups', body)
  if (answer.status !== 201) throw new Error(`no group: ${answer.text}`)
  return answer.body.id
}
