/** The errors of the directory in Graph's words; the codes are those of its dialect (protocol.md §1.5). */
import { AppError } from '#base/errors.ts'

/** For a value that must be unique, Graph answers 400, not 409. */
export function taken(property: string): AppError {
  const message = `Another object with the same value for property ${property} already exists.`
  return new AppError('invalid', message, {
    target: property,
    details: [{ code: 'ObjectConflict', message, target: property }],
  })
}

export function badRequest(message: string, target: string): AppError {
  return new AppError('invalid', message, { code: 'Request_BadRequest', target })
}

export function missing(key: string): AppError {
  return new AppError(
    'notFound',
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  )
}
