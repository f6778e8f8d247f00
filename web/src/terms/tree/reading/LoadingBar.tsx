/** What is being read for the tree at somebody's wish: how much of it is there, and Cancel. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useCallback, useEffect, useRef, useState } from 'react'
import { numberText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { useShared } from '../../../kit/styles.ts'
import { failed } from '../commands.ts'
import type { Reading } from './openAll.ts'

/** What is there sooner needs no bar. */
const patienceMs = 300

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  bar: { width: '100%', height: '6px', accentColor: tokens.colorCompoundBrandBackground },
})

interface Loading {
  readonly done: number
  readonly total: number | undefined
}

function wordsOf({ done, total }: Loading): string {
  const n = numberText(done)
  return total === undefined ? t('tree.loading', { n }) : t('tree.loadingOf', { n, total: numberText(total) })
}

export interface LoadingJob {
  readonly loading: Loading | undefined
  /** Resolves to whether it was read whole. What fails is told. One at a time: what runs already is cancelled. */
  readonly run: (read: (reading: Reading) => Promise<boolean>) => Promise<boolean>
  readonly cancel: () => void
}

export function useLoading(): LoadingJob {
  const [loading, setLoading] = useState<Loading | undefined>()
  const current = useRef({ isCancelled: false })
  const cancel = useCallback(() => {
    current.current.isCancelled = true
    setLoading(undefined)
  }, [])
  useEffect(() => cancel, [cancel])
  const run = useCallback(async (read: (reading: Reading) => Promise<boolean>) => {
    current.current.isCancelled = true
    const own = { isCancelled: false }
    current.current = own
    const began = performance.now()
    let last: Loading = { done: 0, total: undefined }
    const show = (): void => {
      if (!own.isCancelled) setLoading(last)
    }
    const timer = setTimeout(show, patienceMs)
    try {
      const isWhole = await read({
        onProgress: (done, total) => {
          last = { done, total }
          if (performance.now() - began > patienceMs) show()
        },
        isCancelled: () => own.isCancelled,
      })
      announce(isWhole ? t('tree.loaded', { n: last.done }) : t('tree.loadingCancelled'))
      return isWhole
    } catch (error) {
      if (!own.isCancelled) failed(error)
      return false
    } finally {
      clearTimeout(timer)
      if (current.current === own) setLoading(undefined)
    }
  }, [])
  return { loading, run, cancel }
}

export function LoadingBar({ loading, onCancel }: { readonly loading: Loading; readonly onCancel: () => void }) {
  const styles = useStyles()
  const shared = useShared()
  const words = wordsOf(loading)
  return (
    <section className={styles.root} aria-label={t('tree.reading')}>
      <div className={shared.grow}>
        <div>{words}</div>
        <progress
          className={styles.bar}
          aria-label={words}
          max={loading.total}
          value={loading.total === undefined ? undefined : loading.done}
        />
      </div>
      <Button size="small" onClick={onCancel}>
        {t('cancel')}
      </Button>
    </section>
  )
}
