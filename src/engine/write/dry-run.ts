/** Dry runs: a write runs with all its checks, and is undone; the answer says what it would have changed (decisions.md 26). */
import { AppError, type Lack, StoreError } from '#base/errors.ts'
import { localName } from '#edm/define.ts'
import type { ReadContext, ReadTx, WriteContext } from '#edm/ports.ts'
import { jsonType } from '#odata/body/body-out.ts'
import type { RecordedRow } from '../changes/recorder.ts'
import type { PlainResponse } from '../request.ts'
import type { RequestContext } from '../request-context.ts'
import type { Engine } from '../session.ts'

export const dryRun = 'relata.dry-run'

export interface Effect {
  readonly kind: string
  readonly action: string
  readonly count: number
  readonly sample: readonly {
    readonly id: string
    readonly path?: string | undefined
    readonly name?: string | undefined
  }[]
}

/** Undoes the transaction of a dry run, and carries what it has found. */
export class Rehearsal extends Error {
  override readonly name = 'Rehearsal'
  readonly effects: readonly Effect[]
  readonly lacks: readonly AppError[]

  constructor(effects: readonly Effect[], lacks: readonly AppError[]) {
    super('a dry run ends without a change')
    this.effects = effects
    this.lacks = lacks
  }
}

const mostSamples = 10

/** A row whose place changes is moved; one that only follows from others is left out by the recorder. */
function actionOf({ action, after }: RecordedRow): string {
  if (action !== 'update') return action
  return Object.keys(after).some((key) => key.endsWith('Id')) ? 'move' : 'change'
}

/** The effects of a write, with those that its rules have named. */
export async function effectsOf(
  { behaviours }: Engine,
  tx: ReadTx,
  rows: readonly RecordedRow[],
  named: NonNullable<WriteContext['effects']>,
): Promise<Effect[]> {
  const found = new Map<string, { kind: string; action: string; count: number; sample: Effect['sample'][number][] }>()
  for (const row of rows) {
    // Rows of ours that are on no wire, such as due entries, are nothing that a caller knows.
    if (row.type.published === false) continue
    const kind = localName(row.type.name)
    const action = named.get(`${row.type.name} ${row.id}`) ?? actionOf(row)
    if (action === '') continue
    const key = `${kind} ${action}`
    const effect = found.get(key) ?? { kind, action, count: 0, sample: [] }
    found.set(key, effect)
    effect.count += 1
    if (effect.sample.length >= mostSamples) continue
    const whole = row.action === 'delete' ? row.before : ((await tx.get(row.type, row.id)) ?? row.after)
    const told = await behaviours.get(row.type.name)?.describe?.(tx, { ...whole, id: row.id } as never)
    effect.sample.push({ id: row.id, ...told })
  }
  return [...found.values()]
}

/** Each role once for each group: several places may lack the same. */
function needsOf(lacks: readonly Lack[]): { role: string; group?: string }[] {
  const all = lacks.flatMap(({ wanted, group }) =>
    wanted.map((role) => (group === undefined ? { role } : { role, group })),
  )
  return [...new Map(all.map((need) => [JSON.stringify(need), need])).values()]
}

/** 200, whether the write would be done or refused. `refusal`: the answer that the write itself would get. */
export function dryRunAnswer(found: Rehearsal | undefined, refusals: readonly PlainResponse[]): PlainResponse {
  const errors = refusals.flatMap(({ body }) => {
    const { details, innerError: _, ...told } = JSON.parse(body ?? '{}').error ?? {}
    return details ?? [told]
  })
  const needs = needsOf((found?.lacks ?? []).flatMap(({ facts }) => facts.lacks ?? []))
  return {
    status: 200,
    headers: { 'Content-Type': jsonType, 'OData-Version': '4.0', 'Preference-Applied': dryRun },
    body: JSON.stringify({ refusals: errors, effects: found?.effects ?? [], needs }),
  }
}

const refusals: ReadonlySet<string> = new Set(['invalid', 'forbidden', 'notFound', 'conflict', 'precondition'])

/** Whether the request only asks what a write would do. */
export function isDryRun({ prefer, strict }: Pick<ReadContext, 'prefer' | 'strict'>): boolean {
  return !strict && prefer.has(dryRun)
}

/**
 * The answer to a dry run that has ended: with what it has found, or with what its rules refused. Undefined: the request
 * is no dry run, or was refused before its rules ran. `refused`: the answer that the write itself would get.
 */
export function rehearsed(
  { session, request, address }: RequestContext,
  error: unknown,
  refused: () => PlainResponse,
): PlainResponse | undefined {
  if (session === undefined || !isDryRun(session.context)) return undefined
  // What only reads changes nothing, and is answered as ever.
  const call = address?.call
  if (request.method === 'GET' || (call?.kind === 'action' && call.facts.reads === true)) return undefined
  if (error instanceof Rehearsal) return dryRunAnswer(error, [])
  const isRefusal =
    error instanceof StoreError ? error.kind === 'conflict' : error instanceof AppError && refusals.has(error.kind)
  return isRefusal ? dryRunAnswer(undefined, [refused()]) : undefined
}
