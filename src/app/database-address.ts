/** The address of a PostgreSQL database: how it is read from a setting, and how it is shown. */
import { addressesOf, wishOf } from '#store/postgres/addresses.ts'

function isPostgres(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

/** The address of a database, password included; several hosts in one address are its servers. */
export function databaseAddress(text: string): string {
  if (!addressesOf(text).every(isPostgres))
    throw new Error('is not an address such as postgres://user:password@host:5432/database')
  if (!/^(read-write|primary|any)?$/.test(wishOf(text) ?? ''))
    throw new Error('asks for target_session_attrs other than read-write')
  return text.trim()
}

/** The address of a database without who signs in there. */
export function shownAddress(url: string): string {
  const all = addressesOf(url).map((address) => new URL(address))
  return `postgres://${all.map(({ host }) => host).join(',')}${all[0]?.pathname ?? ''}`
}
