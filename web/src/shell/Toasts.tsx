/** What was done, each for ten seconds, longer while pointer or focus is on it; F8 goes there. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { t } from '../i18n/t.ts'
import { ArrowUndoRegular, CheckmarkCircleRegular, DismissRegular, ErrorCircleRegular } from '../kit/icons.ts'
import { useShared } from '../kit/styles.ts'
import { closeToast, type ShownToast, toast, useToasts } from '../kit/toasts.ts'

const shownMs = 10_000

const useStyles = makeStyles({
  root: {
    position: 'fixed',
    right: tokens.spacingHorizontalL,
    bottom: '32px',
    zIndex: 900,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    maxWidth: 'min(420px, 96vw)',
    outline: 'none',
  },
  toast: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    boxShadow: tokens.shadow16,
  },
  icon: { display: 'inline-flex', fontSize: '20px' },
  failed: { color: tokens.colorStatusDangerForeground3 },
})

function OneToast({ entry }: { readonly entry: ShownToast }) {
  const styles = useStyles()
  const shared = useShared()
  const [isHeld, setHeld] = useState(false)
  const { id, text, kind, undo } = entry
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => closeToast(id), shownMs)
    return () => clearTimeout(timer)
  }, [id, isHeld])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while it is looked at.
    <div
      className={styles.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={mergeClasses(styles.icon, kind === 'failed' && styles.failed)}>
        {kind === 'failed' ? <ErrorCircleRegular /> : <CheckmarkCircleRegular />}
      </span>
      <span className={shared.grow}>{text}</span>
      {undo !== undefined && (
        <Button
          size="small"
          icon={<ArrowUndoRegular />}
          onClick={() => {
            closeToast(id)
            undo().then(
              () => toast({ text: t('undo.done', { what: text }) }),
              (error: Error) => toast({ text: t('undo.failed', { why: error.message }), kind: 'failed' }),
            )
          }}
        >
          {t('undo')}
        </Button>
      )}
      <Button
        size="small"
        appearance="transparent"
        icon={<DismissRegular />}
        aria-label={t('close')}
        onClick={() => closeToast(id)}
      />
    </div>
  )
}

export function Toasts() {
  const styles = useStyles()
  const toasts = useToasts()
  return (
    <section
      id="toasts"
      tabIndex={-1}
      aria-label={t('toasts.label')}
      className={styles.root}
      onKeyDown={({ key }) => {
        const last = toasts.at(-1)
        if (key === 'Escape' && last !== undefined) closeToast(last.id)
      }}
    >
      {toasts.map((entry) => (
        <OneToast key={entry.id} entry={entry} />
      ))}
    </section>
  )
}
