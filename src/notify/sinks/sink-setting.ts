/** The setting that names places which the log is sent to: its text as a value, and the value as a sink (events.md §9.5). */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SecureContextOptions } from 'node:tls'
import { fileSink } from './file-sink.ts'
import { otlpSink } from './otlp-sink.ts'
import type { Sink } from './sink.ts'
import { syslogSink } from './syslog-sink.ts'

export interface SinkWish {
  readonly kind: 'file' | 'syslog' | 'otlp'
  /** Of rows, metrics and messages. */
  readonly name: string
  /** The path of a file; else the address without our parameters. */
  readonly at: string
  /** Files in PEM. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly enterprise?: number
}

/** The number for examples (RFC 5612); who has an own one names it. */
const exampleEnterprise = 32_473
const syslogPort = 6514
const files = ['ca', 'cert', 'key'] as const

function taken(url: URL, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = url.searchParams.get(name)
    if (value !== null) found[name] = value
    url.searchParams.delete(name)
  }
  if ((found['cert'] === undefined) !== (found['key'] === undefined))
    throw new Error('has cert without key, or key without cert')
  return found
}

function syslogIn(text: string): SinkWish {
  const url = new URL(text.replace(/^syslog\+tls:/i, 'https:'))
  const { enterprise, ...more } = taken(url, [...files, 'enterprise'])
  if (url.search !== '' || !/^\/?$/.test(url.pathname) || url.username !== '')
    throw new Error('has more than a host, a port and the parameters ca, cert, key and enterprise')
  const number = enterprise === undefined ? exampleEnterprise : Number(enterprise)
  if (!/^\d{1,10}$/.test(enterprise ?? '0')) throw new Error('names an enterprise that is no number')
  // `https` hides its own port.
  const port = /:(\d+)(?:[/?]|$)/.exec(text.slice('syslog+tls://'.length))?.[1] ?? String(syslogPort)
  const at = `${url.hostname}:${port}`
  return { kind: 'syslog', name: `syslog+tls://${at}`, at, enterprise: number, ...more }
}

function otlpIn(text: string): SinkWish {
  const url = new URL(text.replace(/^otlp:/i, ''))
  const more = taken(url, files)
  if (!/^https?:$/.test(url.protocol) || url.username !== '') throw new Error('is not otlp: and an address with https')
  if (url.pathname === '/') url.pathname = '/v1/logs'
  const shown = `otlp:${url.origin}${url.pathname === '/v1/logs' ? '' : url.pathname}`
  return { kind: 'otlp', name: shown, at: url.href, ...more }
}

/** Throws what is wrong with it. */
export function sinkIn(text: string): SinkWish {
  const wanted = 'is not file:<path>, syslog+tls://<host>:<port> or otlp:https://<host>:<port>'
  try {
    if (/^file:./i.test(text)) {
      const at = resolve(text.slice('file:'.length))
      return { kind: 'file', name: `file:${at}`, at }
    }
    if (/^syslog\+tls:\/\/./i.test(text)) return syslogIn(text)
    if (/^otlp:https?:\/\/./i.test(text)) return otlpIn(text)
  } catch (error) {
    if (error instanceof TypeError) throw new Error(wanted, { cause: error })
    throw error
  }
  throw new Error(wanted)
}

/** What is not encoded as it should be is taken as it is written. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** As OpenTelemetry's own variables have them: `name=value` pairs, separated by commas and encoded for URLs. */
function headersIn(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const text = environment['OTEL_EXPORTER_OTLP_LOGS_HEADERS'] ?? environment['OTEL_EXPORTER_OTLP_HEADERS'] ?? ''
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]]
  })
  return Object.fromEntries(pairs)
}

export interface SinkFacts {
  readonly version: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  readonly warn: (text: string) => void
}

/** Throws where a file of it cannot be read. */
export function sinkOf(wish: SinkWish, { version, environment, now, warn }: SinkFacts): Sink {
  const { kind, name, at } = wish
  if (kind === 'file') return fileSink(name, at)
  const read = (part: 'ca' | 'cert' | 'key'): SecureContextOptions => {
    const file = wish[part]
    return file === undefined ? {} : { [part]: readFileSync(file) }
  }
  const tls = { ...read('ca'), ...read('cert'), ...read('key') }
  if (kind === 'otlp')
    return otlpSink(name, { url: new URL(at), headers: headersIn(environment), tls, version, now }, warn)
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(at) ?? []
  return syslogSink(name, { host, port: Number(port), enterprise: wish.enterprise ?? exampleEnterprise, tls })
}
