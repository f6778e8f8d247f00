/**
 * Levels, heights and counts after few rows of a set came to another place: only what they are below, what is below them, and
 * what they were below is read.
 */
import { AppError } from '#base/errors.ts'
import type { Tx } from '#edm/ports.ts'
import { relation, set, term } from '../../types.ts'
import { titleOfSet } from '../labels/titles.ts'
import { invalid } from '../refusals.ts'
import type { TermStoreSettings } from '../settings.ts'
import { maxLevels, type Occurrence, pinsOf, rowIn, rowsUnder } from './tree.ts'

/** Where a row puts a term. */
export interface Listed {
  readonly setId: string
  readonly parentId: string | null
  readonly termId: string
}

/** What came to a place in one set, and what left one; how many more terms are at home there. */
export interface PlaceChanges {
  readonly placed: Listed[]
  readonly left: Listed[]
  grown: number
}

export function nowhere(message: string): AppError {
  return new AppError('conflict', message, { code: 'conflict', spec: 'exchange.md §10.3' })
}

export async function tooDeep(tx: Tx, setId: string): Promise<AppError> {
  return invalid(
    `A set can have at most ${maxLevels} levels of terms, mirrored ones included; the set ${await titleOfSet(tx, setId)} would have more.`,
  )
}

/** Throws for a row below a term that the set does not hold, or only mirrors. */
export async function checkParent(
  tx: Tx,
  setId: string,
  termId: string,
  parentId: string,
  parent: Occurrence | undefined,
): Promise<void> {
  if (parent !== undefined && parent.kind !== 'pin') return
  const why = parent === undefined ? 'is not in the set' : 'is pinned in the set'
  throw nowhere(`The term ${termId} would be below ${parentId}, which ${why} ${await titleOfSet(tx, setId)}.`)
}

/** Throws if something is below a term that the set no longer holds. */
async function checkBelow(tx: Tx, { setId, termId }: Listed): Promise<void> {
  const row = await rowIn(tx, setId, termId)
  if (row !== undefined && row.kind !== 'pin') return
  const [home] = await tx.find(term, { setId, parentId: termId }, 1)
  const [shared] = home === undefined ? await tx.find(relation, { setId, fromTermId: termId }, 1) : []
  const child = home?.id ?? shared?.toTermId
  if (child !== undefined) await checkParent(tx, setId, child, termId, row)
}

/** Throws where there is no way up to the root of the set, or none that is short enough. */
async function levelOf(tx: Tx, { setId, parentId, termId }: Listed): Promise<number> {
  let [level, below] = [1, termId]
  for (let next = parentId; next !== null; level += 1) {
    if (next === termId) throw nowhere(`A term would be below itself in the set ${await titleOfSet(tx, setId)}.`)
    if (level === maxLevels) throw await tooDeep(tx, setId)
    const parent = await rowIn(tx, setId, next)
    await checkParent(tx, setId, below, next, parent)
    below = next
    next = parent?.parentId ?? null
  }
  return level
}

async function write(tx: Tx, row: Occurrence, patch: { readonly level?: number; readonly height?: number }) {
  if (row.kind === 'source') await tx.update(term, row.id, patch)
  else await tx.update(relation, row.id, patch)
}

async function writeLevel(tx: Tx, row: Occurrence, level: number): Promise<void> {
  if (level > maxLevels) throw await tooDeep(tx, row.setId)
  if (row.level === level) return
  await write(tx, row, { level })
  if (row.kind !== 'pin')
    for (const child of await rowsUnder(tx, row.setId, row.termId)) await writeLevel(tx, child, level + 1)
}

async function heightOf(tx: Tx, { kind, setId, termId }: Occurrence): Promise<number> {
  if (kind === 'pin') return (await tx.get(term, termId))?.height ?? 1
  return 1 + Math.max(0, ...(await rowsUnder(tx, setId, termId)).map(({ height }) => height))
}

/** From below upwards, and through pins, as far as something changes. Throws where a set becomes too deep. */
async function writeHeights(tx: Tx, first: readonly Occurrence[]): Promise<void> {
  const waiting = first.map(({ setId, termId }) => ({ setId, termId }))
  for (const { setId, termId } of waiting) {
    const row = await rowIn(tx, setId, termId)
    if (row === undefined) continue
    const height = await heightOf(tx, row)
    if (row.level + height - 1 > maxLevels) throw await tooDeep(tx, setId)
    if (height === row.height) continue
    await write(tx, row, { height })
    if (row.parentId !== null) waiting.push({ setId, termId: row.parentId })
    if (row.kind === 'source') waiting.push(...(await pinsOf(tx, termId)))
  }
}

/** Throws if it would have more terms than allowed, and more than before. */
export async function writeCount(
  tx: Tx,
  setId: string,
  { before, after }: { readonly before: number; readonly after: number },
  { limits }: TermStoreSettings,
): Promise<void> {
  if (after > limits.termsPerSet && after > before)
    throw invalid(
      `The set ${await titleOfSet(tx, setId)} would have more terms than its limit of ${limits.termsPerSet}.`,
    )
  if (after !== before) await tx.add(set, setId, { termCount: after - before })
}

/** Writes levels, heights and counts of sets, of which few rows have another place. */
export async function settleFew(
  tx: Tx,
  sets: ReadonlyMap<string, PlaceChanges>,
  settings: TermStoreSettings,
): Promise<void> {
  const rows: Occurrence[] = []
  for (const [setId, { placed, left, grown }] of sets) {
    for (const at of [...left, ...placed]) await checkBelow(tx, at)
    for (const at of placed) {
      const row = await rowIn(tx, setId, at.termId)
      const level = await levelOf(tx, at)
      if (row === undefined) continue
      await writeLevel(tx, row, level)
      rows.push({ ...row, level })
    }
    for (const { parentId } of [...left, ...placed]) {
      const parent = parentId === null ? undefined : await rowIn(tx, setId, parentId)
      if (parent !== undefined) rows.push(parent)
    }
    const before = (await tx.get(set, setId))?.termCount ?? 0
    await writeCount(tx, setId, { before, after: before + grown }, settings)
  }
  // The deepest first; pins after what they mirror.
  const isPin = (row: Occurrence): number => (row.kind === 'pin' ? 1 : 0)
  await writeHeights(
    tx,
    rows.toSorted((a, b) => isPin(a) - isPin(b) || b.level - a.level),
  )
}
