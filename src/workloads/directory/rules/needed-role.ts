/** Which directory role somebody lacks for a change of the directory: for questions asked in advance (rights.ts decides). */
import type { Lack } from '#base/errors.ts'
import type { EntityType, Verb } from '#edm/define.ts'
import type { Actor, ReadContext, ReadTx } from '#edm/ports.ts'
import { directoryAudit } from '../audit.ts'
import { membership } from '../membership.ts'
import { group, user } from '../people.ts'
import { directoryRole, roleHolding } from '../roles.ts'
import {
  checkMayAppoint,
  checkMayChangeGroup,
  checkMayChangeMembers,
  checkMayChangeUser,
  checkMayCreateUser,
  checkMayDeleteUser,
  checkMayReadAudits,
} from './rights.ts'

interface Step {
  readonly target: EntityType
  readonly key: string | undefined
}

export interface AskedChange {
  readonly type: EntityType
  readonly verb: Verb
  readonly steps: readonly Step[]
}

/** The tokens of the question hold every permission. */
const everything = { has: () => true, [Symbol.iterator]: () => [][Symbol.iterator]() } as unknown as ReadonlySet<string>

function keyOf(steps: readonly Step[], type: EntityType): string {
  return steps.findLast(({ target, key }) => target.name === type.name && key !== undefined)?.key ?? ''
}

async function userId(tx: ReadTx, key: string): Promise<string> {
  return (await tx.find(user, { userPrincipalName: key }, 1))[0]?.id ?? key.toLowerCase()
}

async function checkGroup(context: ReadContext, verb: Verb, key: string): Promise<void> {
  const row = await context.tx.get(group, key.toLowerCase())
  if (verb === 'create') return checkMayChangeGroup(context, 'create', {})
  if (row !== undefined) await checkMayChangeGroup(context, verb === 'delete' ? 'delete' : 'update', row)
}

async function checkUser(context: ReadContext, verb: Verb, key: string): Promise<void> {
  if (verb === 'create') return checkMayCreateUser(context)
  const id = await userId(context.tx, key)
  // Without a body, an ordinary change is meant.
  await (verb === 'delete' ? checkMayDeleteUser(context, id) : checkMayChangeUser(context, id, []))
}

async function check(context: ReadContext, { type, verb, steps }: AskedChange): Promise<void> {
  const isRead = verb === 'list' || verb === 'get'
  if (type.name === directoryAudit.name) return checkMayReadAudits(context)
  if (isRead) return
  if (type.name === user.name) return checkUser(context, verb, keyOf(steps, user))
  if (type.name === group.name) return checkGroup(context, verb, keyOf(steps, group))
  if (type.name === membership.name) return checkMayChangeMembers(context, keyOf(steps, group).toLowerCase())
  if (type.name === directoryRole.name || type.name === roleHolding.name) await checkMayAppoint(context)
}

/** Undefined: nothing is lacking. */
export async function lackedRole(tx: ReadTx, person: Actor, asked: AskedChange): Promise<Lack | undefined> {
  const lacks: Lack[] = []
  const actor = { ...person, permissions: everything }
  const pass: NonNullable<ReadContext['pass']> = ({ facts }) => void (facts.lacks && lacks.push(facts.lacks))
  await check({ tx, actor, prefer: new Map(), strict: false, pass }, asked)
  return lacks.find(({ layer }) => layer === 'role')
}
