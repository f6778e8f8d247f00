/**
 * `relata terms --to graph`: the same plans against Microsoft Graph, as far as Graph allows (exchange.md §7.4). What it cannot do
 * is refused in the plan. Graph gives ids of its own, which are kept beside the folder.
 */
import { randomUUID } from 'node:crypto'
import { termsOptionsOf } from '#app/adapters/taxonomy/control.ts'
import { fold } from '#base/text/fold.ts'
import { exportWishIn, planWishIn, validateWishIn } from '#control/term-store/wishes.ts'
import type { Doc } from '#exchange/document.ts'
import { readFile, writeFile } from '#exchange/formats.ts'
import { planOf } from '#exchange/plan/plan.ts'
import { type PlanRecord, parsePlan, planText, sha256 } from '#exchange/plan/records.ts'
import { stepsOf } from '#exchange/plan/steps.ts'
import { carry } from '#exchange/plan/taxonomy/carry.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { docOf } from '#exchange/plan/taxonomy/to-doc.ts'
import { chosenRules } from '#exchange/validate/rules.ts'
import { findingLines, findingsIn } from '#exchange/validate/validate.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import type { GraphAnswer, GraphRequest, GraphTermsClient } from '../../remote/graph/client.ts'
import { type ApplyOutcome, queryOf, type TermsTarget } from '../terms-target.ts'
import { type GivenIds, graphLack, needsOf, requestFor } from './changes.ts'
import { type IdMap, withIds } from './ids.ts'
import { readGraph } from './read.ts'

const mostInBatch = 20

/** What Graph links with a reuse: the branch of the term, which needs no records of its own then. */
function isLinked(end: TaxonomyPart, { action, relationship, id, set, parent }: PlanRecord): boolean {
  const above = parent === null || parent === undefined ? undefined : end.place(set ?? '', parent)
  const home = end.home(id)
  return action === 'share' && relationship === 'reuse' && above?.kind === 'reuse' && home?.parentId === parent
}

export interface GraphTargetFacts {
  readonly client: GraphTermsClient
  readonly ids: IdMap
}

async function staleIn(
  client: GraphTermsClient,
  plan: ReturnType<typeof parsePlan>,
): Promise<{ end: TaxonomyPart; stale: string[] }> {
  const planned = Object.entries(plan.head.sets)
  const end = await readGraph(client)
  const stale = planned.filter(([id, { digest }]) => (end.sets.has(id) ? digestOfSet(end, id) : null) !== digest)
  return { end, stale: stale.map(([id]) => id) }
}

interface Batch {
  readonly records: PlanRecord[]
  readonly requests: GraphRequest[]
  /** Records that need no request. */
  linked: number
  /** Where the next one begins. */
  next: number
}

/** The next records of which none needs another; the store is then as they leave it. */
function nextBatch(records: readonly PlanRecord[], from: number, end: TaxonomyPart, given: GivenIds): Batch {
  const made = new Set<string>()
  const batch: Batch = { records: [], requests: [], linked: 0, next: from }
  for (; batch.next < records.length && batch.records.length < mostInBatch; batch.next++) {
    const record = records[batch.next] as PlanRecord
    if (needsOf(record).some((id) => made.has(id))) break
    const isDone = isLinked(end, record)
    carry(end, record)
    if (isDone) {
      batch.linked += 1
      continue
    }
    if (record.action === 'create') made.add(record.id)
    batch.records.push(record)
    batch.requests.push(requestFor(record, end, given))
  }
  return batch
}

/** Keeps the ids that Graph has given; returns what it refused first, and how many it did. */
function taken({ given }: IdMap, { records }: Batch, answers: readonly GraphAnswer[]) {
  let done = 0
  let error: ApplyOutcome['error']
  for (const [place, { status, body }] of answers.entries()) {
    const record = records[place] as PlanRecord
    if (status < 300) {
      if (record.action === 'create' && typeof body?.id === 'string') given.set(record.id, body.id)
      done += 1
    } else {
      const message = `${record.action} ${record.kind} ${record.at.path}: ${body?.error?.message ?? status}`
      error ??= { code: body?.error?.code ?? String(status), message }
    }
  }
  return { done, error }
}

