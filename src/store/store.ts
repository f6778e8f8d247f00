/**
 * The `Store` port on SQLite. A file has one connection that writes and one that reads, so that nobody sees rows that
 * are not committed; in memory there is one connection, and reads wait while a transaction is open.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '#base/clock.ts'
import { invariant, StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { Model } from '#edm/model.ts'
import type { Prepared, ReadTx, Store, Tx } from '#edm/ports.ts'
import type { RowQuery } from '#edm/query.ts'
import { type Batches, batchesOn } from './batch.ts'
import type { Migration } from './changes.ts'
import { chooseDriver, type DriverName } from './driver.ts'
import { editionsOn } from './editions.ts'
import { layoutOf } from './layout.ts'
import { tagsOn } from './marks.ts'
import { checkDrift, migrate } from './migrate.ts'
import { migrations as ours } from './migrations/all.ts'
import { countOf, pageOf, prepareCount, prepareRows, prepareText, textOfFirst, textPageOf, walker } from './prepared.ts'
import { rowsOf } from './rows.ts'
import { type Session, sessionOf, textOf } from './session.ts'
import type { Compiled } from './sql.ts'
import { openConnection, storeErrorOf } from './sqlite.ts'
import { atOnce } from './steps.ts'
import { tenanciesOf } from './tenancies.ts'

export interface StoreOptions {
  readonly models: readonly Model[]
  /** A folder, made when it is not there; undefined: in memory, gone when closed. */
  readonly location: string | undefined
  readonly clock?: Clock
  /** Only tests have others than those of the product. */
  readonly migrations?: readonly Migration[]
  /** Only tests choose. */
  readonly driver?: DriverName
  /** How long a write waits for another process, in milliseconds. */
  readonly busyMillis?: number
}

/** The file inside the folder of a store. */
export const databaseFile = (location: string): string => join(location, 'relata.db')

/** Methods of a transaction that read; `before` is awaited first where it gives a promise. */
const readTxOn = (
  session: Session,
  tenantNo: number,
  access: ReturnType<typeof rowsOf>,
  walk: ReturnType<typeof walker>,
  before: () => Promise<void> | undefined,
): ReadTx => {
  const ready = async (): Promise<void> => {
    for (let wait = before(); wait !== undefined; wait = before()) await wait
  }
  return {
    get: async <E extends EntityType>(type: E, id: string) => {
      if (before() !== undefined) await ready()
      return atOnce(session, access(type.name).get(tenantNo, id)) as RowOf<E> | undefined
    },
    find: async (type, where, limit) => {
      if (before() !== undefined) await ready()
      return atOnce(session, access(type.name).find(tenantNo, where, limit)) as AnyRow[] as never
    },
    findByElement: async (type, prop, where) => {
      if (before() !== undefined) await ready()
      return atOnce(session, access(type.name).findByElement(tenantNo, prop, where))
    },
    walk: async (closure, bind) => {
      if (before() !== undefined) await ready()
      return atOnce(session, walk(tenantNo, closure, bind))
    },
    page: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return atOnce(session, pageOf(tenantNo, prepared, bind))
    },
    text: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return atOnce(session, textPageOf(tenantNo, prepared, bind))
    },
    count: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return atOnce(session, countOf(tenantNo, prepared, bind))
    },
  }
}

const writesOn = (
  session: Session,
  tenantNo: number,
  access: ReturnType<typeof rowsOf>,
  forget: () => void,
  touched: (type: EntityType) => void,
): Omit<Tx, keyof ReadTx> => ({
  insert: async (type, draft) => {
    forget()
    touched(type)
    return atOnce(session, access(type.name).insert(tenantNo, draft)) as never
  },
  update: async (type, id, patch) => {
    forget()
    touched(type)
    return atOnce(session, access(type.name).update(tenantNo, id, patch))
  },
  add: async (type, id, amounts) => {
    forget()
    return atOnce(session, access(type.name).add(tenantNo, id, amounts))
  },
  remove: async (type, id) => {
    forget()
    touched(type)
    return atOnce(session, access(type.name).remove(tenantNo, id))
  },
})

/**
 * Rules ask for the same rows again and again; nobody else writes meanwhile, so until the transaction itself writes,
 * an answer stays true. Rows are shared, as all rows are only read.
 */
const memoised = (tx: ReadTx): { tx: ReadTx; forget: () => void } => {
  const known = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const found = known.get(key) as Promise<T> | undefined
    if (found !== undefined) return found
    const asked = ask()
    known.set(key, asked)
    return asked
  }
  return {
    tx: {
      ...tx,
      get: (type, id) => once(`${type.name} ${id}`, () => tx.get(type, id)),
      find: (type, where, limit) =>
        once(`${type.name} ${limit} ${JSON.stringify(where)}`, () => tx.find(type, where, limit)),
      findByElement: (type, prop, where) =>
        once(`${type.name} ${prop} ${JSON.stringify(where)}`, () => tx.findByElement(type, prop, where)),
    },
    forget: () => known.clear(),
  }
}

