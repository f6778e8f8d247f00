/** The course of one relationship, drawn from the server's table of states; in the stand-in one can jump to what will come. */
import { Button, Link, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { control } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { type Acting, useFeature } from '../../data/session.ts'
import type { DirectoryAudit } from '../../data/types.ts'
import { listText, serverNow, shortDate } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { Problem } from '../../kit/Problem.tsx'
import { useShared } from '../../kit/styles.ts'
import { Timeline, type TimelineStep } from '../../kit/values/Timeline.tsx'
import { useMover } from '../../shell/clock/clock.ts'
import { plans, type RelationshipRow, useAudits } from '../api.ts'
import { type LifeStep, lifeSteps, withLapsed } from './lifeLine.ts'

const useStyles = makeStyles({
  jump: { minHeight: '24px' },
  strip: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, flexWrap: 'wrap' },
})

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Names of people whom the records tell by id, as `acting` may read them. */
export function useNames(
  ids: readonly (string | undefined)[],
  acting?: Acting,
): (id: string | undefined) => string | undefined {
  const unknown = [...new Set(ids.filter((id): id is string => id !== undefined && guid.test(id)))].sort().slice(0, 15)
  const { data } = useRead('directory', ['names', ...unknown], plans.people(unknown), {
    enabled: unknown.length > 0,
    ...(acting === undefined ? {} : { acting }),
  })
  const names = new Map(
    (data?.value ?? []).map(({ id, displayName, userPrincipalName }) => [id, userPrincipalName ?? displayName ?? id]),
  )
  return (id) =>
    id === undefined ? undefined : (names.get(id) ?? (guid.test(id) ? t('gdap.byApp', { id: id.slice(0, 8) }) : id))
}

/** Jumps of the clock: only where it can be moved; taken back as all of its moves are. */
export function useJump() {
  const canMove = useFeature('clock-move')
  const { move, problem, isBusy, clear } = useMover()
  return {
    canMove,
    problem,
    isBusy,
    clear,
    to: (at: string) => move({ set: at }),
    home: () => move({ set: new Date().toISOString(), freeze: false }),
  }
}

function remindersText(reminders: readonly string[]): string {
  const now = serverNow().toISOString()
  const sent = reminders.filter((at) => at <= now)
  const coming = reminders.filter((at) => at > now)
  return [
    sent.length === 0 ? '' : t('gdap.life.reminded', { dates: listText(sent.map(shortDate)) }),
    coming.length === 0 ? '' : t('gdap.life.reminders', { dates: listText(coming.map(shortDate)) }),
  ]
    .filter((text) => text !== '')
    .join(' ')
}

/** The course, also of what has no records any more. */
function useSteps(row: RelationshipRow): readonly LifeStep[] {
  const audits = useAudits(row.id)
  const [before, setBefore] = useState<readonly DirectoryAudit[]>([])
  const records = withLapsed(audits.data?.value ?? [], before)
  if (records.some(({ id }, at) => before[at]?.id !== id)) setBefore(records)
  const steps = lifeSteps(row, records)
  const hasUndated = steps.some(({ name, at }) => name === 'waits' && at === undefined)
  const requests = useRead('relationship', [row.id, 'requests'], plans.requests(row.id), {
    enabled: row.status !== 'created' && hasUndated && !audits.isPending,
  })
  const sent = requests.data?.value.find(({ action }) => action === 'lockForApproval')
  return lifeSteps(row, records, sent?.createdDateTime ?? undefined)
}

export function LifeLine({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const steps = useSteps(row)
  const nameOf = useNames(steps.map(({ by }) => by))
  const jump = useJump()
  const clock = useRead('clock', [], control<{ now: string; frozen: boolean }>('GET', '/clock'), {
    enabled: jump.canMove,
  })
  const isMoved =
    clock.data !== undefined &&
    (clock.data.frozen || Math.abs(new Date(clock.data.now).getTime() - clock.dataUpdatedAt) > 12 * 3_600_000)
  const shownOf = (step: LifeStep, index: number): TimelineStep => {
    const { name, state, at, by, reminders } = step
    const canJump = jump.canMove && state === 'future' && at !== undefined
    return {
      id: `${name} ${index}`,
      title: name === 'waits' && state === 'past' ? t('gdap.life.sent') : t(`gdap.life.${name}`),
      state,
      at,
      by: nameOf(by),
      note: (
        <>
          {at !== undefined && <div>{shortDate(at)}</div>}
          {reminders !== undefined && <div>{remindersText(reminders)}</div>}
          {canJump && (
            <Link
              as="button"
              className={styles.jump}
              disabledFocusable={jump.isBusy}
              aria-label={t('gdap.jump.label', { what: t(`gdap.life.${name}`) })}
              onClick={() => void jump.to(at)}
            >
              {t('gdap.jump')}
            </Link>
          )}
        </>
      ),
    }
  }
  return (
    <section className={shared.card} aria-label={t('gdap.life.label')}>
      <Timeline label={t('gdap.life.label')} steps={steps.map(shownOf)} />
      {jump.canMove && isMoved && clock.data !== undefined && (
        <div className={styles.strip}>
          <span className={shared.small}>{t('gdap.jump.moved', { now: shortDate(clock.data.now) })}</span>
          <Button size="small" onClick={() => void jump.home()}>
            {t('gdap.jump.trueTime')}
          </Button>
        </div>
      )}
      {jump.problem !== undefined && <Problem error={jump.problem} onClose={jump.clear} />}
    </section>
  )
}