/** Sends the records of a plan, parents before what is below them, twenty at once where none needs another. */
async function applyOn(
  { client, ids }: GraphTargetFacts,
  text: string,
  onProgress: (done: number, total: number) => void,
): Promise<ApplyOutcome> {
  const plan = parsePlan(text)
  const records = stepsOf(plan.records, []).flatMap((step) => step.records)
  const total = records.length
  const { end, stale } = await staleIn(client, plan)
  if (stale.length > 0) return { state: 'failed', done: 0, total, stale }
  let done = 0
  for (let at = 0; at < records.length; ) {
    const batch = nextBatch(records, at, end, ids.given)
    const outcome = taken(ids, batch, await client.all(batch.requests))
    done += outcome.done + batch.linked
    at = batch.next
    await ids.save()
    if (outcome.error !== undefined) return { state: 'failed', done, total, stale: [], error: outcome.error }
    onProgress(done, total)
  }
  return { state: 'done', done, total, stale: [] }
}

/** Ids as the folder has them. */
function ownIds({ given }: IdMap): (id: string) => string {
  const ours = new Map([...given].map(([own, theirs]) => [theirs, own]))
  return (id) => ours.get(id) ?? id
}

export function graphTarget(facts: GraphTargetFacts): TermsTarget {
  const { client, ids } = facts
  const exported = async (query: string): Promise<{ doc: Doc; taxonomy: TaxonomyPart; sets: string[] }> => {
    const { groups, sets, term } = exportWishIn(query)
    if (term !== undefined) throw new Error('--term is not known with --to graph: name sets or groups')
    const names = new Set(sets.map((name) => fold(normalised(name.split('/').at(-1) ?? ''))))
    const isChosen = (id: string, own: Readonly<Record<string, string>>): boolean =>
      names.size === 0 || sets.includes(id) || Object.values(own).some((name) => names.has(fold(name)))
    const taxonomy = await readGraph(client)
    const inGroups = (groupId: string): boolean =>
      groups.length === 0 ||
      groups.some((one) => one === groupId || fold(one) === fold(taxonomy.groups.get(groupId)?.name ?? ''))
    const found = [...taxonomy.sets.values()].filter(
      ({ id, names: own, groupId, systemRole }) => systemRole === null && isChosen(id, own) && inGroups(groupId),
    )
    const chosen = found.map(({ id }) => id)
    const doc = docOf(taxonomy, { sets: chosen, isWhole: names.size === 0, elsewhere: true })
    return { doc, taxonomy, sets: chosen }
  }
  return {
    plan: async ({ name, bytes }, options) => {
      const wish = planWishIn(queryOf(options).slice(1))
      const store = await client.get('/sites/root/termStore')
      const { defaultLanguage = store.defaultLanguageTag, format, encoding, group, set, choice } = wish
      const { doc, as } = await readFile({ file: name, bytes, format, encoding, group, set, defaultLanguage, choice })
      const known = withIds(doc, (id) => ids.given.get(id) ?? id)
      const before = await readGraph(client)
      const plan = planOf(known, {
        before,
        as,
        source: [{ file: name, sha256: sha256(bytes) }],
        options: termsOptionsOf(wish),
        limits: defaultSettings.limits,
        mint: () => randomUUID(),
        digestOf: (id) => digestOfSet(before, id),
        lack: graphLack,
        onOtherId: (given, stored) => void ids.given.set(given, stored),
      })
      await ids.save()
      return planText(plan)
    },
    apply: (plan, _allowRefused, onProgress) => applyOn(facts, plan, onProgress),
    export: async (options) => {
      const query = queryOf(options).slice(1)
      const wish = exportWishIn(query)
      const { doc } = await exported(query)
      const { bytes, extension, losses } = await writeFile(withIds(doc, ownIds(ids)), wish.format, wish)
      return { bytes, fileName: `taxonomy.${extension}`, losses: losses.length }
    },
    validate: async (options) => {
      if (options.has('at')) throw new Error('with --to graph, name what is looked over with --group and --set')
      const query = queryOf(options).slice(1)
      const { rules } = validateWishIn(query)
      const { taxonomy, sets } = await exported(
        queryOf(new Map([...options].filter(([name]) => name !== 'rules'))).slice(1),
      )
      return findingLines(findingsIn({ taxonomy, setIds: sets, limits: defaultSettings.limits }, chosenRules(rules)))
    },
  }
}
