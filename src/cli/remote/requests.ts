/** `relata requests`: the request log of a world, once or as it grows. */
import { printable } from '#base/json.ts'
import { call, need } from './call.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface Summary {
  readonly id: string
  readonly dateTime: string
  readonly method: string
  readonly path: string
  readonly query?: string
  readonly status: number
  readonly durationMs: number
  readonly caller?: { readonly name?: string; readonly userId?: string; readonly appId?: string }
  readonly refusal?: { readonly check?: string; readonly section?: string; readonly message?: string }
  readonly fault?: string
}

const path = '/_relata/requests'

/** By the names that the address has. */
export type RequestFilters = Readonly<Record<string, string | undefined>>

function queryOf(filters: RequestFilters): string {
  const given = Object.entries(filters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

function rowOf({ dateTime, method, path: at, query, status, durationMs, id, refusal, fault }: Summary) {
  const why = [
    ...(fault === undefined ? [] : [`fault ${fault}`]),
    ...(refusal?.check === undefined ? [] : [`check ${refusal.check}`]),
    ...(refusal?.section === undefined ? [] : [`(${refusal.section})`]),
  ]
  return [dateTime, method, query === undefined ? at : `${at}?${query}`, status, `${durationMs} ms`, id, why.join(' ')]
}

/** Oldest first, as a log is read. */
export async function listRequests(target: Target, filters: RequestFilters, isJson: boolean): Promise<void> {
  const query = queryOf(filters)
  if (filters['as'] !== undefined) {
    process.stdout.write(await (await need(target, { path: `${path}${query}` })).text())
    return
  }
  const { value } = await call<{ value: readonly Summary[] }>(target, { path: `${path}${query}` })
  if (isJson) sayJson(value)
  else sayTable([...value].reverse().map(rowOf), 'no requests')
}

/** All that is known of one; `as`: as a command of curl or a test. */
export async function showRequest(target: Target, id: string, as: string | undefined): Promise<void> {
  const answer = await need(target, { path: `${path}/${encodeURIComponent(id)}${queryOf({ as })}` })
  const text = await answer.text()
  if (as === undefined) for (const line of JSON.stringify(JSON.parse(text), null, 2).split('\n')) say(printable(line))
  else process.stdout.write(text)
}

export async function clearRequests(target: Target): Promise<void> {
  await call(target, { method: 'DELETE', path })
  say('cleared the log')
}

/** The data of each event, as the lines of a stream come in. */
async function* eventsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line) ?? [])
      const of = (name: string) => fields.find(([, field]) => field === name)?.[2] ?? ''
      if (of('data') !== '') yield { event: of('event'), data: of('data') }
    }
  }
}

async function* unlessLost(body: ReadableStream<Uint8Array>, origin: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw new Error(`the server at ${origin} is gone`, { cause: error })
  }
}

/** Resolves when the server ends the stream. Throws where it is gone without that. */
export async function followRequests(target: Target, filters: RequestFilters, isJson: boolean): Promise<void> {
  const answer = await need(target, {
    path: `${path}/stream${queryOf(filters)}`,
    headers: { Accept: 'text/event-stream' },
  })
  if (answer.body === null) return
  for await (const { event, data } of eventsOf(unlessLost(answer.body, target.origin))) {
    const told = JSON.parse(data) as Summary & { count?: number }
    if (event === 'relata.requests-missed') process.stderr.write(`relata: ${told.count} requests were missed\n`)
    if (event !== 'relata.request') continue
    if (isJson) sayJson(told)
    else say(printable(rowOf(told).join('  ').trimEnd()))
  }
}
