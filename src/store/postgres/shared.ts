/** What processes on one database share beside rows: small texts by name, and an advisory lock for mutual exclusion. */
import { randomUUID } from 'node:crypto'
import type { SharedTexts } from '#edm/ports.ts'
import { get, run, textOf } from '../rows/statement.ts'
import type { Hosts } from './connect/addresses.ts'
import { ask, execute, type Queryable } from './connect/connection.ts'
import { connectAlone } from './connect/pool.ts'

/** Created by the migrator, not by a migration: no model declares it, and none of its rows belong to a tenant. */
export const sharedTable =
  'create table if not exists "relata_shared" ("name" text primary key, "value" text collate "C" not null)'

const one = textOf('select "value" from "relata_shared" where "name" = ?')
const create = textOf('insert into "relata_shared" ("name", "value") values (?, ?) on conflict ("name") do nothing')
const write = textOf(
  'insert into "relata_shared" ("name", "value") values (?, ?) on conflict ("name") do update set "value" = excluded."value"',
)

export function sharedOn(pool: Queryable): SharedTexts {
  const read = async (name: string): Promise<string | undefined> => {
    return (await ask(pool, get(one, [name])))?.[0] as string | undefined
  }
  return {
    read,
    create: async (name, text) => {
      await ask(pool, run(create, [name, text]))
      return (await read(name)) ?? text
    },
    write: async (name, text) => {
      await ask(pool, run(write, [name, text]))
    },
  }
}

/** Reads and writes something small by the connections that requests use. */
export async function probeAll(reader: Queryable, writer: Queryable): Promise<void> {
  await ask(reader, get(one, ['probe']))
  await ask(writer, run(write, ['probe', randomUUID()]))
}

/** The lock is held by a separate connection, so PostgreSQL releases it even if the process crashes. */
export function aloneOn(hosts: Hosts, connectMillis: number) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const client = await connectAlone(hosts, connectMillis)
    try {
      await execute(client, "select pg_advisory_lock(hashtext('relata alone'), hashtext(current_schema()))")
      return await work()
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
