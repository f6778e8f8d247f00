/** Which group holds which role of an active relationship: a tick is a request at once, and can be taken back. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, makeStyles } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../../data/action.ts'
import { useRead } from '../../../data/query.ts'
import { ask, send } from '../../../data/send.ts'
import type { Acting } from '../../../data/session.ts'
import { t } from '../../../i18n/t.ts'
import { AddRegular } from '../../../kit/icons.ts'
import { useNarrow } from '../../../kit/look/narrow.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { type AssignmentRow, plans, touched, useRoles } from '../../api.ts'
import { heldRoles, shownAssignments, stepsTo } from '../../matrix.ts'
import { RoleMatrix } from '../../relationship/RoleMatrix.tsx'

const useStyles = makeStyles({ popover: { maxHeight: '50vh', overflow: 'auto' } })

const everySecond = 1000

interface GroupMatrixProps {
  readonly relationshipId: string
  readonly roleIds: readonly string[]
  readonly acting: Acting
  readonly onAct: () => void
}

/** Undefined where nothing would change. */
function planTo(relationshipId: string, rows: readonly AssignmentRow[], group: string, roles: ReadonlySet<string>) {
  return stepsTo(relationshipId, rows, new Map([[group, roles]]))[0]?.plan
}

export function GroupMatrix({ relationshipId, roleIds, acting, onAct }: GroupMatrixProps) {
  const styles = useStyles()
  const shared = useShared()
  const isNarrow = useNarrow()
  const roles = useRoles()
  const action = useAction()
  const [added, setAdded] = useState<readonly string[]>([])
  const groups = useRead('directory', ['securityGroups'], plans.groups(), { acting })
  const assignments = useRead('both', ['assignments', relationshipId], plans.assignments(relationshipId), {
    acting,
    refetchInterval: ({ state }) =>
      state.data?.value.some(({ status }) => status === 'pending' || status === 'deleting') === true
        ? everySecond
        : false,
  })
  if (assignments.data === undefined)
    return assignments.error === null ? (
      <Skeleton lines={2} />
    ) : (
      <Problem error={assignments.error} onRetry={() => void assignments.refetch()} />
    )
  const rows = assignments.data.value
  const shown = shownAssignments(rows)
  const columns = [...new Set([...shown.keys(), ...added])]
  const all = groups.data?.value ?? []
  const nameOf = (id: string): string => all.find((one) => one.id === id)?.displayName ?? id
  const put = (group: string, wanted: ReadonlySet<string>): void => {
    const before = heldRoles(shown.get(group))
    const plan = planTo(relationshipId, rows, group, wanted)
    if (plan === undefined) return
    onAct()
    setAdded((some) => [...new Set([...some, group])])
    const undo = async (): Promise<void> => {
      const { value } = await ask(plans.assignments(relationshipId), { acting })
      const back = planTo(relationshipId, value, group, before)
      if (back !== undefined) await send(back, { acting })
      await assignments.refetch()
    }
    const done = t('sides.matrix.done', { group: nameOf(group), n: wanted.size })
    void action.run(plan, { acting, touches: touched, done, undo })
  }
  const toggle = (group: string, role: string): void => {
    const wanted = new Set(heldRoles(shown.get(group)))
    if (!wanted.delete(role)) wanted.add(role)
    put(group, wanted)
  }
  const free = all.filter(({ id }) => !columns.includes(id))
  return (
    <div>
      {columns.length > 0 && (
        <RoleMatrix
          isList={isNarrow}
          roleIds={roleIds}
          roles={roles}
          columns={columns.map((id) => {
            const assignment = shown.get(id)
            const isPending = assignment?.status === 'pending' || assignment?.status === 'deleting'
            return {
              id,
              name: nameOf(id),
              assignment,
              ticked: heldRoles(assignment),
              reason: isPending ? t('gdap.groups.pendingWhy') : undefined,
              isChanged: false,
            }
          })}
          onToggle={toggle}
        />
      )}
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      <div className={shared.row}>
        {free.length > 0 && (
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button size="small" icon={<AddRegular />}>
                {t('gdap.groups.add')}
              </Button>
            </MenuTrigger>
            <MenuPopover className={styles.popover}>
              <MenuList>
                {free.map(({ id, displayName }) => (
                  <MenuItem key={id} onClick={() => put(id, new Set(roleIds))}>
                    {displayName}
                  </MenuItem>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
        )}
        <RequestPreview
          acting={acting}
          plans={() => [
            plans.assignments(relationshipId),
            plans.assign(relationshipId, free[0]?.id ?? columns[0] ?? '', roleIds),
          ]}
        />
      </div>
    </div>
  )
}
