/** What the fields of terms, sets and groups are called. */
import { maybeText, t } from '../../../i18n/t.ts'
import { languageName } from '../names/names.ts'

export function fieldName(field: string): string {
  const space = field.indexOf(' ')
  if (space < 0) return maybeText(`detail.field.${field}`) ?? field
  const kind = field.slice(0, space)
  const what = field.slice(space + 1)
  if (kind === 'property') return t('detail.field.of.property', { name: what })
  if (kind === 'local') return t('detail.field.of.local', { name: what })
  return maybeText(`detail.field.in.${kind}`, { language: languageName(what) }) ?? field
}
