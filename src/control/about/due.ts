/** `GET /_relata/clock/due?top=`: what will happen by itself, the next first, and what has happened in this process. */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer } from '#base/own-address.ts'
import { byMethod, parametersIn } from '../request.ts'

export interface DueEntry {
  readonly tenantId: string
  /** `gdap.end`: what is to happen. */
  readonly kind: string
  /** Id of the row it happens to. */
  readonly subject: string
  /** Of the row, where it has a name. */
  readonly displayName?: string
  readonly dueDateTime: string
}

export interface Dues {
  /** In their order over all tenants. */
  due(most: number): Promise<readonly DueEntry[]>
  /** Newest first. */
  fired(most: number): Promise<readonly DueEntry[]>
}

const usualTop = 50
const mostTop = 1_000

function topIn(text: string | null): number {
  if (text === null) return usualTop
  const top = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (top >= 1 && top <= mostTop) return top
  throw new AppError('invalid', `'top' is a whole number from 1 to ${mostTop}.`, { target: 'top' })
}

export function dueHandler({ dues, now }: { readonly dues: Dues; readonly now: () => Date }): AddressHandler {
  return byMethod({
    GET: async ({ query }) => {
      const top = topIn(parametersIn(query, ['top']).get('top'))
      const due = await dues.due(top)
      return jsonAnswer({ now: now().toISOString(), due, fired: await dues.fired(top) })
    },
  })
}
