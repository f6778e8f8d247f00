/** Rules that many want, as docs/faults.md has them; each strikes at once, so that trying it shows it. */
import type { TextKey } from '../../i18n/t.ts'
import type { FaultRule } from './rule.ts'

export interface ReadyRule {
  readonly text: TextKey
  readonly rule: FaultRule
}

export const readyRules: readonly ReadyRule[] = [
  { text: 'fault.ready.throttled', rule: { what: { status: 429, retryAfter: 2 }, times: 3 } },
  { text: 'fault.ready.slow', rule: { what: { latencyMs: 800 } } },
  { text: 'fault.ready.dropped', rule: { what: { drop: true }, times: 1 } },
  {
    text: 'fault.ready.stuck',
    rule: { what: { gdap: { stuck: { machine: 'relationship', status: 'approved' } } } },
  },
  {
    text: 'fault.ready.group',
    rule: {
      where: { method: 'POST', path: '/**/accessAssignments' },
      what: { status: 400, code: 'badRequest', message: 'The access container does not exist.' },
      times: 2,
    },
  },
  {
    text: 'fault.ready.conflict',
    rule: {
      where: { method: 'POST', path: '/*/termStore/groups', deletedWithin: 'PT30S' },
      what: { status: 409 },
    },
  },
  { text: 'fault.ready.lag', rule: { where: { path: '/**/children' }, what: { listLag: 'PT5S' } } },
  {
    text: 'fault.ready.empty',
    rule: { where: { path: '/**/delegatedAdminRelationships' }, what: { emptyList: true }, times: 1 },
  },
  {
    text: 'fault.ready.opaque',
    rule: { where: { path: '/*/tenantRelationships/**' }, what: { opaque: true }, times: 1 },
  },
  {
    text: 'fault.ready.signIn',
    rule: { where: { path: '/*/oauth2/**' }, what: { status: 503, retryAfter: 5 } },
  },
]
