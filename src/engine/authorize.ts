/** What the token must hold for a verb on a type, and whether the verb is there at all. */
import { AppError } from '#base/errors.ts'
import type { EntityType, Verb } from '#edm/define.ts'
import type { Actor } from '#edm/ports.ts'
import type { PathStep } from '#odata/path.ts'

const collectionVerbs: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'create', PATCH: 'patchMember' }
const entityVerbs: Readonly<Record<string, Verb>> = { GET: 'get', PATCH: 'update', PUT: 'replace', DELETE: 'delete' }
const collectionRefVerbs: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'link', DELETE: 'unlink' }
const entityRefVerbs: Readonly<Record<string, Verb>> = { GET: 'get', DELETE: 'unlink' }
const singleRefVerbs: Readonly<Record<string, Verb>> = { GET: 'get', PUT: 'link', DELETE: 'unlink' }

export const isCollection = (step: PathStep): boolean => step.many && step.key === undefined

const verbsAt = (step: PathStep, ref: boolean): Readonly<Record<string, Verb>> => {
  if (ref && !step.many) return singleRefVerbs
  if (ref) return isCollection(step) ? collectionRefVerbs : entityRefVerbs
  return isCollection(step) ? collectionVerbs : entityVerbs
}

/** Methods the model has here, for the header `Allow`. */
export const allowAt = (step: PathStep, ref = false): string => {
  const there = Object.entries(verbsAt(step, ref)).filter(([, verb]) => step.can[verb] !== undefined)
  return there.map(([method]) => method).join(', ')
}

/**
 * The verb a method stands for at the end of a path. Throws `notAllowed` with `Allow` where the model has none,
 * `unsupported` where Graph has one and we do not yet, `invalid` in strict mode for what only we serve.
 */
export const verbOf = (method: string, step: PathStep, strict: boolean, ref = false): Verb => {
  const verbs = verbsAt(step, ref)
  const verb = Object.hasOwn(verbs, method) ? verbs[method] : undefined
  const evidence = verb === undefined ? undefined : step.can[verb]
  if (verb === undefined || evidence === undefined) {
    throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
      headers: { Allow: allowAt(step, ref) },
    })
  }
  if (evidence === 'later') throw new AppError('unsupported', `Relata does not serve ${method} on '${step.name}' yet.`)
  if (strict && evidence === 'ours') {
    throw new AppError('invalid', step.nav?.strictly?.[verb] ?? 'Invalid request', { check: 'strict' })
  }
  return verb
}

/** Throws `notAllowed` for any method but GET: at a count or a narrowed collection there is nothing to change. */
export const checkReads = (method: string): void => {
  if (method === 'GET') return
  throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
    headers: { Allow: 'GET' },
  })
}

const reads: ReadonlySet<Verb> = new Set<Verb>(['list', 'get'])

/** Throws `forbidden` unless the token holds one of the permissions the type asks for. */
export const authorize = (actor: Actor, type: EntityType, verb: Verb): void => {
  checkHolds(actor, reads.has(verb) ? type.scopes?.read : type.scopes?.write)
}

/** Throws `forbidden` unless the token holds one of the permissions; undefined: none is asked for. */
export const checkHolds = (actor: Actor, asked: readonly string[] | undefined): void => {
  if (asked === undefined || asked.some((permission) => actor.permissions.has(permission))) return
  throw new AppError('forbidden', 'The current user has insufficient permissions to perform this operation.')
}
