/** The line at the foot: whether changes arrive, how long the last request took, its id, the version. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { useSession } from '../data/session.ts'
import { useServerStatus } from '../data/status.ts'
import { numberText } from '../i18n/format.ts'
import { type Language, languages, setLanguage, t, useLanguage } from '../i18n/t.ts'
import { AppLink } from '../kit/AppLink.tsx'
import { shortened } from '../kit/CopyId.tsx'
import { changeSettings, type PageSettings, useSettings } from '../kit/look/settings.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalL,
    minHeight: '24px',
    padding: `0 ${tokens.spacingHorizontalM}`,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    overflow: 'hidden',
    whiteSpace: 'nowrap',
  },
  space: { flexGrow: 1 },
  select: {
    background: 'none',
    border: 'none',
    font: 'inherit',
    color: 'inherit',
    minHeight: '24px',
    maxWidth: '120px',
    '> option': { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorNeutralBackground1 },
  },
  wide: { '@media (max-width: 640px)': { display: 'none' } },
})

const themeChoices = ['system', 'light', 'dark', 'contrast'] as const satisfies readonly PageSettings['theme'][]

export function StatusLine() {
  const styles = useStyles()
  const language = useLanguage()
  const { theme } = useSettings()
  const { info } = useSession()
  const { isLive, ms, requestId } = useServerStatus()
  return (
    <footer className={styles.root}>
      {info.features.includes('events') && <span>{isLive ? t('status.live') : t('status.notLive')}</span>}
      {ms !== undefined && <span className={styles.wide}>{t('status.ms', { ms: numberText(Math.round(ms)) })}</span>}
      {requestId !== undefined && info.features.includes('requests') && (
        <span className={styles.wide}>
          <AppLink to={`/requests/${requestId}`} inline>
            {t('status.request', { id: shortened(requestId) })}
          </AppLink>
        </span>
      )}
      <span className={styles.wide}>v{info.version}</span>
      <span className={styles.space} />
      <select
        className={styles.select}
        aria-label={t('settings.language')}
        value={language}
        onChange={({ target }) => void setLanguage(target.value as Language)}
      >
        {languages.map((tag) => (
          <option key={tag} value={tag}>
            {tag.toUpperCase()}
          </option>
        ))}
      </select>
      <select
        className={styles.select}
        aria-label={t('settings.theme')}
        value={theme}
        onChange={({ target }) => changeSettings({ theme: target.value as PageSettings['theme'] })}
      >
        {themeChoices.map((name) => (
          <option key={name} value={name}>
            {t(`settings.theme.${name}`)}
          </option>
        ))}
      </select>
      <AppLink to="/shortcuts" inline className={styles.wide}>
        {t('nav.shortcuts')}
      </AppLink>
      <AppLink to="/settings" inline>
        {t('nav.settings')}
      </AppLink>
    </footer>
  )
}
