/** Errors in the form of Partner Center: events.md §2.3. */
import type { AppError } from '#base/errors.ts'
import { jsonType } from '#base/own-address.ts'

const source = 'Relata'

/** Codes of Partner Center's own list (events.md §2.3). It documents none for what is missing here. */
const codes: Readonly<Partial<Record<number, string>>> = { 400: '3000', 403: '2032', 404: '1000', 409: '3000' }

interface Refused {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `status`: as Graph would answer the error; `code`: what stands where Partner Center documents no code. */
export function refusalOf(
  error: AppError,
  { status, headers, code }: Omit<Refused, 'body'> & { readonly code: string },
): Refused {
  const { target } = error.facts
  const body =
    status === 429
      ? { statusCode: status, message: error.message }
      : { code: codes[status] ?? code, description: error.message, data: target === undefined ? [] : [target], source }
  return { status, headers: { ...headers, ...jsonType }, body: JSON.stringify(body) }
}
