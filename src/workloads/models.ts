/** One checked model for each API version, from the same declarations. */

import { type Model, modelOf } from '#edm/model.ts'
import type { Version } from '#edm/props.ts'
import { audit } from './audit/types.ts'
import { common } from './common.ts'
import { directory } from './directory/types.ts'
import { events } from './events/types.ts'
import { tenantRelationshipDraft } from './gdap/draft.ts'
import { tenantRelationships } from './gdap/types.ts'
import { sites } from './sites/types.ts'
import { subscriptions } from './subscriptions/types.ts'
import { termStore } from './term-store/workload.ts'

const workloads = [
  common,
  sites,
  termStore,
  directory,
  events,
  audit,
  tenantRelationships,
  tenantRelationshipDraft,
  subscriptions,
]

export const models: Readonly<Record<Version, Model>> = {
  'v1.0': modelOf('v1.0', workloads),
  beta: modelOf('beta', workloads),
}
