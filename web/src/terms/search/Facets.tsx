/** What narrows a search, all of it in the address: choices above the list, and as chips what of it found nothing. */
import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { maybeText, t } from '../../i18n/t.ts'
import { DismissRegular } from '../../kit/icons.ts'
import { useNarrow } from '../../kit/look/narrow.ts'
import type { View } from '../../kit/view.ts'
import { Choice, PlaceChoice } from '../fields/Choice.tsx'
import { TermField, useTermLabel } from '../fields/TermField.tsx'
import { type KnownGroups, useStoreLanguages } from '../groups.ts'
import { usePageStyles } from '../pageStyles.ts'
import { ageOptions, type Facet, facets, kindOptions, matchOptions, placeOptions, stateOptions } from './search.ts'

interface FacetsProps {
  readonly view: View
  readonly known: KnownGroups
  readonly onChange: (change: View) => void
}

export function Facets({ view, known, onChange }: FacetsProps) {
  const page = usePageStyles()
  const isNarrow = useNarrow()
  const [isOpen, setOpen] = useState(false)
  const languages = useStoreLanguages()
  const chosen = facets.filter((name) => view[name] !== undefined).length
  return (
    <div className={page.tools}>
      {isNarrow && (
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {chosen === 0 ? t('termsearch.narrow') : t('termsearch.narrowed', { n: chosen })}
        </Button>
      )}
      {(isOpen || !isNarrow) && (
        <>
          <PlaceChoice
            label={t('termsearch.where')}
            all={t('termsearch.everywhere')}
            known={known}
            group={view['group']}
            set={view['set']}
            onChoose={(place) => onChange({ group: place.group, set: place.set, under: undefined })}
          />
          {view['set'] !== undefined && (
            <TermField
              label={t('termsearch.under')}
              placeholder={t('termsearch.under')}
              set={view['set']}
              term={view['under']}
              onChoose={(under) => onChange({ under })}
            />
          )}
          <Choice
            label={t('termsearch.language')}
            value={view['lang']}
            options={[
              { value: '', text: t('termsearch.allLanguages') },
              ...languages.map((value) => ({ value, text: value })),
            ]}
            onChoose={(lang) => onChange({ lang })}
          />
          <Choice
            label={t('termsearch.labels')}
            value={view['labels']}
            options={kindOptions()}
            onChoose={(labels) => onChange({ labels })}
          />
          <Choice
            label={t('termsearch.state')}
            value={view['state']}
            options={stateOptions()}
            onChoose={(state) => onChange({ state })}
          />
          <Choice
            label={t('termsearch.place')}
            value={view['place']}
            options={placeOptions()}
            onChoose={(place) => onChange({ place })}
          />
          <Choice
            label={t('termsearch.modified')}
            value={view['modified']}
            options={ageOptions()}
            onChoose={(modified) => onChange({ modified })}
          />
          <Choice
            label={t('termsearch.match')}
            value={view['match']}
            options={matchOptions()}
            onChoose={(match) => onChange({ match })}
          />
        </>
      )}
    </div>
  )
}

interface Chosen {
  readonly name: Facet
  readonly text: string
}

function useChosen(view: View, known: KnownGroups): readonly Chosen[] {
  const under = useTermLabel(view['set'], view['under'])
  return facets.flatMap((name) => {
    const value = view[name]
    if (value === undefined) return []
    const words: Record<Facet, string | undefined> = {
      group: known.group(value)?.name,
      set: known.set(value)?.name,
      under: under === '' ? undefined : t('termsearch.underOne', { name: under }),
      lang: value,
      labels: maybeText(`termsearch.kind.${value}`),
      state: maybeText(`termsearch.state.${value}`),
      place: maybeText(`termsearch.place.${value}`),
      modified: maybeText(`termsearch.modified.${value}`),
      match: maybeText(`termsearch.match.${value}`),
    }
    return [{ name, text: words[name] ?? value }]
  })
}

const none: View = Object.fromEntries(facets.map((name) => [name, undefined]))

/** Each takes its part of the narrowing away; nothing where nothing is narrowed. */
export function FacetChips({ view, known, onChange }: FacetsProps) {
  const page = usePageStyles()
  const chosen = useChosen(view, known)
  if (chosen.length === 0) return null
  return (
    <div className={page.chips}>
      {chosen.map(({ name, text }) => (
        <Button
          key={name}
          size="small"
          shape="circular"
          icon={<DismissRegular />}
          iconPosition="after"
          aria-label={t('termpages.removeFilter', { name: text })}
          onClick={() => onChange({ [name]: undefined })}
        >
          {text}
        </Button>
      ))}
      <Button size="small" onClick={() => onChange(none)}>
        {t('termpages.clearAll')}
      </Button>
    </div>
  )
}
