/** The method that is meant: clients of SharePoint send changes as POST, with the method in a header (exchange.md §13.6). */
import { AppError } from '#base/errors.ts'
import type { RestRequest } from '../request.ts'

const meant: ReadonlyMap<string, string> = new Map([
  ['PATCH', 'PATCH'],
  ['MERGE', 'PATCH'],
  ['DELETE', 'DELETE'],
  ['POST', 'POST'],
])

/** Throws `invalid` for a header that names another method. */
export function methodOf({ method, headers }: Pick<RestRequest, 'method' | 'headers'>): string {
  const told = headers['x-http-method']
  if (method === 'MERGE') return 'PATCH'
  if (method !== 'POST' || told === undefined) return method
  const known = meant.get(told.trim().toUpperCase())
  if (known !== undefined) return known
  throw new AppError('invalid', `X-HTTP-Method is PATCH, MERGE or DELETE, not '${told.slice(0, 40)}'.`, {
    code: 'invalidRequest',
    target: 'X-HTTP-Method',
    check: 'sharepoint.method',
  })
}

/** Throws `notAllowed`. */
export function checkMethod(method: string, allowed: readonly string[]): void {
  if (allowed.includes(method)) return
  throw new AppError('notAllowed', `The method ${method.slice(0, 40)} is not allowed here.`, {
    code: 'invalidRequest',
    check: 'sharepoint.method',
    headers: {
      Allow: [...allowed.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])), 'OPTIONS'].join(', '),
    },
  })
}
