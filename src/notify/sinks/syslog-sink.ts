/**
 * Syslog over TLS: RFC 5424 messages, counted in octets (RFC 5425). The protocol has no answer, so each batch has a connection
 * of its own: that the other side closes it in order, after us, is the sign that it has read everything.
 */
import { hostname } from 'node:os'
import { connect, type SecureContextOptions, type TLSSocket } from 'node:tls'
import { contentOf, type Sink, type SunkRecord, sendMillis } from './sink.ts'

export interface SyslogFacts {
  readonly host: string
  readonly port: number
  /** Number of the enterprise in structured data (RFC 5424 §7.2.2). */
  readonly enterprise: number
  readonly tls: SecureContextOptions
}

/** Facility 13 (log audit), severity 6 (informational); what failed: 4 (warning). */
const priorities = { success: 13 * 8 + 6, failure: 13 * 8 + 4 } as const

/** HOSTNAME is of printable ASCII. */
function ownName(): string {
  return hostname().replace(/[^!-~]/g, '') || '-'
}

export function syslogMessage(record: SunkRecord, enterprise: number, host = ownName()): Buffer {
  const { n, link, tenantId, activityDateTime, isFailure } = record
  const priority = isFailure ? priorities.failure : priorities.success
  const data = `[relata@${enterprise} n="${n}" link="${link}" tenant="${tenantId}"]`
  const message = Buffer.from(`<${priority}>1 ${activityDateTime} ${host} relata - audit ${data} ${contentOf(record)}`)
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

export function syslogSink(name: string, { host, port, enterprise, tls }: SyslogFacts): Sink {
  const sockets = new Set<TLSSocket>()
  const send = (records: readonly SunkRecord[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }), ...tls })
      sockets.add(socket)
      let isClosing = false
      let isRead = false
      const timer = setTimeout(() => {
        socket.destroy(new Error(`${name} has not taken the messages within ${sendMillis / 1000} seconds`))
      }, sendMillis).unref()
      socket.on('secureConnect', () => {
        for (const record of records) socket.write(syslogMessage(record, enterprise))
        isClosing = true
        socket.end()
      })
      // Nothing is said back; but who does not read does not see the end.
      socket.on('data', () => undefined)
      socket.on('end', () => {
        isRead = isClosing
      })
      let fault: Error | undefined
      socket.on('error', (error) => {
        fault = error
      })
      socket.on('close', () => {
        clearTimeout(timer)
        sockets.delete(socket)
        if (fault === undefined && isRead) resolve()
        else reject(fault ?? new Error(`${name} has closed the connection before it had read everything`))
      })
    })
  const cutOff = (): void => {
    for (const socket of sockets) socket.destroy(new Error(`${name} was cut off`))
  }
  return { name, send, cutOff, close: async () => undefined }
}
