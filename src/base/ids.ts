/** GUIDs: recognise, normalise, mint. */
import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from './clock.ts'

export interface Ids {
  mint(): string
}

/**
 * RFC 9562 version 7: the milliseconds first, the rest random. Rows made together stand together in every index,
 * so that a commit touches fewer pages.
 */
export const timedIds = (clock: Clock): Ids => ({
  mint: () => {
    const millis = clock.now().getTime().toString(16).padStart(12, '0')
    return `${millis.slice(0, 8)}-${millis.slice(8, 12)}-7${randomUUID().slice(15)}`
  },
})

export const randomIds: Ids = timedIds(systemClock)

const guidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const anyGuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The GUID in lower case, or undefined when the text is not one. */
export const guidOf = (text: string): string | undefined => {
  if (guidForm.test(text)) return text
  return anyGuidForm.test(text) ? text.toLowerCase() : undefined
}
