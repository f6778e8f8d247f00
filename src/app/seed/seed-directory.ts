/** The people, groups and relationships of the default seed: gdap.md §2.2 (AdminAgents), §7.5 (names of role groups). */
import { wellKnown } from './seed-data.ts'

export interface SeedUser {
  readonly id: string
  readonly displayName: string
  /** Before the @ of the tenant's domain; the mail alias as well. */
  readonly name: string
  readonly isAdministrator: boolean
}

export interface SeedSecurityGroup {
  readonly id: string
  readonly displayName: string
  readonly mailNickname: string
  readonly description: string
  readonly members: readonly string[]
}

export interface SeedRelationship {
  readonly displayName: string
  readonly customer?: string
  readonly duration: string
  readonly autoExtendDuration: string
  readonly roles: readonly string[]
  /** How far it is taken. */
  readonly until: 'created' | 'approvalPending' | 'active'
  /** Group that is given all of its roles, once it is active. */
  readonly group?: string
}

const { contoso, fabrikam, northwind } = wellKnown

/** A readable GUID: eight digits for the tenant, four for the kind, the rest counts. */
function guid(tenant: string, kind: string, number: number): string {
  return `${tenant.slice(0, 8)}-${kind}-4000-8000-${number.toString(16).padStart(12, '0')}`
}

function administratorOf(tenant: string): SeedUser {
  return {
    id: guid(tenant, '05e7', 1),
    displayName: 'Administrator',
    name: 'admin',
    isAdministrator: true,
  }
}

function agent(number: number, displayName: string, name: string): SeedUser {
  return {
    id: guid(contoso, '05e7', number),
    displayName,
    name,
    isAdministrator: false,
  }
}

const administrator = administratorOf(contoso)
const technician = agent(2, 'Tara Technician', 'tara')
const helper = agent(3, 'Hugo Helpdesk', 'hugo')
const seller = agent(4, 'Sana Sales', 'sana')

export const users: Readonly<Record<string, readonly SeedUser[]>> = {
  [contoso]: [administrator, technician, helper, seller],
  [fabrikam]: [administratorOf(fabrikam)],
  [northwind]: [administratorOf(northwind)],
}

function roleGroup(number: number, role: string, members: readonly string[]): SeedSecurityGroup {
  return {
    id: guid(contoso, '6207', number),
    displayName: `M365 GDAP ${role}`,
    mailNickname: `m365gdap${role.replaceAll(' ', '').toLowerCase()}`,
    description: `Holds the role ${role} at customers.`,
    members,
  }
}

export const securityGroups: Readonly<Record<string, readonly SeedSecurityGroup[]>> = {
  [contoso]: [
    {
      id: guid(contoso, '6207', 1),
      displayName: 'AdminAgents',
      mailNickname: 'adminagents',
      description: 'May see and change what the partner has to do with its customers.',
      members: [administrator.id, technician.id],
    },
    {
      id: guid(contoso, '6207', 2),
      displayName: 'HelpdeskAgents',
      mailNickname: 'helpdeskagents',
      description: 'Help the partner’s customers.',
      members: [helper.id],
    },
    {
      id: guid(contoso, '6207', 3),
      displayName: 'SalesAgents',
      mailNickname: 'salesagents',
      description: 'Sell to the partner’s customers.',
      members: [seller.id],
    },
    roleGroup(0x11, 'Helpdesk Administrator', [technician.id, helper.id]),
    roleGroup(0x12, 'User Administrator', [technician.id]),
    roleGroup(0x13, 'Exchange Administrator', [technician.id]),
    roleGroup(0x14, 'Security Administrator', [technician.id]),
    roleGroup(0x15, 'Global Reader', [technician.id, helper.id]),
    roleGroup(0x16, 'License Administrator', []),
  ],
}

const role = {
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  license: '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  reader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  user: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
}

export const relationships: Readonly<Record<string, readonly SeedRelationship[]>> = {
  [contoso]: [
    {
      displayName: 'Draft for anyone',
      duration: 'P90D',
      autoExtendDuration: 'PT0S',
      roles: [role.reader],
      until: 'created',
    },
    {
      displayName: 'Northwind support',
      customer: northwind,
      duration: 'P365D',
      autoExtendDuration: 'P180D',
      roles: [role.helpdesk, role.license],
      until: 'approvalPending',
    },
    {
      displayName: 'Fabrikam operations',
      customer: fabrikam,
      duration: 'P730D',
      autoExtendDuration: 'P180D',
      roles: [role.helpdesk, role.user, role.reader],
      until: 'active',
      group: guid(contoso, '6207', 0x11),
    },
  ],
}
