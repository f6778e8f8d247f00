/** Asks before relationships are ended: who loses access, and the name (or the number) typed. */
import { useQueries } from '@tanstack/react-query'
import { reading } from '../data/query.ts'
import { listText } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'
import { ConfirmByName } from '../kit/parts/ConfirmByName.tsx'
import { type AssignmentRow, plans, useGroups } from './api.ts'
import { groupOf } from './matrix.ts'

interface Props {
  /** What has to be typed: the name of one, the number of several. */
  readonly name: string
  readonly count: number
  /** Of several. */
  readonly names?: readonly string[]
  readonly assignments: readonly AssignmentRow[]
  readonly isOpen: boolean
  readonly onCancel: () => void
  readonly onConfirm: () => void
}

/** At most so many groups are asked for their members. */
const mostGroups = 10

export function Losers({ assignments }: Pick<Props, 'assignments'>) {
  const groups = useGroups().data?.value ?? []
  const all = [...new Set(assignments.filter(({ status }) => status === 'active' || status === 'pending').map(groupOf))]
  const ids = all.slice(0, mostGroups)
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
              {names.length === 0 && reads[at]?.data !== undefined && `: ${t('gdap.terminate.noMember')}`}
            </li>
          )
        })}
        {all.length > mostGroups && <li>{t('gdap.terminate.moreGroups', { n: all.length - mostGroups })}</li>}
      </ul>
    </>
  )
}

/** At most so many are named. */
const mostNames = 5

function listOf(names: readonly string[]): string {
  const some = listText(names.slice(0, mostNames))
  return names.length > mostNames ? `${some} ${t('gdap.andMore', { n: names.length - mostNames })}` : some
}

export function Terminate({ name, names, count, assignments, isOpen, onCancel, onConfirm }: Props) {
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
      {isOpen && names !== undefined && names.length > 1 && <p>{listOf(names)}</p>}
      {isOpen && <Losers assignments={assignments} />}
    </ConfirmByName>
  )
}
