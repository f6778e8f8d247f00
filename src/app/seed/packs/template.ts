/**
 * Tenants by the number: what a partner's developer needs beside the partner. Names are the same each time: the first
 * customer of every server has the same one.
 */
import type { SeedRelationship, SeedTenant } from '../format/seed-format.ts'

const first = [
  'Alpine',
  'Bright',
  'Cedar',
  'Delta',
  'Eagle',
  'Fjord',
  'Grand',
  'Harbor',
  'Island',
  'Juniper',
  'Keystone',
  'Lakeside',
  'Maple',
  'North',
  'Ocean',
  'Prairie',
  'Quarry',
  'River',
  'Summit',
  'Timber',
  'Upland',
  'Valley',
  'Willow',
  'Yellow',
  'Zenith',
]
const second = [
  'Bakery',
  'Books',
  'Clinic',
  'Dental',
  'Energy',
  'Foods',
  'Freight',
  'Gardens',
  'Hotels',
  'Insurance',
  'Joinery',
  'Kitchens',
  'Legal',
  'Media',
  'Motors',
  'Optics',
  'Pharmacy',
  'Printing',
  'Robotics',
  'School',
  'Studios',
  'Textiles',
  'Tools',
  'Travel',
  'Wines',
]

/** The number of different names; later ones have a number behind them. */
export const namesOfTemplate = first.length * second.length

const people = [
  ['Adele Vance', 'adele', 'Retail Manager'],
  ['Diego Siciliani', 'diego', 'HR Manager'],
  ['Lee Gu', 'lee', 'Director'],
] as const

export interface CustomerWish {
  /** Id or domain of the partner; undefined: no relationship. */
  readonly partner: string | undefined
  readonly relationship: SeedRelationship['status'] | 'none'
}

/** `at`: from 0 on. */
export function nameOfCustomer(at: number): { readonly displayName: string; readonly domain: string } {
  const round = Math.floor(at / namesOfTemplate)
  // The second word changes faster in steps that do not repeat a pair.
  const name = `${first[at % first.length]} ${second[(at + Math.floor(at / first.length)) % second.length]}`
  const displayName = round === 0 ? name : `${name} ${round + 1}`
  return { displayName, domain: `${displayName.toLowerCase().replaceAll(' ', '-')}.example` }
}

/** A customer as the template makes it: an administrator, three people, the well-known applications. */
export function customerOf(at: number): SeedTenant {
  const { displayName, domain } = nameOfCustomer(at)
  return {
    displayName,
    defaultDomain: domain,
    administrators: [`admin@${domain}`],
    people: [
      { userPrincipalName: `admin@${domain}`, displayName: 'Administrator' },
      ...people.map(([name, alias, jobTitle]) => ({
        userPrincipalName: `${alias}@${domain}`,
        displayName: name,
        jobTitle,
      })),
    ],
    applications: 'well-known',
    termStore: { administrators: ['app@sharepoint'] },
  }
}

/** What Microsoft recommends for a helpdesk: no Global Administrator. */
const roles = ['Helpdesk Administrator', 'License Administrator', 'Global Reader']

/** The relationship of the partner with that customer. */
export function relationshipWith(
  { displayName, defaultDomain }: SeedTenant,
  status: SeedRelationship['status'],
): SeedRelationship {
  return {
    displayName: `${displayName} support`,
    customer: defaultDomain,
    duration: 'P730D',
    autoExtendDuration: 'P180D',
    roles,
    status,
  }
}
