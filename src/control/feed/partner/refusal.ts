/** Errors in the form of Partner Center: events.md §2.3. */
import { jsonType } from '#base/own-address.ts'

const source = 'Relata'

/** Codes of Partner Center's own list (events.md §2.3). It documents none for what is missing here. */
const codes: Readonly<Partial<Record<number, string>>> = { 400: '3000', 403: '2032', 404: '1000', 409: '3000' }

interface Refused {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What Graph would answer. Its code stands where Partner Center documents none. */
interface AsGraph extends Omit<Refused, 'body'> {
  readonly code: string
  readonly message: string
  readonly target?: string
}

export function refusalOf({ status, headers, code, message, target }: AsGraph): Refused {
  const body =
    status === 429
      ? { statusCode: status, message }
      : { code: codes[status] ?? code, description: message, data: target === undefined ? [] : [target], source }
  return { status, headers: { ...headers, ...jsonType }, body: JSON.stringify(body) }
}
