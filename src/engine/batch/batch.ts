/**
 * JSON batches (protocol.md §1.12): each item goes through the same handler as any request. Items without dependencies
 * start together, so that their writes share a commit. A group is one transaction, which is undone as a whole.
 */
import type { Deadline } from '#base/deadline.ts'
import { AppError } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import { checkContentType } from '#odata/body/body-in.ts'
import { jsonType } from '#odata/body/body-out.ts'
import { ignoredHeaders } from '#odata/headers/ignored.ts'
import { readPrefer } from '#odata/headers/prefer.ts'
import { type Allowance, wholeAllowance } from '../read/budget.ts'
import { explained, type Handle, type PlainRequest, type PlainResponse } from '../request.ts'
import type { Engine, WriteWork } from '../session.ts'
import { dryRun } from '../write/dry-run.ts'
import { type BatchItem, bodyOf, readItems } from './batch-request.ts'
import { readItemUrl } from './batch-url.ts'

export interface BatchParts {
  /** What every single request goes through. */
  readonly handle: Handle
  /** Runs the work in one write transaction, with a handler whose reads and writes are all part of it. */
  grouped<T>(tenantId: string, work: (handle: Handle) => Promise<T>, deadline: Deadline | undefined): Promise<T>
  /** The answer to what was thrown. */
  fail(request: PlainRequest, error: unknown): PlainResponse
  /** Refused items have the header `relata-explain`. */
  readonly explain: boolean
  /** Members of the batch that are not acted on are refused. */
  readonly strictBodies: boolean
  /** Groups, which Graph does not have, are not known either. */
  readonly strict: boolean
}

/** The engine on one open transaction in place of its store and agenda, without caches. */
export async function inOneTransaction<T>(
  engine: Engine,
  tenantId: string,
  work: (bound: Engine) => Promise<T>,
  deadline?: Deadline,
): Promise<T> {
  const { onAudit } = engine
  let noted: Parameters<NonNullable<typeof onAudit>>[] = []
  const writing: WriteWork<T> = (tx, timed) => {
    // What was undone may run again.
    noted = []
    const parts: Pick<Engine, 'store' | 'agenda' | 'steadyRows' | 'addresses' | 'isInGroup'> = {
      isInGroup: true,
      store: { ...engine.store, read: async (_, read) => read(tx), peek: () => undefined },
      agenda: { ...engine.agenda, pending: () => undefined, write: async (_, write) => write(tx, timed) },
      steadyRows: new Map(),
      addresses: undefined,
    }
    const { real } = engine
    const bound = { ...engine, ...parts, ...(real === undefined ? {} : { real: { ...real, ...parts } }) }
    if (onAudit === undefined) return work(bound)
    return work({ ...bound, onAudit: (...event) => void noted.push(event) })
  }
  const done = await engine.agenda.write(tenantId, writing, { deadline })
  for (const event of noted) onAudit?.(...event)
  return done
}

/** Items that run together: one, or the members of a group. */
interface Unit {
  readonly members: readonly number[]
  /** Places of other items that it waits for. */
  readonly after: readonly number[]
}

function unitsOf(items: readonly BatchItem[]): Unit[] {
  const units: number[][] = []
  items.forEach(({ group }, at) => {
    const last = units.at(-1)
    const isNext =
      group !== undefined && last !== undefined && items[at - 1]?.group?.toLowerCase() === group.toLowerCase()
    if (isNext) last.push(at)
    else units.push([at])
  })
  return units.map((members) => ({
    members,
    after: members.flatMap((at) => (items[at] as BatchItem).after).filter((at) => !members.includes(at)),
  }))
}

function isDone({ status }: PlainResponse): boolean {
  return status >= 200 && status < 300
}

const undone = new Error('the group is undone')
const rehearsedGroup = new Error('the group is a dry run')

function dependency(message: string): AppError {
  return new AppError('dependency', message, { check: 'batch.dependsOn' })
}

/** `$1/…` after a request with that id: the address of what it made, or its own. */
const reference = /^\/?\$([^/?]+)/

/** One batch that is being answered. */
interface RunningBatch extends BatchParts {
  readonly request: PlainRequest
  readonly actor: Actor
  readonly items: readonly BatchItem[]
  readonly answers: PlainResponse[]
  readonly allowance: Allowance
}

