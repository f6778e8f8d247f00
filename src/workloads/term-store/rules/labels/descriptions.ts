/** Names and paths of rows, for people: in dry runs and lists (decisions.md 26). A path is `Group/Set/Term/Term below`. */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { group, type relation, set, store, term } from '../../types.ts'
import { rowIn } from '../places/tree.ts'
import { defaultLabel, nameOf } from './labels.ts'

export interface Described {
  readonly name: string
  readonly path: string
}

/** In the place of terms that are gone: of a branch that is deleted, only the top has its whole path. */
const gone = '…'

async function languageIn(tx: ReadTx, storeId: string | undefined): Promise<string> {
  return (storeId === undefined ? undefined : await tx.get(store, storeId))?.defaultLanguageTag ?? ''
}

function labelIn({ labels }: Pick<RowOf<typeof term>, 'labels'>, tag: string): string {
  return defaultLabel(labels, tag) ?? labels[0]?.name ?? ''
}

export async function describeGroup(_: ReadTx, { displayName }: RowOf<typeof group>): Promise<Described> {
  return { name: displayName ?? '', path: displayName ?? '' }
}

export async function describeSet(tx: ReadTx, row: RowOf<typeof set>): Promise<Described> {
  const name = nameOf(row.localizedNames, await languageIn(tx, row.storeId)) ?? ''
  const parent = await tx.get(group, row.parentGroupId)
  return { name, path: `${parent?.displayName ?? gone}/${name}` }
}

/** The names from the set down to a parent there, and the language they are in. */
async function pathOf(tx: ReadTx, setId: string, parentId: string | null) {
  const home = await tx.get(set, setId)
  const tag = await languageIn(tx, home?.storeId)
  const names: string[] = []
  for (let next = parentId; next !== null; ) {
    const row = await tx.get(term, next)
    names.unshift(row === undefined ? gone : labelIn(row, tag))
    next = row === undefined ? null : ((await rowIn(tx, setId, next))?.parentId ?? null)
  }
  const start = home === undefined ? gone : (await describeSet(tx, home)).path
  return { tag, path: [start, ...names].join('/') }
}

export async function describeTerm(tx: ReadTx, row: RowOf<typeof term>): Promise<Described> {
  const { tag, path } = await pathOf(tx, row.setId, row.parentId)
  const name = labelIn(row, tag)
  return { name, path: `${path}/${name}` }
}

export async function describeRelation(tx: ReadTx, row: RowOf<typeof relation>): Promise<Described> {
  const { tag, path } = await pathOf(tx, row.setId, row.fromTermId)
  const shared = await tx.get(term, row.toTermId)
  const name = shared === undefined ? gone : labelIn(shared, tag)
  return { name, path: `${path}/${name}` }
}
