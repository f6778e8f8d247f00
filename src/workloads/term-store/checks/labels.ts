/** Names in every language they need: labels of terms, names of sets, and the keys both are sorted by. */
import { fold } from '#base/fold.ts'
import { type CheckedTenant, type Report, rowsIn } from '../../finding.ts'
import { defaultLabel, nameOf } from '../rules/labels/labels.ts'
import { set, term } from '../types.ts'
import type { Taxonomy } from './taxonomy.ts'

interface Label {
  readonly name: string | null
  readonly isDefault: boolean | null
  readonly languageTag: string | null
}

function checkSortKey(report: Report, at: string, kept: unknown, name: string): void {
  const right = fold(name)
  if (kept !== right) report('sort-key', at, `it is sorted as '${kept}', but named '${name}'`, 'rename it, and back')
}

function checkLabels(report: Report, at: string, labels: readonly Label[], defaultTag: string): void {
  const remedy = 'PATCH its labels'
  if (labels.length === 0) {
    report('label', at, 'it has no label', remedy)
    return
  }
  const tags = new Set(labels.map(({ languageTag }) => languageTag?.toLowerCase() ?? ''))
  for (const tag of tags) {
    const ofTag = labels.filter(({ languageTag }) => (languageTag?.toLowerCase() ?? '') === tag)
    const defaults = ofTag.filter(({ isDefault }) => isDefault === true).length
    if (defaults !== 1)
      report(
        'label-default',
        at,
        `it has ${defaults || 'no'} default label${defaults > 1 ? 's' : ''} in ${tag}`,
        remedy,
      )
  }
  if (!tags.has(defaultTag.toLowerCase()))
    report('label-default', at, `it has no label in ${defaultTag}, the language of the store`, remedy)
}

export async function checkNames(tenant: CheckedTenant, { stores, sets }: Taxonomy): Promise<void> {
  const { report } = tenant
  const tagIn = (setId: string): string | undefined => stores.get(sets.get(setId)?.storeId ?? '')?.defaultTag
  for await (const row of rowsIn(tenant, term, ['labels', 'sortKey', 'setId'])) {
    const tag = tagIn(row['setId'] as string)
    if (tag === undefined) continue
    const labels = row['labels'] as readonly Label[]
    checkLabels(report, `term ${row.id}`, labels, tag)
    const name = defaultLabel(labels, tag)
    if (name !== undefined) checkSortKey(report, `term ${row.id}`, row['sortKey'], name)
  }
  for await (const row of rowsIn(tenant, set, ['localizedNames', 'sortKey'])) {
    const tag = tagIn(row.id)
    if (tag === undefined) continue
    const name = nameOf(row['localizedNames'] as readonly Label[], tag)
    if (name === undefined)
      report('set-name', `set ${row.id}`, `it has no name in ${tag}, the language of the store`, 'PATCH its names')
    else checkSortKey(report, `set ${row.id}`, row['sortKey'], name)
  }
}
