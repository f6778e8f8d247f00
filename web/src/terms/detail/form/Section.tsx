import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useShared } from '../../../kit/styles.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, alignItems: 'flex-start' },
})

interface SectionProps {
  readonly title: string
  readonly hint?: string
  readonly children: ReactNode
}

/** A part of a tab, with its heading. */
export function Section({ title, hint, children }: SectionProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <section className={styles.root} aria-label={title}>
      <h3 className={shared.paneTitle}>{title}</h3>
      {hint !== undefined && <div className={mergeClasses(shared.small, shared.soft)}>{hint}</div>}
      {children}
    </section>
  )
}
