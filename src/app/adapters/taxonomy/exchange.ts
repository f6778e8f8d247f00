/** Adapter: taxonomies as files for one server: plans, jobs that apply them, and exports, on the rows of a tenant. */
import { AppError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Actor, ReadTx, Store, WriteContext } from '#edm/ports.ts'
import type { Doc } from '#exchange/document.ts'
import { isRef, type NodeDoc, type Ref, type TermDoc } from '#exchange/document.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import { isBlocked, type PlanOptions, planOf } from '#exchange/plan/plan.ts'
import { parsePlan, type Plan, type PlanHead, planText } from '#exchange/plan/records.ts'
import type { PlaceState, TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { docOf } from '#exchange/plan/taxonomy/to-doc.ts'
import { fold } from '#base/text/fold.ts'
import { type Languages, languagesOf } from '#workloads/term-store/rules/languages/languages.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { type RunFacts, reportOf, runJob } from './apply-job.ts'
import type { JobRow, JobStore } from './jobs.ts'
import { needStore, readTaxonomy } from './read-taxonomy.ts'
import { rightsOf } from './rights.ts'

export interface ExchangeFacts {
  readonly store: Pick<Store, 'read'>
  readonly ids: Ids
  readonly jobs: JobStore
  readonly settings: TermStoreSettings
  readonly merge: RunFacts['merge']
  inTenant<T>(tenantId: string, actor: Actor, importId: string, work: (context: WriteContext) => Promise<T>): Promise<T>
  report(error: unknown): void
}

/** For whom: a tenant, and whose roles are asked for; undefined: nobody's. */
export interface TaxonomyCaller {
  readonly tenantId: string
  readonly actor: Actor | undefined
}

export interface PlanRequest {
  readonly doc: Doc
  readonly as: string
  readonly source: PlanHead['source']
  readonly options: PlanOptions
}

export interface ExportRequest {
  /** Ids or names; none: all sets but the system's. */
  readonly groups?: readonly string[]
  readonly sets?: readonly string[]
  /** Id, or path with `/`; with one set. */
  readonly term?: string
  readonly dates?: boolean
}

/** A job as its caller sees it. */
export interface JobView {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly total: number
  readonly step: number
  readonly plan: string
  readonly stale: readonly string[]
  readonly error?: { readonly code: string; readonly message: string; readonly target?: string }
  readonly createdDateTime: string
  readonly changedDateTime: string
}

function systemOf(tenantId: string): Actor {
  return { kind: 'system', tenantId, permissions: new Set() }
}

function idsIn(doc: Doc): string[] {
  const ids: string[] = []
  const refs: Ref[] = []
  const addTerm = (term: TermDoc): void => {
    if (term.id !== undefined) ids.push(term.id)
    if (term.replacedBy !== undefined && term.replacedBy !== null) refs.push(term.replacedBy)
    ids.push(...(term.mergedTermIds ?? []))
  }
  const addNodes = (nodes: readonly NodeDoc[]): void => {
    for (const { term, children } of nodes) {
      if (isRef(term)) refs.push(term)
      else addTerm(term)
      addNodes(children)
    }
  }
  for (const { sets } of doc.groups) for (const { children } of sets) addNodes(children)
  for (const ref of refs) if ('id' in ref) ids.push(ref.id)
  return ids.map((id) => id.toLowerCase().replace(/^\{(.*)\}$/, '$1'))
}

function sameName(one: string, other: string): boolean {
  return fold(one) === fold(normalised(other))
}

/** The sets of the store that a document may mean: by id, or by name in any group. */
function setsOf(doc: Doc, all: TaxonomyPart, { set }: PlanOptions): string[] {
  const refs = new Set<string>()
  const visit = (nodes: readonly NodeDoc[]): void => {
    for (const { term, children } of nodes) {
      if (isRef(term) && 'path' in term) refs.add(term.set)
      visit(children)
    }
  }
  const given = doc.groups.flatMap(({ sets }) => sets)
  for (const { children } of given) visit(children)
  const names = [...given.flatMap((one) => Object.values(one.names)), ...refs, ...(set === undefined ? [] : [set])]
  const wanted = new Set(names.map((name) => fold(normalised(name))))
  const ids = new Set([...given.flatMap(({ id }) => id?.toLowerCase() ?? []), ...(set === undefined ? [] : [set.toLowerCase()])])
  const uris = new Set(given.flatMap(({ uri }) => uri ?? []))
  return [...all.sets.values()]
    .filter(({ id, names: own, properties }) => {
      if (ids.has(id) || uris.has(properties['skos:uri'] ?? '')) return true
      return Object.values(own).some((name) => wanted.has(fold(name)))
    })
    .map(({ id }) => id)
}

/** Everything about the store that the plan of a document has to know. */
async function readFor(tx: ReadTx, doc: Doc, options: PlanOptions): Promise<TaxonomyPart> {
  const all = await readTaxonomy(tx, { sets: [], withSharing: false })
  return readTaxonomy(tx, { sets: setsOf(doc, all, options), ids: idsIn(doc), withSharing: true })
}

function viewOf(row: JobRow): JobView {
  const { id, state, done, total, step, digest, createdDateTime, changedDateTime } = row
  return { id, state, done, total, step, plan: digest, ...reportOf(row), createdDateTime, changedDateTime }
}

function notFound(what: string): AppError {
  return new AppError('notFound', what, { code: 'itemNotFound' })
}

/** Who a job is for, and nobody else may see. */
function byOf(actor: Actor | undefined): string {
  const { kind = 'system', userId, appId, name } = actor ?? {}
  return JSON.stringify({ kind, id: (kind === 'user' ? userId : appId) ?? null, name: name ?? null })
}

const planKind = 'terms-plan'
const applyKind = 'terms-apply'

export interface TaxonomyExchange {
  plan(caller: TaxonomyCaller, request: PlanRequest): Promise<Plan>
  /** Keeps the plan, so that it can be applied by its digest. */
  keep(caller: TaxonomyCaller, plan: Plan): Promise<void>
  /** Starts applying, or goes on with it. Throws `conflict` where something of the plan is refused. */
  apply(caller: TaxonomyCaller, plan: string | { readonly digest: string }, allowRefused: boolean): Promise<JobView>
  job(caller: TaxonomyCaller, id: string): Promise<JobView>
  stop(caller: TaxonomyCaller, id: string): Promise<JobView>
  /** Resolves when no job of this process runs any more. */
  settle(): Promise<void>
  export(caller: TaxonomyCaller, request: ExportRequest): Promise<Doc>
  taxonomy(caller: TaxonomyCaller, request: ExportRequest): Promise<TaxonomyPart>
  languages(caller: TaxonomyCaller): Promise<Languages>
}

export function taxonomyExchangeOf(facts: ExchangeFacts): TaxonomyExchange {
  const { store, ids, jobs, settings } = facts
  const running = new Map<string, Promise<void>>()
  const stopped = new Set<string>()
  const write = <T>({ tenantId, actor }: TaxonomyCaller, importId: string, work: (context: WriteContext) => Promise<T>) =>
    facts.inTenant(tenantId, actor ?? systemOf(tenantId), importId, work)

  const planTextOf = async ({ tenantId }: TaxonomyCaller, digest: string): Promise<string> => {
    const found = await store.read(tenantId, async (tx) => [
      ...(await jobs.ofDigest(tx, applyKind, digest)),
      ...(await jobs.ofDigest(tx, planKind, digest)),
    ])
    const text = found.find(({ content }) => content !== null)?.content
    if (typeof text === 'string') return text
    throw notFound(`No plan with the digest ${digest} is known: plans are known for a day. Send the plan itself.`)
  }

  const start = (caller: TaxonomyCaller, plan: Plan, jobId: string): void => {
    if (running.has(jobId)) return
    const { tenantId, actor } = caller
    stopped.delete(jobId)
    const work = runJob(
      {
        tenantId,
        actor: actor ?? systemOf(tenantId),
        jobs,
        settings,
        asksRoles: actor !== undefined,
        merge: facts.merge,
        inTransaction: (importId, inside) => write(caller, importId, inside),
        read: (inside) => store.read(tenantId, inside),
        isStopped: (id) => stopped.has(id),
        report: facts.report,
      },
      plan,
      jobId,
    )
      .catch(facts.report)
      .finally(() => running.delete(jobId))
    running.set(jobId, work)
  }

  /** The job of the plan: a new one, the one that runs or is done, or one that goes on. */
  const jobFor = async (caller: TaxonomyCaller, plan: Plan, text: string): Promise<JobRow> =>
    write(caller, '', async ({ tx, now }) => {
      const [known] = await jobs.ofDigest(tx, applyKind, plan.digest)
      if (known !== undefined) {
        if (known.by !== byOf(caller.actor)) throw new AppError('conflict', 'Somebody else applies this plan.', { code: 'conflict' })
        if (known.state !== 'done') {
          const { stale } = reportOf(known)
          // What stopped it is tried again; sets that were stale stay left out.
          const report = known.state === 'running' ? {} : { report: JSON.stringify({ stale }) }
          await jobs.update(tx, known.id, { state: 'running', changedDateTime: now, ...report })
        }
        return (await jobs.get(tx, known.id)) as JobRow
      }
      const row: JobRow = {
        id: ids.mint(),
        kind: applyKind,
        digest: plan.digest,
        content: text,
        options: '{}',
        by: byOf(caller.actor),
        state: 'running',
        step: 0,
        done: 0,
        total: plan.records.filter(({ action }) => action !== 'refused' && action !== 'same').length,
        report: null,
        createdDateTime: now,
        changedDateTime: now,
      }
      await jobs.insert(tx, row)
      return row
    })

  const needJob = async ({ tenantId, actor }: TaxonomyCaller, id: string): Promise<JobRow> => {
    const row = await store.read(tenantId, (tx) => jobs.get(tx, id))
    if (row === undefined || row.kind !== applyKind) throw notFound(`There is no job ${id}.`)
    if (actor === undefined || row.by === byOf(actor)) return row
    const rights = await store.read(tenantId, async (tx) =>
      rightsOf(tx, actor, await readTaxonomy(tx, { sets: [], withSharing: false })),
    )
    if (rights === undefined || rights.roleIn(undefined) === 'administrator') return row
    throw notFound(`There is no job ${id}.`)
  }

  const taxonomy = ({ tenantId }: TaxonomyCaller, request: ExportRequest): Promise<TaxonomyPart> =>
    store.read(tenantId, async (tx) => {
      const all = await readTaxonomy(tx, { sets: [], withSharing: false })
      return readTaxonomy(tx, { sets: chosen(all, request), withSharing: false })
    })

  return {
    plan: async ({ tenantId, actor }, { doc, as, source, options }) => {
      const { before, rights } = await store.read(tenantId, async (tx) => {
        const found = await readFor(tx, doc, options)
        return { before: found, rights: await rightsOf(tx, actor, found) }
      })
      return planOf(doc, {
        before,
        as,
        source,
        options,
        limits: settings.limits,
        mint: () => ids.mint(),
        digestOf: (id) => digestOfSet(before, id),
        ...(rights === undefined ? {} : { rights }),
      })
    },
    keep: (caller, plan) =>
      write(caller, '', async ({ tx, now }) => {
        if ((await jobs.ofDigest(tx, planKind, plan.digest)).length > 0) return
        await jobs.insert(tx, {
          id: ids.mint(),
          kind: planKind,
          digest: plan.digest,
          content: planText(plan),
          options: '{}',
          by: byOf(caller.actor),
          state: 'waiting',
          step: 0,
          done: 0,
          total: 0,
          report: null,
          createdDateTime: now,
          changedDateTime: now,
        })
      }),
    apply: async (caller, given, allowRefused) => {
      const text = typeof given === 'string' ? given : await planTextOf(caller, given.digest)
      const plan = parsePlan(text)
      if (isBlocked(plan) && !allowRefused)
        throw new AppError('conflict', `The plan has ${plan.summary.refused} refused records, so nothing is applied. allowRefused applies the others.`, {
          code: 'conflict',
        })
      const row = await jobFor(caller, plan, text)
      if (row.state === 'running') start(caller, plan, row.id)
      return viewOf(row)
    },
    job: async (caller, id) => viewOf(await needJob(caller, id)),
    stop: async (caller, id) => {
      const row = await needJob(caller, id)
      if (row.state === 'running') {
        stopped.add(id)
        await running.get(id)
        await write(caller, '', async ({ tx, now }) => {
          const latest = await jobs.get(tx, id)
          if (latest?.state === 'running') await jobs.update(tx, id, { state: 'stopped', changedDateTime: now })
        })
      }
      return viewOf(await needJob(caller, id))
    },
    settle: async () => {
      while (running.size > 0) await Promise.all(running.values())
    },
    taxonomy,
    languages: ({ tenantId }) => store.read(tenantId, async (tx) => languagesOf(await needStore(tx))),
    export: async (caller, request) => {
      const found = await taxonomy(caller, request)
      const sets = chosen(found, request)
      const term = request.term === undefined ? undefined : termIn(found, sets, request.term)
      const isWhole = (request.sets ?? []).length === 0 && request.term === undefined
      const groups = isWhole ? chosenGroups(found, request) : []
      return docOf(found, { sets, term, groups, dates: request.dates === true, isWhole })
    },
  }
}

function chosenGroups(all: TaxonomyPart, { groups = [] }: ExportRequest): string[] {
  if (groups.length === 0)
    return [...all.groups.values()].filter(({ scope }) => scope !== 'system').map(({ id }) => id)
  return groups.map((wanted) => {
    const found = all.groups.get(wanted.toLowerCase()) ?? [...all.groups.values()].find(({ name }) => sameName(name, wanted))
    if (found === undefined) throw notFound(`There is no group '${wanted}'.`)
    return found.id
  })
}

/** Ids of the sets that are asked for, in the order of groups and names. */
function chosen(all: TaxonomyPart, request: ExportRequest): string[] {
  const groups = new Set(chosenGroups(all, request))
  const inGroups = [...all.sets.values()].filter(({ groupId }) => groups.has(groupId))
  const { sets = [] } = request
  const found = sets.flatMap((wanted) => {
    const name = wanted.split('/').at(-1) ?? ''
    const [group] = wanted.includes('/') ? wanted.split('/') : []
    const named = inGroups.filter(
      ({ names, groupId }) =>
        Object.values(names).some((one) => sameName(one, name)) &&
        (group === undefined || sameName(all.groups.get(groupId)?.name ?? '', group)),
    )
    const known = all.sets.get(wanted.toLowerCase())
    const all2 = known === undefined ? named : [known]
    if (all2.length === 0) throw notFound(`There is no set '${wanted}'.`)
    if (all2.length > 1) throw new AppError('invalid', `Several groups have a set '${wanted}': name it by its id, or as GROUP/SET.`, { target: 'set' })
    return all2
  })
  const list = sets.length === 0 ? inGroups : found
  return list
    .map(({ id, groupId }) => ({ id, key: `${fold(all.groups.get(groupId)?.name ?? '')}\n${fold(all.nameOfSet(id))}\n${id}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ id }) => id)
}

function termIn(found: TaxonomyPart, sets: readonly string[], wanted: string): string {
  const [setId, ...others] = sets
  if (setId === undefined || others.length > 0) throw new AppError('invalid', 'A term is named with its set.', { target: 'term' })
  if (found.place(setId, wanted.toLowerCase()) !== undefined) return wanted.toLowerCase()
  let at: string | null = null
  for (const label of wanted.split('/')) {
    const next: PlaceState | undefined = found.childrenOf(setId, at).find(({ termId }) => sameName(found.title(termId), label.trim()))
    if (next === undefined) throw notFound(`The set has no term '${wanted}'.`)
    at = next.termId
  }
  return at ?? ''
}
