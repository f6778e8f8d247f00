/** What the detail of a term says of it beside its tabs: where it is, what is particular about it, and why it is read-only. */
import { Badge, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { CopyId } from '../../../kit/CopyId.tsx'
import type { KnownTerm } from '../api.ts'
import { kindName, usePlaces } from '../places/places.ts'

export function PinnedBar({ term }: { readonly term: KnownTerm }) {
  const { homeSetId, kind } = term['@relata.occurrence']
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>{t(kind === 'pin' ? 'detail.pinnedHere' : 'detail.belowPin')}</MessageBarBody>
      <MessageBarActions>
        <AppLink to={`/terms/s/${homeSetId}/t/${term.id}`}>{t('detail.toSource')}</AppLink>
      </MessageBarActions>
    </MessageBar>
  )
}

export function NoRoleBar() {
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>{t('detail.needs')}</MessageBarBody>
    </MessageBar>
  )
}

interface FactsProps {
  readonly term: KnownTerm
  readonly setId: string
  readonly language: string
  readonly usual: string
}

export function TermFacts({ term, setId, language, usual }: FactsProps) {
  const { places } = usePlaces(term.id, language, usual)
  const { kind, isAvailableForTagging } = term['@relata.occurrence']
  const { isDeprecated } = term['@relata.state']
  const here = places?.find((place) => place.setId === setId)
  const sets = new Set(places?.map((place) => place.setId)).size
  return (
    <>
      {here !== undefined && <span>{here.trail.slice(0, -1).join(' > ')}</span>}
      <CopyId id={term.id} what={t('detail.id')} />
      {sets > 1 && <span>{t('detail.usedIn', { n: sets })}</span>}
      {kind !== 'home' && <Badge appearance="outline">{kindName(kind)}</Badge>}
      {isDeprecated && (
        <Badge appearance="tint" color="warning">
          {t('usage.deprecated')}
        </Badge>
      )}
      {!isAvailableForTagging && <Badge appearance="outline">{t('usage.notForTagging')}</Badge>}
    </>
  )
}

export function Merged({ ids, isKeyword }: { readonly ids: readonly string[]; readonly isKeyword: boolean }) {
  if (ids.length === 0 && !isKeyword) return null
  return (
    <dl>
      {isKeyword && (
        <>
          <dt>{t('detail.keyword')}</dt>
          <dd>{t('detail.yes')}</dd>
        </>
      )}
      {ids.length > 0 && (
        <>
          <dt>{t('detail.merged')}</dt>
          {ids.map((id) => (
            <dd key={id}>
              <CopyId id={id} what={t('detail.id')} />
            </dd>
          ))}
        </>
      )}
    </dl>
  )
}
