/** Errors as values: a kind (what went wrong), a code where the thrower knows Graph's, never an HTTP status. */

export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'notAllowed'
  | 'notAcceptable'
  | 'conflict'
  | 'gone'
  | 'precondition'
  | 'dependency'
  | 'tooLarge'
  | 'unsupportedMedia'
  | 'misdirected'
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

/** Of a refusal for want of rights: which layer refused, what it asks for (one is enough), and what the caller has. */
export interface Lack {
  /** `permission`: of the token. `role`: of the resource. `delegation`: what a relationship gives in another tenant. */
  readonly layer: 'token' | 'permission' | 'role' | 'delegation'
  readonly wanted: readonly string[]
  readonly held: readonly string[]
  /** Id of the group that the role is held in; absent: it is held for all. */
  readonly group?: string | undefined
}

export interface ErrorFacts {
  /** Graph's string; when absent the wire layer picks the dialect's code for the kind. */
  readonly code?: string
  readonly target?: string
  readonly details?: readonly Fault[]
  /** Further members of the error, of ours. */
  readonly more?: Readonly<Record<string, unknown>>
  /** A finer code, sent as `innerError.code`. */
  readonly inner?: string
  /** Extra response headers the kind calls for, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Stable name of the check that refused, `area.rule`; when absent the wire layer makes one of kind and code. */
  readonly check?: string
  /** Section of the specification the check follows, as in `protocol.md §1.8`. */
  readonly spec?: string
  readonly lacks?: Lack
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

/** `forbidden`, with a check named for the layer. */
export function lacking(message: string, lacks: Lack, facts: ErrorFacts = {}): AppError {
  return new AppError('forbidden', message, { check: `access.${lacks.layer}`, ...facts, lacks })
}

/** What the store reports; the engine, which knows the operation, puts Graph's words on it. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly kind: 'conflict' | 'precondition' | 'unavailable'
  /** `unique`, `reference`, `version`; of kind `unavailable` those of `troubles`. */
  readonly reason: string
  /** Of the reason `tenant`: the tenant that is not there. */
  readonly tenantId: string | undefined

  constructor(kind: StoreError['kind'], reason: string, cause?: unknown, tenantId?: string) {
    super(`${kind}: ${reason}`, { cause })
    this.kind = kind
    this.reason = reason
    this.tenantId = tenantId
  }
}

/** The tenant is not there, or not any more. */
export function noTenant(tenantId: string): StoreError {
  return new StoreError('precondition', 'tenant', undefined, tenantId)
}

/** Why a database cannot answer, in words: for answers, for the log and for commands that end with it. */
export interface Trouble {
  readonly what: string
  /** What the client or the operator can do. */
  readonly cure: string
  /** It is the load or the request, and not the state of the database: the next request may be answered. */
  readonly isPassing?: true
}

const troubles: Readonly<Record<string, Trouble>> = {
  busy: { what: 'The database is busy.', cure: 'Try again.', isPassing: true },
  elsewhere: { what: 'Another process is writing in this tenant.', cure: 'Try again.', isPassing: true },
  closed: { what: 'The server is stopping.', cure: 'Try again.', isPassing: true },
  gone: { what: 'The client has closed the connection.', cure: 'Try again.', isPassing: true },
  timeout: {
    what: 'The database did not answer within the time limit of a request, and was stopped.',
    cure: 'Ask for less at once, or try again later.',
    isPassing: true,
  },
  readers: { what: 'No process could read for this request.', cure: 'Try again.', isPassing: true },
  crowded: {
    what: 'Too many costly reads are waiting.',
    cure: 'Try again, with fewer of them at once.',
    isPassing: true,
  },
  locked: {
    what: 'A table or a row of the database is locked by another session.',
    cure: 'Try again, or end that session.',
    isPassing: true,
  },
  pool: {
    what: 'All connections of this server to the database are in use.',
    cure: 'Try again, or raise --database-connections.',
    isPassing: true,
  },
  commit: {
    what: 'The database failed during the commit, so it is not known whether the change was made.',
    cure: 'Read before you send it again.',
    isPassing: true,
  },
  connection: {
    what: 'The database cannot be reached.',
    cure: 'Start the database, or correct its address; requests are answered again as soon as it can be reached.',
  },
  silent: { what: 'The database does not answer.', cure: 'Look at the load and the log of the database.' },
  starting: { what: 'The database is starting or shutting down.', cure: 'Try again.' },
  standby: {
    what: 'The database server is a standby, which takes no writes.',
    cure: 'Promote it, or give the address of the primary.',
  },
  connections: {
    what: 'The database takes no more connections.',
    cure: 'Raise max_connections of PostgreSQL, or lower --database-connections of the servers.',
  },
  full: {
    what: 'The disk of the database is full; nothing of this request was stored.',
    cure: 'Free some space on the disk of the database.',
  },
  readOnly: {
    what: 'The database is read-only.',
    cure: 'Let the user of the server write to the file and its folder, or with PostgreSQL, to the database.',
  },
  storage: {
    what: 'The database cannot read or write its files.',
    cure: 'Check the disk, the rights to the files, and the log of the database.',
  },
  damaged: { what: 'The database is damaged.', cure: 'Stop the server, run relata check, and restore a backup.' },
  deleted: {
    what: 'The file of the database has been deleted while the server runs.',
    cure: 'Stop the server and restore a backup.',
  },
  dropped: {
    what: 'The temporary folder with the data of this server (--in-memory) has been deleted, and the data with it.',
    cure: 'Restart the server, which begins anew; no backup is needed.',
  },
  replaced: {
    what: 'The file of the database has been replaced while the server runs.',
    cure: 'Restart the server.',
  },
  missing: {
    what: 'The database, its schema or one of its tables does not exist.',
    cure: 'Correct the address, or restore a backup and restart the server.',
  },
  denied: {
    what: 'The database refuses the user of this server, or denies it a right.',
    cure: 'Correct the user, the password or the rights of the user.',
  },
  certificate: {
    what: 'A TLS connection to the database cannot be made.',
    cure: 'Check sslmode and sslrootcert in its address, and the certificate of the database.',
  },
}

