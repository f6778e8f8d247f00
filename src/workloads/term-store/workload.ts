/** The term store as a workload: its types and where they are found. */
import type { Root, Workload } from '#edm/define.ts'
import { finding, findingSeverity } from './operations/findings.ts'
import { historyComplexes, historyEnums } from './operations/history.ts'
import { searchComplexes, searchEnums } from './operations/search.ts'
import { clashOfChildren, sharingOfCopy, termsOfCopy } from './operations/values.ts'
import { job, mergedTerm } from './own-types.ts'
import { group, relation, set, store, term } from './types.ts'
import { localizedDescription, localizedLabel, localizedName, relationType, termGroupScope } from './values.ts'

const roots: readonly Root[] = [
  {
    kind: 'singleton',
    name: 'termStore',
    target: store.name,
    published: ['beta'],
    doc: 'The term store of the tenant.',
    can: { get: 'docs', update: 'docs' },
  },
  {
    kind: 'set',
    name: 'termStores',
    target: store.name,
    published: false,
    doc: 'The term stores of the tenant: always the one.',
    can: { list: 'ours', get: 'observed', update: 'ours' },
  },
]

export const termStore: Workload = {
  enums: [
    relationType,
    termGroupScope,
    sharingOfCopy,
    clashOfChildren,
    termsOfCopy,
    ...historyEnums,
    ...searchEnums,
    findingSeverity,
  ],
  complexes: [localizedDescription, localizedLabel, localizedName, ...historyComplexes, ...searchComplexes, finding],
  entities: [group, relation, set, store, term, mergedTerm, job],
  roots,
}
