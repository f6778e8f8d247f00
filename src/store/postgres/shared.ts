/** What processes on one database share beside rows: small texts by name, and a lock for what one of them does alone. */
import type { SharedTexts } from '#edm/ports.ts'
import { textOf } from '../sqlite/session.ts'
import type { RawRow } from '../values.ts'
import type { Hosts } from './addresses.ts'
import { type Asked, ask, connectAlone, execute } from './connection.ts'

/** Made by the migrator, outside of the models: nothing in it belongs to a tenant. */
export const sharedTable =
  'create table if not exists "relata_shared" ("name" text primary key, "value" text collate "C" not null)'

const one = textOf('select "value" from "relata_shared" where "name" = ?')
const create = textOf('insert into "relata_shared" ("name", "value") values (?, ?) on conflict ("name") do nothing')
const write = textOf(
  'insert into "relata_shared" ("name", "value") values (?, ?) on conflict ("name") do update set "value" = excluded."value"',
)

export function sharedOn(asked: Asked): SharedTexts {
  const read = async (name: string): Promise<string | undefined> => {
    const row = (await ask(asked, { ask: 'get', text: one, values: [name] })) as RawRow | undefined
    return row?.[0] as string | undefined
  }
  return {
    read,
    create: async (name, text) => {
      await ask(asked, { ask: 'run', text: create, values: [name, text] })
      return (await read(name)) ?? text
    },
    write: async (name, text) => {
      await ask(asked, { ask: 'run', text: write, values: [name, text] })
    },
  }
}

/** Held by a connection of its own, so that it ends with the process, however that ends. */
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
