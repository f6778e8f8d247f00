/** `/_relata/requests`, `…/{id}` and `…/stream`: the request log of a world. docs/requests.md describes the answers. */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer, type LiveSink, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { eventText, liveAnswer } from '../feed/event-text.ts'
import { byMethod, parametersIn } from '../request.ts'
import { curlOf } from './curl.ts'
import { formIn, known, wishIn } from './filter.ts'
import type { Entry } from './logged.ts'
import { pytestOf } from './pytest-text.ts'
import { isUnwritten, type ReplayForm, type ReplayPlace, replayOf } from './replay.ts'
import type { RequestLog } from './request-log.ts'
import { pathWithout } from './secrets.ts'
import { detailOf, type StepsTaken, summaryOf } from './shown.ts'
import { vitestOf } from './vitest-text.ts'

export interface RequestsParts {
  readonly log: RequestLog
  readonly stepsTaken: StepsTaken
  /** Other processes answer at the same address, and keep logs of their own. */
  readonly isPartial?: boolean
}

const root = '/_relata/requests'
const form = /^\/_relata\/requests(?:\/([^/]+))?\/?$/i

function placeOf({ origin, headers }: OwnRequest): ReplayPlace {
  return { origin, world: headers['relata-world'] }
}

function labelOf({ method, path, requestId }: Entry): string {
  return `${method} ${pathWithout(path)} (${requestId})`
}

/** In the order in which they came. */
function writtenOut(entries: readonly Entry[], as: ReplayForm, request: OwnRequest): OwnAnswer {
  const place = placeOf(request)
  const list = entries.toReversed().map((entry) => [replayOf(entry, place, as), labelOf(entry)] as const)
  const commands = (): string =>
    list
      .map(([replay, label]) =>
        isUnwritten(replay) ? `# Left out: ${label}, as ${replay.why}.` : curlOf(replay, place),
      )
      .join('\n\n')
  const texts = {
    curl: () => `${commands()}\n`,
    vitest: () => vitestOf(list, place),
    pytest: () => pytestOf(list, place),
  }
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: texts[as]() }
}

function listHandler({ log, isPartial = false }: RequestsParts): AddressHandler {
  return byMethod({
    GET: async (request) => {
      const { wants, top, as, steady } = wishIn(request.query, log)
      const found: Entry[] = []
      let isMore = false
      for (const entry of log.entries()) {
        if (!wants(entry)) continue
        isMore = found.length === top
        if (isMore) break
        found.push(entry)
      }
      if (as !== 'json') return writtenOut(found, as, request)
      const last = found.at(-1)
      if (last !== undefined) steady.set('before', `${last.sequence}`)
      return jsonAnswer({
        value: found.map(summaryOf),
        held: log.size,
        dropped: log.dropped,
        ...(isPartial ? { isPartial } : {}),
        ...(isMore ? { next: `${request.origin}${root}?${steady}` } : {}),
      })
    },
    DELETE: async (request) => {
      parametersIn(request.query, [])
      log.clear()
      return { status: 204, headers: {}, body: '' }
    },
  })
}

function oneHandler({ log, stepsTaken }: RequestsParts, id: string): AddressHandler {
  return byMethod({
    GET: async (request) => {
      const as = formIn(parametersIn(request.query, ['as']))
      const entry = log.find(id)
      if (entry === undefined)
        throw new AppError('notFound', `The log has no request '${id}', or has it no longer: GET ${root} lists them.`, {
          target: 'id',
        })
      if (as === 'json') return jsonAnswer(detailOf(entry, stepsTaken))
      const replay = replayOf(entry, placeOf(request), as)
      if (isUnwritten(replay))
        throw new AppError('conflict', `The request cannot be written out: ${replay.why}.`, { target: 'as' })
      return writtenOut([entry], as, request)
    },
  })
}

type Wants = (entry: Entry) => boolean

/**
 * Tells a client what comes after an entry, as fast as it reads: who is slower than the log forgets is told how many it has
 * missed.
 */
function follow(log: RequestLog, from: number, wants: Wants, sink: LiveSink): () => void {
  let at = from
  let isTelling = false
  let isOver = false
  const tellNext = (entry: Entry): void => {
    const missed = entry.sequence - at - 1
    if (missed > 0) sink.write(eventText({ event: 'relata.requests-missed', data: { count: missed } }))
    at = entry.sequence
    if (wants(entry))
      sink.write(eventText({ id: `${log.epoch}-${at}`, event: 'relata.request', data: summaryOf(entry) }))
  }
  const tell = async (): Promise<void> => {
    if (isTelling) return
    isTelling = true
    for (let entry = log.after(at); entry !== undefined && !isOver; entry = log.after(at)) {
      tellNext(entry)
      await sink.taken()
    }
    isTelling = false
  }
  // Nobody waits for it: what it could not tell ends the stream, and the client comes back.
  const begin = (): void => void tell().catch(() => sink.end())
  const end = log.watch((what) => {
    if (what === 'cleared') {
      at = log.last
      sink.write(eventText({ event: 'relata.requests-cleared', data: {} }))
    } else begin()
  })
  begin()
  return () => {
    isOver = true
    end()
  }
}

/** Where a client begins that names what it has seen last; undefined: that was another log. */
function placeIn({ epoch }: RequestLog, eventId: string): number | undefined {
  const [of, place] = eventId.split('-', 2)
  return of === epoch && /^\d{1,15}$/.test(place ?? '') ? Number(place) : undefined
}

/** A client that comes back names the last event it has seen; without one, and without `since`, it gets what comes now. */
function streamHandler({ log }: RequestsParts): AddressHandler {
  const allowed = known.filter((name) => !['before', 'top', 'as', 'id'].includes(name))
  return byMethod({
    GET: async ({ query, headers }) => {
      const { wants, steady } = wishIn(query, log, allowed)
      const seen = headers['last-event-id']?.trim() || undefined
      const isFromStart = (steady.get('since') ?? '') !== ''
      return liveAnswer((sink) => {
        const place = seen === undefined ? undefined : placeIn(log, seen)
        const isOther = seen !== undefined && place === undefined
        if (isOther) sink.write(eventText({ event: 'relata.requests-cleared', data: {} }))
        const from = place ?? (isOther || isFromStart ? log.dropped : log.last)
        return follow(log, from, wants, sink)
      })
    },
  })
}

/** A client request id may have characters that an address writes in another way. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Undefined: the path is not one of these. */
export function findRequests(parts: RequestsParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  if (found === null) return undefined
  const [, id] = found
  if (id === undefined) return listHandler(parts)
  return id.toLowerCase() === 'stream' ? streamHandler(parts) : oneHandler(parts, decoded(id))
}
