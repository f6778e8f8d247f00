/** Log records of OpenTelemetry, by OTLP over HTTP as JSON (events.md §9.5). */
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { hostname } from 'node:os'
import type { SecureContextOptions } from 'node:tls'
import { contentOf, type Sink, type SunkRecord, sendMillis } from './sink.ts'

export interface OtlpFacts {
  readonly url: URL
  /** Such as keys of who receives it. */
  readonly headers: Readonly<Record<string, string>>
  readonly tls: SecureContextOptions
  readonly version: string
  readonly now: () => Date
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } }
}

function nanosOf(millis: number): string {
  return `${millis}000000`
}

function logRecord(record: SunkRecord, observed: string) {
  const { n, link, tenantId, activityDateTime, isFailure } = record
  return {
    timeUnixNano: nanosOf(Date.parse(activityDateTime)),
    observedTimeUnixNano: observed,
    severityNumber: isFailure ? 13 : 9,
    severityText: isFailure ? 'WARN' : 'INFO',
    eventName: 'relata.audit',
    body: { stringValue: contentOf(record) },
    attributes: [
      { key: 'relata.audit.n', value: { intValue: String(n) } },
      text('relata.audit.link', link),
      text('relata.audit.tenant', tenantId),
    ],
  }
}

/** Of ExportLogsServiceRequest. */
export function otlpBody(records: readonly SunkRecord[], version: string, now: Date): string {
  const observed = nanosOf(now.getTime())
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [text('service.name', 'relata'), text('host.name', hostname())] },
        scopeLogs: [
          { scope: { name: 'relata.audit', version }, logRecords: records.map((one) => logRecord(one, observed)) },
        ],
      },
    ],
  })
}

const mostAnswerBytes = 16_384

/** What was not taken for good; the protocol forbids to send it again. */
function rejectedIn(answer: string): string | undefined {
  try {
    const { partialSuccess } = JSON.parse(answer) as {
      partialSuccess?: { rejectedLogRecords?: unknown; errorMessage?: unknown }
    }
    const count = Number(partialSuccess?.rejectedLogRecords ?? 0)
    return count > 0 ? `${count} records were rejected: ${String(partialSuccess?.errorMessage ?? '')}` : undefined
  } catch {
    return undefined
  }
}

/** `warn`: told of records that the place has rejected for good. */
export function otlpSink(
  name: string,
  { url, headers, tls, version, now }: OtlpFacts,
  warn: (text: string) => void,
): Sink {
  const underWay = new Set<AbortController>()
  const sendOnce = (records: readonly SunkRecord[], stop: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const body = Buffer.from(otlpBody(records, version, now()))
      const options = {
        method: 'POST',
        headers: {
          ...headers,
          'Content-Type': 'application/json',
          'Content-Length': body.length,
          'User-Agent': `Relata/${version}`,
        },
        timeout: sendMillis,
        signal: AbortSignal.any([AbortSignal.timeout(sendMillis), stop]),
      }
      const asked = url.protocol === 'https:' ? secureRequest(url, { ...options, ...tls }) : plainRequest(url, options)
      asked.on('error', reject)
      asked.on('response', (response) => {
        const parts: Buffer[] = []
        let size = 0
        response.on('data', (part: Buffer) => {
          size += part.length
          if (size <= mostAnswerBytes) parts.push(part)
        })
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode = 0 } = response
          if (statusCode < 200 || statusCode > 299) return reject(new Error(`${name} answered ${statusCode}`))
          const rejected = rejectedIn(Buffer.concat(parts).toString())
          if (rejected !== undefined) warn(`${name}: ${rejected}`)
          resolve()
        })
      })
      asked.end(body)
    })
  const send = async (records: readonly SunkRecord[]): Promise<void> => {
    const stop = new AbortController()
    underWay.add(stop)
    await sendOnce(records, stop.signal).finally(() => underWay.delete(stop))
  }
  const cutOff = (): void => {
    for (const stop of underWay) stop.abort(new Error(`${name} was cut off`))
  }
  return { name, send, cutOff, close: async () => undefined }
}
