/** Values that answers show differently from how rows store them: typed complex values, and late enum members. */

import { type Level, saidType } from './levels.ts'
import type { EnumType, Prop } from './props.ts'

/** In answers, represents every member declared after it (Graph's evolvable enums, protocol.md §1.6). */
export const sentinel = 'unknownFutureValue'

const lateNames = new WeakMap<EnumType, readonly string[]>()

/** Members declared after the sentinel; most enums have none. */
export function lateMembers(type: EnumType): readonly string[] {
  const known = lateNames.get(type)
  if (known !== undefined) return known
  const names = type.members.map(({ name }) => name)
  const at = names.indexOf(sentinel)
  const late = at < 0 ? [] : names.slice(at + 1)
  lateNames.set(type, late)
  return late
}

/** Whether a value of the property may hold late members, at any depth. */
export function mayBeLate({ type }: Prop): boolean {
  if (typeof type === 'string') return false
  return type.kind === 'enum' ? lateMembers(type).length > 0 : Object.values(type.props).some(mayBeLate)
}

/** Whether a value of the property says its type, at any depth. */
export function isTyped({ type }: Prop, level?: Level): boolean {
  return (
    typeof type !== 'string' &&
    type.kind === 'complex' &&
    (saidType(type, level) !== undefined || Object.values(type.props).some((prop) => isTyped(prop, level)))
  )
}
