/** What one can do with a relationship, each with the reason where its status forbids it. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Tooltip } from '@fluentui/react-components'
import { useState } from 'react'
import { invalidate } from '../../data/invalidate.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { queryClient } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { useCopy } from '../../kit/CopyId.tsx'
import { CopyRegular, MoreHorizontalRegular } from '../../kit/icons.ts'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useGo } from '../../kit/view.ts'
import { invitationLink, plans, type RelationshipRow, roleIdsOf, rolesBody, touched, useAssignments } from '../api.ts'
import { ConflictDialog } from '../conflict/ConflictDialog.tsx'
import type { ChangeBody } from '../conflict/compare.ts'
import type { RowAction } from '../conflict/useChange.ts'
import { extendPlan, extendWords, extension } from '../extend.ts'
import { ReasonButton } from '../ReasonButton.tsx'
import { hasGlobalAdministrator, reasonAgainst, reasonAgainstExtending } from '../reasons.ts'
import { globalAdministrator } from '../rules.ts'
import { isExtended } from '../status.ts'
import { Terminate } from '../Terminate.tsx'

interface ToolsProps {
  readonly row: RelationshipRow
  readonly action: RowAction
}

function withoutGlobal(row: RelationshipRow): ChangeBody {
  return { accessDetails: rolesBody(roleIdsOf(row).filter((id) => id !== globalAdministrator)) }
}

function switchExtend(row: RelationshipRow, action: RowAction): void {
  void action.change(row, { autoExtendDuration: extension(!isExtended(row)) }, extendWords(row))
}

const moreId = 'gdap-more'

/** The one thing that its status asks for. */
function Primary({ row, action }: ToolsProps) {
  const copy = useCopy()
  const { status } = row
  // A registry has no pages for customers, so no link leads anywhere.
  const hasLink = useSession().info.mode === 'stand-in'
  if (status === 'created')
    return (
      <Button
        appearance="primary"
        disabledFocusable={action.isBusy}
        onClick={() =>
          void action.run(plans.request(row.id, 'lockForApproval'), { done: t('gdap.lock.done'), touches: touched })
        }
      >
        {t('gdap.lock')}
      </Button>
    )
  if (status === 'approvalPending' && hasLink)
    return (
      <Button appearance="primary" icon={<CopyRegular />} onClick={() => copy(invitationLink(row.id))}>
        {t('gdap.invitation.copy')}
      </Button>
    )
  return (
    <ReasonButton
      appearance={status === 'active' ? 'primary' : 'secondary'}
      reason={reasonAgainstExtending(row)}
      onClick={() => switchExtend(row, action)}
    >
      {t(isExtended(row) ? 'gdap.extend.switchOff' : 'gdap.extend.switchOn')}
    </ReasonButton>
  )
}

/** A line of the menu; one that cannot act says why below its name. */
function Item({ text, reason, onClick }: { text: string; reason?: string | undefined; onClick: () => void }) {
  return (
    <MenuItem
      {...(reason === undefined ? {} : { disabled: true, subText: reason })}
      onClick={() => {
        if (reason === undefined) onClick()
      }}
    >
      {text}
    </MenuItem>
  )
}

export function Tools({ row, action }: ToolsProps) {
  const go = useGo()
  const [isEnding, setEnding] = useState(false)
  const close = (): void => {
    setEnding(false)
    // The line of the menu that has opened the dialog is gone.
    setTimeout(() => {
      if (document.activeElement === document.body) document.getElementById(moreId)?.focus()
    }, 100)
  }
  const assignments = useAssignments(row.id)
  const name = row.displayName ?? ''
  const noGlobal = hasGlobalAdministrator(row) ? undefined : t('gdap.noGlobal')
  const terminate = async (): Promise<void> => {
    close()
    await action.run(plans.request(row.id, 'terminate'), { done: t('gdap.terminate.done', { name }), touches: touched })
  }
  const remove = async (): Promise<void> => {
    const settled = await action.change(row, undefined, {
      done: t('gdap.deleted', { name }),
      undo: () => restore(row),
    })
    if (settled !== undefined) go('/gdap/relationships')
  }
  return (
    <>
      <Primary row={row} action={action} />
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('gdap.more')} relationship="label">
            <Button id={moreId} appearance="subtle" icon={<MoreHorizontalRegular />} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {(row.status === 'created' || row.status === 'approvalPending') && (
              <Item
                text={t(isExtended(row) ? 'gdap.extend.switchOff' : 'gdap.extend.switchOn')}
                reason={reasonAgainstExtending(row)}
                onClick={() => switchExtend(row, action)}
              />
            )}
            <Item
              text={t('gdap.edit')}
              reason={row.status === 'created' ? undefined : reasonAgainst(row, 'delete')}
              onClick={() => go(`/gdap/new?edit=${row.id}`)}
            />
            <Item text={t('gdap.like')} onClick={() => go(`/gdap/new?from=${row.id}`)} />
            <Item
              text={t('gdap.removeGlobal')}
              reason={row.status === 'active' ? noGlobal : reasonAgainst(row, 'assign')}
              onClick={() => void action.change(row, withoutGlobal(row), { done: t('gdap.removeGlobal.done') })}
            />
            <Item text={t('gdap.deleteDraft')} reason={reasonAgainst(row, 'delete')} onClick={() => void remove()} />
            <Item
              text={t('gdap.terminate.open')}
              reason={reasonAgainst(row, 'terminate')}
              onClick={() => setEnding(true)}
            />
          </MenuList>
        </MenuPopover>
      </Menu>
      <RequestPreview plans={() => plansOf(row)} />
      <ConflictDialog changing={action.changing} />
      <Terminate
        name={name}
        count={1}
        assignments={assignments.data?.value ?? []}
        isOpen={isEnding}
        onCancel={close}
        onConfirm={() => void terminate()}
      />
    </>
  )
}

/** What the page reads, and what its first button sends. */
function plansOf(row: RelationshipRow): readonly RequestPlan[] {
  const reads = [plans.one(row.id), plans.assignments(row.id)]
  if (row.status === 'created') return [...reads, plans.request(row.id, 'lockForApproval')]
  if (row.status === 'active') return [...reads, extendPlan(row)]
  return reads
}

/** A deleted draft is made again: it has a new id then. */
async function restore(row: RelationshipRow): Promise<void> {
  const { displayName, duration, autoExtendDuration, customer } = row
  const customerBody = typeof customer?.tenantId === 'string' ? { customer: { tenantId: customer.tenantId } } : {}
  await ask(
    plans.create({
      displayName,
      duration,
      autoExtendDuration,
      ...customerBody,
      accessDetails: rolesBody(roleIdsOf(row)),
    }),
  )
  invalidate(queryClient, touched)
}
