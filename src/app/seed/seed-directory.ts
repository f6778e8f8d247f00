/** The people, groups and relationships of the default seed: gdap.md §2.2 (AdminAgents), §7.5 (names of role groups). */

import type { SeedGroup, SeedPerson, SeedRelationship } from './format/seed-format.ts'
import { guid, wellKnown } from './seed-data.ts'

const { contoso, fabrikam, northwind } = wellKnown

function personOf(tenant: string, domain: string, number: number, displayName: string, name: string) {
  return { id: guid(tenant, '05e7', number), displayName, userPrincipalName: `${name}@${domain}` } satisfies SeedPerson
}

function administratorOf(tenant: string, domain: string): SeedPerson {
  return personOf(tenant, domain, 1, 'Administrator', 'admin')
}

function agent(number: number, displayName: string, name: string) {
  return personOf(contoso, 'contoso.example', number, displayName, name)
}

const administrator = 'admin@contoso.example'
const technician = agent(2, 'Tara Technician', 'tara')
const helper = agent(3, 'Hugo Helpdesk', 'hugo')
const seller = agent(4, 'Sana Sales', 'sana')

export const people = {
  contoso: [administratorOf(contoso, 'contoso.example'), technician, helper, seller],
  fabrikam: [administratorOf(fabrikam, 'fabrikam.example')],
  northwind: [administratorOf(northwind, 'northwind.example')],
} satisfies Readonly<Record<string, readonly SeedPerson[]>>

/** The group behind the site of a tenant. */
export function teamOf(tenant: string) {
  return {
    id: guid(tenant, '7ea0', 1),
    displayName: 'Team',
    mailNickname: 'team',
    type: 'microsoft365',
    visibility: 'Private',
  } satisfies SeedGroup
}

function roleGroup(number: number, role: string, members: readonly string[]): SeedGroup {
  return {
    id: guid(contoso, '6207', number),
    displayName: `M365 GDAP ${role}`,
    mailNickname: `m365gdap${role.replaceAll(' ', '').toLowerCase()}`,
    description: `Holds the role ${role} at customers.`,
    members,
  }
}

/** Of Contoso, the partner. */
export const agentGroups: readonly SeedGroup[] = [
  {
    id: guid(contoso, '6207', 1),
    displayName: 'AdminAgents',
    mailNickname: 'adminagents',
    description: 'May see and change what the partner has to do with its customers.',
    members: [administrator, technician.userPrincipalName],
  },
  {
    id: guid(contoso, '6207', 2),
    displayName: 'HelpdeskAgents',
    mailNickname: 'helpdeskagents',
    description: 'Help the partner’s customers.',
    members: [helper.userPrincipalName],
  },
  {
    id: guid(contoso, '6207', 3),
    displayName: 'SalesAgents',
    mailNickname: 'salesagents',
    description: 'Sell to the partner’s customers.',
    members: [seller.userPrincipalName],
  },
  roleGroup(0x11, 'Helpdesk Administrator', [technician.userPrincipalName, helper.userPrincipalName]),
  roleGroup(0x12, 'User Administrator', [technician.userPrincipalName]),
  roleGroup(0x13, 'Exchange Administrator', [technician.userPrincipalName]),
  roleGroup(0x14, 'Security Administrator', [technician.userPrincipalName]),
  roleGroup(0x15, 'Global Reader', [technician.userPrincipalName, helper.userPrincipalName]),
  roleGroup(0x16, 'License Administrator', []),
]

const role = {
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  license: '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  reader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  user: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
}

/** Of Contoso. */
export const relationships: readonly SeedRelationship[] = [
  {
    displayName: 'Draft for anyone',
    duration: 'P90D',
    autoExtendDuration: 'PT0S',
    roles: [role.reader],
    status: 'created',
  },
  {
    displayName: 'Northwind support',
    customer: northwind,
    duration: 'P365D',
    autoExtendDuration: 'P180D',
    roles: [role.helpdesk, role.license],
    status: 'approvalPending',
  },
  {
    displayName: 'Fabrikam operations',
    customer: fabrikam,
    duration: 'P730D',
    autoExtendDuration: 'P180D',
    roles: [role.helpdesk, role.user, role.reader],
    status: 'active',
    assignments: [{ group: guid(contoso, '6207', 0x11) }],
  },
]
