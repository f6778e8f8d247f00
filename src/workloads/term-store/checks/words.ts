/** The index of words: it has exactly the words of the labels that there are (docs/adr/0042). */
import { placeNumber, wordRows } from '#base/text/search-keys.ts'
import type { WordPlace } from '#edm/row-query.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../../finding.ts'
import type { AnyLabel } from '../rules/labels/labels.ts'
import { term } from '../types.ts'

const forms = [0, 1, 2, 3]
const rowsAtOnce = 2_000

/** A sum of them does not depend on their order. */
function digestOf(entry: string, length: number, place: number): number {
  return placeNumber(`${entry} ${length} ${place}`) + 1
}

function digestOfLabels(labels: readonly AnyLabel[], setId: string): number {
  const place = placeNumber(setId)
  const texts = labels.map(({ name, languageTag, isDefault }) => ({
    text: name ?? '',
    space: (languageTag ?? '').toLowerCase(),
    isFirst: isDefault === true,
  }))
  return wordRows(texts).reduce((sum, { entry, length }) => sum + digestOf(entry, length, place), 0)
}

/** Takes what the index has from the sums. */
async function subtractIndex({ store, tenantId }: CheckedTenant, sums: Map<string, number>): Promise<void> {
  for (const form of forms)
    for (let after: WordPlace | undefined; ; ) {
      const search = { ranges: [{ form, key: '', isPrefix: true }], take: [], limit: rowsAtOnce, after }
      const hits = await store.read(tenantId, (tx) => tx.findByWord(term, 'labels', search))
      for (const { id, entry, length, place } of hits)
        sums.set(id, (sums.get(id) ?? 0) - digestOf(entry, length, place))
      const last = hits.at(-1)
      if (last === undefined || hits.length < rowsAtOnce) break
      after = { entry: last.entry, id: last.id }
    }
}

export async function checkWords(tenant: CheckedTenant): Promise<void> {
  const sums = new Map<string, number>()
  for await (const { id, ...row } of rowsIn(tenant, term, ['labels', 'setId']))
    sums.set(id, digestOfLabels(row['labels'] as readonly AnyLabel[], row['setId'] as string))
  const known = new Set(sums.keys())
  await subtractIndex(tenant, sums)
  for (const [id, left] of sums) {
    if (left === 0) continue
    const what = known.has(id)
      ? 'the index for searches does not have the words of its labels'
      : 'the index for searches has words of this term, which is not there'
    tenant.report('label-words', `term ${id}`, what, fromBackup)
  }
}