const explainText = (text: string): string => `explain query plan ${text}`

/** Whether SQLite would put whole rows in order itself. */
const sortsOn =
  (session: Session) =>
  ({ text, slots }: Compiled): boolean =>
    session
      .all(
        textOf(explainText(text)),
        slots.map(() => null),
      )
      .some((row) => /USE TEMP B-TREE FOR ORDER BY/.test(String(row[3])))

const openSessions = async (options: StoreOptions): Promise<{ writer: Session; reader: Session }> => {
  const { models, location, clock = systemClock, migrations = ours, busyMillis = 5_000 } = options
  checkDrift(models, migrations)
  const driver = await chooseDriver(options.driver)
  if (location !== undefined) mkdirSync(location, { recursive: true })
  const file = location === undefined ? ':memory:' : databaseFile(location)
  try {
    const connection = openConnection(driver, file, busyMillis)
    try {
      migrate(connection, clock, migrations)
      const writer = sessionOf(driver, connection, 0)
      return {
        writer,
        reader: location === undefined ? writer : sessionOf(driver, openConnection(driver, file, busyMillis), 1),
      }
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw storeErrorOf(driver, error)
  }
}

/** Opens, and brings to the newest schema. Throws when the models and migrations differ or the database is not ours. */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const { writer, reader } = await openSessions(options)
  const layout = layoutOf(options.models)
  const access = rowsOf(layout, tagsOn(options.clock ?? systemClock))
  const walk = walker(layout)
  const batches: Batches = batchesOn(writer)
  const tenancies = tenanciesOf(reader, writer)
  const sorts = sortsOn(writer)
  const isShared = writer === reader

  const before = isShared ? () => batches.open() : () => undefined
  const readers = new Map<string, ReadTx>()
  const counts = new WeakMap<RowQuery, Prepared>()
  const pages = new WeakMap<RowQuery, Prepared>()
  const texts = new WeakMap<RowQuery, Prepared>()
  const editions = editionsOn(writer)

  const newReadTx = async (tenantId: string): Promise<ReadTx> => {
    await before()
    const made = readTxOn(reader, tenancies.need(tenantId), access, walk, before)
    readers.set(tenantId, made)
    return made
  }

  const kept = (cache: WeakMap<RowQuery, Prepared>, query: RowQuery, make: () => Prepared): Prepared => {
    const known = cache.get(query)
    if (known !== undefined) return known
    const made = make()
    cache.set(query, made)
    return made
  }

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await batches.close()
    if (!isShared) reader.close()
    writer.close()
  }

  return {
    prepare: (query) => kept(pages, query, () => prepareRows(layout, query, sorts)),
    prepareText: (query) => kept(texts, query, () => prepareText(layout, query, sorts)),
    prepareCount: (query) => kept(counts, query, () => prepareCount(layout, query)),
    read: async (tenantId, work) => {
      if (closing !== undefined) throw new StoreError('unavailable', 'closed')
      return work(readers.get(tenantId) ?? (await newReadTx(tenantId)))
    },
    write: (tenantId, work) => {
      const touched = new Set<string>()
      const done = batches.add(async () => {
        const tenantNo = tenancies.need(tenantId)
        let isOver = false
        const check = () => {
          invariant(!isOver, 'a transaction is used after its end')
          return undefined
        }
        const memo = memoised(readTxOn(writer, tenantNo, access, walk, check))
        const tx: Tx = {
          ...memo.tx,
          ...writesOn(guarded(writer, check), tenantNo, access, memo.forget, ({ name }) => {
            for (const relative of layout.family(name)) touched.add(relative)
          }),
        }
        try {
          return await work(tx)
        } finally {
          isOver = true
          memo.forget()
        }
      })
      // After the commit: a reader that came before must not keep what it saw under the new number.
      return done.then((value) => {
        editions.bump(tenantId, touched)
        return value
      })
    },
    peek: (tenantId, prepared, bind) =>
      closing === undefined && before() === undefined
        ? atOnce(reader, textOfFirst(tenancies.need(tenantId), prepared, bind))
        : undefined,
    edition: (tenantId: string, type?: EntityType) => editions.of(tenantId, type?.name ?? ''),
    tenants: async () => {
      await before()
      return tenancies.list()
    },
    addTenant: (id) => batches.add(async () => tenancies.add(id)),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** The same session, each use of which is checked first. */
const guarded = (session: Session, check: () => undefined): Session => ({
  get: (text, values) => {
    check()
    return session.get(text, values)
  },
  all: (text, values) => {
    check()
    return session.all(text, values)
  },
  run: (text, values) => {
    check()
    return session.run(text, values)
  },
  close: () => session.close(),
})
