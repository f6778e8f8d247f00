/** A small world in which things happen by themselves: bells that ring, an agenda, an engine over a real database. */
import { type MovableClock, movableClock, systemClock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import { entityType, type Workload } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { type Actor, type Behaviour, behaviour, type Store, type WriteContext } from '#edm/ports.ts'
import { instant, text, whole } from '#edm/props.ts'
import { constant, member } from '#edm/query.ts'
import { makeEngine } from '#engine/handle.ts'
import type { PlainResponse } from '#engine/request.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'
import { databaseOfRun } from '../_support/database.ts'

export const entry = entityType('clock.entry', {
  doc: 'What will happen.',
  source: 'test',
  published: false,
  props: {
    id: text({ nullable: false, doc: 'Id.' }),
    kind: text({ nullable: false, doc: 'What.' }),
    subject: text({ nullable: false, doc: 'To whom.' }),
    dueDateTime: instant({ nullable: false, doc: 'When.' }),
    sequence: whole({ nullable: false, doc: 'Order.' }),
  },
  navs: {},
  indexes: [{ keys: ['dueDateTime', 'sequence'] }],
})

export const bell = entityType('clock.bell', {
  doc: 'A bell.',
  source: 'test',
  props: {
    id: text({ nullable: false, doc: 'Id.' }),
    state: text({ doc: 'What it does.' }),
    rungAt: instant({ doc: 'When it rang last.' }),
  },
  navs: {},
})

/** One line for each time something happened, in order. */
export const line = entityType('clock.line', {
  doc: 'What happened.',
  source: 'test',
  props: {
    id: text({ nullable: false, doc: 'Id.' }),
    number: whole({ nullable: false, doc: 'Order over all tenants.' }),
    what: text({ doc: 'Kind and subject.' }),
    at: instant({ doc: 'The instant it believed it was.' }),
    cause: text({ doc: 'Who or what began it.' }),
  },
  navs: {},
  order: ['number'],
  indexes: [{ keys: ['number'] }],
})

const can = { list: 'ours', get: 'ours', create: 'ours', update: 'ours', delete: 'ours' } as const
const workload: Workload = {
  enums: [],
  complexes: [],
  entities: [entry, bell, line],
  roots: [
    { kind: 'set', name: 'bells', target: bell.name, doc: 'Bells.', can },
    { kind: 'set', name: 'lines', target: line.name, doc: 'Lines.', can },
  ],
}
const models = { 'v1.0': modelOf('v1.0', [workload]), beta: modelOf('beta', [workload]) }
const migrations = [draftMigration(Object.values(models), 'init', [])?.migration].flatMap((made) => made ?? [])

export const one = '11111111-1111-4111-8111-111111111111'
export const two = '22222222-2222-4222-8222-222222222222'
export const three = '33333333-3333-4333-8333-333333333333'

export const epoch = Date.parse('2026-01-01T00:00:00.000Z')
/** The instant so many seconds after the start. */
export const at = (seconds: number): string => new Date(epoch + seconds * 1000).toISOString()

export const actorOf = (tenantId: string): Actor => ({ kind: 'app', tenantId, permissions: new Set() })

export interface Happening {
  readonly tenant: string
  readonly what: string
  readonly at: string
  readonly cause: string
}

type Hook = (context: WriteContext, subject: string) => Promise<void>

export interface ClockworkOptions {
  /** Undefined: in memory, or on the PostgreSQL of the run. */
  readonly location?: string
  /** In memory whatever the run is on: timers that a test makes up never wait for another process. */
  readonly atOnce?: boolean
  readonly tenants?: readonly string[]
  /** What the kinds do beside writing their line; `ring` is always there. */
  readonly kinds?: Readonly<Record<string, Hook>>
  readonly clock?: MovableClock
  readonly bells?: Omit<Behaviour, 'type'>
  /** Wraps the store the engine gets. */
  readonly wrap?: (store: Store) => Store
}

export interface Answer extends PlainResponse {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly json: any
}

export interface Clockwork {
  readonly store: Store
  readonly clock: MovableClock
  readonly engine: ReturnType<typeof makeEngine>
  /** Everything reported: what, and the message of the cause. */
  readonly reports: [string, string][]
  set(tenantId: string, seconds: number, subject: string, kind?: string): Promise<void>
  drop(tenantId: string, subject: string, kind?: string): Promise<void>
  /** Moves the clock to so many seconds after the start. */
  move(seconds: number): void
  happened(): Promise<Happening[]>
  /** `[subject, seconds]` of what happened, in order. */
  rung(): Promise<[string, number][]>
  /** Subjects of what is to come. */
  waiting(tenantId: string): Promise<string[]>
  /** The same with their kinds. */
  entries(tenantId: string): Promise<string[]>
  send(method: string, path: string, body?: unknown, tenantId?: string): Promise<Answer>
  close(): Promise<void>
}

const allLines = {
  type: line,
  branches: [constant(true)],
  order: [],
  shape: [],
  carry: ['number', 'what', 'at', 'cause'],
}
const allEntries = {
  type: entry,
  branches: [constant(true)],
  order: [{ by: member('dueDateTime'), descending: false }],
  shape: [],
  carry: ['kind', 'subject'],
}

const placeOf = async ({ location, atOnce }: ClockworkOptions) =>
  location === undefined && atOnce !== true ? databaseOfRun() : { location }

export const openClockwork = async (options: ClockworkOptions = {}): Promise<Clockwork> => {
  const { tenants = [one], kinds = {}, wrap = (given) => given } = options
  const clock = options.clock ?? movableClock(systemClock)
  if (options.clock === undefined) {
    clock.freeze(true)
    clock.set(new Date(epoch))
  }
  const store = wrap(
    await openStore({
      models: Object.values(models),
      migrations,
      ...(await placeOf(options)),
    }),
  )
  const known = new Set((await store.tenants()).map(({ id }) => id))
  for (const id of tenants) if (!known.has(id)) await store.addTenant(id)

  let lines = 0
  for (const id of tenants) {
    const rows = await store.read(id, (tx) => tx.find(line, {}))
    for (const { number } of rows) lines = Math.max(lines, number)
  }
  let minted = lines * 1000
  const ids: Ids = { mint: () => String(++minted).padStart(12, '0') }
  const write = async ({ tx, now, cause, ids: { mint } }: WriteContext, what: string): Promise<void> => {
    lines += 1
    await tx.insert(line, { id: mint(), number: lines, what, at: now, cause })
  }
  const recorded = Object.fromEntries(
    Object.entries({ ring: async () => undefined, ...kinds } as Record<string, Hook>).map(([kind, hook]) => [
      kind,
      async (context: WriteContext, subject: string) => {
        await write(context, `${kind} ${subject}`)
        await hook(context, subject)
      },
    ]),
  )
  const reports: [string, string][] = []
  const engine = makeEngine({
    models,
    store,
    behaviours: [behaviour(bell, options.bells ?? {}), behaviour(line, { due: recorded })],
    clock,
    ids,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error, id) => reports.push([id, (error as Error).message]),
    agendaEntry: entry,
  })

  const happened = async (): Promise<Happening[]> => {
    const all: (Happening & { number: number })[] = []
    for (const { id } of await store.tenants()) {
      const rows = await store.read(id, (tx) => tx.query(store.prepare(allLines), {}))
      for (const { row } of rows) all.push({ tenant: id, ...row } as unknown as Happening & { number: number })
    }
    return all
      .sort((a, b) => a.number - b.number)
      .map(({ tenant, what, at: when, cause }) => ({ tenant, what, at: when, cause }))
  }

  const rowsOf = async (tenantId: string): Promise<Record<string, unknown>[]> =>
    (await store.read(tenantId, (tx) => tx.query(store.prepare(allEntries), {}))).map(({ row }) => row)

  return {
    store,
    clock,
    engine,
    reports,
    set: (tenantId, seconds, subject, kind = 'ring') =>
      engine.inTenant(tenantId, actorOf(tenantId), ({ agenda }) => agenda.set({ kind, subject, due: at(seconds) })),
    drop: (tenantId, subject, kind = 'ring') =>
      engine.inTenant(tenantId, actorOf(tenantId), ({ agenda }) => agenda.drop(kind, subject)),
    move: (seconds) => clock.set(new Date(epoch + seconds * 1000)),
    happened,
    rung: async () =>
      (await happened()).map(({ what, at: when }) => [
        what.slice(what.indexOf(' ') + 1),
        (Date.parse(when) - epoch) / 1000,
      ]),
    waiting: async (tenantId) => (await rowsOf(tenantId)).map(({ subject }) => String(subject)),
    entries: async (tenantId) => (await rowsOf(tenantId)).map(({ kind, subject }) => `${kind} ${subject}`),
    send: async (method, path, body, tenantId = one) => {
      const answer = await engine({
        method,
        version: 'v1.0',
        path,
        query: '',
        headers: {},
        body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
        origin: 'https://here',
        requestId: 'r',
        clientRequestId: 'c',
        actor: actorOf(tenantId),
      })
      return { ...answer, json: answer.body?.startsWith('{') === true ? JSON.parse(answer.body) : undefined }
    },
    close: async () => {
      await engine.close()
      await store.close()
    },
  }
}
