/** The operations of sets: what was sent, read and given to the verbs (exchange.md §9.2). */
import { invariant } from '#base/errors.ts'
import type { OperationRule } from '#edm/ports.ts'
import { historyRules } from '../../history/operations.ts'
import { missing } from '../../refusals.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { idIn, needAt, textIn } from '../arguments.ts'
import { copySet } from '../copy/copy-set.ts'
import { orderChildren } from '../order.ts'
import type { TermsOfCopy } from '../verbs.ts'
import { isGroupSeen, moveSet } from './move-set.ts'
import { setAvailabilityOfSet, setContacts, setSubmissionPolicy } from './set-members.ts'

export function termsIn(value: unknown): TermsOfCopy {
  return value === 'new' || value === 'none' ? value : 'reuse'
}

export function setOperations(settings: TermStoreSettings): Readonly<Record<string, OperationRule>> {
  return {
    ...historyRules,
    move: {
      async action(context, at, args) {
        const { id } = needAt(at)
        const groupId = idIn(args, 'group')
        invariant(groupId !== null, 'the parameter is needed')
        if (!(await isGroupSeen(context, groupId, at))) throw missing('Group', groupId, 'group')
        await moveSet(settings, context, id, groupId)
        return { id }
      },
    },
    copy: {
      async action(context, at, args) {
        const { id, row } = needAt(at)
        const groupId = idIn(args, 'group') ?? (row['parentGroupId'] as string)
        if (!(await isGroupSeen(context, groupId, at))) throw missing('Group', groupId, 'group')
        const name = textIn(args, 'name') ?? undefined
        return { id: await copySet(settings, context, id, { groupId, name, terms: termsIn(args['terms']) }) }
      },
    },
    order: {
      async action(context, at, args) {
        const { id } = needAt(at)
        await orderChildren(settings, context, { setId: id, parentId: null }, args['ids'] as readonly string[])
        return { id }
      },
    },
    setSubmissionPolicy: {
      async action(context, at, args) {
        const { id } = needAt(at)
        await setSubmissionPolicy(settings, context, id, args['isOpen'] === true)
        return { id }
      },
    },
    setAvailableForTagging: {
      async action(context, at, args) {
        const { id } = needAt(at)
        await setAvailabilityOfSet(settings, context, id, args['value'] === true)
        return { id }
      },
    },
    setContacts: {
      async action(context, at, args) {
        const { id } = needAt(at)
        await setContacts(settings, context, id, args)
        return { id }
      },
    },
  }
}
