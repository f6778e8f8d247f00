/** Terms as hits. */
import { graph } from '../../data/plan.ts'
import type { FoundTerm, GraphType } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import type { Hit } from './hit.ts'

export const mostHits = 8

export function searchPlan(text: string, top = mostHits) {
  return graph<GraphType<'relata.searchResult'>>('POST', '/termStore/relata.search', { body: { text, top } })
}

export function termAddress({
  set,
  id,
}: {
  readonly set?: string | undefined
  readonly id?: string | undefined
}): string {
  return `/terms/s/${set}/t/${id}`
}

/** What a term is there, beside its path: it is said, not only shown. */
function stateOf({ kind, isDeprecated, isAvailable }: FoundTerm): string {
  const states = [
    isDeprecated === true ? t('palette.deprecated') : '',
    kind === 'pin' || kind === 'mirror' ? t('palette.pinned') : '',
    kind === 'reuse' ? t('palette.reused') : '',
    isAvailable === false && isDeprecated !== true ? t('palette.notForTagging') : '',
  ]
  return states.filter((state) => state !== '').join(', ')
}

export function termHit(term: FoundTerm, searched: string): Hit {
  const { id, setId, label = '', path = [], matched } = term
  const name = matched?.name
  const isOther = name !== undefined && name !== label && name.toLowerCase().includes(searched.toLowerCase())
  const other = isOther ? ` (${name}${matched?.languageTag === undefined ? '' : `, ${matched.languageTag}`})` : ''
  return {
    id: `${setId}:${id}`,
    group: 'palette.terms',
    text: `${label}${other}`,
    more: [path.join(' › '), stateOf(term)].filter((part) => part !== '').join(' · '),
    to: termAddress({ set: setId, id }),
  }
}
