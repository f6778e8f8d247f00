/** One relationship as its customer sees it: a request to answer, or roles that a partner has. */
import { Button, makeStyles, mergeClasses, Switch, Tooltip, tokens } from '@fluentui/react-components'
import { type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useAction } from '../../../data/action.ts'
import type { Acting } from '../../../data/session.ts'
import type { Relationship } from '../../../data/types.ts'
import { durationText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { ShieldErrorRegular, ShieldTaskRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { ConfirmByName } from '../../../kit/parts/ConfirmByName.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { isExtended, relationshipStatus } from '../../status.ts'
import { answerAs, type CustomerAction, type CustomerRelationship, extendAs, globalAdministrator } from '../api.ts'
import { useGlowStyles } from '../glow.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    border: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    minWidth: 0,
    boxSizing: 'border-box',
  },
  title: { overflowWrap: 'anywhere' },
  roles: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
  },
  role: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    '& svg': { width: '16px', height: '16px', flexShrink: 0 },
  },
  strong: { color: tokens.colorStatusDangerForeground3 },
})

interface CustomerCardProps {
  readonly relationship: CustomerRelationship
  readonly acting: Acting
  readonly isGlowing: boolean
  /** Why this person cannot answer; undefined: it can. */
  readonly whyNot: string | undefined
  readonly onAct: () => void
  readonly heading: 'h3' | 'h4'
}

/** What of Graph's relationship the status needs. */
export function asGraph({
  status,
  activatedDateTime,
  endDateTime,
  autoExtendDuration,
}: CustomerRelationship): Pick<Relationship, 'status' | 'activatedDateTime' | 'endDateTime' | 'autoExtendDuration'> {
  return { status: status as NonNullable<Relationship['status']>, activatedDateTime, endDateTime, autoExtendDuration }
}

function Roles({ roles }: Pick<CustomerRelationship, 'roles'>) {
  const styles = useStyles()
  const shared = useShared()
  const hasGlobal = roles.some(({ id }) => id === globalAdministrator)
  return (
    <>
      <ul className={styles.roles} aria-label={t('sides.requestedRoles')}>
        {roles.map(({ id, name }) => (
          <li key={id} className={mergeClasses(styles.role, id === globalAdministrator && styles.strong)}>
            {id === globalAdministrator ? <ShieldErrorRegular /> : <ShieldTaskRegular />}
            {name}
          </li>
        ))}
      </ul>
      <div className={mergeClasses(shared.small, hasGlobal ? styles.strong : shared.soft)}>
        {hasGlobal ? t('sides.withGlobal') : t('sides.withoutGlobal')}
      </div>
    </>
  )
}

/** A control that says why it cannot act. */
function Reasoned({ why, children }: { readonly why: string | undefined; readonly children: ReactElement }) {
  if (why === undefined) return children
  return (
    <Tooltip content={why} relationship="description">
      {children}
    </Tooltip>
  )
}

interface AskedAction {
  readonly action: CustomerAction
  readonly title: string
  readonly button: string
  readonly what: string
  readonly done: string
}

function askedOf({ partner, displayName }: CustomerRelationship, action: 'reject' | 'terminate'): AskedAction {
  const values = { partner: partner.displayName, name: displayName }
  return action === 'reject'
    ? {
        action,
        title: t('sides.reject.title', values),
        button: t('sides.reject'),
        what: t('sides.reject.what', values),
        done: t('sides.rejected', values),
      }
    : {
        action,
        title: t('sides.removeRoles.title', values),
        button: t('sides.removeRoles'),
        what: t('sides.removeRoles.what', values),
        done: t('sides.rolesRemoved', values),
      }
}

/** So long an answered card has no buttons, which would else come under a second press. */
const restMs = 2000

/** An answered card keeps its height and the focus, and rests for a moment before it offers what is next. */
function useRest(isPending: boolean) {
  const place = useRef<HTMLElement>(null)
  const [isAnswered, setAnswered] = useState(false)
  useLayoutEffect(() => {
    const card = place.current
    if (isPending || !isAnswered || card === null) return
    if (document.activeElement === null || document.activeElement === document.body) card.focus({ preventScroll: true })
  }, [isPending, isAnswered])
  useEffect(() => {
    if (isPending || !isAnswered) return
    const timer = setTimeout(() => setAnswered(false), restMs)
    return () => clearTimeout(timer)
  }, [isPending, isAnswered])
  return {
    place,
    isResting: isAnswered && !isPending,
    begin: () => {
      if (place.current !== null) place.current.style.minHeight = `${place.current.offsetHeight}px`
      setAnswered(true)
    },
  }
}