const unknown: Trouble = { what: 'The database cannot answer.', cure: 'Try again.' }

/** By the reason of a `StoreError` of kind `unavailable`. */
export function troubleOf(reason: string): Trouble {
  return Object.hasOwn(troubles, reason) ? (troubles[reason] ?? unknown) : unknown
}

/** Seconds after which a client is told to try again: what passes by itself, and what somebody has to mend. */
const soon = '2'
const later = '10'

/** For a database that cannot answer now: why, and what helps. */
export function busy(cause: StoreError): AppError {
  const { what, cure, isPassing } = troubleOf(cause.reason)
  const headers = { 'Retry-After': isPassing === true ? soon : later }
  return new AppError('unavailable', `${what} ${cure}`, { cause, headers })
}

/** For a client that sends more than it may (protocol.md §1.13). */
export function throttled(seconds: number): AppError {
  return new AppError('throttled', 'The request has been throttled. Try again after the seconds in Retry-After.', {
    inner: 'throttledRequest',
    headers: { 'Retry-After': `${seconds}` },
    check: 'rate.limit',
    spec: 'protocol.md §1.13',
  })
}

/** Collects the faults of one body so that all of them are reported at once, and the members that are not acted on. */
export class Faults {
  #list: Fault[] = []
  /** Members that are not acted on: a fault only beside others, as a misspelt name is often what another one follows from. */
  #ignored: Fault[] = []
  #prefix = ''
  readonly #code: string
  readonly #noteIgnored: ((target: string) => void) | undefined

  /**
   * `code` is used for each fault that does not name its own. `noteIgnored` takes the path of each member that is not
   * acted on; without it such a member is a fault.
   */
  constructor(code = 'invalidRequest', noteIgnored?: (target: string) => void) {
    this.#code = code
    this.#noteIgnored = noteIgnored
  }

  /** The same collection for a part of the body: targets begin with the given one. */
  within(target: string): Faults {
    const part = new Faults(this.#code, this.#noteIgnored)
    part.#list = this.#list
    part.#ignored = this.#ignored
    part.#prefix = `${this.#prefix}${target}/`
    return part
  }

  add(target: string, message: string, code = this.#code): void {
    this.#list.push(this.#fault(target, message, code))
  }

  #fault(target: string, message: string, code: string): Fault {
    const at = target === '' ? this.#prefix.slice(0, -1) : this.#prefix + target
    return at === '' ? { code, message } : { code, message, target: at }
  }

  /** For a member that is not acted on. `why` is the message where nothing may be ignored. */
  ignore(target: string, why: string): void {
    if (this.#noteIgnored === undefined) {
      this.add(target, why)
      return
    }
    this.#ignored.push(this.#fault(target, why, this.#code))
    this.#noteIgnored(this.#prefix + target)
  }

  /** Whether a fault at this target, or inside it, is known already. */
  has(target: string): boolean {
    const whole = this.#prefix + target
    return this.#list.some((fault) => fault.target === whole || fault.target?.startsWith(`${whole}/`))
  }

  get any(): boolean {
    return this.#list.length > 0
  }

  /** Throws one `invalid` error that carries every fault, then what was ignored; the first gives message and target. */
  throwIfAny(): void {
    const [first] = this.#list
    if (first === undefined) return
    throw new AppError('invalid', first.message, {
      code: first.code,
      ...(first.target === undefined ? {} : { target: first.target }),
      details: [...this.#list, ...this.#ignored],
    })
  }
}

/** For what only our own mistake can make false; always becomes a 500. */
export function invariant(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${text}`)
}
