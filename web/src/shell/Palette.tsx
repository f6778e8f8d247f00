/** Ctrl+K, or /: one field for pages, terms, relationships, people, ids of anything, and what can be done here. */
import {
  Dialog,
  DialogBody,
  DialogSurface,
  Input,
  makeStyles,
  mergeClasses,
  ProgressBar,
  tokens,
} from '@fluentui/react-components'
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import { t } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { SearchRegular } from '../kit/icons.ts'
import { useGiveBack } from '../kit/keys/opener.ts'
import { useWhenSettled } from '../kit/keys/settled.ts'
import { shownKeys } from '../kit/keys/shortcuts.ts'
import { useShared } from '../kit/styles.ts'
import { useGo } from '../kit/view.ts'
import type { Hit } from './palette/hit.ts'
import { useHits } from './palette/hits.ts'
import { matchedParts, queryOf } from './palette/query.ts'

export { searchPlan, termAddress } from './palette/terms.ts'

const useStyles = makeStyles({
  surface: { maxWidth: '680px', width: '96vw', marginTop: '10vh', padding: tokens.spacingHorizontalM },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  list: { maxHeight: 'min(60vh, 520px)', overflow: 'auto' },
  heading: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalXXS}` },
  item: {
    display: 'flex',
    alignItems: 'baseline',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalS}`,
    borderRadius: tokens.borderRadiusMedium,
    border: '1px solid transparent',
    cursor: 'pointer',
  },
  active: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    color: tokens.colorNeutralForeground1Selected,
    // In high contrast the soft colour cannot be read on it.
    '& > span': { color: 'inherit' },
  },
  cannot: { color: tokens.colorNeutralForeground3, cursor: 'not-allowed' },
  text: { flexShrink: 0, maxWidth: '64%' },
  match: { fontWeight: tokens.fontWeightSemibold },
  keys: { marginLeft: 'auto', flexShrink: 0 },
  wait: { height: '2px' },
  hint: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalL },
})

function HitText({ hit, searched }: { readonly hit: Hit; readonly searched: string }) {
  const styles = useStyles()
  const shared = useShared()
  const more = hit.reason ?? hit.more
  return (
    <>
      <span className={mergeClasses(styles.text, shared.ellipsis)}>
        {matchedParts(hit.text, searched).map(({ text, isMatch }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text.
          <span key={at} className={isMatch ? styles.match : undefined}>
            {text}
          </span>
        ))}
      </span>
      {more !== undefined && <span className={mergeClasses(shared.soft, shared.small, shared.ellipsis)}>{more}</span>}
      {hit.keys !== undefined && (
        <span className={mergeClasses(styles.keys, shared.soft, shared.small)}>{shownKeys(hit.keys)}</span>
      )}
    </>
  )
}

function Hint() {
  const styles = useStyles()
  const shared = useShared()
  const hints = ['palette.hint.commands', 'palette.hint.people', 'palette.hint.ids'] as const
  return (
    <div className={mergeClasses(styles.hint, shared.soft, shared.small)}>
      {hints.map((one) => (
        <span key={one}>{t(one)}</span>
      ))}
    </div>
  )
}

interface PaletteProps {
  /** In the field at first. */
  readonly words: string
  /** The field is there and has the focus. */
  readonly onShown: () => void
  readonly onClose: () => void
}

export function Palette({ words, onShown, onClose }: PaletteProps) {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const list = useId()
  const scroller = useRef<HTMLDivElement>(null)
  useGiveBack(true)
  const [typed, setTyped] = useState(words)
  // Typed before the field was there.
  useEffect(() => setTyped(words), [words])
  const shown = useRef(onShown)
  // At once: from here on keys are the field's.
  const begin = useCallback((field: HTMLInputElement | null): void => {
    if (field === null) return
    field.focus()
    shown.current()
  }, [])
  const [wanted, setAt] = useState(0)
  const query = queryOf(typed)
  const { hits, isAsking, isOld, isId } = useHits(query)
  const count = hits.length
  const at = Math.min(wanted, Math.max(0, count - 1))
  useEffect(() => {
    if (isAsking || typed === '') return
    const timer = setTimeout(() => announce(t('palette.hits', { n: count })), 500)
    return () => clearTimeout(timer)
  }, [count, isAsking, typed])
  const choose = (hit: Hit | undefined): void => {
    if (hit === undefined || hit.reason !== undefined) return
    onClose()
    if (hit.to === undefined) hit.run?.()
    else go(hit.to)
  }
  // What is there is chosen, also where more is still to come; what was found for an earlier text is not.
  const isSettled = !isAsking || (!isOld && count > 0)
  const chooseThis = useWhenSettled(isSettled, typed, () => choose(hits[at]))
  const step = (to: number): void => {
    const next = Math.max(0, Math.min(count - 1, to))
    setAt(next)
    scroller.current?.querySelectorAll('[role="option"]')[next]?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }
    const by = steps[event.key]
    if (by !== undefined) {
      event.preventDefault()
      step(at + by)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      chooseThis()
    }
  }
  const option = (index: number): string => `${list}-${index}`
  const nothing = isId ? t('palette.idNone') : t('palette.none', { text: query.text })
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface} aria-label={t('palette.open')}>
        <DialogBody className={styles.body}>
          <Input
            ref={begin}
            size="large"
            contentBefore={<SearchRegular />}
            role="combobox"
            aria-expanded
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={count > 0 ? option(at) : undefined}
            aria-label={t('palette.open')}
            placeholder={t('palette.open')}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(_, { value }) => {
              setTyped(value)
              setAt(0)
            }}
            onKeyDown={onKeyDown}
          />
          <div className={styles.wait}>{isAsking && <ProgressBar thickness="medium" aria-label={t('loading')} />}</div>
          <div ref={scroller} className={styles.list} role="listbox" id={list} aria-label={t('palette.found')}>
            {hits.map((hit, index) => (
              <div key={`${hit.group} ${hit.id}`} role="presentation">
                {hits[index - 1]?.group !== hit.group && (
                  <div className={mergeClasses(styles.heading, shared.soft, shared.small)} role="presentation">
                    {t(hit.group)}
                  </div>
                )}
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys. */}
                <div
                  id={option(index)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === at}
                  aria-disabled={hit.reason !== undefined}
                  className={mergeClasses(
                    styles.item,
                    index === at && styles.active,
                    hit.reason !== undefined && styles.cannot,
                  )}
                  onPointerMove={() => setAt(index)}
                  onClick={() => choose(hit)}
                >
                  <HitText hit={hit} searched={query.text} />
                </div>
              </div>
            ))}
          </div>
          {count === 0 && !isAsking && query.text !== '' && <div className={shared.soft}>{nothing}</div>}
          <Hint />
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
