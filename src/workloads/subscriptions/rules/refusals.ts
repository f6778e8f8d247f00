/** The errors of subscriptions: events.md §3.7. Codes that are not named are those of the dialect. */
import { AppError, lacking } from '#base/errors.ts'
import { shortText } from '#base/text/short-text.ts'

const spec = 'events.md §3.7'

export function invalid(target: string, message: string): AppError {
  return new AppError('invalid', message, { target, spec })
}

export function unknownSubscription(id: string): AppError {
  return new AppError('notFound', `The subscription '${shortText(id)}' does not exist.`, { spec })
}

export function unknownResource(resource: string): AppError {
  return new AppError('notFound', `There is no '${shortText(resource)}' to be watched.`, { target: 'resource', spec })
}

export function tooMany(most: number): AppError {
  const message = `An application may have ${most} subscriptions in a tenant, and this one has them.`
  return new AppError('forbidden', message, { check: 'limit.subscriptions', spec })
}

const mayNotRead = 'The caller may not read the resource, and so may not be told of its changes.'

export function notReadable(wanted: readonly string[], held: ReadonlySet<string>): AppError {
  return lacking(mayNotRead, { layer: 'permission', wanted, held: [...held] }, { spec })
}

/** `wanted`: the group of the partner that the user is not in. */
export function notAgent(wanted: string): AppError {
  return lacking(mayNotRead, { layer: 'role', wanted: [wanted], held: [] }, { spec })
}
