/** Which permissions a verb on a type requires, and whether the verb exists there. */
import { AppError, type Lack, lacking } from '#base/errors.ts'
import type { Dialect, EntityType, Evidence, Guard, Verb } from '#edm/define.ts'
import { isServed } from '#edm/documents/capabilities.ts'
import { refuse } from '#edm/ports.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { Caller } from './caller.ts'

const collectionVerbs: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'create', PATCH: 'patchMember' }
const entityVerbs: Readonly<Record<string, Verb>> = { GET: 'get', PATCH: 'update', PUT: 'replace', DELETE: 'delete' }
const collectionRefVerbs: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'link', DELETE: 'unlink' }
const entityRefVerbs: Readonly<Record<string, Verb>> = { GET: 'get', DELETE: 'unlink' }
const singleRefVerbs: Readonly<Record<string, Verb>> = { GET: 'get', PUT: 'link', DELETE: 'unlink' }

export function isCollection(step: PathStep): boolean {
  return step.many && step.key === undefined
}

function verbsAt(step: PathStep, ref: boolean): Readonly<Record<string, Verb>> {
  if (ref && !step.many) return singleRefVerbs
  if (ref) return isCollection(step) ? collectionRefVerbs : entityRefVerbs
  return isCollection(step) ? collectionVerbs : entityVerbs
}

/** Methods that are served here, for the header `Allow`: not those answered 501 or refused by strict mode. */
export function allowAt(step: PathStep, strict: boolean, ref = false): string {
  const isAllowed = (evidence: Evidence | undefined) => isServed(evidence) && !(strict && evidence === 'ours')
  const there = Object.entries(verbsAt(step, ref)).filter(([, verb]) => isAllowed(step.can[verb]))
  return there.map(([method]) => method).join(', ')
}

/**
 * The verb a method stands for at the end of a path. Throws `notAllowed` with `Allow` where the model has none,
 * `unsupported` where Graph has one and we do not yet, `invalid` in strict mode for what only we serve.
 */
export function verbOf(method: string, step: PathStep, strict: boolean, ref = false): Verb {
  const verbs = verbsAt(step, ref)
  const verb = Object.hasOwn(verbs, method) ? verbs[method] : undefined
  const evidence = verb === undefined ? undefined : step.can[verb]
  if (verb === undefined || evidence === undefined) {
    throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
      headers: { Allow: allowAt(step, strict, ref) },
    })
  }
  if (evidence === 'later') throw new AppError('unsupported', `Relata does not serve ${method} on '${step.name}' yet.`)
  if (strict && evidence === 'ours') {
    throw new AppError('invalid', step.nav?.strictly?.[verb] ?? 'Invalid request', { check: 'strict' })
  }
  return verb
}

/** `Allow` where nothing can be changed. */
export function readsAt(step: PathStep, strict: boolean): string {
  return allowAt(step, strict).split(', ').includes('GET') ? 'GET' : ''
}

/** Throws `notAllowed` for any method but GET: at a count or a narrowed collection there is nothing to change. */
export function checkReads(method: string, allow: string): void {
  if (method === 'GET') return
  throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
    headers: { Allow: allow },
  })
}

/** Whether the path leads through a link below which nothing is written; `whole`: its last step counts too. */
export function isForReading(steps: readonly PathStep[], whole = false): boolean {
  return (whole ? steps : steps.slice(0, -1)).some(({ nav }) => nav?.many === false && nav.forReading === true)
}

const reads: ReadonlySet<Verb> = new Set<Verb>(['list', 'get'])

export function isReading(verb: Verb): boolean {
  return reads.has(verb)
}

const texts: Readonly<Record<Dialect, string>> = {
  onedrive: 'The current user has insufficient permissions to perform this operation.',
  directory: 'Insufficient privileges to complete the operation.',
  capital: 'Insufficient privileges to complete the operation.',
  graph: 'The user (principal) does not have the required permissions to perform the specified action on the resource.',
}

const spec = 'protocol.md §1.5'

function refusal(layer: Lack['layer'], type: EntityType, wanted: readonly string[], held: ReadonlySet<string>) {
  return lacking(texts[type.dialect ?? 'graph'], { layer, wanted, held: [...held] }, { spec })
}

const none: ReadonlySet<string> = new Set()

function anyOf(asked: readonly string[], held: ReadonlySet<string>): boolean {
  return asked.some((one) => held.has(one))
}

/** Refuses unless the token holds one of the permissions; undefined: none is asked for. */
function checkHolds(caller: Caller, type: EntityType, asked: readonly string[] | undefined): void {
  const { permissions } = caller.actor
  if (asked === undefined || anyOf(asked, permissions)) return
  refuse(caller, refusal('permission', type, asked, permissions))
}

/** Refuses an actor of another tenant whose current roles in this one do not give access to the type. */
export function checkDelegated(caller: Caller, type: EntityType, verb: Verb): void {
  const { homeTenantId, roles = none } = caller.actor
  if (homeTenantId === undefined) return
  const asked = (isReading(verb) ? type.delegated?.read : type.delegated?.write) ?? []
  if (!anyOf(asked, roles)) refuse(caller, refusal('delegation', type, asked, roles))
}

/** Whether `authorize` would let the caller read rows of the type. */
export function mayRead({ actor }: Caller, { scopes, delegated }: EntityType): boolean {
  const { homeTenantId, permissions, roles = none } = actor
  const holds = scopes === undefined || anyOf(scopes.read, permissions)
  return holds && (homeTenantId === undefined || anyOf(delegated?.read ?? [], roles))
}

/** The type with what the link or the root that leads to its rows asks for, where that says so. */
export function guardedBy(type: EntityType, entry: { readonly guard?: Guard } | undefined): EntityType {
  return entry?.guard === undefined ? type : { ...type, ...entry.guard }
}

/** Refuses unless the token holds one of the permissions of the type and, for another tenant's actor, a role does. */
export function authorize(caller: Caller, type: EntityType, verb: Verb): void {
  checkHolds(caller, type, isReading(verb) ? type.scopes?.read : type.scopes?.write)
  checkDelegated(caller, type, verb)
}

/** The same for an operation with permissions of its own; `verb` is the equivalent one. */
export function authorizeCall(
  caller: Caller,
  type: EntityType,
  verb: Verb,
  asked: readonly string[] | undefined,
): void {
  checkHolds(caller, type, asked)
  checkDelegated(caller, type, verb)
}
