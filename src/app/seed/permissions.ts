/** The permissions that the models and the rules ask for, so that the seeded applications hold every one of them. */
import { hiddenMembersPermission, passwordPermission } from '#workloads/directory/objects.ts'
import { models } from '#workloads/models.ts'

const asked = Object.values(models).flatMap(({ entities }) =>
  entities.flatMap(({ scopes, functions = {}, actions = {} }) => [
    ...(scopes?.read ?? []),
    ...(scopes?.write ?? []),
    ...[...Object.values(functions), ...Object.values(actions)].flatMap((facts) => facts.scopes),
  ]),
)

/** By Microsoft's names: `Sites.Read.All` and `User.ReadBasic.All` only read. */
function onlyReads(permission: string): boolean {
  return /\.Read(Basic)?\./.test(permission)
}

/** What people grant; Graph has no application permission of these names. */
const ofPeopleOnly: readonly string[] = ['Subscription.Read.All', 'User.Read', 'User.ReadWrite']

const all = [...new Set([...asked, hiddenMembersPermission, passwordPermission])]
  .filter((permission) => !ofPeopleOnly.includes(permission))
  .toSorted()

export const readPermissions: readonly string[] = all.filter(onlyReads)
export const writePermissions: readonly string[] = all.filter((permission) => !onlyReads(permission))