function itemAt({ items }: RunningBatch, at: number): BatchItem {
  return items[at] as BatchItem
}

function refuse({ answers, fail, request }: RunningBatch, at: number, error: unknown): void {
  answers[at] = fail(request, error)
}

/** The address with a reference to an earlier item replaced. Throws `invalid` for a reference that `dependsOn` does not name. */
function resolved(run: RunningBatch, { url, after, id }: BatchItem): string {
  const name = reference.exec(url)?.[1]
  if (name === undefined) return url
  const at = run.items.findIndex((item) => item.id.toLowerCase() === name.toLowerCase())
  // `$metadata` is no reference, whatever other requests are called.
  if (at === -1 || name === 'metadata') return url
  if (!after.includes(at)) {
    const message = `The request '${id}' refers to '$${name}', so its 'dependsOn' has to name '${name}'.`
    throw new AppError('invalid', message, { target: 'dependsOn', check: 'batch.dependsOn' })
  }
  const made = run.answers[at]?.headers['Location'] ?? resolved(run, itemAt(run, at))
  return made.replace(/\?.*$/s, '') + url.replace(reference, '')
}

/** Never rejects. */
async function answerTo(run: RunningBatch, item: BatchItem, handle: Handle): Promise<PlainResponse> {
  const { actor, request } = run
  try {
    // protocol.md §1.12: throttling is evaluated per item. The first one is counted with the batch itself.
    const wait = item === run.items[0] ? 0 : (request.throttle?.() ?? 0)
    if (item.isConditional) throw new AppError('unsupported', "Relata does not serve 'if' in a batch.")
    const { path, query } = readItemUrl(resolved(run, item), request.origin)
    return await handle({
      path,
      query,
      method: item.method === 'HEAD' ? 'GET' : item.method,
      version: request.version,
      // The caller of the batch is the caller of each item; a token in an item is ignored.
      actor,
      headers: item.headers,
      body: bodyOf(item),
      origin: request.origin,
      remote: request.remote,
      requestId: request.requestId,
      clientRequestId: item.headers['client-request-id'] ?? request.clientRequestId,
      batchId: request.requestId,
      deadline: request.deadline,
      allowance: run.allowance,
      ...(wait > 0 ? { waitSeconds: wait } : undefined),
    })
  } catch (error) {
    return run.fail(request, error)
  }
}

function asksDryRun(headers: PlainRequest['headers']): boolean {
  return readPrefer(headers['prefer']).has(dryRun)
}

/** Throws `invalid` for a group of which only a part is a dry run: that part could not be undone by itself. */
function isDryGroup(run: RunningBatch, members: readonly number[]): boolean {
  const dry = members.filter((at) => asksDryRun(itemAt(run, at).headers))
  if (dry.length > 0 && dry.length < members.length)
    throw new AppError('invalid', `In a group, either all requests are dry runs or none: name '${dryRun}' in each.`, {
      target: 'atomicityGroup',
    })
  return dry.length > 0
}

/** One after another in one transaction: the first that fails undoes them all, and so does the end of a dry run. */
async function runGroup(run: RunningBatch, members: readonly number[]): Promise<void> {
  let at = -1
  try {
    const isDry = !run.strict && isDryGroup(run, members)
    const runMembers = async (handle: Handle): Promise<void> => {
      for (at of members) {
        const answer = await answerTo(run, itemAt(run, at), handle)
        run.answers[at] = answer
        if (answer.status >= 400) throw undone
      }
      if (isDry) throw rehearsedGroup
    }
    await run.grouped(run.actor.tenantId, runMembers, run.request.deadline)
  } catch (error) {
    if (error === rehearsedGroup) return
    const isOurs = error === undone
    const text = isOurs ? `The group was undone, as its request '${itemAt(run, at).id}' failed.` : ''
    // If the transaction itself failed, every member gets that error.
    for (const member of members) if (!isOurs || member !== at) refuse(run, member, isOurs ? dependency(text) : error)
  }
}

/** Never rejects. */
async function runUnit(run: RunningBatch, { members, after }: Unit): Promise<void> {
  const { answers } = run
  const failed = after.find((at) => !isDone(answers[at] as PlainResponse))
  if (failed !== undefined) {
    const text = `The request depends on '${itemAt(run, failed).id}', which was answered with ${answers[failed]?.status}.`
    for (const at of members) refuse(run, at, dependency(text))
    return
  }
  const [first = 0] = members
  const item = itemAt(run, first)
  if (item.group !== undefined) await runGroup(run, members)
  else answers[first] = await answerTo(run, item, run.handle)
}

