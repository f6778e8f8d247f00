/** A place that the log is sent to beside the server: the port of all of them (events.md §9.5). */

export interface SunkRecord {
  readonly tenantId: string
  readonly n: number
  readonly link: string
  readonly leaf: string
  readonly activityDateTime: string
  /** The record as RFC 8785 writes it; undefined: it is no longer kept. */
  readonly text: string | undefined
  readonly isFailure: boolean
}

export interface Sink {
  /** As the setting names it, without secrets; of rows and metrics. */
  readonly name: string
  /**
   * Resolves when the place has them, in this order. Rejects where that is not certain: they are then sent again, so that it
   * may get some twice.
   */
  send(records: readonly SunkRecord[]): Promise<void>
  /** Ends what is on its way, which then rejects. Absent where nothing takes long. */
  cutOff?(): void
  close(): Promise<void>
}

/** Within which a place takes what it is sent, in milliseconds of real time. */
export const sendMillis = 15_000

/** The parts of a JSON line or a body of our own: the record, or the hash of one that went. */
export function contentOf({ text, leaf }: SunkRecord): string {
  return text ?? `{"leaf":"${leaf}"}`
}
