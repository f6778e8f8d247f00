/** What a table of found terms shows of each: the label with its state, by which it was found, where it is, when it changed. */
import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import type { FoundTerm } from '../../data/types.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { LinkRegular, PinFilled, PinRegular, ProhibitedRegular, TagOffRegular } from '../../kit/icons.ts'
import type { GridColumn } from '../../kit/parts/Grid.tsx'
import { TimeText } from '../../kit/TimeText.tsx'
import type { KnownGroups } from '../groups.ts'
import { piecesOf } from './search.ts'

export const useHitStyles = makeStyles({
  hit: { fontWeight: tokens.fontWeightSemibold, backgroundColor: tokens.colorBrandBackground2 },
  icons: { display: 'inline-flex', gap: tokens.spacingHorizontalXS, fontSize: '16px', verticalAlign: 'text-bottom' },
  deprecated: { textDecorationLine: 'line-through' },
})

export function Label({
  label,
  asked,
  tag,
}: {
  readonly label: string
  readonly asked: string
  readonly tag?: string
}) {
  const styles = useHitStyles()
  return (
    <span lang={tag}>
      {piecesOf(label, asked).map(({ text, isHit }, at) =>
        isHit ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name.
          <mark key={at} className={styles.hit} style={{ color: 'inherit' }}>
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </span>
  )
}

const placeIcons = { pin: PinFilled, mirror: PinRegular, reuse: LinkRegular } as const

export function States({ term: { kind = 'home', isDeprecated, isAvailable } }: { readonly term: FoundTerm }) {
  const styles = useHitStyles()
  const Place = placeIcons[kind as keyof typeof placeIcons]
  const icon = (name: string, picture: ReactNode) => (
    <span role="img" aria-label={name} title={name}>
      {picture}
    </span>
  )
  return (
    <span className={styles.icons}>
      {isDeprecated === true && icon(t('termsearch.deprecated'), <ProhibitedRegular />)}
      {Place !== undefined && icon(maybeText(`termsearch.place.${kind}`) ?? kind, <Place />)}
      {isAvailable === false && icon(t('termsearch.unavailable'), <TagOffRegular />)}
    </span>
  )
}

function foundBy({ matched, label }: FoundTerm): string {
  if (matched === undefined || matched.name === label) return ''
  const kind = t(matched.isDefault === true ? 'termsearch.kind.default' : 'termsearch.kind.synonym')
  return `${kind} · ${matched.languageTag}`
}

export function pathOf({ setId, path = [] }: FoundTerm, known: KnownGroups): string {
  const set = known.set(setId)
  return [...(set === undefined ? [] : [set.groupName, set.name]), ...path.slice(0, -1)].join(' › ')
}

export function columnsOf(asked: string, known: KnownGroups, struck: string): readonly GridColumn<FoundTerm>[] {
  return [
    {
      id: 'label',
      title: t('termsearch.label'),
      width: 'minmax(200px, 3fr)',
      cell: (term) => (
        <>
          <span className={term.isDeprecated === true ? struck : ''}>
            <Label label={term.label ?? ''} asked={asked} />
          </span>{' '}
          <States term={term} />
        </>
      ),
    },
    {
      id: 'found',
      title: t('termsearch.foundBy'),
      width: 'minmax(180px, 2fr)',
      cell: (term) =>
        foundBy(term) === '' ? null : (
          <>
            <Label label={term.matched?.name ?? ''} asked={asked} tag={term.matched?.languageTag ?? ''} />{' '}
            <small>{foundBy(term)}</small>
          </>
        ),
    },
    { id: 'path', title: t('termpages.path'), width: 'minmax(240px, 4fr)', cell: (term) => pathOf(term, known) },
    {
      id: 'modified',
      title: t('termsearch.modified'),
      width: 'minmax(130px, 1fr)',
      cell: ({ lastModifiedDateTime }) => <TimeText at={lastModifiedDateTime} />,
    },
  ]
}
