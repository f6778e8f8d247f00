/** Which addresses may be called (events.md §6.8). Checked where a target is registered, and again at each connection. */

export interface AddressPolicy {
  readonly isRegistry: boolean
  /** Ports beside 443, of a registry. */
  readonly ports: readonly number[]
  /** Networks and names that may be called all the same: `10.20.0.0/16`, `hooks.corp.example`. */
  readonly allow: readonly string[]
}
