/**
 * People of a change of a tenant: those who are missing are added, and those who are there get the id and the names that are
 * given. Tokens name people by id, so a person who is known by the name gets the id that tokens have.
 */
import { AppError } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Actor, Tx } from '#edm/ports.ts'
import { membership } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { changesOf, record, userTarget } from '#workloads/directory/rules/audit-record.ts'
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import { group as termGroup, store as termStore } from '#workloads/term-store/types.ts'
import type { SeedPerson } from '../seed/format/seed-format.ts'
import { type SeedFacts, seedRoles } from '../seed/seed-facts.ts'
import { localPart, roleIdOf } from '../seed/seed-plan.ts'
import { addPerson, giveRole } from '../seed/seed-tenant.ts'

export interface PeopleFacts {
  readonly tx: Tx
  readonly facts: Pick<SeedFacts, 'ids' | 'roles'>
  readonly now: string
  /** For the log of the directory. */
  readonly actor: Actor
}

/** At least an id or a sign-in name. `path`: where it is in the change. */
export interface Given {
  readonly person: Partial<SeedPerson>
  readonly path: string
}

type User = RowOf<typeof user>

function recording({ tx, facts, now, actor }: PeopleFacts) {
  return { tx, ids: facts.ids, now, actor }
}

function replaced(ids: readonly string[] | null, from: string, to: string): string[] {
  return [...new Set((ids ?? []).map((id) => (id === from ? to : id)))]
}

/** Memberships, roles and the roles of the term store go with the person; records of the past keep the id of then. */
async function giveId(people: PeopleFacts, before: User, id: string): Promise<User> {
  const { tx } = people
  // No two have one name, and no link is without its person.
  await tx.update(user, before.id, { userPrincipalName: null })
  const after = await tx.insert(user, { ...before, id })
  for (const one of await tx.find(membership, { memberId: before.id }))
    await tx.update(membership, one.id, { memberId: id })
  for (const one of await tx.find(roleHolding, { userId: before.id }))
    await tx.update(roleHolding, one.id, { userId: id })
  for (const store of await tx.find(termStore, {}))
    if (store.administrators?.includes(before.id) === true)
      await tx.update(termStore, store.id, { administrators: replaced(store.administrators, before.id, id) })
  for (const one of await tx.find(termGroup, {}))
    if ([...(one.managers ?? []), ...(one.contributors ?? [])].includes(before.id))
      await tx.update(termGroup, one.id, {
        managers: replaced(one.managers, before.id, id),
        contributors: replaced(one.contributors, before.id, id),
      })
  await tx.remove(user, before.id)
  await record(recording(people), 'Delete user', before.id, [userTarget(before)])
  await record(recording(people), 'Add user', id, [
    userTarget(after, changesOf({}, { id, userPrincipalName: after.userPrincipalName })),
  ])
  return after
}

async function findWho({ tx }: PeopleFacts, { person, path }: Given): Promise<{ byId?: User; byName?: User }> {
  const { id, userPrincipalName } = person
  const byId = id === undefined ? undefined : await tx.get(user, id.toLowerCase())
  const [byName] = userPrincipalName === undefined ? [] : await tx.find(user, { userPrincipalName }, 1)
  if (byId !== undefined && byName !== undefined && byId.id !== byName.id)
    throw new AppError(
      'invalid',
      `'${userPrincipalName}' is the sign-in name of another person, whose id is '${byName.id}': the id '${byId.id}' belongs to '${byId.userPrincipalName}'.`,
      { target: path },
    )
  if (byId === undefined && id !== undefined && (await tx.get(group, id.toLowerCase())) !== undefined)
    throw new AppError('invalid', `'${id}' is the id of a group.`, { target: path })
  return { ...(byId === undefined ? {} : { byId }), ...(byName === undefined ? {} : { byName }) }
}

async function add(people: PeopleFacts, person: Partial<SeedPerson>, domain: string): Promise<string> {
  const { tx, facts, now } = people
  const id = person.id?.toLowerCase() ?? facts.ids.mint()
  // With an id alone, the id stands for the name until somebody changes it.
  const { userPrincipalName = `${id}@${domain}` } = person
  const whole = { ...person, id, userPrincipalName, displayName: person.displayName ?? localPart(userPrincipalName) }
  await addPerson(tx, whole, now)
  await record(recording(people), 'Add user', id, [userTarget(whole, changesOf({}, { userPrincipalName }))])
  return id
}

/** Returns the id of the person, who is then there as given. `domain`: of a name that has to be made up. */
export async function settlePerson(people: PeopleFacts, given: Given, domain: string): Promise<string> {
  const { tx } = people
  const { byId, byName } = await findWho(people, given)
  const { id: wanted, directoryRoles: _, ...named } = given.person
  const id = wanted?.toLowerCase()
  let row = byId ?? byName
  if (row === undefined) return add(people, given.person, domain)
  if (id !== undefined && row.id !== id) row = await giveId(people, row, id)
  const changes = changesOf(row, named)
  if (changes.length > 0) {
    await tx.update(user, row.id, named)
    await record(recording(people), 'Update user', row.id, [userTarget({ ...row, ...named }, changes)])
  }
  return row.id
}

export async function settlePeople(people: PeopleFacts, given: readonly SeedPerson[], domain: string): Promise<void> {
  const roles = seedRoles(people.facts)
  for (const [at, person] of given.entries()) {
    const id = await settlePerson(people, { person, path: `people/${at}` }, domain)
    for (const role of (person.directoryRoles ?? []).flatMap((name) => roleIdOf(name, roles) ?? []))
      await giveRole(people.tx, people.facts.ids, id, role)
  }
}

/** Ids behind ids, sign-in names and names of groups. Throws `invalid` for what is none of them. */
export async function storeAdministratorsIn(tx: Tx, references: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const [at, reference] of references.entries()) {
    if (reference === anyApplication) {
      found.push(anyApplication)
      continue
    }
    const id = reference.toLowerCase()
    const [byName] = await tx.find(user, { userPrincipalName: reference }, 1)
    const [byGroupName] = await tx.find(group, { displayName: reference }, 1)
    const row = (await tx.get(user, id)) ?? (await tx.get(group, id)) ?? byName ?? byGroupName
    if (row === undefined)
      throw new AppError('invalid', `'${reference}' is neither a person nor a group of this tenant.`, {
        target: `termStore/administrators/${at}`,
      })
    found.push(row.id)
  }
  return found
}
