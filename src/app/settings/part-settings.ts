/** Settings of the parts below the listener, as the store and the engine take them. */
import type { ClockState } from '#base/clock.ts'
import type { SharedTexts } from '#edm/ports.ts'
import type { EngineFacts } from '#engine/session.ts'
import type { FaultWish } from '#faults/rule.ts'
import type { SinkWish } from '#notify/sinks/sink-setting.ts'
import { agendaEntry } from '#workloads/common.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { tenant } from '#workloads/directory/types.ts'
import { deliveryRecords, heldEvents } from '#workloads/events/retention.ts'
import { deliveryTarget, validationEvent } from '#workloads/events/types.ts'
import type { GdapConfig } from '#workloads/gdap/settings-flags.ts'
import { models } from '#workloads/models.ts'
import { job } from '#workloads/term-store/own-types.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import type { SeedChoice } from '../seed/packs/contents.ts'
import type { SeedProgress } from '../seed/packs/pack.ts'

import type { ServerSigning } from '../trust/event-signing.ts'
import type { DeliveryConfig } from './delivery-flags.ts'

/** Settings of the parts below the listener. */
export interface PartSettings extends TermStoreSettings, Partial<DeliveryConfig> {
  /** Folder of the database; undefined: in memory. */
  readonly database: string | undefined
  /** The folder whose database is made or checked already; absent: none. */
  readonly placedAt?: string | undefined
  /** Content of a database in memory, instead of a seed. */
  readonly image?: Uint8Array
  /** How its clock goes on, instead of `clock`. */
  readonly clockState?: ClockState
  /** PostgreSQL instead of a folder. */
  readonly databaseUrl?: string | undefined
  readonly readUrl?: string | undefined
  readonly databaseConnections?: number
  readonly databasePartitions?: number
  /** Seconds that a request may take. */
  readonly requestTimeout?: number
  readonly strict: boolean
  /** Default: as `strict`, which implies it. */
  readonly strictBodies?: boolean
  readonly relationStatus: 201 | 204
  readonly seed: SeedChoice
  /** Told how far the seed is written. */
  readonly onSeed?: SeedProgress | undefined
  /** The instant at which the clock stands still from the beginning; absent: it runs. */
  readonly clock?: Date | undefined
  /** Ids of an empty database are made from this number; absent: they are random. */
  readonly ids?: number | undefined
  /** The folder is temporary: its durability does not matter, and the seed is written into it directly. */
  readonly seedsHere?: boolean
  /** Days for which audit records, and for which events and changes of rows, are kept; absent: for ever. */
  readonly auditRetention?: number
  readonly eventRetention?: number
  /** Days for which changes of the taxonomy are kept, and deletions can be restored; 0: for ever. */
  readonly historyDays?: number
  readonly recycleBinDays?: number
  /** Whether changes name people. Absent: they do. */
  readonly historyPeople?: boolean
  readonly gdap: GdapConfig
  /** Processes that serve the same rows; absent: one. */
  readonly workers?: number
  /** Permissions and roles are not enforced. */
  readonly unenforced?: EngineFacts['unenforced'] | undefined
  /** Where the secret that signs page tokens is kept, when the database has no place for it. */
  readonly texts?: SharedTexts | undefined
  readonly report?: (error: unknown, requestId: string) => void
  /** Where tokens come from, for a 401. Absent: from this server; false: not known. */
  readonly authorizationUri?: string | false | undefined
  /** What deliveries in Partner Center's form are signed with. Absent: there are none. */
  readonly signing?: ServerSigning
  readonly transparent?: boolean
  readonly partnerCenterResources?: string | undefined
  /** Where the log is sent to. Absent: nowhere. */
  readonly auditSink?: readonly SinkWish[]
  /** Told what an operator should know. */
  readonly warn?: (text: string) => void
  /** Told of changes that matter to security. */
  readonly onAudit?: EngineFacts['onAudit'] | undefined
  readonly explain?: boolean
  readonly addressCache?: boolean
  /** Signs what proves the sender of encrypted notifications; absent: this server has no issuer. */
  readonly validationToken?: ((tenantId: string, applicationId: string) => Promise<string | undefined>) | undefined
  /** What goes wrong on purpose from the start. Absent: nothing ever does. */
  readonly faults?: readonly FaultWish[] | undefined
}

/** Types whose changes are announced to other processes: due entries, events and who is told of them, tenants and their applications. */
const announced = [agendaEntry.name, outboxEvent.name, tenant.name, deliveryTarget.name]
/** Who is told of events, and with which secret, is of one world: copies of it have none of it. */
const uncopied = models.beta.entities.filter(({ staysHere }) => staysHere === true).map(({ name }) => name)

export function databaseOf({
  seedsHere,
  database,
  placedAt,
  image,
  databaseUrl,
  readUrl,
  databaseConnections,
  databasePartitions,
  requestTimeout,
}: PartSettings) {
  return {
    models: Object.values(models),
    location: database,
    announced,
    uncopied,
    lasting: seedsHere !== true,
    tidies: true,
    ...(database !== undefined && database === placedAt ? { isPlaced: true } : {}),
    ...(image === undefined ? {} : { image }),
    ...(databaseUrl === undefined ? {} : { url: databaseUrl }),
    ...(readUrl === undefined ? {} : { readUrl }),
    ...(databaseConnections === undefined ? {} : { connections: databaseConnections }),
    ...(databasePartitions === undefined ? {} : { partitions: databasePartitions }),
    ...(requestTimeout === undefined ? {} : { answerMillis: requestTimeout * 1_000 }),
  }
}

/** For as long a plan is known by its digest, and a job tells its outcome (exchange.md §2.9). */
const planDays = 1

/** For as long a partner sees what became of a validation event (events.md §2.6). */
const validationDays = 7

/** Events that somebody is still to be told of stay for longer. The changes that delta links are answered from are kept as long as events. */
export function retentionOf({ auditRetention, eventRetention }: PartSettings) {
  if (auditRetention === undefined || eventRetention === undefined) return {}
  return {
    changeDays: eventRetention,
    records: [
      { type: job, since: 'createdDateTime', days: planDays },
      { type: validationEvent, since: 'createdDateTime', days: validationDays },
      {
        type: outboxEvent,
        since: 'changedDateTime',
        days: eventRetention,
        number: 'sequence',
        emptied: ['facts'],
        held: heldEvents,
      },
      ...deliveryRecords,
    ],
  }
}

/** How far the record of changes reaches, and whom it names. */
export function recordOf({ historyDays = 0, recycleBinDays = 0, historyPeople = true }: PartSettings) {
  const daysOf = (days: number): number | undefined => (days === 0 ? undefined : days)
  return { historyDays: daysOf(historyDays), binDays: daysOf(recycleBinDays), historyPeople }
}

/** Where tokens come from, and who is told of refusals that are passed over, and of changes that matter to security. */
export function accessIn({
  unenforced,
  onAudit,
  authorizationUri,
}: PartSettings): Pick<EngineFacts, 'unenforced' | 'onAudit' | 'authorizationUri'> {
  return { unenforced, onAudit, authorizationUri }
}
