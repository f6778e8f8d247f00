/** Values that answers show differently from how rows store them: typed complex values, and members of evolvable enums. */

import { type Level, saidType } from './levels.ts'
import type { EnumType, Prop } from './props.ts'

/** In answers, represents the members declared after it (evolvable enums, protocol.md §1.6). */
export const sentinel = 'unknownFutureValue'

const membersByType = new WeakMap<EnumType, readonly string[]>()

/** The members of an evolvable enum that are declared after the sentinel; most enums have none. */
export function evolvableMembers(type: EnumType): readonly string[] {
  const known = membersByType.get(type)
  if (known !== undefined) return known
  const names = type.members.map(({ name }) => name)
  const at = names.indexOf(sentinel)
  const evolvable = at < 0 ? [] : names.slice(at + 1)
  membersByType.set(type, evolvable)
  return evolvable
}

/** Whether a value of the property may contain a member of an evolvable enum after the sentinel, at any depth. */
export function holdsEvolvable({ type }: Prop): boolean {
  if (typeof type === 'string') return false
  return type.kind === 'enum' ? evolvableMembers(type).length > 0 : Object.values(type.props).some(holdsEvolvable)
}

/** Whether a value of the property says its type, at any depth. */
export function isTyped({ type }: Prop, level?: Level): boolean {
  return (
    typeof type !== 'string' &&
    type.kind === 'complex' &&
    (saidType(type, level) !== undefined || Object.values(type.props).some((prop) => isTyped(prop, level)))
  )
}
