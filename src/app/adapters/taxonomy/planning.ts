/** Adapter: plans, exports and findings of one tenant: what of the store they have to know, and who makes them of it. */

import { AppError } from '#base/errors.ts'
import type { CountedIds, Ids } from '#base/ids.ts'
import type { Actor, Prepared, ReadTx, Store } from '#edm/ports.ts'
import type { Doc } from '#exchange/document.ts'
import { fault } from '#exchange/faults.ts'
import type { WriteWish } from '#exchange/formats.ts'
import { type PlanOptions, planOf } from '#exchange/plan/plan.ts'
import { type Plan, type PlanHead, planText } from '#exchange/plan/records.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { chosenRules, type ValidationFinding } from '#exchange/validate/rules.ts'
import { languagesOf } from '#workloads/term-store/rules/languages/languages.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { type ExportRequest, scopeOf } from './chosen.ts'
import { mostKeptBytes } from './kept-plans.ts'
import { type LookRequest, lookOf, readLooked, setsLookedIn } from './looked.ts'
import {
  type Frame,
  needStore,
  pagesOfSet,
  readFrame,
  readPlaces,
  readTaxonomy,
  type TaxonomyReading,
} from './read-taxonomy.ts'
import { rightsFactsOf, rightsOf } from './rights.ts'
import { meantBy, setsMeant } from './work/meant.ts'
import { noPause, pauses } from './work/pauses.ts'
import { tornCheck } from './work/torn.ts'
import type { FileWish, MadeFile, MadePlan, Work } from './work/work.ts'
import { TooMuch, type Workshop } from './work/workshop.ts'

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

/** Everything about the store that the plan of a document has to know. */
async function readFor(tx: ReadTx, doc: Doc, options: PlanOptions): Promise<TaxonomyPart> {
  const meant = meantBy(doc)
  const { sets } = await readFrame(tx)
  return readTaxonomy(tx, { sets: setsMeant(meant, sets, options), ids: meant.ids, withSharing: true })
}

export interface SeedPlanningFacts {
  readonly store: Pick<Store, 'read'>
  readonly ids: Ids
  readonly settings: TermStoreSettings
}

/** In one piece: for seeds, which are applied before anybody is served, or in place of what was served. */
export async function makePlan(
  { store, ids, settings }: SeedPlanningFacts,
  { tenantId, actor }: TaxonomyCaller,
  { doc, as, source, options }: PlanRequest,
): Promise<Plan> {
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
}

export interface PlanningFacts {
  readonly store: Pick<Store, 'read' | 'prepare'>
  readonly ids: CountedIds
  readonly settings: TermStoreSettings
  readonly workshop: Workshop
}

/** Work with less than this takes less time here than it takes to send it. */
const small = { fileBytes: 16_384, terms: 500 }

/** Zip files and JSON may hold far more work than they have bytes. */
function isPlain(bytes: Uint8Array): boolean {
  const [first = 0] = bytes
  return first !== 0x50 && !Buffer.from(bytes.subarray(0, 200)).toString('latin1').includes('{')
}

/** Pages of sets, compiled once for a store. */
const pages = new WeakMap<object, Prepared>()

function pagesOn(store: Pick<Store, 'prepare'>): Prepared {
  const known = pages.get(store)
  if (known !== undefined) return known
  const made = pagesOfSet(store)
  pages.set(store, made)
  return made
}

interface RowSource {
  /** Absent: a set is read by one statement. */
  readonly pages?: Prepared
  inRead<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
}

function rowsOfTenant({ store }: PlanningFacts, tenantId: string): RowSource {
  return { pages: pagesOn(store), inRead: (work) => store.read(tenantId, work) }
}

/** Attempts to read what others change meanwhile; the last one reads each set at once and takes it as it is. */
const attempts = 3

/**
 * Reads rows for the work and has it done; again, where something was changed meanwhile. `read` returns the sets that were
 * read as a whole.
 */
async function withRows<T>(
  { inRead, pages }: RowSource,
  work: Work,
  read: (reading: TaxonomyReading, frame: Frame) => Promise<readonly string[]>,
  then: (whole: readonly string[] | undefined) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === attempts
    const paged = isLast ? {} : { pages }
    try {
      const whole = await inRead(async (tx) => {
        const frame = await readFrame(tx)
        await work.begin(frame)
        return read({ tx, ...paged, pause: isLast ? noPause : pauses(), take: work.take }, frame)
      })
      return await then(isLast ? undefined : whole)
    } catch (error) {
      if (isLast || !(error instanceof AppError) || error.facts.check !== tornCheck) throw error
    }
  }
}

export interface FileToPlan extends Omit<FileWish, 'defaultLanguage'> {
  readonly bytes: Uint8Array
  readonly defaultLanguage?: string | undefined
}

/** The plan of a file that was given up: nothing of it is applied. */
function givenUp({ settings }: PlanningFacts, file: FileToPlan, options: PlanOptions, why: string): MadePlan {
  const at = { file: file.file, line: 1, path: '' }
  const doc: Doc = { groups: [], faults: [fault('limit', at, `${why} Divide the file.`)] }
  const empty = { languages: { defaultTag: 'en-US', tags: [] }, groups: [], sets: [], terms: [], places: [] }
  const plan = planOf(doc, {
    before: new TaxonomyPart(empty),
    as: file.format ?? 'unknown',
    source: [],
    options,
    limits: settings.limits,
    mint: () => '',
    digestOf: () => '',
  })
  return { bytes: Buffer.from(planText(plan)), digest: plan.digest, total: 0, isTooLong: false }
}