export function CustomerCard(props: CustomerCardProps) {
  const { relationship, acting, isGlowing, whyNot, onAct, heading: Heading } = props
  const styles = useStyles()
  const shared = useShared()
  const glow = useGlowStyles()
  const action = useAction()
  const [asked, setAsked] = useState<AskedAction | undefined>()
  const { id, displayName, partner, roles, duration, status, answer, isPending, endDateTime } = relationship
  const rest = useRest(isPending)
  const isOn = isExtended(relationship)
  const touches = ['granular-admin-relationship-changed']
  const answerIt = (what: CustomerAction, done: string): void => {
    onAct()
    rest.begin()
    void action.run(answerAs(id, what, acting), { acting, done, touches })
  }
  const extendIt = (allowed: boolean): void => {
    onAct()
    const undo = (): Promise<unknown> => action.run(extendAs(id, !allowed, acting), { acting, touches })
    const done = t(allowed ? 'sides.extendOn' : 'sides.extendOff', { name: displayName })
    void action.run(extendAs(id, allowed, acting), { acting, done, touches, undo })
  }
  const extendsText = isOn
    ? t('sides.asks.extends', { duration: durationText(relationship.autoExtendDuration ?? '') })
    : t('sides.asks.noExtend')
  return (
    <article
      ref={rest.place}
      tabIndex={-1}
      className={mergeClasses(styles.root, isGlowing && glow.glow)}
      aria-label={displayName}
      data-glows={isGlowing}
    >
      <div className={shared.row}>
        <Heading className={mergeClasses(shared.paneTitle, styles.title)}>
          {partner.displayName} · {displayName}
        </Heading>
        <StatusBadge {...relationshipStatus(asGraph(relationship))} />
      </div>
      {isPending && (
        <div>
          {t('sides.asks', {
            partner: partner.displayName,
            n: roles.length,
            duration: durationText(duration),
            extends: extendsText,
          })}
        </div>
      )}
      <Roles roles={roles} />
      {answer !== null && (
        <div className={mergeClasses(shared.small, shared.soft)}>
          {t(answer.what === 'approved' ? 'sides.approvedBy' : 'sides.rejectedBy', { name: answer.by ?? '?' })}{' '}
          <TimeText at={answer.dateTime} />
        </div>
      )}
      {answer === null && !isPending && (
        <div className={mergeClasses(shared.small, shared.soft)}>{t('sides.answerUnknown')}</div>
      )}
      {status === 'active' && endDateTime !== null && (
        <div className={mergeClasses(shared.small, shared.soft)}>
          {isOn ? t('sides.extendedAt') : t('sides.expiresAt')} <TimeText at={endDateTime} />
        </div>
      )}
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      {isPending && (
        <div className={shared.row}>
          <Reasoned why={whyNot}>
            <Button
              appearance="primary"
              aria-label={t('sides.approveAll.of', { name: displayName })}
              disabledFocusable={whyNot !== undefined || action.isBusy}
              onClick={() => whyNot === undefined && answerIt('approve', t('sides.approved', { name: displayName }))}
            >
              {t('sides.approveAll')}
            </Button>
          </Reasoned>
          <Reasoned why={whyNot}>
            <Button
              disabledFocusable={whyNot !== undefined || action.isBusy}
              onClick={() => whyNot === undefined && setAsked(askedOf(relationship, 'reject'))}
            >
              {t('sides.reject')}
            </Button>
          </Reasoned>
          <RequestPreview
            acting={acting}
            plans={() => [answerAs(id, 'approve', acting), answerAs(id, 'reject', acting)]}
          />
        </div>
      )}
      {status === 'active' && !rest.isResting && (
        <div className={shared.row}>
          <Reasoned why={whyNot}>
            <Button
              disabledFocusable={whyNot !== undefined || action.isBusy}
              onClick={() => whyNot === undefined && setAsked(askedOf(relationship, 'terminate'))}
            >
              {t('sides.removeRoles')}
            </Button>
          </Reasoned>
          {!roles.some((one) => one.id === globalAdministrator) && (
            <Reasoned why={whyNot}>
              <Switch
                label={t('sides.autoExtend')}
                checked={isOn}
                disabledFocusable={whyNot !== undefined}
                onChange={(_, { checked }) => whyNot === undefined && extendIt(checked)}
              />
            </Reasoned>
          )}
          <RequestPreview
            acting={acting}
            plans={() => [answerAs(id, 'terminate', acting), extendAs(id, !isOn, acting)]}
          />
        </div>
      )}
      {asked !== undefined && (
        <ConfirmByName
          title={asked.title}
          name={displayName}
          action={asked.button}
          isOpen
          onCancel={() => setAsked(undefined)}
          onConfirm={() => {
            setAsked(undefined)
            answerIt(asked.action, asked.done)
          }}
        >
          <p>{asked.what}</p>
        </ConfirmByName>
      )}
    </article>
  )
}
