/**
 * `/_relata/term-store/roles`: the administrators of the term store, and the managers and contributors of its groups,
 * which Graph does not expose. In a registry a change requires a token and the right to it.
 */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import type { Actor } from '#edm/ports.ts'
import { byMethod, readMembers, textMember } from '../request.ts'

const lists = ['administrators', 'managers', 'contributors'] as const

export interface RoleChange {
  readonly groupId?: string
  readonly administrators?: readonly string[]
  readonly managers?: readonly string[]
  readonly contributors?: readonly string[]
}

export interface TermStoreRoles {
  /** Throws `notFound` for an unknown tenant. */
  list(tenant: string): Promise<Json>
  /** `actor`: whose rights are checked; undefined: none are. */
  change(tenant: string, change: RoleChange, actor: Actor | undefined): Promise<Json>
}

export interface RolesParts {
  readonly roles: TermStoreRoles
  readonly registry: boolean
  /** Throws `unauthenticated` without a valid token. */
  readonly needActor: (request: OwnRequest) => Promise<Actor>
}

function listMember(members: Json, name: (typeof lists)[number]): readonly string[] | undefined {
  const value = members[name]
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' && one.trim() !== ''))
    return value.map((one: string) => one.trim())
  throw new AppError('invalid', `'${name}' is not a list of ids or sign-in names.`, { target: name })
}

function needTenant(tenant: string | undefined): string {
  if (tenant !== undefined && tenant !== '') return tenant
  throw new AppError('invalid', "'tenant' is needed: an id or a domain.", { target: 'tenant' })
}

function changeIn(members: Json): RoleChange {
  const groupId = textMember(members, 'groupId')
  const given = lists.flatMap((name) => {
    const list = listMember(members, name)
    return list === undefined ? [] : [[name, list] as const]
  })
  if (given.length === 0) throw new AppError('invalid', `One of ${lists.join(', ')} is needed.`)
  return { ...(groupId === undefined ? {} : { groupId: groupId.toLowerCase() }), ...Object.fromEntries(given) }
}

/** What the log says of a change: who held the roles before is in the log of the directory. */
function noteOf({ groupId, ...changed }: RoleChange, tenant: string | undefined): Readonly<Record<string, string>> {
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(groupId === undefined ? {} : { groupId }),
    ...Object.fromEntries(Object.entries(changed).map(([list, holders]) => [list, holders.join(' ')])),
  }
}

async function tenantOfActor(parts: RolesParts, request: OwnRequest, wanted: string | undefined) {
  const actor = await parts.needActor(request)
  return { tenant: wanted ?? actor.tenantId, actor }
}

export function rolesHandler(parts: RolesParts): AddressHandler {
  const { roles, registry } = parts
  return byMethod(
    {
      GET: async (request) => {
        const wanted = new URLSearchParams(request.query).get('tenant') ?? undefined
        if (!registry) return jsonAnswer(await roles.list(needTenant(wanted)))
        const { tenant, actor } = await tenantOfActor(parts, request, wanted)
        return jsonAnswer(await roles.change(tenant, {}, actor))
      },
      POST: async (request) => {
        const members = readMembers(request, ['tenant', 'groupId', ...lists])
        const wanted = textMember(members, 'tenant')
        const change = changeIn(members)
        request.noted?.(noteOf(change, wanted))
        if (!registry) return jsonAnswer(await roles.change(needTenant(wanted), change, undefined))
        const { tenant, actor } = await tenantOfActor(parts, request, wanted)
        return jsonAnswer(await roles.change(tenant, change, actor))
      },
    },
    registry ? parts.needActor : undefined,
  )
}