async function runAll(run: RunningBatch): Promise<void> {
  const done: Promise<void>[] = []
  const runAfter = async (unit: Unit): Promise<void> => {
    await Promise.all(unit.after.map((at) => done[at]))
    await runUnit(run, unit)
  }
  for (const unit of unitsOf(run.items)) {
    const running = runAfter(unit)
    for (const at of unit.members) done[at] = running
  }
  await Promise.all(done)
}

/** JSON text of one answer; a body of ours is passed through as it is. */
function write(run: RunningBatch, at: number): string {
  const { id, group, method } = itemAt(run, at)
  const answer = run.answers[at] as PlainResponse
  const { status, headers, body } = answer
  const explain = run.explain ? explained(answer) : undefined
  // A single answer gets the first from src/http; recorded items have it as well (term-store.md §1.3).
  const own = { 'Cache-Control': 'no-store, no-cache', ...headers }
  const shown = explain === undefined ? own : { ...own, 'relata-explain': explain }
  const grouped = group === undefined ? '' : `"atomicityGroup":${JSON.stringify(group)},`
  const text = body === undefined || method === 'HEAD' ? '' : `,"body":${bodyText(body, headers['Content-Type'] ?? '')}`
  return `{"id":${JSON.stringify(id)},${grouped}"status":${status},"headers":${JSON.stringify(shown)}${text}}`
}

/** Which checks refused which items, for the log. Items are named by place, since ids are the client's text. */
function refusals({ answers }: RunningBatch): string | undefined {
  const all = answers.flatMap(({ check }, at) => (check === undefined ? [] : `requests/${at} ${check}`))
  return all.length === 0 ? undefined : all.join(', ')
}

/** Which rules for faults were applied to which items. */
function faultsIn({ answers }: RunningBatch): string | undefined {
  const all = answers.flatMap(({ fault }, at) => (fault === undefined ? [] : `requests/${at} ${fault}`))
  return all.length === 0 ? undefined : all.join(', ')
}

function bodyText(body: string, type: string): string {
  if (type.startsWith('application/json')) return body
  return JSON.stringify(type.startsWith('text/') ? body : Buffer.from(body).toString('base64url'))
}

/** A dry run of a batch is one of each request in it. */
function asDryRun(item: BatchItem): BatchItem {
  const prefer = [item.headers['prefer'], dryRun].filter((wish) => wish !== undefined).join(', ')
  return { ...item, headers: { ...item.headers, prefer } }
}

/** Throws `notAllowed`, `unsupportedMedia`, and `invalid` for what is wrong with the batch as such. */
export function batchOn(parts: BatchParts) {
  return async (request: PlainRequest, actor: Actor): Promise<PlainResponse> => {
    if (request.method !== 'POST') {
      throw new AppError('notAllowed', 'A batch is sent with POST.', { headers: { Allow: 'POST, OPTIONS' } })
    }
    checkContentType(request.headers['content-type'])
    const ignored = new Set<string>()
    const items = readItems(request.body, {
      strict: parts.strict,
      noteIgnored: parts.strictBodies ? undefined : (target) => ignored.add(target),
    })
    const isDry = asksDryRun(request.headers)
    const run: RunningBatch = {
      ...parts,
      request,
      actor,
      items: isDry ? items.map(asDryRun) : items,
      answers: [],
      allowance: wholeAllowance(),
    }
    await runAll(run)
    const responses = run.items.map((_, at) => write(run, at))
    const check = refusals(run)
    const fault = faultsIn(run)
    return {
      status: 200,
      headers: {
        'Content-Type': jsonType,
        'OData-Version': '4.0',
        ...(ignored.size === 0 ? {} : ignoredHeaders(ignored)),
        ...(run.answers.some(({ headers }) => 'relata-change' in headers)
          ? { 'relata-change-batch': request.requestId }
          : {}),
      },
      body: `{"responses":[${responses.join(',')}]}`,
      ...(check === undefined ? undefined : { check }),
      ...(fault === undefined ? undefined : { fault }),
    }
  }
}
