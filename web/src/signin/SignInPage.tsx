/** Signing in to a registry: one button for each provider, and what it will be asked for; who is signed in; signing out. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { type SignInProvider, useSession } from '../data/session.ts'
import { t, useLanguage } from '../i18n/t.ts'
import { AppLink } from '../kit/AppLink.tsx'
import { Empty } from '../kit/Empty.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { useShared } from '../kit/styles.ts'
import { useView } from '../kit/view.ts'
import { signIn, signInFault, signOut } from './begin.ts'

const useStyles = makeStyles({
  root: { maxWidth: '640px', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  scopes: { overflowWrap: 'anywhere' },
})

/** Only a page of ours: never where a link from elsewhere says. */
export function safePlace(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : '/'
}

function Provider({ provider, onFault }: { provider: SignInProvider; onFault: (error: unknown) => void }) {
  const styles = useStyles()
  const shared = useShared()
  const { view } = useView()
  const { name, authority, scopes } = provider
  return (
    <section className={mergeClasses(shared.card, shared.column)} aria-label={name}>
      <div>
        <Button
          appearance="primary"
          size="large"
          onClick={() => void signIn(provider, safePlace(view['to'])).catch(onFault)}
        >
          {t('signin.with', { name })}
        </Button>
      </div>
      <div className={shared.soft}>{t('signin.leads', { host: new URL(authority).host })}</div>
      <div className={mergeClasses(shared.soft, styles.scopes)}>
        {t('signin.asks')} <span className={shared.mono}>{scopes.join(' ')}</span>
      </div>
    </section>
  )
}

export default function SignInPage() {
  useLanguage()
  const styles = useStyles()
  const shared = useShared()
  const { info, acting } = useSession()
  const [fault, setFault] = useState<unknown>(signInFault)
  const providers = info.providers ?? []
  const isOut = location.pathname.startsWith('/signed-out')
  if (info.mode === 'stand-in')
    return (
      <PageFrame title={t('signin.title')}>
        <Empty text={t('signin.standIn')} action={<AppLink to="/">{t('notFound.home')}</AppLink>} />
      </PageFrame>
    )
  if (acting !== undefined)
    return (
      <PageFrame title={t('signin.title')}>
        <div className={styles.root}>
          <div>{t('signin.as', { name: acting.caller.name, tenant: acting.tenant.name })}</div>
          <div className={shared.row}>
            <Button onClick={() => void signOut().catch(setFault)}>{t('signin.signOut')}</Button>
            <AppLink to="/">{t('notFound.home')}</AppLink>
          </div>
          {fault !== undefined && <Problem error={fault} />}
        </div>
      </PageFrame>
    )
  return (
    <PageFrame title={isOut ? t('signin.out') : t('signin.title')}>
      <div className={styles.root}>
        {fault !== undefined && <Problem error={fault} />}
        {providers.length === 0 ? (
          <Empty text={t('signin.none')} command='"pages": { "clientId": "…", "scopes": ["api://relata/.default"] }' />
        ) : (
          <>
            <div>{t('signin.text')}</div>
            {providers.map((provider) => (
              <Provider key={`${provider.authority} ${provider.clientId}`} provider={provider} onFault={setFault} />
            ))}
          </>
        )}
      </div>
    </PageFrame>
  )
}
