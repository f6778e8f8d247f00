/** One checked model for each API version, from the same declarations. */
import type { Version } from '#edm/define.ts'
import { type Model, modelOf } from '#edm/model.ts'
import { common } from './common.ts'
import { directory } from './directory.ts'
import { sites } from './sites.ts'
import { tenantRelationshipDraft } from './tenant-relationships/draft.ts'
import { tenantRelationships } from './tenant-relationships.ts'
import { termStore } from './term-store.ts'

const workloads = [common, sites, termStore, directory, tenantRelationships, tenantRelationshipDraft]

export const models: Readonly<Record<Version, Model>> = {
  'v1.0': modelOf('v1.0', workloads),
  beta: modelOf('beta', workloads),
}
