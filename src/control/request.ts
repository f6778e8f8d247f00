/** What all control addresses have in common: methods and JSON bodies. */
import { AppError } from '#base/errors.ts'
import type { AddressHandler, OwnAnswer, OwnRequest } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import { shortText } from '#base/text/short-text.ts'

/**
 * One handler for each method; another method is refused with the list of allowed ones. `needAsker` throws for who may not
 * send a body; the handlers ask again, as they have to know who it is.
 */
export function byMethod(
  handlers: Readonly<Partial<Record<'GET' | 'POST' | 'PATCH' | 'DELETE', AddressHandler>>>,
  needAsker?: (request: OwnRequest) => Promise<unknown>,
): AddressHandler {
  const allowed = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  const handlerFor = (request: OwnRequest): AddressHandler => {
    const { method } = request
    const handler = Object.hasOwn(handlers, method) ? handlers[method as keyof typeof handlers] : undefined
    if (handler === undefined)
      throw new AppError('notAllowed', `The method ${method} is not allowed here.`, {
        headers: { Allow: allowed.join(', ') },
      })
    if (method !== 'GET') checkSameSite(request)
    return handler
  }
  const handle = async (request: OwnRequest): Promise<OwnAnswer> => handlerFor(request)(request)
  return Object.assign(handle, {
    admit: async (request: OwnRequest): Promise<void> => {
      handlerFor(request)
      await needAsker?.(request)
    },
  })
}

export function textOf({ body }: OwnRequest): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body ?? new Uint8Array())
  } catch (cause) {
    throw new AppError('invalid', 'The request body is not UTF-8 text.', { cause })
  }
}

/** The body as JSON. `wanted`: what it should be. */
export function jsonIn(request: OwnRequest, wanted = 'The body is a JSON object.'): unknown {
  const text = textOf(request)
  if (text.trim() === '') throw new AppError('invalid', `The request has no body. ${wanted}`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid', `The request body is not JSON. ${wanted}`, { cause })
  }
}

/** The body as a JSON object with no other members than these. */
export function readMembers(request: OwnRequest, known: readonly string[]): Readonly<Record<string, unknown>> {
  const wanted = `The body is a JSON object with ${known.map((name) => `'${name}'`).join(', ')}.`
  const value = jsonIn(request, wanted)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid', `The request body is not a JSON object. ${wanted}`)
  const stray = Object.keys(value).find((name) => !known.includes(name))
  if (stray !== undefined)
    throw new AppError('invalid', `'${shortText(stray)}' is not known here. ${wanted}`, { target: stray })
  return value as Readonly<Record<string, unknown>>
}

/** An optional member that has to be text. */
export function textMember(members: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  throw new AppError('invalid', `'${name}' is not a text, or it is empty.`, { target: name })
}

/** The query, where each parameter may be given once. Throws `invalid` for others than these. */
export function parametersIn(query: string, known: readonly string[]): URLSearchParams {
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys()) {
    if (!known.includes(name)) {
      const others = known.length === 0 ? '' : ` ${known.length === 1 ? 'There is' : 'There are'} ${known.join(', ')}.`
      throw new AppError('invalid', `'${shortText(name)}' is not known here.${others}`, { target: name })
    }
    if (parameters.getAll(name).length > 1)
      throw new AppError('invalid', `'${name}' is given more than once.`, { target: name })
  }
  return parameters
}
