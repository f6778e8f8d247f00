/** Fields of a relationship in words. */
import { durationText } from '../../i18n/format.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { type RelationshipRow, type Role, roleIdsOf } from '../api.ts'
import type { ConflictField } from './compare.ts'

export function fieldName(field: ConflictField): string {
  return t(`gdap.conflict.field.${field}`)
}

export function fieldText(field: ConflictField, value: unknown, roles: ReadonlyMap<string, Role>): string {
  if (value === null || value === undefined || value === '') return field === 'customer' ? t('gdap.anyone') : '–'
  if (field === 'accessDetails')
    return roleIdsOf({ accessDetails: value as NonNullable<RelationshipRow['accessDetails']> })
      .map((id) => roles.get(id)?.displayName ?? id)
      .join(', ')
  if (field === 'customer') {
    const { displayName, tenantId } = value as { displayName?: string | null; tenantId?: string | null }
    return displayName ?? tenantId ?? ''
  }
  const text = String(value)
  if (field === 'status') return maybeText(`gdap.status.${text}`) ?? text
  if (field === 'autoExtendDuration') return t(text === 'PT0S' ? 'gdap.filterExtend.off' : 'gdap.filterExtend.on')
  return field === 'duration' ? durationText(text) : text
}
