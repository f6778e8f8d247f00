/** Names in every language they need: labels of terms, names of sets, and the keys both are sorted by. */
import { fold } from '#base/text/fold.ts'
import { type CheckedTenant, type Report, rowsIn } from '../../finding.ts'
import { type AnyLabel, defaultLabel, nameOf } from '../rules/labels/labels.ts'
import { lcidOf } from '../rules/languages/languages.ts'
import { set, term } from '../types.ts'
import { clashesOfSets, clashesOfTerms } from './clashes.ts'
import type { Taxonomy } from './taxonomy.ts'

function checkSortKey(report: Report, at: string, kept: unknown, name: string): void {
  const right = fold(name)
  if (kept !== right) report('sort-key', at, `it is sorted as '${kept}', but named '${name}'`, 'rename it, and back')
}

/** A term without a label in the default language of the store is in order: imports and seeds make such terms. */
function checkLabels(report: Report, at: string, labels: readonly AnyLabel[]): void {
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
}

/** Languages that stores got before it was checked that Microsoft has them. */
function checkLanguages(report: Report, { stores }: Taxonomy): void {
  for (const [id, { languageTags }] of stores)
    for (const tag of languageTags)
      if (lcidOf(tag) === undefined) {
        const what = `Microsoft has no number (LCID) for its language ${tag}`
        report('language', `store ${id}`, what, 'PATCH languageTags without it; what is in it is then removed')
      }
}

export async function checkNames(tenant: CheckedTenant, taxonomy: Taxonomy): Promise<void> {
  const { report } = tenant
  const { stores, sets } = taxonomy
  const noteLabels = clashesOfTerms(report, taxonomy)
  const noteNames = clashesOfSets(report, taxonomy)
  checkLanguages(report, taxonomy)
  const tagIn = (setId: string): string | undefined => stores.get(sets.get(setId)?.storeId ?? '')?.defaultTag
  for await (const row of rowsIn(tenant, term, ['labels', 'sortKey', 'setId'])) {
    const tag = tagIn(row['setId'] as string)
    if (tag === undefined) continue
    const labels = row['labels'] as readonly AnyLabel[]
    checkLabels(report, `term ${row.id}`, labels)
    noteLabels(row.id, labels)
    const name = defaultLabel(labels, tag)
    if (name !== undefined) checkSortKey(report, `term ${row.id}`, row['sortKey'], name)
  }
  for await (const row of rowsIn(tenant, set, ['localizedNames', 'sortKey'])) {
    const tag = tagIn(row.id)
    if (tag === undefined) continue
    const names = row['localizedNames'] as readonly AnyLabel[]
    noteNames(row.id, names)
    const name = nameOf(names, tag)
    if (name === undefined)
      report('set-name', `set ${row.id}`, `it has no name in ${tag}, the language of the store`, 'PATCH its names')
    else checkSortKey(report, `set ${row.id}`, row['sortKey'], name)
  }
}
