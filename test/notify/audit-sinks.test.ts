/** Where the log is sent to: in order, in the form of each place, and again until it is taken (events.md §9.5). */
import { execFileSync } from 'node:child_process'
import { appendFile, constants, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { fileSink } from '#notify/sinks/file-sink.ts'
import { sinkIn, sinkOf } from '#notify/sinks/sink-setting.ts'
import { canonicalJson, firstLink, leafOf, linkAfter } from '#workloads/audit/links.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { freePort } from '../_support/free-port.ts'
import { loopbackServer } from '../_support/loopback-server.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { authority, otlpReceiver, type Receiver, syslogReceiver } from './receivers.ts'

const { contoso } = wellKnown
let folder: string
let file: string
let server: TestServer
let group: string
let syslogPort: number
let otlp: Awaited<ReturnType<typeof otlpReceiver>>
let syslog: Receiver<string> | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-sinks-'))
  file = join(folder, 'audit.jsonl')
  syslogPort = await freePort()
  otlp = await otlpReceiver((call) => (call === 1 ? 503 : 200))
  const auditSink = [
    sinkIn(`file:${file}`),
    sinkIn(`syslog+tls://localhost:${syslogPort}?ca=${authority}`),
    sinkIn(`otlp:https://localhost:${otlp.port}?ca=${authority}`),
  ]
  server = await startTestServer({ auditSink, metrics: true })
  group = await taxonomyOver(server.send).group('Sent')
})
afterAll(async () => {
  await server.close()
  await Promise.all([otlp.close(), syslog?.close()])
  await rm(folder, { recursive: true, force: true })
})

