/** The line between tree and detail: dragged, or moved by arrows. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { keepText, keptText } from '../../kit/kept.ts'

const least = 260
const most = 560
const usual = 400
const step = 20
const storageKey = 'relata.treeWidth'

const useStyles = makeStyles({
  root: {
    flexShrink: 0,
    width: '7px',
    marginInline: '-3px',
    zIndex: 2,
    cursor: 'col-resize',
    touchAction: 'none',
    borderLeft: '3px solid transparent',
    borderRight: '3px solid transparent',
    backgroundColor: tokens.colorNeutralStroke2,
    backgroundClip: 'padding-box',
    ':hover': { backgroundColor: tokens.colorBrandStroke1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
})

function within(width: number): number {
  return Math.min(most, Math.max(least, Math.round(width)))
}

export function useTreeWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(() => within(Number(keptText('browser', storageKey)) || usual))
  return [
    width,
    (next) => {
      keepText('browser', storageKey, String(within(next)))
      setWidth(within(next))
    },
  ]
}

export function Splitter({ width, onChange }: { readonly width: number; readonly onChange: (width: number) => void }) {
  const styles = useStyles()
  const onKeyDown = (event: KeyboardEvent): void => {
    const widths: Record<string, number> = {
      ArrowLeft: width - step,
      ArrowRight: width + step,
      Home: least,
      End: most,
    }
    const next = widths[event.key]
    if (next === undefined) return
    event.preventDefault()
    onChange(next)
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    onChange(event.clientX - (event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0))
  }
  return (
    <div
      className={styles.root}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('tree.splitter')}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => onChange(usual)}
    />
  )
}
