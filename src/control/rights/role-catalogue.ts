/** `/_relata/roles`: the catalogue of built-in roles, and a newer one from a list of roles (events.md §8.5). */
import { isCalendarDay } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import type { Actor } from '#edm/ports.ts'
import { byMethod, jsonIn, parametersIn } from '../request.ts'
import { askerOf } from '../tenants.ts'

export interface RolesWanted {
  /** Nothing is changed. */
  readonly dryRun: boolean
  /** An older list is taken, and one that withdraws most roles. */
  readonly force: boolean
  /** Day of a list that has none. */
  readonly asOf: string | undefined
}

/** `by`: who asks, for the log. All throw `AppError`. */
export interface RoleCatalogueControl {
  /** As a file of roles. */
  show(): Promise<Json>
  update(list: unknown, wanted: RolesWanted, by: string): Promise<Json>
}

export interface RoleCatalogueParts {
  readonly roles: RoleCatalogueControl
  /** Throws unless an operator asks. Absent: nobody needs to be one. */
  readonly needOperator?: (request: OwnRequest) => Promise<Actor>
}

function flagIn(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw new AppError('invalid', `'${name}' is true or false.`, { target: name })
}

function wantedIn(query: string): RolesWanted {
  const given = parametersIn(query, ['dryRun', 'force', 'asOf'])
  const asOf = given.get('asOf') ?? undefined
  if (asOf !== undefined && !(/^\d{4}-\d\d-\d\d$/.test(asOf) && isCalendarDay(asOf)))
    throw new AppError('invalid', `'${shortText(asOf)}' is not a day, such as 2026-08-21.`, { target: 'asOf' })
  return { dryRun: flagIn(given, 'dryRun'), force: flagIn(given, 'force'), asOf }
}

export function roleCatalogueHandler(parts: RoleCatalogueParts): AddressHandler {
  const { roles, needOperator } = parts
  return byMethod(
    {
      GET: async (request) => {
        await needOperator?.(request)
        parametersIn(request.query, [])
        return jsonAnswer(await roles.show())
      },
      POST: async (request) => {
        const { by } = await askerOf(parts, request)
        const wanted = wantedIn(request.query)
        return jsonAnswer(await roles.update(jsonIn(request, 'The body is a list of roles.'), wanted, by))
      },
    },
    needOperator,
  )
}
