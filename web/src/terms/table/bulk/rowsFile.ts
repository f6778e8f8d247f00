/** Chosen rows as a file: ids, paths and labels by language, for spreadsheets. */
import { t } from '../../../i18n/t.ts'
import { csvOf } from '../../../kit/values/csv.ts'
import { languageName } from '../../detail/names/names.ts'
import type { Listed, TermFacts } from '../api.ts'

export function rowsFile(
  rows: readonly Listed[],
  facts: ReadonlyMap<string, TermFacts>,
  languages: readonly string[],
): string {
  const labels = (id: string, tag: string, isDefault: boolean): string =>
    (facts.get(id)?.labels ?? [])
      .filter((label) => label.languageTag === tag && label.isDefault === isDefault)
      .map(({ name }) => name)
      .join('; ')
  return csvOf(
    [
      t('table.column.id'),
      t('table.column.path'),
      ...languages.flatMap((tag) => [languageName(tag), t('table.synonymsIn', { language: languageName(tag) })]),
    ],
    rows.map(({ id, path }) => [
      id,
      path.join(' > '),
      ...languages.flatMap((tag) => [labels(id, tag, true), labels(id, tag, false)]),
    ]),
  )
}
