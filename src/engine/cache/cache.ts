/**
 * What the engine asks of its cache of known addresses: addresses of single rows that were walked before. Every answer is
 * the same without it; the engine fact `addressCache` switches it off.
 */
import type { Actor, RowBelow } from '#edm/ports.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { PlainRequest, PlainResponse } from '../request.ts'

/** The rows below the parents of an address: one entry serves every key that follows the same parents. */
export interface KnownAddress {
  readonly version: string
  readonly origin: string
  /** The last step of the address that was walked. */
  readonly step: PathStep
  /** Finds a row by its key while its parents still lead to it. */
  readonly find: RowBelow
  /** The answer up to the first member of the row. */
  readonly head: string
  readonly headers: Readonly<Record<string, string>>
}

/** A request whose address is known. */
export interface KnownRead {
  /** The last step of the address, for error bodies. */
  readonly step: PathStep
  /** Undefined: no row is found, and the address has to be walked. Throws `StoreError`. */
  read(): Promise<PlainResponse | undefined>
}

export interface AddressCache {
  /** Undefined: the address is not known, or the request says more than its address. */
  lookup(request: PlainRequest, actor: Actor): KnownRead | undefined
  /** Serves later requests of the same actor with the same parents. */
  keep(request: PlainRequest, actor: Actor, address: KnownAddress): void
}
