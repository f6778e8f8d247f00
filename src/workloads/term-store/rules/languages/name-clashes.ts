/**
 * Names that a change of the default language would make equal (term-store.md §4.3): where siblings, or the sets of a
 * group, have none in the new language, their names in the old one are copied. Refused as a whole, with every clash.
 */
import { AppError, type Fault } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { group, relation, type set, term } from '../../types.ts'
import { type AnyLabel, defaultLabel, nameOf } from '../labels/labels.ts'
import type { Languages } from './languages.ts'

type SetRow = RowOf<typeof set>

interface Change {
  readonly from: Languages
  readonly to: Languages
}

/** A name in the new default language, and whether it comes from the old one. */
interface Named {
  readonly id: string
  readonly name: string
  readonly isCopied: boolean
}

interface Clash {
  readonly name: string
  readonly ids: readonly [string, string]
}

const mostListed = 100

/** The first clash of each name. What clashed before the change is not of its making. */
function clashesIn(named: Iterable<Named>): Clash[] {
  const byName = new Map<string, Named>()
  const clashes = new Map<string, Clash>()
  for (const entry of named) {
    const key = fold(entry.name)
    const other = byName.get(key)
    if (other === undefined) byName.set(key, entry)
    else if (entry.isCopied || other.isCopied) clashes.set(key, { name: other.name, ids: [other.id, entry.id] })
  }
  return [...clashes.values()]
}

function namedIn(labels: readonly AnyLabel[], id: string, { from, to }: Change): Named | undefined {
  const own = defaultLabel(labels, to.defaultTag)
  const name = own ?? defaultLabel(labels, from.defaultTag)
  return name === undefined ? undefined : { id, name, isCopied: own === undefined }
}

/** The terms that the set holds, at home and shared, by their parent there. */
async function siblingsIn(tx: ReadTx, { id: setId, systemRole }: SetRow, change: Change) {
  const byParent = new Map<string | null, Named[]>()
  const add = (parentId: string | null, named: Named | undefined): void => {
    // At the root of Orphaned Terms, names may repeat.
    if (named === undefined || (systemRole === 'orphanedTerms' && parentId === null)) return
    const siblings = byParent.get(parentId)
    if (siblings === undefined) byParent.set(parentId, [named])
    else siblings.push(named)
  }
  for (const row of await tx.find(term, { setId })) add(row.parentId, namedIn(row.labels, row.id, change))
  for (const { toTermId, fromTermId } of await tx.find(relation, { setId })) {
    const shared = await tx.get(term, toTermId)
    if (shared !== undefined) add(fromTermId, namedIn(shared.labels, toTermId, change))
  }
  return byParent
}

function faultOf(clash: Clash, what: 'terms' | 'sets', where: string, { to }: Change): Fault {
  const [one, other] = clash.ids
  return {
    code: 'nameAlreadyExists',
    message: `The ${what} ${one} and ${other} ${where} would both be named '${clash.name}' in ${to.defaultTag}.`,
    target: 'defaultLanguageTag',
  }
}

async function termFaults(tx: ReadTx, row: SetRow, change: Change): Promise<Fault[]> {
  const title = `'${nameOf(row.localizedNames, change.from.defaultTag) ?? ''}' (${row.id})`
  const faults: Fault[] = []
  for (const [parentId, siblings] of await siblingsIn(tx, row, change)) {
    const where =
      parentId === null ? `at the top of the set ${title}` : `below the term ${parentId} in the set ${title}`
    faults.push(...clashesIn(siblings).map((clash) => faultOf(clash, 'terms', where, change)))
  }
  return faults
}

async function setFaults(tx: ReadTx, sets: readonly SetRow[], change: Change): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const groupId of new Set(sets.map(({ parentGroupId }) => parentGroupId))) {
    const inGroup = sets.filter(({ parentGroupId }) => parentGroupId === groupId)
    const named = inGroup.map(({ id, localizedNames }) => {
      const own = nameOf(localizedNames, change.to.defaultTag)
      return { id, name: own ?? nameOf(localizedNames, change.from.defaultTag) ?? '', isCopied: own === undefined }
    })
    const clashes = clashesIn(named)
    const title = clashes.length === 0 ? '' : `'${(await tx.get(group, groupId))?.displayName}' (${groupId})`
    faults.push(...clashes.map((clash) => faultOf(clash, 'sets', `of the group ${title}`, change)))
  }
  return faults
}

/** Throws `conflict` with every clash, up to a hundred. */
export async function checkClashes(tx: ReadTx, sets: readonly SetRow[], change: Change): Promise<void> {
  const faults = await setFaults(tx, sets, change)
  for (const row of sets) faults.push(...(await termFaults(tx, row, change)))
  if (faults.length === 0) return
  const [first] = faults
  const count = faults.length === 1 ? 'one clash' : `${faults.length} clashes`
  throw new AppError(
    'conflict',
    `With ${change.to.defaultTag} as the default language, where missing names are copied from ${change.from.defaultTag}, there would be ${count} of names. ${first?.message}`,
    { code: 'nameAlreadyExists', target: 'defaultLanguageTag', details: faults.slice(0, mostListed) },
  )
}
