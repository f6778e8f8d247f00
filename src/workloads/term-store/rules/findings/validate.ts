/** `relata.validate`: exchange.md §9.2, §12. The rules by which a taxonomy is looked over are above this floor, so a port asks them. */
import { invariant } from '#base/errors.ts'
import type { Located, OperationRule, ReadContext, ReadTx } from '#edm/ports.ts'
import { group, set, term } from '../../types.ts'
import { findPlace } from '../places/tree.ts'
import { invalid, isVisible, missing } from '../refusals.ts'
import { setsShowing } from '../search/places.ts'
import { amongBranch, hiddenSets, setsOfGroup } from '../search/scope.ts'
import type { TaxonomyFinding, TermStoreSettings } from '../settings.ts'
import { type Arguments, idIn, needAt, seenTermIn, setIn, termIdIn } from '../verbs/arguments.ts'

/** More terms take too long for one answer; `relata terms validate` has no such limit. */
const mostTerms = 50_000

/** What is looked over. */
interface Part {
  readonly sets: readonly string[]
  /** Only findings about these. Absent: about all, and the sets themselves. */
  readonly terms?: ReadonlySet<string>
}

/** A term that is merged into another stands for that one. */
async function partOfTerm(tx: ReadTx, at: Located, args: Arguments): Promise<Part> {
  const inSet = await setIn(tx, at, args, 'set')
  const id = inSet === null ? await seenTermIn(tx, at, args, 'term') : await termIdIn(tx, args, 'term')
  const setId = inSet?.id ?? (await tx.get(term, id ?? ''))?.setId
  if (id === null || setId === undefined || (await findPlace(tx, setId, id)) === undefined)
    throw missing('Term', id ?? '', 'term')
  const { ids } = await amongBranch(tx, setId, id)
  return { sets: [setId], terms: new Set([id, ...ids]) }
}

async function partOfGroup(tx: ReadTx, at: Located, groupId: string): Promise<Part> {
  const row = await tx.get(group, groupId)
  if (row === undefined || !isVisible(row.siteCollectionId, at)) throw missing('Group', groupId, 'group')
  return { sets: await setsOfGroup(tx, groupId) }
}

/** All sets that the path sees but the system's, and the orphans. */
async function wholeStore(tx: ReadTx, at: Located): Promise<Part> {
  const rows = await tx.find(set, { storeId: at.id })
  const seen = rows.filter(({ siteCollectionId }) => isVisible(siteCollectionId, at))
  const own = seen.filter(({ systemRole }) => systemRole === null || systemRole === 'orphanedTerms')
  return { sets: own.map(({ id }) => id) }
}

async function partIn(tx: ReadTx, at: Located, args: Arguments): Promise<Part> {
  const groupId = idIn(args, 'group')
  const setId = idIn(args, 'set')
  const termId = idIn(args, 'term')
  if (groupId !== null && (setId !== null || termId !== null))
    throw invalid('A group is named without a set and a term.', 'group')
  if (termId !== null) return partOfTerm(tx, at, args)
  if (groupId !== null) return partOfGroup(tx, at, groupId)
  const inSet = await setIn(tx, at, args, 'set')
  return inSet === null ? wholeStore(tx, at) : { sets: [inSet.id] }
}

async function checkSize(tx: ReadTx, sets: readonly string[]): Promise<void> {
  const rows = await Promise.all(sets.map((id) => tx.get(set, id)))
  const count = rows.reduce((sum, row) => sum + (row?.termCount ?? 0), 0)
  if (count > mostTerms)
    throw invalid(
      `The sets have ${count} terms, and an answer looks over ${mostTerms} at most: name a group or a set, or use relata terms validate.`,
      'set',
    )
}

const guids = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

/** Whether its text names a term that only hidden sets show. */
async function tellsHidden(tx: ReadTx, { text }: TaxonomyFinding, hidden: ReadonlySet<string>): Promise<boolean> {
  for (const [id] of text.matchAll(guids)) {
    const row = await tx.get(term, id)
    if (row !== undefined && (await setsShowing(tx, row)).every((setId) => hidden.has(setId))) return true
  }
  return false
}

async function seenOf(tx: ReadTx, at: Located, findings: readonly TaxonomyFinding[]): Promise<TaxonomyFinding[]> {
  const hidden = new Set(await hiddenSets(tx, at))
  if (hidden.size === 0) return [...findings]
  const seen: TaxonomyFinding[] = []
  for (const one of findings) if (!(await tellsHidden(tx, one, hidden))) seen.push(one)
  return seen
}

export function findingRules({ findings }: TermStoreSettings): Readonly<Record<string, OperationRule>> {
  const validate = async (
    { tx, actor }: ReadContext,
    to: Located | undefined,
    args: Arguments,
  ): Promise<TaxonomyFinding[]> => {
    invariant(findings !== undefined, 'a server that answers requests has rules to look taxonomies over')
    const at = needAt(to)
    const { sets, terms } = await partIn(tx, at, args)
    await checkSize(tx, sets)
    const rules = (args['rules'] ?? []) as readonly string[]
    const found = await findings(tx, actor.tenantId, { sets, rules })
    return seenOf(tx, at, terms === undefined ? found : found.filter(({ id }) => id !== undefined && terms.has(id)))
  }
  return { validate: { query: validate } }
}
