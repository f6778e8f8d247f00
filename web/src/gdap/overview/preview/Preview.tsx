/** One relationship beside the list, with the next and the one before; Space opens and closes it, the arrows walk. */
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { fullTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { ArrowDownRegular, ArrowUpRegular, DismissRegular, OpenRegular } from '../../../kit/icons.ts'
import { Loaded } from '../../../kit/Loaded.tsx'
import { useNarrow } from '../../../kit/look/narrow.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { useGo } from '../../../kit/view.ts'
import { type RelationshipRow, roleIdsOf, useAssignments, useGroups, useRelationship, useRoles } from '../../api.ts'
import { ConflictDialog } from '../../conflict/ConflictDialog.tsx'
import { useRowAction } from '../../conflict/useChange.ts'
import { extendWords, extension } from '../../extend.ts'
import { groupOf, heldRoles, shownAssignments } from '../../matrix.ts'
import { ReasonButton } from '../../ReasonButton.tsx'
import { RoleName } from '../../RoleName.tsx'
import { reasonAgainstExtending } from '../../reasons.ts'
import { assignmentStatus, isExtended, relationshipStatus } from '../../status.ts'
import { customerOf, EndCell, extendWord } from '../cells.tsx'

const useStyles = makeStyles({
  aside: {
    width: '410px',
    flexShrink: 0,
    minHeight: 0,
    overflow: 'auto',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalL,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
  },
  head: { display: 'flex', alignItems: 'flex-start', gap: tokens.spacingHorizontalS },
  title: { overflowWrap: 'anywhere' },
  tools: { display: 'flex', flexShrink: 0 },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(96px, max-content) minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    margin: 0,
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalXS },
  group: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  count: { whiteSpace: 'nowrap' },
  part: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
})

interface PreviewProps {
  readonly id: string
  /** Absent: it is not among the rows that are loaded, and read alone. */
  readonly row: RelationshipRow | undefined
  readonly onPrevious: (() => void) | undefined
  readonly onNext: (() => void) | undefined
  readonly onClose: () => void
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const shared = useShared()
  return (
    <>
      <dt className={shared.soft}>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Groups({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const known = row.accessAssignments
  const read = useAssignments(row.id, known === undefined)
  const names = new Map((useGroups().data?.value ?? []).map(({ id, displayName }) => [id, displayName]))
  const shown = [...shownAssignments(known ?? read.data?.value ?? []).values()]
  if (shown.length === 0) return <span className={shared.soft}>{t('gdap.noneShort')}</span>
  return (
    <ul className={styles.list}>
      {shown.map((assignment) => (
        <li key={assignment.id} className={styles.group}>
          <span className={mergeClasses(shared.ellipsis, shared.grow)}>
            {names.get(groupOf(assignment)) ?? groupOf(assignment)}
          </span>
          <span className={mergeClasses(shared.small, shared.soft, styles.count)}>
            {t('gdap.rolesCount', { n: heldRoles(assignment).size })}
          </span>
          <StatusBadge {...assignmentStatus(assignment.status)} />
        </li>
      ))}
    </ul>
  )
}

function Body({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const roles = useRoles()
  const action = useRowAction()
  const ids = roleIdsOf(row)
  return (
    <>
      <div className={shared.row}>
        <Button
          size="small"
          appearance="primary"
          icon={<OpenRegular />}
          onClick={() => go(`/gdap/relationships/${row.id}`)}
        >
          {t('gdap.preview.open')}
        </Button>
        <ReasonButton
          size="small"
          reason={reasonAgainstExtending(row)}
          onClick={() => void action.change(row, { autoExtendDuration: extension(!isExtended(row)) }, extendWords(row))}
        >
          {t(isExtended(row) ? 'gdap.extend.switchOff' : 'gdap.extend.switchOn')}
        </ReasonButton>
      </div>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      <ConflictDialog changing={action.changing} />
      <dl className={styles.facts}>
        <Fact name={t('gdap.customer')}>
          {typeof row.customer?.tenantId === 'string' ? (
            <AppLink to={`/gdap/customers/${row.customer.tenantId}`}>{customerOf(row)}</AppLink>
          ) : (
            customerOf(row)
          )}
        </Fact>
        <Fact name={t('gdap.status')}>
          <StatusBadge {...relationshipStatus(row)} />
        </Fact>
        {(typeof row.endDateTime === 'string' || row.status === 'approvalPending') && (
          <Fact name={t('gdap.ends')}>
            <EndCell row={row} />
            {typeof row.endDateTime === 'string' && (
              <div className={mergeClasses(shared.small, shared.soft)}>{fullTime(row.endDateTime)}</div>
            )}
          </Fact>
        )}
        <Fact name={t('gdap.extendShort')}>{extendWord(row)}</Fact>
        {typeof row.activatedDateTime === 'string' && (
          <Fact name={t('gdap.activated')}>
            <TimeText at={row.activatedDateTime} />
          </Fact>
        )}
      </dl>
      <h3 className={styles.part}>{t('gdap.rolesCount', { n: ids.length })}</h3>
      <ul className={styles.list}>
        {ids.map((id) => (
          <li key={id}>
            <RoleName id={id} role={roles.get(id)} />
          </li>
        ))}
      </ul>
      <h3 className={styles.part}>{t('gdap.tab.groups')}</h3>
      <Groups row={row} />
    </>
  )
}

function ReadAlone({ id }: { readonly id: string }) {
  const read = useRelationship(id)
  return (
    <Loaded read={read} lines={6}>
      {(row) => <Body row={row} />}
    </Loaded>
  )
}

function Walk({ onPrevious, onNext }: Pick<PreviewProps, 'onPrevious' | 'onNext'>) {
  return (
    <>
      <Tooltip
        content={onPrevious === undefined ? t('gdap.preview.first') : t('gdap.preview.previous')}
        relationship="label"
      >
        <Button
          appearance="subtle"
          icon={<ArrowUpRegular />}
          disabledFocusable={onPrevious === undefined}
          onClick={onPrevious ?? (() => undefined)}
        />
      </Tooltip>
      <Tooltip content={onNext === undefined ? t('gdap.preview.last') : t('gdap.preview.next')} relationship="label">
        <Button
          appearance="subtle"
          icon={<ArrowDownRegular />}
          disabledFocusable={onNext === undefined}
          onClick={onNext ?? (() => undefined)}
        />
      </Tooltip>
    </>
  )
}

/** Beside the list where there is room, else over it. */
export function Preview(props: PreviewProps) {
  const { id, row, onPrevious, onNext, onClose } = props
  const styles = useStyles()
  const shared = useShared()
  const isOver = useNarrow(1023)
  const title = row?.displayName ?? id
  const body = row === undefined ? <ReadAlone id={id} /> : <Body key={id} row={row} />
  const walk = <Walk onPrevious={onPrevious} onNext={onNext} />
  if (isOver)
    return (
      <SidePanel title={title} isOpen onClose={onClose} width={410}>
        <div className={styles.tools}>{walk}</div>
        {body}
      </SidePanel>
    )
  return (
    <aside
      className={styles.aside}
      aria-label={t('gdap.preview.label', { name: title })}
      data-region="gdap-preview"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onClose()
      }}
    >
      <div className={styles.head}>
        <h2 className={mergeClasses(shared.paneTitle, shared.grow, styles.title)}>{title}</h2>
        <div className={styles.tools}>
          {walk}
          <Tooltip content={t('close')} relationship="label">
            <Button appearance="subtle" icon={<DismissRegular />} onClick={onClose} />
          </Tooltip>
        </div>
      </div>
      {body}
    </aside>
  )
}
