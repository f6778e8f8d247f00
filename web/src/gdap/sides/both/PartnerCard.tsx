/** One relationship as its partner sees it: where it stands, what it asks for, the link, and what can be done now. */
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../../data/action.ts'
import { useRead } from '../../../data/query.ts'
import type { Acting } from '../../../data/session.ts'
import type { Relationship } from '../../../data/types.ts'
import { durationText, listText } from '../../../i18n/format.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { CopyButton } from '../../../kit/CopyId.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { ConfirmByName } from '../../../kit/parts/ConfirmByName.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { Timeline } from '../../../kit/values/Timeline.tsx'
import { isExtended, relationshipStatus } from '../../status.ts'
import { AuditLines, useDoerNames } from '../AuditLines.tsx'
import { auditsOf, ended, lockForApproval, oneRelationship, terminateAsPartner, underWay } from '../api.ts'
import { useGlowStyles } from '../glow.ts'
import { courseOf } from '../side.ts'
import { roleIdsOf, useRoleNames } from '../useRoleNames.ts'
import { GroupMatrix } from './GroupMatrix.tsx'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    border: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    minWidth: 0,
  },
  title: { overflowWrap: 'anywhere' },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    paddingInline: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    minWidth: 0,
  },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXXS,
    margin: 0,
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  },
})

interface PartnerCardProps {
  readonly relationship: Relationship
  readonly acting: Acting
  readonly isGlowing: boolean
  readonly onAct: () => void
  /** Shows the same relationship on the customer's side. */
  readonly onOpenRight: () => void
  readonly onAgain: () => void
  readonly isAgainBusy: boolean
}

const everySecond = 1000

function wordOf(status: string): string {
  return maybeText(`gdap.status.${status}`) ?? status
}

export function invitationLink(id: string): string {
  return `${location.origin}/approve/${id}`
}

function Facts({ relationship, acting }: { readonly relationship: Relationship; readonly acting: Acting }) {
  const styles = useStyles()
  const shared = useShared()
  const roleName = useRoleNames(acting)
  const { status, customer, duration, autoExtendDuration } = relationship
  const facts: readonly (readonly [string, string])[] = [
    // Once it is active, the matrix has them.
    ...(status === 'active' ? [] : [[t('sides.roles'), listText(roleIdsOf(relationship).map(roleName))] as const]),
    [t('sides.for'), customer?.displayName ?? customer?.tenantId ?? t('sides.anyone')],
    [t('sides.duration'), durationText(duration ?? '')],
    [t('sides.extends'), isExtended(relationship) ? durationText(autoExtendDuration ?? '') : t('sides.extends.no')],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className={shared.soft}>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Deeds(props: PartnerCardProps) {
  const { relationship, acting, onAct, onAgain, isAgainBusy } = props
  const shared = useShared()
  const action = useAction()
  const [isAsking, setAsking] = useState(false)
  const { id = '', status = 'created', displayName = '' } = relationship
  const run = (plan: ReturnType<typeof lockForApproval>, done: string): void => {
    onAct()
    void action.run(plan, { acting, done, touches: ['granular-admin-relationship-changed'] })
  }
  const whyNotEnd = status === 'active' ? undefined : t('sides.end.whyNot', { status: wordOf(status ?? '') })
  const endButton = (
    <Button disabledFocusable={whyNotEnd !== undefined} onClick={() => whyNotEnd === undefined && setAsking(true)}>
      {t('sides.end')}
    </Button>
  )
  return (
    <>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      <div className={shared.row}>
        {status === 'created' && (
          <Button
            appearance="primary"
            disabledFocusable={action.isBusy}
            onClick={() => run(lockForApproval(id), t('sides.locked', { name: displayName ?? '' }))}
          >
            {t('sides.lock')}
          </Button>
        )}
        {ended.has(status ?? '') ? (
          <Button appearance="primary" disabledFocusable={isAgainBusy} onClick={onAgain}>
            {t('sides.again')}
          </Button>
        ) : whyNotEnd === undefined ? (
          endButton
        ) : (
          <Tooltip content={whyNotEnd} relationship="description">
            {endButton}
          </Tooltip>
        )}
        <RequestPreview
          acting={acting}
          plans={() => [
            oneRelationship(id),
            ...(status === 'created' ? [lockForApproval(id)] : []),
            ...(status === 'active' ? [terminateAsPartner(id)] : []),
          ]}
        />
        <AppLink to={`/gdap/relationships/${id}`}>{t('sides.details')}</AppLink>
      </div>
      <ConfirmByName
        title={t('sides.end.title', { name: displayName ?? '' })}
        name={displayName ?? ''}
        action={t('sides.end')}
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false)
          run(terminateAsPartner(id), t('sides.ending', { name: displayName ?? '' }))
        }}
      >
        <p>{t('sides.end.what')}</p>
      </ConfirmByName>
    </>
  )
}

export function PartnerCard(props: PartnerCardProps) {
  const { relationship, acting, isGlowing, onAct, onOpenRight } = props
  const styles = useStyles()
  const shared = useShared()
  const glow = useGlowStyles()
  const { id = '', displayName, status } = relationship
  const audits = useRead('both', ['audits', id], auditsOf(id), {
    acting,
    ...(underWay.has(status ?? '') ? { refetchInterval: everySecond } : {}),
  })
  const lines = audits.data?.value ?? []
  const doerName = useDoerNames(lines, acting)
  const link = invitationLink(id)
  const endWord = isExtended(relationship) ? t('sides.extendedAt') : wordOf('expired')
  return (
    <article
      className={mergeClasses(styles.root, isGlowing && glow.glow)}
      aria-label={displayName ?? id}
      data-glows={isGlowing}
    >
      <div className={shared.row}>
        <h2 className={mergeClasses(shared.paneTitle, styles.title)}>{displayName}</h2>
        <StatusBadge {...relationshipStatus(relationship)} />
      </div>
      <Timeline label={t('sides.course')} steps={courseOf(relationship, lines, wordOf, endWord, doerName)} />
      {status === 'approvalPending' && (
        <div className={shared.row}>
          <div className={mergeClasses(styles.link, shared.grow)}>
            <span className={mergeClasses(shared.mono, shared.ellipsis, shared.grow)} title={link}>
              {link}
            </span>
            <CopyButton text={link} what={t('sides.link')} />
          </div>
          <Button onClick={onOpenRight}>{t('sides.openRight')}</Button>
        </div>
      )}
      <Facts relationship={relationship} acting={acting} />
      <Deeds {...props} />
      {status === 'active' && (
        <GroupMatrix relationshipId={id} roleIds={roleIdsOf(relationship)} acting={acting} onAct={onAct} />
      )}
      {audits.error !== null && <Problem error={audits.error} onRetry={() => void audits.refetch()} />}
      <AuditLines label={t('sides.log')} audits={lines} acting={acting} />
    </article>
  )
}
