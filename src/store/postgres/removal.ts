/** Removal of tenants from PostgreSQL: one part after another, each under the lock of the tenant. */
import { noTenant } from '#base/errors.ts'
import type { WholeOptions } from '../options.ts'
import { all, get, run, type Statement, type StatementText } from '../rows/statement.ts'
import { idAfterRemoval, idWhileRemoving, removalOf, removeSome, tenancyTexts } from '../rows/tenant-removal.ts'
import { schemaOf } from '../schema/schema.ts'
import type { RawRow } from '../values.ts'
import { ask, execute } from './connect/connection.ts'
import type { Pool } from './connect/pool.ts'
import type { Notices } from './notices.ts'
import type { PostgresTenancies } from './tenancies.ts'

type Client = Awaited<ReturnType<Pool['connect']>>

interface RemovalFacts extends Pick<WholeOptions, 'models' | 'announced' | 'tidies'> {
  readonly writers: Pool
  readonly tenancies: PostgresTenancies
  /** The statement that takes the lock of a tenant. */
  readonly lockText: (tenantNo: number, isPatient: boolean) => string
  readonly notices: Notices
}

function counted(text: StatementText, tenantNo: number): Statement<number> {
  return { wants: 'run', text, values: [tenantNo], read: (changed: number) => changed }
}

export function removalOn({ models, announced, tidies, writers, tenancies, lockText, notices }: RemovalFacts) {
  const parts = removalOf(schemaOf(models))
  const { forget, numberOf, rename, unfinished } = tenancyTexts()

  /** Work under the lock of the tenant. `said`: a statement that runs before the commit. */
  const change = async <T>(tenantNo: number, work: (client: Client) => Promise<T>, said = ''): Promise<T> => {
    const client = await writers.connect()
    let isBroken = true
    try {
      await execute(client, `begin; ${lockText(tenantNo, true)}`)
      const value = await work(client)
      await execute(client, `${said}commit`)
      isBroken = false
      return value
    } finally {
      client.release(isBroken)
    }
  }

  /** Since the last part the whole content may have been replaced, and the number be that of another tenant. */
  const isUnfinished = async (client: Client, tenantNo: number): Promise<boolean> => {
    const left: readonly RawRow[] = await ask(client, all(unfinished, []))
    return left.some(([no]) => Number(no) === tenantNo)
  }

  /** Returns the number of rows it has changed. */
  const removeRows = async (tenantNo: number): Promise<number> => {
    let total = 0
    for (let at = 0; at < parts.length; ) {
      const from = at
      const done = await change(tenantNo, async (client) => {
        if (!(await isUnfinished(client, tenantNo))) return { at: parts.length, changed: 0 }
        return removeSome(from, parts.length, (place) => ask(client, counted(parts[place] as StatementText, tenantNo)))
      })
      total += done.changed
      at = done.at
    }
    return total
  }

  const renameTo = (id: string, tenantNo: number) => (client: Client) => ask(client, run(rename, [id, tenantNo]))

  const finish = async (): Promise<void> => {
    const left: readonly RawRow[] = await ask(writers, all(unfinished, []))
    for (const [no] of left) {
      const tenantNo = Number(no)
      // A write that has begun before the tenant became unknown may have added rows to a table that was empty already.
      while ((await removeRows(tenantNo)) > 0);
      await change(tenantNo, async (client) => {
        if (!(await isUnfinished(client, tenantNo))) return
        await renameTo(idAfterRemoval(tenantNo), tenantNo)(client)
        await ask(client, run(forget, []))
      })
    }
  }

  if (tidies === true) finish().catch(() => undefined)
  // A command that lives for a moment announces nothing, and needs no connection to listen on.
  const stop = announced === undefined ? undefined : notices.listenForRemovals(tenancies.forget)
  return {
    /** Ends listening for removals by other processes. */
    stop: () => stop?.(),
    remove: async (tenantId: string): Promise<void> => {
      const [no] = (await ask(writers, get(numberOf, [tenantId]))) ?? []
      if (no === undefined) throw noTenant(tenantId)
      const tenantNo = Number(no)
      await change(tenantNo, renameTo(idWhileRemoving(tenantNo), tenantNo), `${notices.removalText(tenantId)}; `)
      tenancies.forget(tenantId)
      await finish()
    },
  }
}
