/** The first page of a stand-in: how to call it, who is in it, and what goes on. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { CopyButton } from '../kit/CopyId.tsx'
import { Loaded } from '../kit/Loaded.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { useShared } from '../kit/styles.ts'
import { useTenants } from '../shell/ActingAs.tsx'
import { FirstSteps } from './overview/FirstSteps.tsx'
import { Recipes } from './overview/Recipes.tsx'
import { Tiles } from './overview/Tiles.tsx'
import { Token } from './overview/Token.tsx'

const useStyles = makeStyles({
  address: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, minWidth: 0 },
  tenants: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(300px, 1fr))',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    listStyle: 'none',
    margin: `0 0 ${tokens.spacingVerticalL}`,
    padding: 0,
  },
  id: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalL,
    alignItems: 'start',
    '@media (min-width: 1025px)': { gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)' },
  },
  column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  // One below the other, what is going on comes first.
  right: { '@media (max-width: 1024px)': { order: -1 } },
  about: { marginTop: tokens.spacingVerticalL },
})

function Tenants() {
  const styles = useStyles()
  const shared = useShared()
  const read = useTenants()
  return (
    <Loaded read={read} lines={1}>
      {({ value }) => (
        <ul className={styles.tenants} aria-label={t('overview.tenants')}>
          {value.slice(0, 6).map(({ id, displayName, defaultDomain, isPartner }) => (
            <li key={id}>
              <strong>{displayName}</strong>{' '}
              <span className={shared.soft}>
                {t(isPartner ? 'overview.partner' : 'overview.customer')} · {defaultDomain}
              </span>
              <div className={styles.id}>
                <code className={mergeClasses(shared.mono, shared.ellipsis)}>{id}</code>
                <CopyButton text={id} what={t('overview.idOf', { name: displayName })} />
              </div>
            </li>
          ))}
          {value.length > 6 && <li className={shared.soft}>{t('overview.more', { n: value.length - 6 })}</li>}
        </ul>
      )}
    </Loaded>
  )
}

export function OverviewPage() {
  const styles = useStyles()
  const shared = useShared()
  const { info } = useSession()
  const { origin } = location
  return (
    <PageFrame
      title={t('overview.title')}
      tools={
        <div className={styles.address}>
          <code className={mergeClasses(shared.mono, shared.ellipsis)}>{origin}</code>
          <CopyButton text={origin} what={t('overview.address')} />
        </div>
      }
    >
      <Tenants />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Recipes />
          <Token />
        </div>
        <div className={mergeClasses(styles.column, styles.right)}>
          <Tiles />
          <FirstSteps />
        </div>
      </div>
      <p className={mergeClasses(shared.small, shared.soft, styles.about)}>
        {t('overview.about', { version: info.version, store: info.store })} ·{' '}
        <a href="/_relata/certificate.pem" download className={shared.soft}>
          {t('overview.certificate')}
        </a>
      </p>
    </PageFrame>
  )
}
