/** The log: one line per event, as text for people or as JSON (pino) for machines. */
import type { Clock } from '#base/clock.ts'
import type { RequestEntry } from '#http/trace.ts'
import type { UnenforcedRefusal } from './access-log.ts'
import { type LogFields, onOneLine, pairsOf, whoOf } from './log-fields.ts'
import { securityEventOf } from './security-events.ts'

export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

export interface Log {
  error(text: string, cause?: unknown): void
  warn(text: string): void
  info(text: string): void
  debug(text: string): void
  /** Written at level `warn`. */
  unenforced(line: UnenforcedRefusal): void
  /** Written at level `info`, events of security at `warn`. Absent when `info` is off, so that no durations are measured. */
  readonly request?: (entry: RequestEntry) => void
  /** Takes requests as well and writes events of security only. Absent where `request` does it, and when `warn` is off. */
  readonly notable?: (entry: RequestEntry) => void
  /** A change that matters to security, once it is durable. Absent when `warn` is off. */
  readonly security?: (event: string, fields: LogFields) => void
  /** Writes buffered lines. */
  flush(): void
}

export interface LogFacts {
  readonly level: LogLevel
  readonly output: 'text' | 'json'
  /** Only errors are written. */
  readonly silent: boolean
  readonly clock: Clock
  readonly write?: (text: string) => void
}

const hidden = '[hidden]'

/** Secret parameters and members of sign-in. */
const secretNames =
  'client_secret|client_assertion|access_token|refresh_token|id_token|assertion|device_code|code_verifier|code|password|' +
  'secretHash|secretText'
const secretMember = new RegExp(`\\b(${secretNames})(["']?[=:] *["']?)[^&\\s"',}]+`, 'gi')

/** Removes tokens and secrets from a line. */
function redact(text: string): string {
  return text
    .replace(/\b(bearer|basic) +[\w.~+/=-]{8,}/gi, `$1 ${hidden}`)
    .replace(secretMember, `$1$2${hidden}`)
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, hidden)
}

/** A client that pastes its token into an address does not find it in the log. */
function shownPath(path: string): string {
  return path.includes('eyJ') ? redact(path) : path
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

/** Lines of one turn of the event loop are written together. */
function gathered(write: (text: string) => void) {
  let held = ''
  const flush = (): void => {
    if (held === '') return
    const text = held
    held = ''
    write(text)
  }
  const line = (text: string): void => {
    if (held === '') setImmediate(flush)
    held += `${text}\n`
  }
  return { line, flush }
}

function stamp(at: Date): string {
  return at.toISOString().slice(11, 23)
}

interface Printer {
  say(level: LogLevel, text: string, cause?: unknown): void
  request(entry: RequestEntry, event: string | undefined): void
  security(event: string, fields: LogFields): void
  unenforced(line: UnenforcedRefusal): void
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ')
}

function textPrinter(clock: Clock, line: (text: string) => void): Printer {
  return {
    say(level, text, cause) {
      const more = cause === undefined ? '' : causeText(cause)
      // The lines of a cause are ours; what is between their ends may be a client's.
      const lines = [text, ...(more === '' ? [] : more.split('\n'))].map(onOneLine)
      line(`${stamp(clock.now())} ${level} ${redact(lines.join('\n'))}`)
    },
    request({ at, method, path, status, ms, requestId, check, fault, actor, remote, note }, event) {
      const refused = check === undefined ? '' : ` (${onOneLine(check)})`
      const fields = pairsOf({ ...whoOf(actor, remote), ...note })
      const who = fields === '' ? '' : ` ${fields}`
      const first = `${event === undefined ? '' : ` warn ${event}`}${fault === undefined ? '' : ` fault ${fault}`}`
      line(
        `${stamp(at)}${first} ${method} ${onOneLine(shownPath(path))} ${status} ${ms.toFixed(1)} ${requestId}${refused}${who}`,
      )
    },
    security(event, fields) {
      line(`${stamp(clock.now())} warn ${event} ${redact(pairsOf(fields))}`)
    },
    unenforced({ method, path, requestId, layer, wanted, held, message }) {
      const what = `layer ${layer}, wants one of: ${listed(wanted)}; holds: ${listed(held)}`
      line(onOneLine(`${stamp(clock.now())} warn would refuse ${method} ${path} ${requestId}: ${what} (${message})`))
    },
  }
}

async function jsonPrinter(clock: Clock, line: (text: string) => void): Promise<Printer> {
  const { pino } = await import('pino')
  const printer = pino(
    {
      level: 'debug',
      base: null,
      timestamp: () => `,"time":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (text: string) => line(text.trimEnd()) },
  )
  return {
    say(level, text, cause) {
      printer[level](cause === undefined ? {} : { cause: redact(causeText(cause)) }, redact(text))
    },
    request: (
      { method, path, status, ms, requestId, clientRequestId, traceId, check, fault, actor, remote, note },
      event,
    ) =>
      printer[event === undefined ? 'info' : 'warn'](
        {
          ...(event === undefined ? {} : { event }),
          ...{ method, path: shownPath(path), status, ms: Math.round(ms * 10) / 10, requestId, clientRequestId },
          ...(traceId === undefined ? {} : { traceId }),
          ...(check === undefined ? {} : { check }),
          ...(fault === undefined ? {} : { fault }),
          ...whoOf(actor, remote),
          ...note,
        },
        'request',
      ),
    security: (event, fields) => printer.warn({ event, ...redacted(fields) }, 'security'),
    unenforced: (facts) => printer.warn({ ...facts }, 'would be refused'),
  }
}

function redacted(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redact(value)]))
}

function requestsOf(printer: Printer, on: (wanted: LogLevel) => boolean): Pick<Log, 'request' | 'notable'> {
  if (on('info')) return { request: (entry) => printer.request(entry, securityEventOf(entry)) }
  if (!on('warn')) return {}
  return {
    notable: (entry) => {
      const event = securityEventOf(entry)
      if (event !== undefined) printer.request(entry, event)
    },
  }
}

export async function createLog(facts: LogFacts): Promise<Log> {
  const { clock, output, silent, write = (text: string) => process.stdout.write(text) } = facts
  const level = silent ? 'error' : facts.level
  const { line, flush } = gathered(write)
  const printer = output === 'json' ? await jsonPrinter(clock, line) : textPrinter(clock, line)
  const on = (wanted: LogLevel): boolean => logLevels.indexOf(wanted) <= logLevels.indexOf(level)
  return {
    error: (text, cause) => printer.say('error', text, cause),
    warn: (text) => (on('warn') ? printer.say('warn', text) : undefined),
    info: (text) => (on('info') ? printer.say('info', text) : undefined),
    unenforced: (facts) => (on('warn') ? printer.unenforced(facts) : undefined),
    debug: (text) => (on('debug') ? printer.say('debug', text) : undefined),
    ...(on('warn') ? { security: (event: string, fields: LogFields) => printer.security(event, fields) } : {}),
    ...requestsOf(printer, on),
    flush,
  }
}
