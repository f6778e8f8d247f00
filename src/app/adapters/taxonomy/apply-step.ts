/**
 * Adapter: one step of a plan in its transaction (exchange.md §2.7). The sets of the step are read once; its records are carried
 * out in memory and the end state is checked there; then the rows that differ are written.
 */
import { AppError } from '#base/errors.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import type { Plan, PlanRecord } from '#exchange/plan/records.ts'
import { lackOf, type PlanRights } from '#exchange/plan/rights.ts'
import type { Step } from '#exchange/plan/steps.ts'
import { carry } from '#exchange/plan/taxonomy/carry.ts'
import { violations } from '#exchange/plan/taxonomy/checks.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import { unsound } from '#exchange/plan/taxonomy/sound.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { touchedBy } from '#exchange/plan/touched.ts'
import { checkRecord } from '#exchange/plan/trust.ts'
import { site } from '#workloads/sites/types.ts'
import { mergedTerm } from '#workloads/term-store/own-types.ts'
import {
  canonicalTag,
  compareTags,
  languagesOf,
  lcidOf,
  mostLanguages,
} from '#workloads/term-store/rules/languages/languages.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { mergeTerm } from '#workloads/term-store/rules/verbs/merge/merge-term.ts'
import { store, term } from '#workloads/term-store/types.ts'
import { needStore, readTaxonomy } from './read-taxonomy.ts'
import { refuseLack, rightsOf } from './rights.ts'
import { removeInStep } from './step-removal.ts'
import { writeTaxonomy } from './write-taxonomy.ts'

export interface StepFacts {
  readonly context: WriteContext
  readonly plan: Pick<Plan, 'head' | 'languages'>
  readonly step: Step
  /** Sets that no earlier step has written: they have to be as planned. */
  readonly untouched: readonly string[]
  /** Terms that later steps change: their siblings are checked then. */
  readonly later: ReadonlySet<string>
  readonly settings: TermStoreSettings
  /** Whether the caller's roles are asked for. */
  readonly asksRoles: boolean
}

/** A set is not as it was when the plan was made. */
export class Stale extends Error {
  override readonly name = 'Stale'
  readonly setIds: readonly string[]

  constructor(setIds: readonly string[]) {
    super(`stale: ${setIds.join(', ')}`)
    this.setIds = setIds
  }
}

function staleSets({ plan, untouched }: StepFacts, now: TaxonomyPart): string[] {
  return untouched.filter((id) => {
    const planned = plan.head.sets[id]?.digest ?? null
    return planned !== (now.sets.has(id) ? digestOfSet(now, id) : null)
  })
}

const removing = new Set(['delete', 'unshare'])

function checkRights(
  records: readonly PlanRecord[],
  rights: PlanRights | undefined,
  before: TaxonomyPart,
  end: TaxonomyPart,
): void {
  if (rights === undefined) return
  for (const record of records) refuseLack(lackOf(record, rights, before, end))
}

function checkShares(records: readonly PlanRecord[], before: TaxonomyPart): void {
  for (const { action, id, set } of records) {
    if (action !== 'share') continue
    const term = before.terms.get(id)
    if (term?.isDeprecated === true || term?.isKeyword === true)
      throw new AppError('conflict', `A deprecated term or a keyword cannot be shared: ${id}.`, { code: 'conflict' })
    if (before.sets.get(set ?? '')?.systemRole !== null)
      throw new AppError('forbidden', 'No terms can be shared into the sets of the system.', { code: 'accessDenied' })
  }
}

function checkSystem(records: readonly PlanRecord[], before: TaxonomyPart): void {
  for (const { kind, id, set, group } of records) {
    const role = before.sets.get(kind === 'set' ? id : (set ?? ''))?.systemRole ?? null
    const groupId = kind === 'group' ? id : group
    if (role !== null || (groupId !== undefined && before.groups.get(groupId)?.scope === 'system'))
      throw new AppError('forbidden', 'What belongs to the system cannot be changed by an import.', {
        code: 'accessDenied',
      })
  }
}

