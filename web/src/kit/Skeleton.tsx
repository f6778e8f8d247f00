/** Grey lines in the place of what is being read: after 150 ms only, so that quick answers do not flicker. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { t } from '../i18n/t.ts'
import { useShared } from './styles.ts'

const useStyles = makeStyles({
  line: {
    height: '12px',
    marginBlock: '10px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralStencil1,
  },
})

const widths = ['72%', '48%', '60%', '36%', '54%', '66%'] as const

export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  const styles = useStyles()
  const shared = useShared()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (!isShown) return null
  return (
    <div aria-busy="true">
      <span className={shared.hidden}>{t('loading')}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike.
        <div key={at} className={styles.line} style={{ width: widths[at % widths.length] }} />
      ))}
    </div>
  )
}
