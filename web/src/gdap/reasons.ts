/** Why a status forbids something, in words. */
import { listText } from '../i18n/format.ts'
import { maybeText, t } from '../i18n/t.ts'
import { type RelationshipRow, roleIdsOf } from './api.ts'
import { allows, type GdapAction, globalAdministrator, statusesFor } from './rules.ts'
import { relationshipStatus } from './status.ts'

/** What it is, as what it would be allowed, and how it gets there. Undefined: it is allowed. */
export function reasonAgainst(row: RelationshipRow, action: GdapAction): string | undefined {
  if (allows(row.status, action)) return undefined
  const words = statusesFor(action).map((status) => maybeText(`gdap.status.${status}`) ?? status)
  const why = t('gdap.forbidden', { status: relationshipStatus(row).word, allowed: listText(words) })
  const way = maybeText(`gdap.way.${row.status}`)
  return way === undefined ? why : `${why} ${way}`
}

export function hasGlobalAdministrator(row: RelationshipRow): boolean {
  return roleIdsOf(row).includes(globalAdministrator)
}

/** Why the automatic extension cannot be switched. */
export function reasonAgainstExtending(row: RelationshipRow): string | undefined {
  return reasonAgainst(row, 'patch') ?? (hasGlobalAdministrator(row) ? t('gdap.extend.impossibleWhy') : undefined)
}
