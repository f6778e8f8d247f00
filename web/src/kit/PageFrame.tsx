/** The head of a page: where it is, its title, its tools; and the title of the tab. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type ReactNode, useEffect, useRef } from 'react'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { useShared } from './styles.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  head: {
    display: 'flex',
    alignItems: 'center',
    flexShrink: 0,
    gap: tokens.spacingHorizontalM,
    minHeight: '40px',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    '@media (max-width: 640px)': {
      padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
      flexWrap: 'wrap',
    },
  },
  body: { flexGrow: 1, minHeight: 0, overflow: 'auto' },
})

/** The document begins at its top; only what comes after another page takes the focus. */
let isFirst = true

interface PageFrameProps {
  readonly title: string
  /** Above the title: links to what this is a part of. */
  readonly trail?: ReactNode
  readonly tools?: ReactNode
  readonly children: ReactNode
  /** The page scrolls its parts by itself, and has no padding. */
  readonly isFull?: boolean
}

export function PageFrame({ title, trail, tools, children, isFull = false }: PageFrameProps) {
  const styles = useStyles()
  const shared = useShared()
  const { world } = useSession()
  const heading = useRef<HTMLHeadingElement>(null)
  // What had the focus has gone with the page before, as when a key pressed a button there: keys and screen readers begin here.
  useEffect(() => {
    if (!isFirst && document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [])
  useEffect(() => {
    document.title = world === 'default' ? `${title} · Relata` : `${title} · ${world} · Relata`
  }, [title, world])
  return (
    <div className={styles.root}>
      <div className={styles.head}>
        <div className={shared.grow}>
          {trail !== undefined && (
            <nav aria-label={t('frame.trail')} className={mergeClasses(shared.small, shared.soft)}>
              {trail}
            </nav>
          )}
          <h1 ref={heading} tabIndex={-1} className={shared.title} id="page-title">
            {title}
          </h1>
        </div>
        {tools}
      </div>
      <div className={isFull ? styles.body : mergeClasses(styles.body, shared.page)}>{children}</div>
    </div>
  )
}
