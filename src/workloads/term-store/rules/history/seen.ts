/** What of the record is seen on a path: on that of a site the groups of other sites are not there. */
import type { AnyRow } from '#edm/infer.ts'
import type { ChangeRecord, Located, ReadTx } from '#edm/ports.ts'
import type { ChangedMembers } from '#edm/records/reading.ts'
import { group, set, store } from '../../types.ts'
import { isVisible, missing } from '../refusals.ts'
import type { RewoundRows } from './rewound-rows.ts'

/** What says of a set or a group where it is seen; it outlives everything else of one that is purged. */
export const sightKeys: readonly string[] = ['siteCollectionId']

function siteIn(row: Readonly<Record<string, unknown>> | undefined): string | null | undefined {
  return row !== undefined && 'siteCollectionId' in row ? (row['siteCollectionId'] as string | null) : undefined
}

/** What one request sees; many of its rows are in one set. */
export class RecordSight {
  readonly #tx: ReadTx
  readonly #record: ChangeRecord
  readonly #at: Located
  /** By the id of a set or a group. */
  readonly #sites = new Map<string, Promise<string | null>>()

  constructor(tx: ReadTx, record: ChangeRecord, at: Located) {
    this.#tx = tx
    this.#record = record
    this.#at = at
  }

  /** Of one that is gone, its deletion says it. */
  async #siteOfHolder(type: string, id: string): Promise<string | null> {
    const held = type === group.name ? await this.#tx.get(group, id) : await this.#tx.get(set, id)
    if (held !== undefined) return held.siteCollectionId
    const [last] = await this.#record.entries(this.#tx, { subject: id }, undefined, 1)
    return siteIn(last?.row?.before) ?? null
  }

  /** Of which site collection a row of that type and holder is; null: of all. */
  #siteOf(type: string, within: string, row: AnyRow | undefined): Promise<string | null> {
    const own = type === set.name || type === group.name ? siteIn(row) : undefined
    if (own !== undefined) return Promise.resolve(own)
    const found = this.#sites.get(within) ?? this.#siteOfHolder(type, within)
    this.#sites.set(within, found)
    return found
  }

  async sees({ type, within, before }: ChangedMembers): Promise<boolean> {
    return isVisible(await this.#siteOf(type, within, before as AnyRow), this.#at)
  }

  /** Throws if one of the rows is not seen. What changes the store itself changes the sets of all sites. */
  async check({ added, changed, removed }: RewoundRows): Promise<void> {
    const rows = [...added, ...changed.map(({ row }) => row), ...removed]
    if (rows.some(({ type }) => type === store.name)) return
    for (const { type, id, now, was } of rows)
      for (const state of [now, was]) {
        if (state === undefined) continue
        const within = (state['setId'] as string | undefined) ?? id
        if (!isVisible(await this.#siteOf(type, within, state), this.#at))
          throw missing(type === group.name ? 'Group' : 'Set', within, 'changeId')
      }
  }
}
