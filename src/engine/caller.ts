/** Who asks, and what becomes of a refusal for want of rights. */
import type { Actor, ReadContext } from '#edm/ports.ts'
import type { PlainRequest } from './request.ts'
import type { Engine } from './session.ts'

/** With `pass` a refusal is told to it, else it is thrown. */
export interface Caller extends Pick<ReadContext, 'pass'> {
  readonly actor: Actor
}

export const callerOf = ({ lenient }: Engine, request: PlainRequest, actor: Actor): Caller =>
  lenient === undefined ? { actor } : { actor, pass: (refusal) => lenient.tell?.(refusal, request) }
