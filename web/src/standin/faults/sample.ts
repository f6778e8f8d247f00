/** A call that a rule is for, to try it. Pure. */
import type { Method } from '../../data/plan.ts'
import { type FaultRule, isOfRequests } from './rule.ts'

/** Nothing has this id: what is called with it changes nothing. */
const nobody = '00000000-0000-4000-8000-000000000000'

const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'

/** Likely ones first. */
const known = [
  '/v1.0/termStore/groups',
  '/v1.0/termStore/sets',
  `/v1.0/termStore/sets/${nobody}/children`,
  `/v1.0/termStore/sets/${nobody}/terms/${nobody}`,
  relationships,
  `${relationships}/${nobody}/accessAssignments`,
  `${relationships}/${nobody}/accessAssignments/${nobody}`,
  `${relationships}/${nobody}`,
  '/v1.0/tenantRelationships/delegatedAdminCustomers',
  '/v1.0/users',
  '/v1.0/groups',
]

function segmentPattern(segment: string): string {
  return segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')
}

/** As the server reads globs: `*` within a segment, a segment `**` for any number of them. */
export function globFits(glob: string, path: string): boolean {
  const pattern = glob
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => (segment === '**' ? '(?:/[^/]+)*' : `/${segmentPattern(segment)}`))
    .join('')
  return new RegExp(`^${pattern}$`, 'i').test(path)
}

/** A path that the glob fits, where none is known. */
function pathFrom(glob: string): string {
  const segments = glob.split('/').filter((segment) => segment !== '' && segment !== '**')
  return `/${segments.map((segment, at) => (segment === '*' ? (at === 0 ? 'v1.0' : nobody) : segment.replaceAll('*', 'x'))).join('/')}`
}

export interface SampleCall {
  readonly method: Method
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly needsToken: boolean
}

const writes = ['POST', 'PATCH', 'PUT']

/** Undefined: it is not about requests. */
export function sampleCall({ where = {}, what }: Pick<FaultRule, 'where' | 'what'>): SampleCall | undefined {
  if (!isOfRequests(what)) return undefined
  const { path: glob = '/**', method: wanted } = where
  const first = ((typeof wanted === 'string' ? wanted : wanted?.[0]) ?? 'GET').toUpperCase()
  if (/oauth2/i.test(glob)) {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', path: '/common/oauth2/v2.0/token', body: 'grant_type=try', headers, needsToken: false }
  }
  const method = (first === 'HEAD' ? 'GET' : first) as Method
  const path = known.find((one) => globFits(glob, one)) ?? pathFrom(glob)
  return { method, path, needsToken: true, ...(writes.includes(method) ? { body: {} } : {}) }
}
