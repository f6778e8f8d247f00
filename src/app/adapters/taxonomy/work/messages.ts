/** What the server and its process for taxonomies as files say to each other. */
import { AppError, type ErrorFacts, type ErrorKind } from '#base/errors.ts'
import type { Work } from './work.ts'

/** `fresh`: another piece of work begins, and nothing is left of the one before. */
export type WorkCall = { readonly fresh: true } | { readonly [K in keyof Work]: Call<K> }[keyof Work]

interface Call<K extends keyof Work> {
  readonly call: K
  readonly given: Parameters<Work[K]>[0]
}

export type WorkReply =
  /** The process is ready for its first call. */
  | { readonly ready: true }
  | { readonly value: unknown }
  | { readonly refused: { readonly kind: ErrorKind; readonly message: string; readonly facts: ErrorFacts } }
  /** A mistake of ours: its stack. */
  | { readonly failed: string }

export function failureReply(error: unknown): WorkReply {
  if (!(error instanceof AppError))
    return { failed: error instanceof Error ? (error.stack ?? error.message) : `${error}` }
  const { kind, message, facts } = error
  const { cause: _, ...plain } = facts
  return { refused: { kind, message, facts: plain } }
}

/** Throws what the process has thrown. */
export function valueIn(reply: Exclude<WorkReply, { ready: true }>): unknown {
  if ('value' in reply) return reply.value
  if ('failed' in reply) throw new Error(reply.failed)
  const { kind, message, facts } = reply.refused
  throw new AppError(kind, message, facts)
}
