/** Which group holds which role: ticks are collected, shown as a plan, and applied together. */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { useMemo, useState } from 'react'
import { listText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { AddRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useNarrow } from '../../kit/look/narrow.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import {
  type AssignmentRow,
  type Group,
  type RelationshipRow,
  roleIdsOf,
  useAssignments,
  useGroups,
  useRoles,
} from '../api.ts'
import { useBundles } from '../bundles.ts'
import { MappingPanel } from '../mapping/MappingPanel.tsx'
import { keepMapping, type Mapping, rolesByGroup } from '../mapping/mapping.ts'
import { type AssignmentStep, heldRoles, shownAssignments, stepsTo, type Wanted } from '../matrix.ts'
import { ReasonButton } from '../ReasonButton.tsx'
import { reasonAgainst } from '../reasons.ts'
import { type StepState, useApply } from './apply.ts'
import { RoleMatrix } from './RoleMatrix.tsx'

const useStyles = makeStyles({
  bar: {
    position: 'sticky',
    bottom: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    boxShadow: tokens.shadow8,
  },
  steps: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
  popover: { maxHeight: '50vh', overflow: 'auto' },
})

interface PlanBarProps {
  readonly steps: readonly AssignmentStep[]
  readonly states: ReadonlyMap<string, StepState>
  readonly isBusy: boolean
  readonly nameOfGroup: (id: string) => string
  readonly nameOfRole: (id: string) => string
  readonly onApply: () => void
  readonly onDiscard: () => void
}

function changeText({ added, removed, kind }: AssignmentStep, nameOfRole: (id: string) => string): string {
  const more = added.length === 0 ? '' : t('gdap.plan.gets', { roles: listText(added.map(nameOfRole)) })
  const less = removed.length === 0 ? '' : t('gdap.plan.loses', { roles: listText(removed.map(nameOfRole)) })
  return [t(`gdap.plan.${kind}`), more, less].filter((text) => text !== '').join('; ')
}

/** What will happen, before it does. */
function PlanBar({ steps, states, isBusy, nameOfGroup, nameOfRole, onApply, onDiscard }: PlanBarProps) {
  const styles = useStyles()
  const shared = useShared()
  const count = (kind: AssignmentStep['kind']): number => steps.filter((step) => step.kind === kind).length
  return (
    <section id={planId} className={styles.bar} aria-label={t('gdap.plan')} tabIndex={-1}>
      <strong>
        {t('gdap.plan.counts', { made: count('made'), changed: count('changed'), deleted: count('deleted') })}
      </strong>
      <ul className={styles.steps}>
        {steps.map((step) => {
          const now = states.get(step.groupId)
          return (
            <li key={step.groupId}>
              {nameOfGroup(step.groupId)}: {changeText(step, nameOfRole)}
              {now !== undefined && now.state !== 'waits' && ` — ${t(`gdap.step.${now.state}`)}`}
              {now?.problem !== undefined && <Problem error={now.problem} />}
            </li>
          )
        })}
      </ul>
      <div className={shared.row}>
        <Button appearance="primary" disabledFocusable={isBusy} onClick={onApply}>
          {t('gdap.plan.apply')}
        </Button>
        <Button disabledFocusable={isBusy} onClick={onDiscard}>
          {t('gdap.plan.discard')}
        </Button>
        <RequestPreview plans={() => steps.map(({ plan }) => plan)} />
      </div>
    </section>
  )
}

interface ToolsProps {
  readonly reason: string | undefined
  readonly groups: readonly Group[]
  readonly onAdd: (id: string) => void
  readonly onMap: () => void
}

