/** Makes two sets with Microsoft's JavaScript client and pins a term of the first into the second. */
import { ClientSecretCredential } from '@azure/identity'
import { Client } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'

const origin = process.env.RELATA_ORIGIN ?? 'https://localhost:4365'

// The well-known values of the default seed.
const credential = new ClientSecretCredential(
  'c0117050-0000-4000-8000-000000000001',
  '4e1a7a00-0000-4000-8000-00000000a99d',
  'relata-local-secret',
  { authorityHost: origin, disableInstanceDiscovery: true },
)
const client = Client.initWithMiddleware({
  authProvider: new TokenCredentialAuthenticationProvider(credential, {
    scopes: ['https://graph.microsoft.com/.default'],
  }),
  baseUrl: `${origin}/`,
  customHosts: new Set(['localhost']),
})

const store = '/sites/root/termStore'

function post(path, body) {
  return client.api(`${store}${path}`).post(body)
}

function named(name) {
  return [{ languageTag: 'en-US', name }]
}

// Names of groups are unique; with a number that changes, this can be run again.
const group = await post('/groups', { displayName: `Kitchen ${Date.now()}` })
const herbs = await post('/sets', { parentGroup: { id: group.id }, localizedNames: named('Herbs') })
const menu = await post('/sets', { parentGroup: { id: group.id }, localizedNames: named('Menu') })
const basil = await post(`/sets/${herbs.id}/children`, {
  labels: [{ languageTag: 'en-US', name: 'Basil', isDefault: true }],
})

// A pin shows the term in the other set, with everything below it. It stays the same term.
await post(`/sets/${herbs.id}/terms/${basil.id}/relations`, { relationship: 'pin', set: { id: menu.id } })

const relations = await client.api(`${store}/sets/${menu.id}/relations`).expand('toTerm').get()
for (const { relationship, toTerm } of relations.value) console.log(`${relationship}: ${toTerm.labels[0].name}`)
