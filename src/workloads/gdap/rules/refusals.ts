/** The errors of GDAP in the codes and words that were seen: gdap.md §4.2. */
import { AppError, type Faults, lacking } from '#base/errors.ts'

const issues = 'There were issue(s) with the input. See details for more information.'
const spec = 'gdap.md §4.2'
export const noContainer = 'The access container does not exist'

export function taken(target: string): AppError {
  return new AppError('conflict', 'The resource already exists.', { code: 'conflict', target, spec })
}

export function busy(): AppError {
  return new AppError('conflict', 'Another operation on it is still under way; wait until it has ended.', {
    code: 'conflict',
    spec,
  })
}

/** `methods`: the allowed ones, for the header `Allow`. */
export function notAllowed(message: string, methods: readonly string[]): AppError {
  return new AppError('notAllowed', message, { code: 'methodNotAllowed', headers: { Allow: methods.join(', ') }, spec })
}

export function gone(message: string): AppError {
  return new AppError('conflict', message, { code: 'conflict', spec })
}

export function malformedId(): AppError {
  return new AppError('invalid', 'The passed in delegatedAdminRelationshipId is invalid.', { code: 'badRequest', spec })
}

export function unknownRelationship(id: string): AppError {
  return new AppError('notFound', `The delegatedAdminRelationship '${id}' does not exist.`, { code: 'notFound', spec })
}

/** `wanted`: the group of the partner that the user is not in. */
export function denied(wanted: string): AppError {
  return lacking(
    'The user (principal) does not have the required permissions to perform the specified action on the resource.',
    { layer: 'role', wanted: [wanted], held: [] },
    { code: 'forbidden', spec: 'gdap.md §2.2' },
  )
}

/** A body with this one fault. */
export function invalid(target: string, message: string): AppError {
  return new AppError('invalid', issues, {
    code: 'badRequest',
    spec,
    target,
    details: [{ code: 'badRequest', target, message }],
  })
}

/**
 * Throws all faults of a body as one error. Clients search the message for the text of a missing group
 * (gdap.md §4.2), so if that is the only fault, its text is the message.
 */
export function throwIssues(faults: Faults): void {
  try {
    faults.throwIfAny()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const [first, ...others] = error.facts.details ?? []
    const alone = others.length === 0 && first?.message.startsWith(noContainer) === true
    throw new AppError('invalid', alone ? error.message : issues, { ...error.facts, code: 'badRequest', spec })
  }
}
