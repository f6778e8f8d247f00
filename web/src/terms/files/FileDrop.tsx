/** Step 1: the file, dropped here or chosen. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useRef } from 'react'
import { t } from '../../i18n/t.ts'
import { ArrowImportRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { putFile } from './pending.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingVerticalM,
    minHeight: '260px',
    margin: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL}`,
    padding: tokens.spacingHorizontalXXL,
    border: `2px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    textAlign: 'center',
    '@media (max-width: 640px)': { margin: tokens.spacingHorizontalL, minHeight: '180px' },
  },
  icon: { fontSize: '32px', display: 'inline-flex', color: tokens.colorNeutralForeground3 },
  text: { maxWidth: '560px' },
})

export function FileDrop() {
  const styles = useStyles()
  const shared = useShared()
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className={styles.root}>
      <span className={styles.icon} aria-hidden="true">
        <ArrowImportRegular />
      </span>
      <div className={styles.text}>{t('termimport.drop')}</div>
      <Button appearance="primary" onClick={() => input.current?.click()}>
        {t('termimport.choose')}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('termimport.choose')}
        onChange={({ target }) => {
          const file = target.files?.[0]
          if (file !== undefined) putFile(file)
          target.value = ''
        }}
      />
      <div className={`${shared.soft} ${shared.small} ${styles.text}`}>{t('termimport.formats')}</div>
    </div>
  )
}
