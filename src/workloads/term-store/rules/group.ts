/** Groups: term-store.md §1.2, §4.2, §4.3. */

import { AppError, type Faults, invariant } from '#base/errors.ts'
import { type Behaviour, behaviour, type Located, nearest } from '#edm/ports.ts'
import { site } from '../../sites/types.ts'
import { group, set } from '../types.ts'
import { birthOf, stampOf } from './author.ts'
import { historyRules } from './history/operations.ts'
import { describeGroup } from './labels/descriptions.ts'
import { checkName } from './labels/group-names.ts'
import { descriptionIn, nameIn } from './labels/text.ts'
import { denied, idOf } from './refusals.ts'
import { checkRole } from './roles/roles.ts'
import type { TermStoreSettings } from './settings.ts'
import { groupOperations } from './verbs/containers/group-operations.ts'

interface GroupSite {
  readonly parentSiteId: string | null
  readonly siteCollectionId: string | null
}

const everywhere: GroupSite = { parentSiteId: null, siteCollectionId: null }

/** The site that the group belongs to; faults and refusals for scopes that cannot be given. */
function siteOf(scope: string | null, from: Located, faults: Faults): GroupSite {
  if (scope === 'system') throw denied('Groups of scope system belong to the service and cannot be created.')
  if (scope === 'unknownFutureValue') faults.add('scope', "'unknownFutureValue' is not a scope.")
  if (scope !== 'siteCollection') return everywhere
  const at = nearest(from, site)
  if (at === undefined) {
    faults.add(
      'scope',
      'A group of scope siteCollection is created through its site: /sites/{site-id}/termStore/groups.',
    )
    return everywhere
  }
  return { parentSiteId: at.id, siteCollectionId: at.row['siteCollectionId'] as string }
}

export function groupBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(group, {
    describe: describeGroup,
    operations: { ...groupOperations(settings), ...historyRules },

    async beforeCreate(context, { from, draft, faults }) {
      const { tx } = context
      invariant(from !== undefined, 'groups are below a store')
      await checkRole(settings, context, 'administrator', { storeId: from.id })
      const displayName = faults.has('displayName') ? undefined : nameIn(draft.displayName, 'displayName', faults)
      const description = descriptionIn(draft.description, 'description', faults)
      const scope = draft.scope ?? 'global'
      const groupSite = siteOf(scope, from, faults)
      const id = await idOf(context, draft.id, faults)
      faults.throwIfAny()
      invariant(displayName !== undefined && description !== undefined, 'faults were thrown')
      await checkName(tx, from.id, displayName)
      return {
        row: {
          ...draft,
          id,
          displayName,
          description,
          scope,
          storeId: from.id,
          ...birthOf(context),
          ...groupSite,
        },
      }
    },

    async beforeUpdate(context, { before, patch, faults }) {
      const { tx } = context
      await checkRole(settings, context, 'manager', { storeId: before.storeId, groupId: before.id })
      if (before.scope === 'system') throw denied('The system group cannot be changed.')
      const displayName = 'displayName' in patch ? nameIn(patch.displayName, 'displayName', faults) : undefined
      const description = 'description' in patch ? descriptionIn(patch.description, 'description', faults) : undefined
      if ('scope' in patch && patch.scope !== before.scope)
        faults.ignore('scope', 'The scope of a group cannot change.')
      faults.throwIfAny()
      if (displayName !== undefined) await checkName(tx, before.storeId, displayName, before.id)
      const { scope: _scope, ...others } = patch
      if (Object.keys(others).length === 0) return {}
      return {
        ...others,
        ...(displayName === undefined ? {} : { displayName }),
        ...(description === undefined ? {} : { description }),
        ...stampOf(context),
      }
    },

    async remove(context, { row }) {
      const { tx } = context
      await checkRole(settings, context, 'administrator', { storeId: row.storeId })
      if (row.scope === 'system') throw denied('The system group cannot be deleted.')
      if (await tx.has(set, { parentGroupId: row.id })) {
        throw new AppError('conflict', 'The group still has term sets. Delete them first.', { code: 'conflict' })
      }
      await tx.remove(group, row.id)
    },
  })
}
