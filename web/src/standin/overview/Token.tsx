/** A token to copy, for anybody of the stand-in. It is taken when it is asked for. */
import {
  Button,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Select,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { control } from '../../data/plan.ts'
import { type Acting, useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { useCopy } from '../../kit/CopyId.tsx'
import { ChevronDownRegular, KeyRegular } from '../../kit/icons.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { PeopleChooser } from '../../shell/ActingAs.tsx'

const useStyles = makeStyles({
  surface: { width: '340px', maxWidth: '92vw', maxHeight: '60vh', overflow: 'auto' },
  who: { maxWidth: '100%', minWidth: 0 },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  result: { marginTop: tokens.spacingVerticalM },
  title: { marginBottom: tokens.spacingVerticalS },
})

interface TokenAnswer {
  readonly accessToken: string
  readonly expiresIn: number
}

const readOnly = [
  'TermStore.Read.All',
  'DelegatedAdminRelationship.Read.All',
  'Directory.Read.All',
  'AuditLog.Read.All',
] as const

function tokenPlan({ tenant, caller }: Acting, isReading: boolean) {
  return control<TokenAnswer>('POST', '/tokens', {
    body: {
      tenant: tenant.id,
      ...(caller.kind === 'app' ? { app: caller.id } : { user: caller.id }),
      ...(isReading ? { scopes: readOnly } : {}),
    },
  })
}

/** How many permissions it has; undefined where it cannot be read. */
function permissionsIn(token: string): number | undefined {
  try {
    const text = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))
    const { scp, roles } = JSON.parse(text) as { scp?: string; roles?: readonly string[] }
    return scp?.split(' ').length ?? roles?.length ?? 0
  } catch {
    return undefined
  }
}

export function Token() {
  const styles = useStyles()
  const shared = useShared()
  const copy = useCopy()
  const { acting } = useSession()
  const [who, setWho] = useState(acting)
  const [isOpen, setOpen] = useState(false)
  const [isReading, setReading] = useState(false)
  const [token, setToken] = useState<TokenAnswer | undefined>()
  const action = useAction()
  if (who === undefined) return null
  const take = async (): Promise<void> => {
    const sent = await action.run(tokenPlan(who, isReading))
    if (sent === undefined) return
    setToken(sent.body)
    copy(sent.body.accessToken)
  }
  const count = token === undefined ? undefined : permissionsIn(token.accessToken)
  return (
    <section className={shared.card} aria-labelledby="overview-token">
      <h2 id="overview-token" className={mergeClasses(shared.paneTitle, styles.title)}>
        {t('overview.token')}
      </h2>
      <div className={shared.row}>
        <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus>
          <PopoverTrigger disableButtonEnhancement>
            <Button
              className={styles.who}
              icon={<ChevronDownRegular />}
              iconPosition="after"
              aria-label={t('overview.tokenFor', { name: `${who.caller.name}, ${who.tenant.name}` })}
            >
              <span className={styles.name}>
                {who.caller.name}, {who.tenant.name}
              </span>
            </Button>
          </PopoverTrigger>
          <PopoverSurface className={styles.surface} aria-label={t('overview.tokenWho')}>
            <PeopleChooser
              onChoose={(chosen) => {
                setWho(chosen)
                setToken(undefined)
                setOpen(false)
              }}
            />
          </PopoverSurface>
        </Popover>
        <Select
          aria-label={t('overview.tokenMay')}
          value={isReading ? 'read' : 'all'}
          onChange={(_, { value }) => {
            setReading(value === 'read')
            setToken(undefined)
          }}
        >
          <option value="all">{t('overview.tokenAll')}</option>
          <option value="read">{t('overview.tokenRead')}</option>
        </Select>
        <Button
          icon={<KeyRegular />}
          appearance="primary"
          disabledFocusable={action.isBusy}
          onClick={() => void take()}
        >
          {t('overview.tokenCopy')}
        </Button>
        <RequestPreview plans={() => [tokenPlan(who, isReading)]} />
      </div>
      {token !== undefined && (
        <div className={mergeClasses(shared.row, shared.small, styles.result)} role="status">
          <code className={shared.mono}>{token.accessToken.slice(0, 24)}…</code>
          <span className={shared.soft}>
            {t('overview.tokenValid', { n: Math.floor(token.expiresIn / 60) })}
            {count !== undefined && `, ${t('overview.permissions', { n: count })}`}
          </span>
        </div>
      )}
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
    </section>
  )
}
