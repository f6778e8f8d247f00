/** Users: creation, the forms of their keys, and `/me`. A password must be sent, but is not stored. */
import { AppError, type Faults } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type ReadContext, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { removeWhole } from '../../remove-whole.ts'
import { creatorChanged } from '../../subscriptions/creator-changed.ts'
import { dismiss } from '../../term-store/rules/roles/dismissal.ts'
import { signedInUser, user } from '../people.ts'
import { tenant } from '../types.ts'
import { sensitiveProperties } from '../write-roles.ts'
import { changesOf, record, userTarget } from './audit-record.ts'
import { hiddenMember, hiddenScope } from './hidden-members.ts'
import { checkDisplayName, checkKept, checkMailNickname } from './names.ts'
import { missing, taken } from './refusals.ts'
import { checkMayChangeUser, checkMayCreateUser, checkMayDeleteUser } from './rights.ts'

type User = Partial<RowOf<typeof user>>

const signInName = /^[A-Za-z0-9'._\-!#^~]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)$/
const longestSignInName = 113
const kinds: readonly string[] = ['Member', 'Guest']

async function checkSignInName(tx: ReadTx, tenantId: string, value: unknown, faults: Faults): Promise<void> {
  if (value === undefined || faults.has('userPrincipalName')) return
  const found = typeof value === 'string' && value.length <= longestSignInName ? signInName.exec(value) : null
  if (found === null) return faults.add('userPrincipalName', 'Property userPrincipalName is invalid.')
  const domain = found[1]?.toLowerCase()
  const own = await tx.get(tenant, tenantId)
  const domains = [own?.defaultDomain, ...(own?.verifiedDomains ?? []).map(({ name }) => name)]
  if (!domains.some((name) => name?.toLowerCase() === domain))
    faults.add(
      'userPrincipalName',
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    )
}

async function checkFree(tx: ReadTx, userPrincipalName: string, exceptId?: string): Promise<void> {
  const found = await tx.find(user, { userPrincipalName }, 2)
  if (found.some(({ id }) => id !== exceptId)) throw taken('userPrincipalName')
}

function checkPassword({ passwordProfile }: User, faults: Faults): void {
  if (passwordProfile == null || faults.has('passwordProfile')) return
  if (typeof passwordProfile.password === 'string' && passwordProfile.password !== '') return
  faults.add('passwordProfile/password', 'A password must be specified to create a new user.')
}

function checkTexts(row: User, faults: Faults): void {
  checkDisplayName(row.displayName, faults)
  checkMailNickname(row.mailNickname, faults)
  if (row.userType != null && !kinds.includes(row.userType))
    faults.add('userType', `'${row.userType}' is not one of: ${kinds.join(', ')}.`)
}

/** Properties whose values a record shows: all but the password, which nothing shows. */
const recorded = Object.keys(user.props).filter((name) => name !== 'passwordProfile')

/** Microsoft records what is done to an account and to its password by themselves. */
async function recordUpdate(context: WriteContext, before: RowOf<typeof user>, patch: User): Promise<void> {
  const named = { ...before, ...patch }
  const changes = changesOf(
    before,
    patch,
    Object.keys(patch).filter((name) => recorded.includes(name)),
  )
  if (changes.length > 0) await record(context, 'Update user', before.id, [userTarget(named, changes)])
  const { accountEnabled } = patch
  if (accountEnabled != null && accountEnabled !== before.accountEnabled)
    await record(context, accountEnabled ? 'Enable account' : 'Disable account', before.id, [userTarget(named)])
  if (patch.passwordProfile != null) await record(context, 'Reset user password', before.id, [userTarget(named)])
}

/** Names of the properties that a change sets to another value; where it changes nothing, of those that it sets. */
function changedBy(patch: User, before: User): string[] {
  const names = Object.keys(patch) as (keyof User)[]
  const changed = names.filter((name) => JSON.stringify(patch[name] ?? null) !== JSON.stringify(before[name] ?? null))
  if (changed.length > 0) return changed
  // An answer that is sent back changes nothing; a sensitive property that is sent alone is meant.
  const others = names.filter((name) => !Object.hasOwn(sensitiveProperties, name))
  return others.length > 0 ? others : names
}

/** A user may be named by id or by sign-in name. Throws `notFound` for anything else. */
async function locate({ tx }: ReadContext, key: string): Promise<{ id: string }> {
  const [found] = await tx.find(user, { userPrincipalName: key }, 1)
  if (found === undefined) throw missing(key)
  return { id: found.id }
}

export const userBehaviour: Behaviour = behaviour(user, {
  // Below a group or a role, members are found by id only.
  locate: async (context, from, nav, key) =>
    from === undefined ? locate(context, key) : hiddenMember(context, from, nav, key),
  scope: hiddenScope,

  async beforeCreate(context, { draft, faults }) {
    const { tx, ids, now, actor } = context
    await checkMayCreateUser(context)
    checkTexts(draft, faults)
    checkPassword(draft, faults)
    await checkSignInName(tx, actor.tenantId, draft.userPrincipalName, faults)
    faults.throwIfAny()
    await checkFree(tx, draft.userPrincipalName as string)
    return {
      row: { ...draft, id: ids.mint(), createdDateTime: now, passwordProfile: null },
      whenStored: (row) => record(context, 'Add user', row.id, [userTarget(row, changesOf({}, row, recorded))]),
    }
  },

  async beforeUpdate(context, { before, patch, faults }) {
    const { tx, actor } = context
    await checkMayChangeUser(context, before.id, changedBy(patch, before))
    checkKept(patch, ['displayName', 'mailNickname', 'accountEnabled', 'userPrincipalName'], faults)
    checkTexts(patch, faults)
    await checkSignInName(tx, actor.tenantId, patch.userPrincipalName, faults)
    faults.throwIfAny()
    if (patch.userPrincipalName != null) await checkFree(tx, patch.userPrincipalName, before.id)
    await recordUpdate(context, before, patch)
    if (patch.accountEnabled === false) await creatorChanged(context, before.id)
    const { passwordProfile: _, ...kept } = patch
    return kept
  },

  async remove(context, { row }) {
    await checkMayDeleteUser(context, row.id)
    await record(context, 'Delete user', row.id, [userTarget(row)])
    await dismiss(context.tx, row.id)
    await removeWhole(context.tx, user, row.id)
    await creatorChanged(context, row.id)
  },
})

export const signedInUserBehaviour: Behaviour = behaviour(signedInUser, {
  async locate(context) {
    const { tx, actor } = context
    if (actor.kind !== 'user' || actor.userId === undefined)
      throw new AppError('invalid', '/me request is only valid with delegated authentication flow.', {
        code: 'BadRequest',
      })
    if ((await tx.get(user, actor.userId)) === undefined) throw missing(actor.userId)
    return { id: actor.userId }
  },
})
