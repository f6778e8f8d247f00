/**
 * Writes: what a body says becomes one request to Graph, or a group of them in one transaction. So roles, rules, history
 * and events are those of Graph's (exchange.md §13.6).
 */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { RestPath } from '../address/path.ts'
import { emptyAnswer, jsonAnswer } from '../answers/form.ts'
import { contextOf, idIn, isRefused, type RestCall, read } from '../call.ts'
import { termSeen } from '../reading/term-places.ts'
import type { GraphCall, RestAnswer } from '../request.ts'
import { nothingMore } from '../shapes/selection.ts'
import { shapeOf } from '../shapes/shapes.ts'
import { bodyIn } from './body.ts'
import { type Changes, changesIn } from './changes.ts'

/** Headers of Graph's answer that say more of the write. */
const told = ['relata-change', 'relata-change-batch', 'relata-note', 'relata-ignored']

function toldIn(headers: RestAnswer['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => told.includes(name.toLowerCase())))
}

interface ItemAnswer {
  readonly status: number
  readonly headers?: RestAnswer['headers']
  readonly body?: unknown
}

const failedDependency = 424

/** All of them, or none. The answer is that of the first, or of the one that was refused. */
async function askTogether(call: RestCall, calls: readonly GraphCall[]): Promise<RestAnswer> {
  const requests = calls.map(({ method, path, body }, at) => ({
    id: `${at + 1}`,
    atomicityGroup: 'all',
    method,
    url: path,
    // Later ones are about what the first has made.
    ...(at === 0 ? {} : { dependsOn: ['1'] }),
    headers: { 'Content-Type': 'application/json' },
    body: body ?? {},
  }))
  const answer = await call.ask({ method: 'POST', path: '/$batch', body: { requests } })
  if (isRefused(answer)) return answer
  const { responses } = JSON.parse(answer.body ?? '{}') as { readonly responses: readonly ItemAnswer[] }
  const refused = responses.filter(({ status }) => status >= 400)
  const shown = refused.find(({ status }) => status !== failedDependency) ?? refused[0] ?? responses[0]
  return {
    status: shown?.status ?? 500,
    headers: { ...shown?.headers, ...toldIn(answer.headers) },
    body: shown?.body === undefined ? undefined : JSON.stringify(shown.body),
  }
}

const dryRun = 'relata.dry-run'

async function askAll(call: RestCall, calls: readonly GraphCall[]): Promise<RestAnswer> {
  const [first, ...others] = calls
  if (first === undefined) throw new Error('a write asks Graph for something')
  const prefer = call.request.headers['prefer']
  const isDryRun = prefer?.includes(dryRun) === true
  if (others.length === 0) return call.ask(isDryRun ? { ...first, prefer: dryRun } : first)
  if (!isDryRun) return askTogether(call, calls)
  throw new AppError(
    'unsupported',
    'A dry run of a change by several operations is not served: send one member at a time.',
    {
      target: 'Prefer',
      check: 'sharepoint.dry-run',
    },
  )
}

/** The requests for a body: Graph's own write, where something is left for it, and operations on its row. */
function callsFor(method: string, path: string, { members, operations }: Changes): GraphCall[] {
  const isNew = method === 'POST'
  const own = isNew || operations.length === 0 || Object.keys(members).length > 0
  const row = isNew ? '/$1' : path
  return [
    ...(own ? [{ method, path, body: members }] : []),
    ...operations.map(({ name, body }) => ({ method: 'POST', path: `${row}/relata.${name}`, body })),
  ]
}

/** The row as it is now, as the caller may read it anyway. */
async function answerWith(
  call: RestCall,
  path: RestPath,
  done: RestAnswer,
  id: string,
  isNew: boolean,
): Promise<RestAnswer> {
  const shape = await read(call, (reading) => shapeOf(reading, path.kind, id, path.setId, nothingMore))
  const headers = toldIn(done.headers)
  if (shape === undefined) return emptyAnswer(headers)
  const shown = isNew ? `${path.shown}('${encodeURIComponent(id)}')` : path.shown
  const location = isNew ? { Location: `${call.address}${shown.replace(/^termStore/, '')}` } : {}
  return jsonAnswer(
    call.form,
    isNew ? 201 : 200,
    { ...contextOf(call, shown, true), ...shape },
    { ...headers, ...location },
  )
}

async function create(call: RestCall, path: RestPath, body: Json): Promise<RestAnswer> {
  const changes = changesIn(path.kind, body, { setId: path.setId, before: undefined })
  const done = await askAll(call, callsFor('POST', call.root + path.graph, changes))
  if (isRefused(done) || done.headers['Preference-Applied'] === dryRun) return done
  const id = idIn(done)
  return id === undefined ? emptyAnswer(toldIn(done.headers)) : answerWith(call, path, done, id, true)
}

async function change(call: RestCall, path: RestPath, body: Json): Promise<RestAnswer> {
  const found = await call.ask({ method: 'GET', path: call.root + path.graph, query: '$select=id' })
  const id = idIn(found)
  if (isRefused(found) || id === undefined) return found
  const before = path.kind === 'term' ? await read(call, (reading) => termSeen(reading, id, path.setId)) : undefined
  const changes = changesIn(path.kind, body, { setId: path.setId, before })
  const done = await askAll(call, callsFor('PATCH', call.root + path.graph, changes))
  if (isRefused(done) || done.headers['Preference-Applied'] === dryRun) return done
  return answerWith(call, path, done, id, false)
}

export async function writeAt(call: RestCall, path: RestPath, method: string): Promise<RestAnswer> {
  if (method === 'DELETE') {
    const done = await askAll(call, [{ method: 'DELETE', path: call.root + path.graph }])
    return isRefused(done) || done.status === 200 ? done : emptyAnswer(toldIn(done.headers))
  }
  const body = bodyIn(call.request)
  return method === 'POST' ? create(call, path, body) : change(call, path, body)
}
