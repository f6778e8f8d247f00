/**
 * What takes long of taxonomies as files: reading a file, planning, writing, looking over. It is given what it needs and knows
 * no store, so that it can be done in a process of its own (decision 45) as well as here.
 */
import { AppError } from '#base/errors.ts'
import { type IdState, idsBeside, randomIds } from '#base/ids.ts'
import type { Doc, Loss } from '#exchange/document.ts'
import { type ReadWish, readFile, type WriteWish, writeFile } from '#exchange/formats.ts'
import { type PlanOptions, planOf } from '#exchange/plan/plan.ts'
import { planLines, sha256 } from '#exchange/plan/records.ts'
import type { StoreLimits } from '#exchange/plan/taxonomy/checks.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import { type PlaceState, TaxonomyPart, type TermState } from '#exchange/plan/taxonomy/taxonomy.ts'
import { docOf } from '#exchange/plan/taxonomy/to-doc.ts'
import { chosenRules, type ValidationFinding } from '#exchange/validate/rules.ts'
import { findingLines, findingsIn } from '#exchange/validate/validate.ts'
import type { Frame, Rows } from '../read-taxonomy.ts'
import { type MeantPart, meantBy } from './meant.ts'
import { type RightsFacts, rightsBy } from './rights-facts.ts'
import { termIn } from './scope.ts'
import { torn } from './torn.ts'

export type FileWish = Omit<ReadWish, 'bytes'>

/** What is known of a file when it is read; its document stays where it was read. */
export interface FileFacts {
  readonly as: string
  readonly missing?: 'keep' | 'deprecate' | 'delete'
  readonly meant: MeantPart
}

/** Ids of sets of which all rows were taken; undefined: what was read is not looked at. */
type Whole = readonly string[] | undefined

export interface PlanOrder {
  readonly whole: Whole
  readonly options: PlanOptions
  readonly limits: StoreLimits
  readonly rights: RightsFacts | undefined
  /** Ids follow from these numbers; undefined: they are random. */
  readonly counted: { readonly state: IdState; readonly kind: number } | undefined
  readonly mostBytes: number
}

export interface MadePlan {
  /** Its text. */
  readonly bytes: Uint8Array
  readonly digest: string
  /** Records that are applied. */
  readonly total: number
  /** The text would have more bytes than wanted, and is not there. */
  readonly isTooLong: boolean
}

export interface WriteOrder {
  readonly whole: Whole
  readonly sets: readonly string[]
  readonly groups: readonly string[]
  /** Id or path. */
  readonly term: string | undefined
  readonly dates: boolean
  readonly isWhole: boolean
  readonly elsewhere: boolean
  readonly format: string
  readonly wish: WriteWish
}

export interface MadeFile {
  readonly bytes: Uint8Array
  readonly extension: string
  readonly type: string
  /** Lines of JSON. */
  readonly losses: string
  readonly lost: number
}

export interface ValidateOrder {
  readonly whole: Whole
  readonly sets: readonly string[]
  /** Id or path: only findings about this term of the first set, and about those below it. */
  readonly term: string | undefined
  readonly rules: readonly string[]
  readonly limits: StoreLimits
}

/** One piece of work, from its file or its rows to what is made of them. All throw `AppError`. */
export interface Work {
  /** The file, or its next piece. */
  give(bytes: Uint8Array): Promise<void>
  read(wish: FileWish): Promise<FileFacts>
  /** Rows are taken anew. */
  begin(frame: Frame): Promise<void>
  take(rows: Rows): Promise<void>
  plan(order: PlanOrder): Promise<MadePlan>
  write(order: WriteOrder): Promise<MadeFile>
  /** Lines of findings. */
  validate(order: ValidateOrder): Promise<Uint8Array>
}

function checkWhole(taxonomy: TaxonomyPart, whole: Whole): void {
  for (const setId of whole ?? [])
    for (const { termId, parentId } of taxonomy.placesIn(setId)) {
      const hasParent = parentId === null || taxonomy.place(setId, parentId) !== undefined
      if (hasParent && taxonomy.terms.has(termId)) continue
      throw torn()
    }
}

const pieceLength = 256 * 1024

