/** What would end somebody's access, or give it: with the buttons that do so. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useAction } from '../../../data/action.ts'
import type { Acting } from '../../../data/session.ts'
import { durationText, fullTime, listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { isExtended } from '../../status.ts'
import { addMember, removeMember } from './api.ts'
import { type AccessAnswer, type Evidence, joinable, type RoleVerdict, type Way } from './trace.ts'

const useStyles = makeStyles({
  list: {
    margin: 0,
    paddingLeft: tokens.spacingHorizontalXL,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
  },
})

const touches = ['relata.directory.member-changed'] as const

interface JoinProps {
  readonly person: string
  readonly userId: string
  readonly group: { readonly id: string; readonly name: string }
  readonly roles: readonly string[]
  readonly acting: Acting | undefined
}

function Join({ person, userId, group, roles, acting }: JoinProps) {
  const shared = useShared()
  const action = useAction()
  const as = acting === undefined ? {} : { acting }
  const plan = addMember(group.id, userId)
  const join = (): void => {
    const undo = (): Promise<unknown> => action.run(removeMember(group.id, userId), { ...as, touches })
    const done = t('sides.change.joined', { person, group: group.name })
    void action.run(plan, { ...as, done, undo, touches })
  }
  return (
    <li>
      <div className={shared.row}>
        <Button disabledFocusable={action.isBusy} onClick={join}>
          {t('sides.change.join', { person, group: group.name })}
        </Button>
        <span className={shared.soft}>{t('sides.change.joinGives', { roles: listText(roles) })}</span>
        <RequestPreview plans={() => [plan]} />
      </div>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
    </li>
  )
}

interface ChangeProps {
  readonly answer: AccessAnswer
  readonly evidence: Evidence
  readonly verdicts: readonly RoleVerdict[]
  readonly ways: readonly Way[]
  readonly acting: Acting | undefined
}

/** Whoever has access by several groups has to leave all of them. */
function Ending({ answer, evidence, ways }: ChangeProps) {
  const styles = useStyles()
  const groups = [...new Set(ways.flatMap(({ group }) => group?.name ?? []))]
  const ids = new Set(ways.flatMap(({ relationship }) => relationship?.id ?? []))
  const relationships = evidence.relationships.filter(({ id = '' }) => ids.has(id))
  return (
    <ul className={styles.list}>
      <li>
        {t(groups.length === 1 ? 'sides.change.leavingOne' : 'sides.change.leavingAll', { groups: listText(groups) })}
      </li>
      {relationships.map((one) => (
        <li key={one.id}>
          {isExtended(one)
            ? t('sides.change.extended', {
                name: one.displayName ?? '',
                at: fullTime(one.endDateTime ?? ''),
                duration: durationText(one.autoExtendDuration ?? ''),
              })
            : t('sides.change.ends', { name: one.displayName ?? '', at: fullTime(one.endDateTime ?? '') })}
        </li>
      ))}
      <li>{t('sides.change.disable', { person: answer.user.displayName })}</li>
    </ul>
  )
}

function Gaining({ answer, evidence, verdicts, acting }: ChangeProps) {
  const styles = useStyles()
  const person = answer.user.displayName
  const enough = verdicts.filter(({ isEnough }) => isEnough)
  const unassigned = enough.filter(({ verdict }) => verdict === 'noGroup')
  const missing = enough.filter(({ verdict }) => verdict === 'none')
  const waiting = evidence.relationships.filter(({ status }) => status === 'approvalPending')
  return (
    <ul className={styles.list}>
      {joinable(verdicts).map(({ group, roles }) => (
        <Join
          key={group.id}
          person={person}
          userId={answer.user.id}
          group={group}
          roles={roles.map(({ name }) => name)}
          acting={acting}
        />
      ))}
      {unassigned.map(({ role, relationships }) => (
        <li key={role.id}>
          {t('sides.change.assign', { role: role.name })}{' '}
          {relationships.map(({ id, name }) => (
            <AppLink key={id} to={`/gdap/relationships/${id}?tab=groups`} inline>
              {name}
            </AppLink>
          ))}
        </li>
      ))}
      {waiting.map(({ id = '', displayName }) => (
        <li key={id}>
          {t('sides.change.approve')}{' '}
          <AppLink to={`/gdap/both?relationship=${id}`} inline>
            {displayName}
          </AppLink>
        </li>
      ))}
      {missing.length > 0 && (
        <li>
          <AppLink to="/gdap/new" inline>
            {t('sides.change.request', { roles: listText(missing.map(({ role }) => role.name)) })}
          </AppLink>
        </li>
      )}
    </ul>
  )
}

export function Change(props: ChangeProps) {
  return props.answer.allowed ? <Ending {...props} /> : <Gaining {...props} />
}
