/** May this person do that at this customer, by what, and until when? The answer is the server's own; the ways are drawn. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { useRead } from '../../../data/query.ts'
import { useSession } from '../../../data/session.ts'
import { t } from '../../../i18n/t.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView } from '../../../kit/view.ts'
import { Choice } from '../Choice.tsx'
import { Answer } from './Answer.tsx'
import { anything, namedActions } from './actions.ts'
import { accessPlan, useAccessParties } from './api.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL, maxWidth: '1440px' },
  form: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalS,
  },
})

export default function AccessPage() {
  const styles = useStyles()
  const { view, set } = useView()
  const shared = useShared()
  const { info, acting } = useSession()
  const parties = useAccessParties()
  const { user, tenant } = view
  const action = view['action'] ?? anything
  const isAsked = user !== undefined && tenant !== undefined
  const plan = accessPlan(user ?? '', tenant ?? '', action, info.mode === 'registry')
  const read = useRead('access', ['answer', user, tenant, action], plan, { enabled: isAsked, staleTime: 0 })
  const options = namedActions.map(({ action: id, text }) => ({
    id,
    text: t(text),
    ...(id === anything ? {} : { detail: id }),
  }))
  const deed = options.find(({ id }) => id === action)?.text ?? action
  // By its id or its domain, as the address has it.
  const tenantId = parties.tenants.find(({ id, domain }) => id === tenant || domain === tenant)?.id ?? tenant
  return (
    <PageFrame title={t('sides.access')} tools={<RequestPreview plans={() => (isAsked ? [plan] : [])} />}>
      <div className={styles.root}>
        <div className={styles.form}>
          <Choice
            label={t('sides.access.who')}
            value={user}
            isFree
            options={parties.people.map(({ displayName, userPrincipalName }) => ({
              id: userPrincipalName,
              text: displayName,
              detail: userPrincipalName,
            }))}
            onChoose={(id) => set({ user: id })}
            width="220px"
          />
          <Choice
            label={t('sides.access.where')}
            value={tenantId}
            options={parties.tenants.map(({ id, name, domain }) => ({ id, text: name, detail: domain }))}
            onChoose={(id) => set({ tenant: id })}
            width="220px"
          />
          <Choice
            label={t('sides.access.what')}
            value={action}
            isFree
            hint={t('sides.access.what.hint')}
            options={options}
            onChoose={(id) => set({ action: id })}
            width="320px"
          />
        </div>
        {parties.error !== null && <Problem error={parties.error} />}
        {isAsked ? (
          <Loaded read={read} lines={6}>
            {(answer) => (
              <>
                {info.mode === 'registry' && acting !== undefined && (
                  <div className={shared.soft}>
                    {t('sides.access.basis', { name: acting.caller.name, tenant: acting.tenant.name })}
                  </div>
                )}
                <Answer answer={answer} deed={deed} acting={parties.acting} />
              </>
            )}
          </Loaded>
        ) : (
          <Empty
            text={t('sides.access.empty')}
            // A registry asks for a token.
            {...(info.mode === 'stand-in' ? { command: emptyCommand } : {})}
          />
        )}
      </div>
    </PageFrame>
  )
}

const emptyCommand = `curl -sS --cacert .relata/ca.pem '${location.origin}/_relata/access?user=tara@contoso.example&tenant=fabrikam.example&action=GET%20/users'`
