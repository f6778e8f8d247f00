/** The pack `msp`: a partner with 25 customers, and relationships in every state that a partner meets. */
import { tenants } from '../default-seed.ts'
import type { Seed, SeedRelationship, SeedTenant } from '../format/seed-format.ts'
import { wellKnown } from '../seed-data.ts'
import { bareTenant } from './empty.ts'
import { customerOf } from './template.ts'

export const mspCustomers = 25

function digits(number: number, count: number): string {
  return number.toString(16).padStart(count, '0')
}

/** `at`: from 0 on. */
export function customerId(at: number): string {
  return `c057${digits(at, 4)}-0000-4000-8000-${digits(at, 12)}`
}

export function mspCustomer(at: number): SeedTenant {
  return { id: customerId(at), ...customerOf(at) }
}

const helpdesk = ['Helpdesk Administrator', 'License Administrator', 'Global Reader']
const operations = ['User Administrator', 'Exchange Administrator', 'Security Administrator']
const assignments = [{ group: 'M365 GDAP Helpdesk Administrator', roles: ['Helpdesk Administrator'] }]
const twoYears = { duration: 'P730D', autoExtendDuration: 'P180D', roles: helpdesk }

type State = Omit<SeedRelationship, 'displayName' | 'customer'>

/** Where the relationships of the customers stand, in turn. */
const states: readonly State[] = [
  { ...twoYears, status: 'active', activatedDateTime: '-P400D', assignments },
  { ...twoYears, status: 'active', activatedDateTime: '-P30D', assignments, roles: [...helpdesk, ...operations] },
  { ...twoYears, status: 'active', endDateTime: 'P20D', autoExtendDuration: 'PT0S', assignments },
  { ...twoYears, status: 'active', endDateTime: 'P5D' },
  { ...twoYears, status: 'approvalPending', createdDateTime: '-P10D' },
  { ...twoYears, status: 'approvalPending', createdDateTime: '-P85D' },
  { ...twoYears, status: 'terminated', endDateTime: '-P30D', assignments },
  { ...twoYears, status: 'expired', duration: 'P90D', endDateTime: '-P3D' },
  { ...twoYears, status: 'rejected', endDateTime: '-P12D' },
  { ...twoYears, status: 'created' },
]

export function mspRelationships(): readonly SeedRelationship[] {
  return Array.from({ length: mspCustomers }, (_, at) => {
    const { displayName } = customerOf(at)
    const state = states[at % states.length] as State
    return { displayName: `${displayName} support`, customer: customerId(at), ...state }
  })
}

export function mspSeed(): Seed {
  const [contoso] = tenants
  const { people, groups } = contoso
  const partner = {
    ...bareTenant(contoso),
    id: wellKnown.contoso,
    people,
    groups: groups.filter((one) => one.displayName !== 'Team'),
  }
  return {
    tenants: [
      { ...partner, relationships: mspRelationships() },
      ...Array.from({ length: mspCustomers }, (_, at) => mspCustomer(at)),
    ],
  }
}