function MatrixTools({ reason, groups, onAdd, onMap }: ToolsProps) {
  const styles = useStyles()
  const shared = useShared()
  const why = reason ?? (groups.length === 0 ? t('gdap.groups.allShown') : undefined)
  return (
    <div className={shared.row}>
      {why !== undefined ? (
        <ReasonButton reason={why} icon={<AddRegular />}>
          {t('gdap.groups.add')}
        </ReasonButton>
      ) : (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button icon={<AddRegular />}>{t('gdap.groups.add')}</Button>
          </MenuTrigger>
          <MenuPopover className={styles.popover}>
            <MenuList>
              {groups.map(({ id, displayName }) => (
                <MenuItem key={id} onClick={() => onAdd(id)}>
                  {displayName}
                </MenuItem>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
      <ReasonButton reason={reason} onClick={onMap}>
        {t('gdap.groups.map')}
      </ReasonButton>
    </div>
  )
}

/** What the mapping adds to the plan, or why nothing. */
function mappingWords(after: readonly AssignmentStep[], before: readonly AssignmentStep[], mapping: Mapping) {
  if (after.length === 0 || JSON.stringify(after) === JSON.stringify(before)) {
    const none = mapping.kind === 'named' ? t('gdap.map.noneNamed') : t('gdap.map.nothing')
    return { words: '', reason: none }
  }
  const count = (kind: AssignmentStep['kind']): number => after.filter((step) => step.kind === kind).length
  return { words: t('gdap.plan.counts', { made: count('made'), changed: count('changed'), deleted: count('deleted') }) }
}

const planId = 'gdap-plan'

/** Once it is there, and after the panel has given the focus back. */
function focusPlan(): void {
  setTimeout(() => document.getElementById(planId)?.focus(), 100)
}

interface EditorProps {
  readonly row: RelationshipRow
  readonly rows: readonly AssignmentRow[]
  readonly groups: readonly Group[]
}

function MatrixEditor({ row, rows, groups }: EditorProps) {
  const shared = useShared()
  const roles = useRoles()
  const isNarrow = useNarrow()
  const [wanted, setWanted] = useState<Wanted>(new Map())
  const { states, isBusy, apply } = useApply()
  const shown = useMemo(() => shownAssignments(rows), [rows])
  const roleIds = roleIdsOf(row)
  const reason = reasonAgainst(row, 'assign')
  const columns = [...new Set([...shown.keys(), ...wanted.keys()])]
  const names = new Map(groups.map(({ id, displayName }) => [id, displayName]))
  const nameOfGroup = (id: string): string => names.get(id) ?? id
  const nameOfRole = (id: string): string => roles.get(id)?.displayName ?? id
  const ticked = (group: string): ReadonlySet<string> => wanted.get(group) ?? heldRoles(shown.get(group))
  const steps = stepsTo(row.id, rows, wanted)
  const [isMapping, setMapping] = useState(false)
  const bundles = useBundles()
  /** With what the mapping gives beside what is ticked. */
  const mapped = (mapping: Mapping): Wanted => {
    const named = roleIds.map((id) => ({ id, name: nameOfRole(id) }))
    const added = [...rolesByGroup(mapping, named, groups, bundles)]
    return new Map([...wanted, ...added.map(([group, ids]) => [group, new Set([...ticked(group), ...ids])] as const)])
  }
  const toggle = (group: string, role: string): void => {
    const next = new Set(ticked(group))
    if (!next.delete(role)) next.add(role)
    setWanted(new Map(wanted).set(group, next))
  }
  const applyAll = async (): Promise<void> => {
    if (await apply(steps)) setWanted(new Map())
  }
  return (
    <div className={shared.column}>
      <MatrixTools
        reason={reason}
        groups={groups.filter(({ id }) => !columns.includes(id))}
        onAdd={(id) => setWanted(new Map(wanted).set(id, new Set(heldRoles(shown.get(id)))))}
        onMap={() => setMapping(true)}
      />
      <MappingPanel
        title={t('gdap.groups.map')}
        action={t('gdap.map.show')}
        isOpen={isMapping}
        onClose={() => setMapping(false)}
        groups={groups}
        planOf={(mapping) => mappingWords(stepsTo(row.id, rows, mapped(mapping)), steps, mapping)}
        requestsOf={(mapping) => stepsTo(row.id, rows, mapped(mapping)).map(({ plan }) => plan)}
        onApply={(mapping) => {
          keepMapping(mapping)
          setWanted(mapped(mapping))
          setMapping(false)
          focusPlan()
        }}
      />
      <RoleMatrix
        isList={isNarrow}
        roleIds={roleIds}
        roles={roles}
        columns={columns.map((id) => {
          const assignment = shown.get(id)
          const isClosed = assignment?.status === 'pending'
          return {
            id,
            name: nameOfGroup(id),
            assignment,
            ticked: ticked(id),
            reason: reason ?? (isClosed ? t('gdap.groups.pendingWhy') : undefined),
            isChanged: steps.some(({ groupId }) => groupId === id),
          }
        })}
        onToggle={toggle}
      />
      {rows.some(({ status }) => status === 'error') && (
        <div className={shared.row}>
          <StatusBadge tone="failed" word={t('gdap.assignmentStatus.error')} value="error" />
          <span className={shared.soft}>{t('gdap.groups.errorWhy')}</span>
        </div>
      )}
      {steps.length > 0 && (
        <PlanBar
          steps={steps}
          states={states}
          isBusy={isBusy}
          nameOfGroup={nameOfGroup}
          nameOfRole={nameOfRole}
          onApply={() => void applyAll()}
          onDiscard={() => setWanted(new Map())}
        />
      )}
    </div>
  )
}

export function GroupsTab({ row }: { readonly row: RelationshipRow }) {
  const assignments = useAssignments(row.id)
  const groups = useGroups()
  return (
    <Loaded read={assignments} lines={5}>
      {({ value }) => (
        <>
          {groups.error !== null && <Problem error={groups.error} onRetry={() => void groups.refetch()} />}
          <MatrixEditor row={row} rows={value} groups={groups.data?.value ?? []} />
        </>
      )}
    </Loaded>
  )
}