/** Not as one string, which could be longer than strings may be. Undefined: there are more bytes than wanted. */
function bytesOf(lines: Iterable<string>, mostBytes: number): Uint8Array | undefined {
  const pieces: Uint8Array[] = []
  let [text, length] = ['', 0]
  const end = (): void => {
    pieces.push(Buffer.from(text))
    length += pieces.at(-1)?.length ?? 0
    text = ''
  }
  for (const line of lines) {
    text += line
    if (text.length < pieceLength) continue
    end()
    if (length > mostBytes) return undefined
  }
  end()
  return length > mostBytes ? undefined : Buffer.concat(pieces)
}

function lossLines(losses: readonly Loss[]): string {
  return losses.map((loss) => `${JSON.stringify(loss)}\n`).join('')
}

interface Held {
  readonly doc: Doc
  readonly as: string
  readonly source: { readonly file: string; readonly sha256: string }
}

function planned({ doc, as, source }: Held, before: TaxonomyPart, order: PlanOrder): MadePlan {
  const { options, limits, rights, counted, mostBytes } = order
  const ids = counted === undefined ? randomIds : idsBeside(counted.state, counted.kind)
  const plan = planOf(doc, {
    before,
    as,
    source: [source],
    options,
    limits,
    mint: () => ids.mint(),
    digestOf: (id) => digestOfSet(before, id),
    ...(rights === undefined ? {} : { rights: rightsBy(rights, before) }),
  })
  const bytes = bytesOf(planLines(plan), mostBytes)
  const total = plan.records.filter(({ action }) => action !== 'refused' && action !== 'same').length
  return { bytes: bytes ?? new Uint8Array(), digest: plan.digest, total, isTooLong: bytes === undefined }
}

async function written(found: TaxonomyPart, order: WriteOrder): Promise<MadeFile> {
  const { sets, groups, dates, isWhole, elsewhere, format, wish } = order
  const term = order.term === undefined ? undefined : termIn(found, sets, order.term)
  const doc = docOf(found, { sets, term, groups, dates, isWhole, elsewhere })
  const { bytes, extension, type, losses, faults } = await writeFile(doc, format, wish)
  const [first] = faults
  if (first !== undefined)
    throw new AppError('conflict', `${first.text} (${first.at.path})`, { code: 'conflict', target: 'for' })
  const lost = losses.reduce((sum, { count }) => sum + count, 0)
  return { bytes, extension, type, losses: lossLines(losses), lost }
}

function branchOf(taxonomy: TaxonomyPart, setId: string, termId: string): Set<string> {
  const ids = new Set([termId])
  for (const id of ids) for (const child of taxonomy.idsUnder(setId, id)) ids.add(child)
  return ids
}

function foundIn(taxonomy: TaxonomyPart, { sets, term, rules, limits }: ValidateOrder): ValidationFinding[] {
  const asked = chosenRules(rules)
  const [setId] = sets
  const among =
    term === undefined || setId === undefined ? undefined : branchOf(taxonomy, setId, termIn(taxonomy, sets, term))
  const found = findingsIn({ taxonomy, setIds: sets, limits }, asked)
  return among === undefined ? found : found.filter(({ id }) => id !== undefined && among.has(id))
}

/** Work that is done where it is called. */
export function localWork(): Work {
  let pieces: Uint8Array[] = []
  let held: Held | undefined
  let frame: Frame | undefined
  let terms: TermState[] = []
  let places: PlaceState[] = []
  const taxonomy = (whole: Whole): TaxonomyPart => {
    if (frame === undefined) throw new Error('no rows were taken')
    const made = new TaxonomyPart({ ...frame, terms, places })
    terms = []
    places = []
    checkWhole(made, whole)
    return made
  }
  return {
    give: async (bytes) => void pieces.push(bytes),
    read: async (wish) => {
      const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
      pieces = []
      const { doc, as, missing } = await readFile({ ...wish, bytes })
      held = { doc, as, source: { file: wish.file, sha256: sha256(bytes) } }
      return { as, meant: meantBy(doc), ...(missing === undefined ? {} : { missing }) }
    },
    begin: async (given) => {
      frame = given
      terms = []
      places = []
    },
    take: async (rows) => {
      for (const one of rows.terms) terms.push(one)
      for (const one of rows.places) places.push(one)
    },
    plan: async (order) => {
      if (held === undefined) throw new Error('no file was read')
      return planned(held, taxonomy(order.whole), order)
    },
    write: async (order) => written(taxonomy(order.whole), order),
    validate: async (order) => Buffer.from(findingLines(foundIn(taxonomy(order.whole), order))),
  }
}
