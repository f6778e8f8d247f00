/** Asks before relationships are ended: who loses access, and the name (or the number) typed. */
import { useQueries } from '@tanstack/react-query'
import { reading } from '../data/query.ts'
import { listText } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'
import { ConfirmByName } from '../kit/parts/ConfirmByName.tsx'
import { type AssignmentRow, plans, useGroups } from './api.ts'
import { groupOf, liveAssignments } from './matrix.ts'

interface Props {
  /** What has to be typed: the name of one, the number of several. */
  readonly name: string
  readonly count: number
  readonly assignments: readonly AssignmentRow[]
  readonly isOpen: boolean
  readonly onCancel: () => void
  readonly onConfirm: () => void
}

/** At most so many groups are asked for their members. */
const mostGroups = 10

export function Losers({ assignments }: Pick<Props, 'assignments'>) {
  const groups = useGroups().data?.value ?? []
  const ids = [...new Set([...liveAssignments(assignments).values()].map(groupOf))].slice(0, mostGroups)
  const reads = useQueries({ queries: ids.map((id) => reading('directory', ['members', id], plans.members(id))) })
  if (ids.length === 0) return <p>{t('gdap.terminate.nobody')}</p>
  return (
    <>
      <p>{t('gdap.terminate.losers')}</p>
      <ul>
        {ids.map((id, at) => {
          const names = reads[at]?.data?.value.map(({ displayName }) => displayName ?? '') ?? []
          return (
            <li key={id}>
              <strong>{groups.find((group) => group.id === id)?.displayName ?? id}</strong>
              {names.length > 0 && `: ${listText(names.slice(0, 8))}`}
              {names.length > 8 && ` ${t('gdap.andMore', { n: names.length - 8 })}`}
            </li>
          )
        })}
      </ul>
    </>
  )
}

export function Terminate({ name, count, assignments, isOpen, onCancel, onConfirm }: Props) {
  return (
    <ConfirmByName
      title={count === 1 ? t('gdap.terminate.title', { name }) : t('gdap.terminate.several', { n: count })}
      name={count === 1 ? name : String(count)}
      action={t('gdap.terminate')}
      isOpen={isOpen}
      onCancel={onCancel}
      onConfirm={onConfirm}
    >
      <p>{t('gdap.terminate.text', { n: count })}</p>
      {isOpen && <Losers assignments={assignments} />}
    </ConfirmByName>
  )
}