function checkEnd({ settings, later, step }: StepFacts, end: TaxonomyPart): void {
  const [wrong] = [...violations(end, touchedBy(step.records), settings.limits)].filter(
    ({ code, terms }) => code !== 'clash' || !terms.some((id) => later.has(id)),
  )
  if (wrong === undefined) return
  throw new AppError('conflict', wrong.text, { code: wrong.code === 'clash' ? 'nameAlreadyExists' : 'conflict' })
}

function refusal({ action, kind, id }: PlanRecord, text: string): AppError {
  return new AppError('conflict', `The plan does not fit: ${action} of ${kind} ${id}: ${text}.`, {
    code: 'conflict',
    target: id,
  })
}

function checkSound(end: TaxonomyPart, records: readonly PlanRecord[]): void {
  const wrong = unsound(end, records)
  if (wrong !== undefined) throw refusal(wrong.record, wrong.text)
}

/** The terms that others are replaced by, in a chain that ends. */
async function checkSuccessor(tx: ReadTx, end: TaxonomyPart, record: PlanRecord): Promise<void> {
  const passed = new Set([record.id])
  for (let next = record.replacedBy ?? null; next !== null; ) {
    if (passed.has(next)) throw refusal(record, 'it would be replaced by itself, directly or by way of others')
    passed.add(next)
    const found = end.terms.get(next) ?? (await tx.get(term, next))
    if (found === undefined) throw refusal(record, `the term ${next}, which is to replace it, is not there`)
    next = found.replacedBy
  }
}

/** Ids that are said to be of terms merged into this one are those of no term, and of no other one's. */
async function checkMergedIds(tx: ReadTx, before: TaxonomyPart, end: TaxonomyPart, record: PlanRecord): Promise<void> {
  const known = new Set(before.terms.get(record.id)?.mergedTermIds ?? [])
  for (const id of end.terms.get(record.id)?.mergedTermIds ?? []) {
    if (known.has(id)) continue
    if (end.terms.has(id) || (await tx.get(term, id)) !== undefined) throw refusal(record, `${id} is a term of its own`)
    const into = (await tx.get(mergedTerm, id))?.into
    if (into !== undefined && into !== record.id) throw refusal(record, `${id} was merged into ${into}`)
  }
}

async function checkNamedTerms(
  tx: ReadTx,
  before: TaxonomyPart,
  end: TaxonomyPart,
  records: readonly PlanRecord[],
): Promise<void> {
  for (const record of records) {
    if (record.action === 'deprecate') await checkSuccessor(tx, end, record)
    if (record.action === 'merge' && (await tx.get(term, record.into ?? '')) === undefined)
      throw refusal(record, `the term ${record.into} is not there`)
    if (record.changes.some(({ member }) => member === 'mergedTermIds')) await checkMergedIds(tx, before, end, record)
  }
}

/** By the rules of the verb: what the survivor has for it is decided there. */
async function merge({ context, settings, asksRoles, step }: StepFacts): Promise<void> {
  for (const { action, id, into } of step.records) {
    const home = action === 'merge' ? await context.tx.get(term, id) : undefined
    if (home === undefined || into === undefined) continue
    await mergeTerm(
      { ...settings, roles: asksRoles },
      context,
      { setId: home.setId, termId: id },
      { into, onChildClash: 'refuse' },
    )
  }
}

async function addLanguages({ context, plan }: StepFacts): Promise<void> {
  const storeRow = await needStore(context.tx)
  const { tags } = languagesOf(storeRow)
  const added = [...new Set(plan.languages.add)].filter((tag) => !tags.includes(tag))
  const unknown = added.find((tag) => lcidOf(tag) === undefined || canonicalTag(tag) !== tag)
  if (unknown !== undefined)
    throw new AppError('invalid', `The plan adds '${unknown}', which is no language that a term store can have.`, {
      code: 'invalidRequest',
      target: 'plan',
    })
  if (tags.length + added.length > mostLanguages)
    throw new AppError(
      'invalid',
      `A store has at most ${mostLanguages} languages; with those of the plan it would have more.`,
      {
        code: 'invalidRequest',
        target: 'plan',
      },
    )
  if (added.length > 0)
    await context.tx.update(store, storeRow.id, { languageTags: [...tags, ...added].sort(compareTags) })
}