interface Line {
  readonly n: number
  readonly link: string
  readonly tenant: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read records of any shape
  readonly record: any
}
const linesIn = async (path = file): Promise<Line[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** Each tenant's lines are its chain from the first link on. */
const checkChain = (lines: readonly Line[]): void => {
  const at = new Map<string, { n: number; link: string }>()
  for (const { n, link, tenant, record } of lines) {
    const last = at.get(tenant) ?? { n: 0, link: firstLink(tenant) }
    expect([tenant, n]).toEqual([tenant, last.n + 1])
    expect(link).toBe(linkAfter(last.link, n, leafOf(canonicalJson(record))))
    at.set(tenant, { n, link })
  }
}
interface Logged {
  readonly severityNumber: number
  readonly severityText: string
  readonly body: { readonly stringValue: string }
}
const statusOf = async () =>
  (await (await fetch(`${server.http}/_relata/audit/status`)).json()) as {
    newest: { n: number }
    sinks: { name: string; sent: number; waiting: number; failingDateTime: string | null; lastError: string | null }[]
  }
const sentTo = async (kind: string) => (await statusOf()).sinks.find(({ name }) => name.startsWith(kind))
const add = (name: string) => taxonomyOver(server.send).set(group, name)
/** Long enough for a retry on a busy machine, and shorter than a test, which would not say what was wrong. */
const patience = { timeout: 15_000, interval: 50 }

describe('the log is sent to', () => {
  it('a file, line by line, each with its link', async () => {
    await add('Filed')
    await vi.waitFor(async () => {
      const own = (await linesIn()).filter(({ tenant }) => tenant === contoso)
      expect(own.map(({ record }) => record.targetResources[0].displayName)).toContain('Filed')
    }, patience)
    checkChain(await linesIn())
  })

  it('the same file after a part of a line, and to a new one once it was renamed and SIGHUP came', async () => {
    await appendFile(file, '{"n":')
    const old = join(folder, 'audit.1.jsonl')
    // The new one is there, with a part of a line, before the server can open it.
    const next = join(folder, 'next.jsonl')
    await writeFile(next, '{"part')
    await rename(file, old)
    await rename(next, file)
    // That of the file: the runner has one as well, which ends it.
    process.listeners('SIGHUP').at(-1)?.('SIGHUP')
    await add('Rotated')
    await vi.waitFor(async () => {
      const [part, ...lines] = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
      expect(part).toBe('{"part')
      const names = lines.map((line) => JSON.parse(line).record.targetResources[0].displayName)
      expect(names).toContain('Rotated')
    }, patience)
  })

  it('a collector of syslog that was stopped, when it is there, with nothing left out', async () => {
    await vi.waitFor(async () => expect((await sentTo('syslog'))?.lastError).toContain('ECONNREFUSED'), patience)
    expect(await sentTo('syslog')).toMatchObject({ sent: 0, failingDateTime: expect.any(String) })
    const receiver = await syslogReceiver(syslogPort)
    syslog = receiver
    const own = () => receiver.got.filter((message) => message.includes(`tenant="${contoso}"`))
    await receiver.until(() => own().some((message) => message.includes('Rotated')))
    const form =
      /^<110>1 (\S+) \S+ relata - audit \[relata@32473 n="(\d+)" link="([0-9a-f]{64})" tenant="([0-9a-f-]{36})"\] (\{.*\})$/
    const lines = receiver.got.map((message): Line => {
      const [, at, n, link = '', tenant = '', json = ''] = form.exec(message) ?? []
      const record = JSON.parse(json)
      expect(Date.parse(at ?? '')).toBe(Date.parse(record.activityDateTime))
      return { n: Number(n), link, tenant, record }
    })
    checkChain(lines)
    await vi.waitFor(
      async () => expect(await sentTo('syslog')).toMatchObject({ waiting: 0, lastError: null }),
      patience,
    )
  })

  it('a collector of OTLP, which gets again what it refused', async () => {
    const recordsOf = (call: (typeof otlp.got)[number] | undefined) =>
      call?.body.resourceLogs[0].scopeLogs[0].logRecords
    const firstOf = (call: (typeof otlp.got)[number] | undefined) => ({
      ...recordsOf(call)[0],
      observedTimeUnixNano: expect.stringMatching(/^\d{19}$/),
    })
    // Meanwhile another tenant may come first.
    const tenantOf = (call: (typeof otlp.got)[number] | undefined) => JSON.stringify(recordsOf(call)[0].attributes[2])
    const again = () => otlp.got.slice(1).find((call) => tenantOf(call) === tenantOf(otlp.got[0]))
    await otlp.until(() => again() !== undefined)
    expect(otlp.got[0]?.path).toBe('/v1/logs')
    expect(recordsOf(again())[0]).toEqual(firstOf(otlp.got[0]))
    const marked = () => otlp.got.some((call) => JSON.stringify(call.body).includes('Rotated'))
    await otlp.until(marked)
    const value = (one: { attributes: { key: string; value: Record<string, string> }[] }, key: string) =>
      Object.values(one.attributes.find((attribute) => attribute.key === `relata.audit.${key}`)?.value ?? {})[0] ?? ''
    const records = otlp.got.slice(1).flatMap(recordsOf)
    expect(records[0]).toMatchObject({ severityNumber: 9, severityText: 'INFO', eventName: 'relata.audit' })
    checkChain(
      records.map(
        (one): Line => ({
          n: Number(value(one, 'n')),
          link: value(one, 'link'),
          tenant: value(one, 'tenant'),
          record: JSON.parse(one.body.stringValue),
        }),
      ),
    )
  })

  it('each of them with a severity of its own for what failed', async () => {
    await server.parts.store.write(contoso, (tx) =>
      tx.insert(directoryAudit, {
        id: '01ffffff-0000-7000-8000-000000000001',
        category: 'GranularAdminAccessAssignment',
        result: 'failure',
        activityDisplayName: 'Has failed',
        activityDateTime: new Date().toISOString(),
        initiatedBy: { app: null, user: null },
        targetResources: [],
        additionalDetails: [],
      }),
    )
    await add('After it')
    const messages = syslog?.got ?? []
    await syslog?.until(() => messages.some((message) => message.includes('Has failed')))
    expect(messages.find((message) => message.includes('Has failed'))).toMatch(/^<108>1 /)
    const records = () =>
      otlp.got.flatMap(({ body }) => body.resourceLogs[0].scopeLogs[0].logRecords).map((one) => one as Logged)
    await otlp.until(() => records().some(({ body }) => body.stringValue.includes('Has failed')))
    const failed = records().find(({ body }) => body.stringValue.includes('Has failed'))
    expect(failed).toMatchObject({ severityNumber: 13, severityText: 'WARN' })
  })

  it('each of them once more records come, as metrics say', async () => {
    await add('Counted')
    await vi.waitFor(async () => {
      const { newest, sinks } = await statusOf()
      expect(sinks.map(({ sent }) => sent)).toEqual([newest.n, newest.n, newest.n])
    }, patience)
    const text = await (await fetch(`${server.http}/metrics`)).text()
    for (const kind of ['file', 'syslog', 'otlp'])
      expect(text).toMatch(new RegExp(`relata_audit_sent_total\\{kind="${kind}",outcome="sent"\\} [1-9]`))
    expect(text).toMatch(/relata_audit_sent_total\{kind="otlp",outcome="failed"\} [1-9]/)
    expect(text).toMatch(/relata_audit_chained_total [1-9]/)
  })
})

describe('the setting of a place', () => {
  const faultOf = (text: string): string => {
    try {
      return sinkIn(text).name
    } catch (error) {
      return (error as Error).message
    }
  }
  it('is refused where it cannot be one', () => {
    const wanted = 'is not file:<path>, syslog+tls://<host>:<port> or otlp:https://<host>:<port>'
    for (const text of ['', 'audit.jsonl', 'file:', 'syslog://host:514', 'otlp:collector', 'https://collector:4318'])
      expect(faultOf(text)).toBe(wanted)
    expect(faultOf('syslog+tls://host/path')).toMatch(/^has more than a host/)
    expect(faultOf('syslog+tls://host?enterprise=x')).toMatch(/^names an enterprise/)
    expect(faultOf('otlp:https://host?cert=a.pem')).toBe('has cert without key, or key without cert')
  })

  it('is named without what belongs to its connection', () => {
    expect(faultOf('syslog+tls://log.example?ca=ca.pem&enterprise=1')).toBe('syslog+tls://log.example:6514')
    expect(faultOf('syslog+tls://log.example:443')).toBe('syslog+tls://log.example:443')
    expect(faultOf('otlp:https://c.example:4318?ca=ca.pem')).toBe('otlp:https://c.example:4318')
    expect(faultOf('otlp:https://c.example/in?key=k&cert=c')).toBe('otlp:https://c.example/in')
  })
})

describe('a place that cannot be one', () => {
  const record = { tenantId: contoso, n: 1, link: 'a', leaf: 'b', activityDateTime: '2026-01-06T10:00:00.000Z' }
  const records = [{ ...record, text: '{}', isFailure: false }]

  it('is a pipe, into which nothing is written: whoever does not read it would hold up the server', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const sink = fileSink('pipe', pipe)
    const reader = await open(pipe, constants.O_RDWR | constants.O_NONBLOCK)
    try {
      await expect(sink.send(records)).rejects.toThrow(/pipe is a pipe/)
      await expect(reader.read(Buffer.alloc(10), 0, 10)).rejects.toThrow(/EAGAIN/)
    } finally {
      await sink.close()
      await reader.close()
    }
  })

  it('is no device that has nothing to flush', async () => {
    const sink = fileSink('null', '/dev/null')
    await sink.send(records)
    await sink.close()
  })

  // The place has 15 s to take what it is sent.
  it('does not keep the server from ending while it hangs', { timeout: 12_000 }, async () => {
    let [isAsked, isLeft] = [(): void => undefined, (): void => undefined]
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve
    })
    const left = new Promise<void>((resolve) => {
      isLeft = resolve
    })
    const hanging = await loopbackServer((_request, response) => {
      response.on('close', isLeft)
      isAsked()
    })
    const other = await startTestServer({ auditSink: [sinkIn(`otlp:${hanging.url}`)] })
    try {
      await asked
      await other.close()
      await left
    } finally {
      await hanging.close()
    }
  })

  it('has headers of OpenTelemetry as they are written, where they are not encoded', () => {
    const environment = { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=100%' }
    const facts = { version: '0', environment, now: () => new Date(), warn: () => undefined }
    expect(sinkOf(sinkIn('otlp:https://collector.example'), facts).name).toBe('otlp:https://collector.example')
  })
})
