/** Finds a term by any of its labels while it is typed; `/` goes there. */
import { Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { key } from '../../../data/keys.ts'
import { ask } from '../../../data/send.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { SearchRegular } from '../../../kit/icons.ts'
import { useRested } from '../../../kit/keys/rested.ts'
import { useWhenSettled } from '../../../kit/keys/settled.ts'
import { useShortcuts } from '../../../kit/keys/shortcuts.ts'
import { useShared } from '../../../kit/styles.ts'
import { HitStates } from '../row/states.tsx'
import { findTermsPlan, type Hit, hitOf } from './find.ts'
import { useHitStyles } from './hitStyles.ts'

const useStyles = makeStyles({
  root: { position: 'relative', flexGrow: 1, minWidth: 0 },
  field: { width: '100%' },
  key: {
    padding: '0 5px',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusSmall,
  },
  list: {
    position: 'absolute',
    top: '34px',
    left: 0,
    zIndex: 20,
    // As wide as the pane at most, which cuts off what is wider.
    width: 'max(100%, min(440px, 100cqi - 16px))',
    maxHeight: '60vh',
    overflow: 'auto',
    padding: tokens.spacingHorizontalXS,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    boxShadow: tokens.shadow16,
  },
  hit: { display: 'flex', flexDirection: 'column' },
})

/** The label with what matched in bold. */
export function marked(label: string, text: string): ReactNode {
  const at = label.toLocaleLowerCase().indexOf(text.toLocaleLowerCase())
  if (at < 0 || text === '') return label
  return (
    <>
      {label.slice(0, at)}
      <strong>{label.slice(at, at + text.length)}</strong>
      {label.slice(at + text.length)}
    </>
  )
}

export const mostHits = 8

export function useFound(text: string, top = mostHits) {
  const wanted = text.trim()
  const asked = useRested(wanted)
  const { data, isFetching, error } = useQuery({
    queryKey: key('search', 'tree', asked, top),
    queryFn: ({ signal }) => ask(findTermsPlan(asked, top), { signal }),
    enabled: asked !== '',
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
  // What was found may be for a text that is not the newest.
  return { data, error, isSettled: asked === wanted && !isFetching }
}

function deprecatedLast(hits: readonly Hit[]): readonly Hit[] {
  return hits.toSorted((one, other) => Number(one.isDeprecated) - Number(other.isDeprecated))
}

interface SearchFieldProps {
  readonly setName: (setId: string) => string
  readonly onChoose: (hit: Hit) => void
  readonly onAll: (text: string) => void
}

export function SearchField({ setName, onChoose, onAll }: SearchFieldProps) {
  const styles = useStyles()
  const shared = useShared()
  const looks = useHitStyles()
  const list = useId()
  const field = useRef<HTMLInputElement>(null)
  const before = useRef<HTMLElement | null>(null)
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const { data, isSettled, error } = useFound(text)
  const hits = text.trim() === '' ? [] : deprecatedLast((data?.items ?? []).map((item) => hitOf(item, setName)))
  const hasMore = data?.skipToken !== null && data?.skipToken !== undefined
  const count = hits.length + (hasMore ? 1 : 0)
  useShortcuts([
    {
      keys: '/',
      words: t('tree.search'),
      run: () => {
        before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
        field.current?.focus()
        field.current?.select()
      },
    },
  ])
  useEffect(() => {
    if (!isSettled || text.trim() === '') return
    const timer = setTimeout(() => announce(t('tree.hits', { n: hits.length })), 500)
    return () => clearTimeout(timer)
  }, [hits.length, isSettled, text])
  const choose = (index: number): void => {
    const hit = hits[index]
    if (hit === undefined) {
      if (hasMore) onAll(text.trim())
      return
    }
    setOpen(false)
    setText('')
    onChoose(hit)
  }
  const chooseThis = useWhenSettled(isSettled, text, () => choose(at))
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((now) => Math.max(0, Math.min(count - 1, now + (event.key === 'ArrowDown' ? 1 : -1))))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      chooseThis()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      setText('')
      setOpen(false)
      before.current?.focus()
    }
  }
  const showsList = isOpen && text.trim() !== ''
  return (
    <div className={styles.root}>
      <Input
        ref={(element: HTMLInputElement | null) => {
          field.current = element
        }}
        className={styles.field}
        role="combobox"
        aria-label={t('tree.search')}
        aria-expanded={showsList}
        aria-controls={showsList ? list : undefined}
        aria-activedescendant={showsList && count > 0 ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={t('tree.search')}
        contentBefore={<SearchRegular />}
        contentAfter={
          <span className={styles.key} aria-hidden="true">
            /
          </span>
        }
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(_, { value }) => {
          setText(value)
          setAt(0)
          setOpen(true)
        }}
        onKeyDown={onKeyDown}
      />
      {showsList && (
        <div className={styles.list}>
          <div id={list} role="listbox" aria-label={t('tree.found')}>
            {hits.map((hit, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys.
              <div
                key={`${hit.setId}:${hit.termId}`}
                id={`${list}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                className={mergeClasses(looks.root, styles.hit, index === at && looks.chosen)}
                onPointerMove={() => setAt(index)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(index)}
              >
                <span className={looks.line}>
                  <span className={mergeClasses(shared.ellipsis, hit.isDeprecated && looks.deprecated)}>
                    {marked(hit.label, text.trim())}
                    {hit.matched !== undefined && (
                      <span className={looks.soft}> ({marked(hit.matched, text.trim())})</span>
                    )}
                  </span>
                  <HitStates hit={hit} />
                </span>
                <span className={mergeClasses(shared.small, looks.soft, shared.ellipsis)}>{hit.path}</span>
              </div>
            ))}
            {hasMore && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys.
              <div
                id={`${list}-${hits.length}`}
                role="option"
                tabIndex={-1}
                aria-selected={at === hits.length}
                className={mergeClasses(looks.root, styles.hit, at === hits.length && looks.chosen)}
                onPointerMove={() => setAt(hits.length)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => onAll(text.trim())}
              >
                {t('tree.allHits')}
              </div>
            )}
          </div>
          {hits.length === 0 && isSettled && (
            <div className={mergeClasses(looks.root, styles.hit, shared.soft)}>
              {error === null ? t('tree.noHits', { text: text.trim() }) : error.message}
            </div>
          )}
        </div>
      )}
    </div>
  )
}
