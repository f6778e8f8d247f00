/** What stands against a merge, before anything is written: exchange.md §9.5, whose checks have its numbers here. */
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { branch } from '../../../occurrences.ts'
import { relation, set, term } from '../../../types.ts'
import { titleOfSet, titleOfTerm } from '../../labels/titles.ts'
import { affectedPlaces, findPlace, type Occurrence, rowOfRelation, rowOfTerm, rowsUnder } from '../../places/tree.ts'
import { invalid, taken } from '../../refusals.ts'
import { checkRoleInSet } from '../../roles/roles.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { conflicting } from '../checks.ts'

type TermRow = RowOf<typeof term>

/** The stored occurrences of a term, its home first. */
export async function occurrencesOf(tx: ReadTx, row: TermRow): Promise<Occurrence[]> {
  return [rowOfTerm(row), ...(await tx.find(relation, { toTermId: row.id })).map(rowOfRelation)]
}

/** All sets that show one of the occurrences. */
export async function setsShowing(tx: ReadTx, rows: readonly Occurrence[]): Promise<Set<string>> {
  const found = new Set<string>()
  for (const { setId, parentId } of rows)
    for (const shown of await affectedPlaces(tx, setId, parentId)) found.add(shown.setId)
  return found
}

async function checkKind(tx: ReadTx, row: TermRow, target?: string): Promise<void> {
  const home = await tx.get(set, row.setId)
  if (row.isKeyword || (home !== undefined && home.systemRole !== null))
    throw invalid(
      `The term ${await titleOfTerm(tx, row.id)} is a keyword or in a set of the system, and takes part in no merge.`,
      target,
    )
}

/** Check 3: where both are shown, they are siblings. */
async function checkSiblingsEverywhere(tx: ReadTx, gone: TermRow, survivor: TermRow): Promise<void> {
  for (const setId of await setsShowing(tx, await occurrencesOf(tx, gone))) {
    const other = await findPlace(tx, setId, survivor.id)
    if (other === undefined) continue
    const one = await findPlace(tx, setId, gone.id)
    if (one?.holderId === other.holderId && one.row.parentId === other.row.parentId) continue
    throw conflicting(`Both terms are in the set ${await titleOfSet(tx, setId)}, and are not siblings there.`, 'into')
  }
}

/** Checks 1 to 4, and the roles on both homes. */
export async function checkMerge(
  settings: TermStoreSettings,
  context: WriteContext,
  gone: TermRow,
  survivor: TermRow,
): Promise<void> {
  const { tx } = context
  await checkRoleInSet(settings, context, gone.setId)
  await checkRoleInSet(settings, context, survivor.setId)
  // Check 2, with what pins mirror below.
  if (gone.id === survivor.id) throw invalid('Cannot merge a Term to its reused Term.', 'into')
  await checkKind(tx, gone)
  await checkKind(tx, survivor, 'into')
  if (gone.height > 1 && (await tx.query(branch, { term: gone.id })).some(({ node }) => node === survivor.id))
    throw invalid('A term cannot be merged into one below it.', 'into')
  await checkSiblingsEverywhere(tx, gone, survivor)
  // Check 4: all uses of the term would be out of use without notice.
  if (survivor.isDeprecated) throw conflicting(`The term ${await titleOfTerm(tx, survivor.id)} is deprecated.`, 'into')
}

/** Two children that would be siblings with one default label. */
export interface ClashingPair {
  readonly gone: string
  readonly survivor: string
  readonly label: string
}

async function defaultLabelsOf(tx: ReadTx, rows: readonly Occurrence[]) {
  const found: { readonly termId: string; readonly label: string; readonly key: string }[] = []
  for (const { termId } of rows)
    for (const { name, languageTag, isDefault } of (await tx.get(term, termId))?.labels ?? [])
      if (isDefault === true)
        found.push({
          termId,
          label: `${name} (${languageTag})`,
          key: `${languageTag?.toLowerCase()} ${fold(name ?? '')}`,
        })
  return found
}

/** Check 6: the children of both in a set that have one default label. */
export async function clashingChildren(
  tx: ReadTx,
  setId: string,
  gone: string,
  survivor: string,
): Promise<ClashingPair[]> {
  const children = await rowsUnder(tx, setId, gone)
  if (children.length === 0) return []
  const known = new Map((await defaultLabelsOf(tx, await rowsUnder(tx, setId, survivor))).map((one) => [one.key, one]))
  return (await defaultLabelsOf(tx, children)).flatMap(({ termId, label, key }) => {
    const other = known.get(key)
    return other === undefined || other.termId === termId ? [] : [{ gone: termId, survivor: other.termId, label }]
  })
}

const mostListed = 10

/** The pairs to merge, one for each child. Throws `conflict` where they are not to be merged, or cannot be. */
export function pairsToMerge(clashes: readonly ClashingPair[], onChildClash: 'refuse' | 'merge'): ClashingPair[] {
  const pairs = new Map<string, ClashingPair>()
  for (const pair of clashes) {
    const known = pairs.get(pair.gone)
    if (known !== undefined && known.survivor !== pair.survivor)
      throw taken(
        `There is already a term with the same default label and parent term. The child ${pair.gone} has labels of two others: ${known.label} and ${pair.label}.`,
        'onChildClash',
      )
    pairs.set(pair.gone, pair)
  }
  if (pairs.size === 0 || onChildClash === 'merge') return [...pairs.values()]
  const labels = [...new Set(clashes.map(({ label }) => label))]
  const more = labels.length > mostListed ? `, and ${labels.length - mostListed} more` : ''
  throw taken(
    `There is already a term with the same default label and parent term. Both terms have children named ${labels.slice(0, mostListed).join(', ')}${more}; onChildClash 'merge' merges these as well.`,
    'onChildClash',
  )
}
