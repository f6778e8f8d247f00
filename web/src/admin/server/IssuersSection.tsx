/** The outside issuers as configured, whether they can be reached, and what would become of a token. */
import { Button, Field, MessageBar, MessageBarBody, mergeClasses, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { useRead } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Empty } from '../../kit/Empty.tsx'
import { CheckmarkCircleRegular, ErrorCircleRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { type Issuer, type IssuerState, managed, type TokenVerdict } from '../api.ts'
import { useSectionStyles } from '../parts.ts'
import { SettingSource } from './SettingSource.tsx'

function State({ state }: { readonly state: IssuerState }) {
  const styles = useSectionStyles()
  const shared = useShared()
  const Icon = state.reachable ? CheckmarkCircleRegular : ErrorCircleRegular
  return (
    <div>
      <div className={mergeClasses(shared.row, state.reachable ? styles.good : styles.bad)}>
        <Icon />
        <span>{t(state.reachable ? 'admin.issuers.reachable' : 'admin.issuers.unreachable')}</span>
      </div>
      {state.error !== undefined && <div>{state.error}</div>}
      {state.jwksUri !== undefined && <div className={mergeClasses(shared.mono, shared.soft)}>{state.jwksUri}</div>}
      {state.keysDateTime !== undefined && (
        <div>
          {t('admin.issuers.fetched')} <TimeText at={state.keysDateTime} />
        </div>
      )}
      {state.keys.map(({ kid = '', kty = '', alg = '' }) => (
        <div key={`${kid} ${alg}`} className={shared.small}>
          {kty} {alg} <CopyId id={kid} what={t('admin.issuers.key')} />
        </div>
      ))}
    </div>
  )
}

function IssuerCard({ issuer }: { readonly issuer: Issuer }) {
  const styles = useSectionStyles()
  const shared = useShared()
  const { audience, tenant, operator, discovery, state } = issuer
  return (
    <article className={mergeClasses(shared.card, shared.column)} aria-label={issuer.issuer}>
      <h3 className={shared.paneTitle} style={{ overflowWrap: 'anywhere' }}>
        {issuer.issuer}
      </h3>
      <dl className={styles.facts}>
        <dt>{t('admin.issuers.audience')}</dt>
        <dd>{audience.join(', ')}</dd>
        <dt>{t('admin.issuers.tenant')}</dt>
        <dd>{tenant ?? t('admin.issuers.tenantByClaim')}</dd>
        {discovery !== undefined && (
          <>
            <dt>{t('admin.issuers.discovery')}</dt>
            <dd>{discovery}</dd>
          </>
        )}
        <dt>{t('admin.issuers.operator')}</dt>
        <dd>{operator === undefined ? t('admin.issuers.operatorNone') : `${operator.claim} = ${operator.value}`}</dd>
        <dt>{t('admin.issuers.state')}</dt>
        <dd>
          {state.length === 0
            ? t('admin.issuers.notAsked')
            : state.map((one) => <State key={one.issuer} state={one} />)}
        </dd>
      </dl>
    </article>
  )
}

function Verdict({ verdict }: { readonly verdict: TokenVerdict }) {
  const styles = useSectionStyles()
  const shared = useShared()
  const { accepted, actor, reason, findings } = verdict
  return (
    <section className={shared.column} aria-label={t('admin.check.result')}>
      <MessageBar intent={accepted ? 'success' : 'warning'} layout="multiline">
        <MessageBarBody>
          {accepted && actor !== null
            ? t(actor.kind === 'person' ? 'admin.check.person' : 'admin.check.application', {
                name: actor.name ?? actor.userId ?? actor.appId ?? '',
                tenant: actor.tenantId,
              })
            : t('admin.check.refused', { reason: reason ?? '' })}
        </MessageBarBody>
      </MessageBar>
      <ul className={styles.list}>
        {findings.map(({ name, value, passed, text }) => (
          <li key={`${name} ${text}`}>
            <span className={mergeClasses(shared.row, passed ? styles.good : styles.bad)}>
              {passed ? <CheckmarkCircleRegular /> : <ErrorCircleRegular />}
              <strong>{name}</strong>
              <span className={shared.hidden}>{t(passed ? 'admin.check.passed' : 'admin.check.failed')}</span>
            </span>
            {value !== undefined && (
              <div className={shared.mono} style={{ overflowWrap: 'anywhere' }}>
                {value}
              </div>
            )}
            <div>{text}</div>
          </li>
        ))}
      </ul>
      {actor !== null && actor.permissions.length > 0 && (
        <div>
          <div className={shared.soft}>{t('admin.check.permissions')}</div>
          <div className={shared.mono}>{actor.permissions.join(' ')}</div>
        </div>
      )}
    </section>
  )
}

function CheckToken() {
  const shared = useShared()
  const { info } = useSession()
  const [token, setToken] = useState('')
  const [verdict, setVerdict] = useState<TokenVerdict | undefined>()
  const { run, problem, isBusy } = useAction()
  const plan = (text: string) => managed<TokenVerdict>(info.mode, 'POST', '/issuers/check', { token: text })
  const check = async (): Promise<void> => {
    if (token.trim() === '') return
    setVerdict((await run(plan(token.trim())))?.body)
  }
  return (
    <section className={shared.column} aria-labelledby="check-title">
      <h2 id="check-title" className={shared.paneTitle}>
        {t('admin.check.title')}
      </h2>
      <div className={shared.soft}>{t('admin.check.text')}</div>
      <Field label={t('admin.check.token')}>
        <Textarea
          value={token}
          rows={4}
          spellCheck={false}
          className={shared.mono}
          onChange={(_, { value }) => setToken(value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void check()
          }}
        />
      </Field>
      <div className={shared.row}>
        <Button appearance="primary" disabledFocusable={token.trim() === '' || isBusy} onClick={() => void check()}>
          {t('admin.check.button')}
        </Button>
        <RequestPreview plans={() => [plan('$check')]} />
      </div>
      <div aria-live="polite">{verdict !== undefined && <Verdict verdict={verdict} />}</div>
      {problem !== undefined && <Problem error={problem} />}
    </section>
  )
}

export function IssuersSection() {
  const styles = useSectionStyles()
  const { info } = useSession()
  const plan = managed<{ readonly issuers: readonly Issuer[] }>(info.mode, 'GET', '/issuers')
  const read = useRead('admin', ['issuers'], plan)
  return (
    <div className={styles.page}>
      <SettingSource name="issuers" />
      <Loaded read={read}>
        {({ issuers }) =>
          issuers.length === 0 ? (
            <div style={{ marginInline: '-24px' }}>
              <Empty
                text={t(info.mode === 'stand-in' ? 'admin.issuers.noneHere' : 'admin.issuers.none')}
                command="relata --issuers issuers.json"
              />
            </div>
          ) : (
            issuers.map((issuer) => <IssuerCard key={issuer.issuer} issuer={issuer} />)
          )
        }
      </Loaded>
      <CheckToken />
    </div>
  )
}
