/** Errors as values: a kind (what went wrong), a code where the thrower knows Graph's, never an HTTP status. */

export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'notAllowed'
  | 'conflict'
  | 'precondition'
  | 'tooLarge'
  | 'unsupportedMedia'
  | 'throttled'
  | 'unsupported'
  | 'unavailable'
  | 'internal'

/** One fault inside a larger error: `target` is a property path or a query option. */
export interface Fault {
  readonly code: string
  readonly message: string
  readonly target?: string
}

export interface ErrorFacts {
  /** Graph's string; when absent the wire layer picks the dialect's code for the kind. */
  readonly code?: string
  readonly target?: string
  readonly details?: readonly Fault[]
  /** A finer code, sent as `innerError.code`. */
  readonly inner?: string
  /** Extra response headers the kind calls for, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly kind: ErrorKind
  readonly facts: ErrorFacts

  constructor(kind: ErrorKind, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.kind = kind
    this.facts = facts
  }
}

/** What the store reports; the engine, which knows the operation, puts Graph's words on it. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly kind: 'conflict' | 'precondition' | 'unavailable'
  /** `unique`, `reference`, `version`, `busy`, … */
  readonly reason: string

  constructor(kind: StoreError['kind'], reason: string, cause?: unknown) {
    super(`${kind}: ${reason}`, { cause })
    this.kind = kind
    this.reason = reason
  }
}

/** Collects the faults of one body so that all of them are reported at once. */
export class Faults {
  readonly #list: Fault[] = []
  readonly #code: string

  /** `code` is used for each fault that does not name its own. */
  constructor(code = 'invalidRequest') {
    this.#code = code
  }

  add(target: string, message: string, code = this.#code): void {
    this.#list.push({ code, message, target })
  }

  /** Whether a fault at this target, or inside it, is known already. */
  has(target: string): boolean {
    return this.#list.some((fault) => fault.target === target || fault.target?.startsWith(`${target}/`))
  }

  get any(): boolean {
    return this.#list.length > 0
  }

  /** Throws one `invalid` error that carries every fault; the first gives message and target. */
  throwIfAny(): void {
    const [first] = this.#list
    if (first === undefined) return
    throw new AppError('invalid', first.message, {
      code: first.code,
      ...(first.target === undefined ? {} : { target: first.target }),
      details: [...this.#list],
    })
  }
}

/** For what only our own mistake can make false; always becomes a 500. */
export function invariant(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${text}`)
}
