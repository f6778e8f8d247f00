/** One operation of a control address, as its document describes it. */
import type { DocumentSchema } from './schemas.ts'

export interface Operation {
  readonly summary: string
  /** Parameters of the query. */
  readonly query?: Readonly<Record<string, DocumentSchema & { readonly isNeeded?: true }>>
  /** Of the JSON body; `binary`: a file; a body that may be left out has `isOptional`. */
  readonly body?: DocumentSchema | 'binary'
  readonly isBodyOptional?: true
  /** The good answer. Absent: 204. */
  readonly answer?: {
    readonly status?: 200 | 201 | 202
    /** Absent: JSON. */
    readonly type?: string
    readonly schema: DocumentSchema
  }
  /** Statuses of refusals beside those that follow from the address and the body. */
  readonly refusals?: readonly number[]
  /** Only in the stand-in. */
  readonly isStandInOnly?: true
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export type Operations = Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>
