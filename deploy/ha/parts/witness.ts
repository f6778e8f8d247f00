/** Fires of due entries, counted by the database itself: a row for each change of a request's status, in whatever process. */
import type { Due } from '../../../test/crash/ledger.ts'
import type { Cluster } from './cluster.ts'

/** Seconds from the request to the second of its two steps, each of which is a due entry. */
export const latencySeconds = 8

export const install = (cluster: Cluster): Promise<unknown> =>
  cluster.sql(
    'relata',
    `create schema if not exists drill;
     create table if not exists drill.fire (request text, relationship text, status text, made text, at timestamptz);
     grant usage on schema drill to relata; grant insert on drill.fire to relata;
     create or replace function drill.note() returns trigger language plpgsql as $$ begin
       insert into drill.fire values (new.id, new.relationship_id, new.status, new.created_date_time, clock_timestamp());
       return null; end $$;
     drop trigger if exists drill_note on delegated_admin_relationship_request;
     create trigger drill_note after update on delegated_admin_relationship_request
       for each row execute function drill.note()`,
  )

interface Fires {
  /** Requests that were acknowledged, or whose answer was lost and that are there. */
  readonly requests: number
  readonly fires: number
  /** More than once, for the same step. */
  readonly twice: string[]
  /** Acknowledged, and not there; or there, due, and not done. */
  readonly missed: string[]
  /** Records of the audit for one step, more than one for a tenant. */
  readonly recordedTwice: string[]
  /** Milliseconds after the instant at which it was due, of all fires. */
  readonly late: number[]
}

const settled = async (cluster: Cluster): Promise<void> => {
  const is = async () => {
    const rows = await cluster.sql<{ count: number }>(
      'relata',
      `select count(*)::int from relata_agenda_entry where kind = 'gdap.request'`,
    )
    return rows[0]?.count === 0
  }
  await cluster.until('end of what is due', () => is().catch(() => false), latencySeconds * 1000 + 60_000)
}

/** Of the steps that fell due since the last call. */
export const fires = async (cluster: Cluster, dues: readonly Due[]): Promise<Fires> => {
  await settled(cluster)
  interface Row {
    readonly id: string
    readonly status: string
    readonly pending: number
    readonly succeeded: number
    readonly relationship: string
  }
  const rows = await cluster.sql<Row>(
    'relata',
    `select r.id, r.status, s.status as relationship,
       (select count(*)::int from drill.fire f where f.request = r.id and f.status = 'pending') as pending,
       (select count(*)::int from drill.fire f where f.request = r.id and f.status = 'succeeded') as succeeded
     from delegated_admin_relationship_request r
     join delegated_admin_relationship s on s.tenant_no = r.tenant_no and s.id = r.relationship_id
     where r.created_date_time >= (select coalesce(min(made), '') from drill.fire)`,
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  const missed = dues.filter(({ request }) => !found.has(request)).map(({ request }) => `${request} is gone`)
  const twice: string[] = []
  for (const { id, status, pending, succeeded, relationship } of rows) {
    const shown = `${id}: ${status}, pending ${pending}, succeeded ${succeeded}, relationship ${relationship}`
    if (pending > 1 || succeeded > 1) twice.push(shown)
    else if (pending + succeeded < 2 || status !== 'succeeded' || relationship !== 'approvalPending') missed.push(shown)
  }
  const records = await cluster.sql<{ shown: string }>(
    'relata',
    `select tenant_no || ' ' || subject_id || ' ' || operation_type || ': ' || count(*) as shown from directory_audit
     where subject_id in (select request from drill.fire union select relationship from drill.fire)
       and operation_type !~ 'update' group by tenant_no, subject_id, operation_type having count(*) > 1`,
  )
  const late = await cluster.sql<{ late: number }>(
    'relata',
    `select extract(epoch from at - made::timestamptz) * 1000 - case status when 'pending' then ${latencySeconds * 500}
       else ${latencySeconds * 1000} end as late from drill.fire`,
  )
  await cluster.sql('relata', 'truncate drill.fire')
  return {
    requests: rows.length,
    fires: late.length,
    twice,
    missed,
    recordedTwice: records.map(({ shown }) => shown),
    late: late.map((row) => Number(row.late)),
  }
}