async function siteCollectionsOf(context: WriteContext): Promise<ReadonlyMap<string, string>> {
  const sites = await context.tx.find(site, {})
  return new Map(sites.map(({ id, siteCollectionId }) => [id, siteCollectionId ?? '']))
}

/** Throws `Stale`, or what refuses the step; nothing of it is written then. */
export async function applyStep(facts: StepFacts): Promise<void> {
  const { context, step, settings, asksRoles } = facts
  const { tx } = context
  const storeRow = await needStore(tx)
  if (step.kind === 'languages') {
    const rights = asksRoles
      ? await rightsOf(tx, context.actor, await readTaxonomy(tx, { sets: [], withSharing: false }))
      : undefined
    if (rights !== undefined && rights.roleIn(undefined) !== 'administrator')
      refuseLack('Adding languages needs the role administrator.')
    await addLanguages(facts)
    return
  }
  const ids = step.records.filter(({ action }) => action === 'share').map(({ id }) => id)
  const sets = step.kind === 'groups' || step.kind === 'sets' ? facts.untouched : step.sets
  const before = await readTaxonomy(tx, { sets, ids, withSharing: step.kind !== 'groups' && step.kind !== 'sets' })
  const stale = staleSets(facts, before)
  if (stale.length > 0) throw new Stale(stale)
  const withDates = facts.plan.head.options['withDates'] === true
  for (const record of step.records) checkRecord(record, { languages: before.languages, withDates })
  const end = before.copy()
  const written = before.copy()
  const kept = step.records.filter(({ action }) => !removing.has(action) && action !== 'merge')
  for (const record of kept) carry(written, record)
  for (const record of step.records) if (record.action !== 'merge') carryUnlessGone(end, record)
  const rights = asksRoles ? await rightsOf(tx, context.actor, before) : undefined
  if (withDates && rights !== undefined && rights.roleIn(undefined) !== 'administrator')
    refuseLack('Keeping dates needs the role administrator.')
  checkRights(step.records, rights, before, end)
  checkSystem(step.records, before)
  checkShares(step.records, before)
  checkEnd(facts, end)
  checkSound(end, step.records)
  await checkNamedTerms(tx, before, end, step.records)
  checkLimits(settings, before, end)
  await writeTaxonomy({
    context,
    storeId: storeRow.id,
    before,
    after: written,
    siteCollections: await siteCollectionsOf(context),
    withDates,
  })
  await removeInStep({
    context,
    storeId: storeRow.id,
    records: step.records.filter(({ action }) => removing.has(action)),
    others: kept,
    before,
    written,
    later: facts.later,
  })
  await merge(facts)
}

/** What has left with a parent that goes as well is not there any more. */
function carryUnlessGone(end: TaxonomyPart, record: PlanRecord): void {
  if (removing.has(record.action) && end.place(record.set ?? '', record.id) === undefined) return
  carry(end, record)
}

function checkLimits({ limits }: TermStoreSettings, before: TaxonomyPart, end: TaxonomyPart): void {
  const terms = before.counts.terms + end.terms.size - before.terms.size
  const sets = before.counts.sets + end.sets.size - before.sets.size
  if (terms > limits.terms && end.terms.size > before.terms.size)
    throw new AppError('invalid', `The store would have more than its limit of ${limits.terms} terms.`, {
      code: 'invalidRequest',
    })
  if (sets > limits.sets && end.sets.size > before.sets.size)
    throw new AppError('invalid', `The store would have more than its limit of ${limits.sets} sets.`, {
      code: 'invalidRequest',
    })
}