/** `optionsOf`: what is planned of the file, by what it says of missing sets itself. */
export async function planFile(
  facts: PlanningFacts,
  { tenantId, actor }: TaxonomyCaller,
  file: FileToPlan,
  optionsOf: (missing: 'keep' | 'deprecate' | 'delete' | undefined) => PlanOptions,
): Promise<MadePlan> {
  const { store, ids, settings, workshop } = facts
  const { bytes, defaultLanguage, ...wish } = file
  const { defaultTag, terms } = await store.read(tenantId, async (tx) => {
    const row = await needStore(tx)
    return { defaultTag: languagesOf(row).defaultTag, terms: row.termCount }
  })
  const isSmall = bytes.length <= small.fileBytes && terms <= small.terms && isPlain(bytes)
  // One number for all ids of the plan, so that they are the same in each run and nothing waits for them.
  const kind = ids.count()
  const counted = ids.state === undefined || kind === undefined ? undefined : { state: ids.state, kind: -kind }
  try {
    const made = await workshop.run(tenantId, isSmall, async (work) => {
      await work.give(bytes)
      const read = await work.read({ ...wish, defaultLanguage: defaultLanguage ?? defaultTag })
      const options = optionsOf(read.missing)
      const { rights } = await store.read(tenantId, async (tx) => {
        const { groups } = await readFrame(tx)
        return {
          rights: await rightsFactsOf(
            tx,
            actor,
            groups.map(({ id }) => id),
          ),
        }
      })
      return withRows(
        rowsOfTenant(facts, tenantId),
        work,
        (reading, frame) =>
          readPlaces(reading, frame, {
            sets: setsMeant(read.meant, frame.sets, options),
            ids: read.meant.ids,
            withSharing: true,
          }),
        (whole) => work.plan({ whole, options, limits: settings.limits, rights, counted, mostBytes: mostKeptBytes }),
      )
    })
    if (!made.isTooLong) return made
    return givenUp(facts, file, optionsOf(undefined), `Its plan would have more than ${mostKeptBytes} bytes.`)
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    return givenUp(facts, file, optionsOf(undefined), error.message)
  }
}

function sized(frame: Frame): boolean {
  return frame.counts.terms <= small.terms
}

function emptyPart(frame: Frame): TaxonomyPart {
  return new TaxonomyPart({ ...frame, terms: [], places: [] })
}

/** Throws `invalid` with the fault `limit` where it takes too much. */
async function within<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    const message = `${error.message} Ask for fewer sets at once.`
    throw new AppError('invalid', message, { details: [{ code: 'limit', message }], check: `limit.${error.what}` })
  }
}

export async function exportFile(
  facts: PlanningFacts,
  { tenantId }: TaxonomyCaller,
  request: ExportRequest,
  format: string,
  wish: WriteWish,
): Promise<MadeFile> {
  const { store, workshop } = facts
  const first = await store.read(tenantId, readFrame)
  // Asked for before anything is read: what is not there is said at once.
  scopeOf(emptyPart(first), request)
  const made = workshop.run(tenantId, sized(first), (work) => {
    let scope: ReturnType<typeof scopeOf> | undefined
    return withRows(
      rowsOfTenant(facts, tenantId),
      work,
      (reading, frame) => {
        scope = scopeOf(emptyPart(frame), request)
        return readPlaces(reading, frame, { sets: scope.sets, withSharing: false, withPinned: true })
      },
      (whole) => work.write({ ...(scope ?? scopeOf(emptyPart(first), request)), whole, format, wish }),
    )
  })
  return within(made)
}

export async function findingsFile(
  facts: PlanningFacts,
  { tenantId }: TaxonomyCaller,
  asked: LookRequest,
  rules: readonly string[],
): Promise<Uint8Array> {
  const { store, settings, workshop } = facts
  const { first, request, term } = await store.read(tenantId, async (tx) => ({
    first: await readFrame(tx),
    ...{ term: undefined, ...(await lookOf(tx, asked)) },
  }))
  let sets = setsLookedIn(emptyPart(first), request)
  const made = workshop.run(tenantId, sized(first), (work) =>
    withRows(
      rowsOfTenant(facts, tenantId),
      work,
      (reading, frame) => {
        sets = setsLookedIn(emptyPart(frame), request)
        return readLooked(reading, frame, sets)
      },
      (whole) => work.validate({ whole, sets, term, rules, limits: settings.limits }),
    ),
  )
  return within(made)
}

/** What `relata.validate` asks, within the transaction of a request: findings in sets that are given by their ids. */
export async function findingsOfSets(
  tx: ReadTx,
  { settings, workshop }: Pick<PlanningFacts, 'settings' | 'workshop'>,
  tenantId: string,
  { sets, rules }: { readonly sets: readonly string[]; readonly rules: readonly string[] },
): Promise<ValidationFinding[]> {
  // To `setsLookedIn` no sets are all of them.
  if (sets.length === 0) {
    chosenRules(rules)
    return []
  }
  const first = await readFrame(tx)
  const made = workshop.run(tenantId, sized(first), (work) =>
    withRows(
      { inRead: (read) => read(tx) },
      work,
      (reading, frame) => readLooked(reading, frame, sets),
      (whole) => work.validate({ whole, sets, term: undefined, rules, limits: settings.limits }),
    ),
  )
  // The last line has the counts.
  const lines = Buffer.from(await within(made))
    .toString()
    .trimEnd()
    .split('\n')
    .slice(0, -1)
  return lines.map((line): ValidationFinding => JSON.parse(line))
}
