/** Which database holds the rows of a server, what of them is told to other processes, and for how long records are kept. */
import { agendaEntry } from '#workloads/common.ts'
import { directoryAudit, outboxEvent } from '#workloads/directory/audit.ts'
import { tenant } from '#workloads/directory/types.ts'
import { models } from '#workloads/models.ts'

export interface RowsSettings {
  /** Folder of the database; undefined: in memory. */
  readonly database: string | undefined
  /** Content of a database in memory, instead of a seed. */
  readonly image?: Uint8Array
  /** PostgreSQL instead of a folder. */
  readonly databaseUrl?: string | undefined
  readonly readUrl?: string | undefined
  readonly databaseConnections?: number
  readonly databasePartitions?: number
  /** Seconds that a request may take. */
  readonly requestTimeout?: number
  /** The folder is temporary: its durability does not matter, and the seed is written into it directly. */
  readonly seedsHere?: boolean
  /** Days for which audit records, and for which events and changes of rows, are kept; absent: for ever. */
  readonly auditRetention?: number
  readonly eventRetention?: number
}

/**
 * Nothing waits for events until somebody can subscribe to them, so they are kept as long as delivered ones; so are the
 * changes that delta links are answered from.
 */
export function retentionOf({ auditRetention, eventRetention }: RowsSettings) {
  if (auditRetention === undefined || eventRetention === undefined) return {}
  return {
    changeDays: eventRetention,
    records: [
      { type: directoryAudit, since: 'activityDateTime', days: auditRetention },
      { type: outboxEvent, since: 'changedDateTime', days: eventRetention, number: 'sequence' },
    ],
  }
}

/** Types whose changes are announced to other processes: due entries, events, tenants and their applications. */
const announced = [agendaEntry.name, outboxEvent.name, tenant.name]

export function databaseOf({
  seedsHere,
  database,
  image,
  databaseUrl,
  readUrl,
  databaseConnections,
  databasePartitions,
  requestTimeout,
}: RowsSettings) {
  return {
    models: Object.values(models),
    location: database,
    announced,
    lasting: seedsHere !== true,
    tidies: true,
    ...(image === undefined ? {} : { image }),
    ...(databaseUrl === undefined ? {} : { url: databaseUrl }),
    ...(readUrl === undefined ? {} : { readUrl }),
    ...(databaseConnections === undefined ? {} : { connections: databaseConnections }),
    ...(databasePartitions === undefined ? {} : { partitions: databasePartitions }),
    ...(requestTimeout === undefined ? {} : { answerMillis: requestTimeout * 1_000 }),
  }
}
