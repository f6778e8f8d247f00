/** GUIDs: recognise, normalise, mint. */
import { randomUUID } from 'node:crypto'

export interface Ids {
  mint(): string
}

export const randomIds: Ids = { mint: () => randomUUID() }

const guidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const anyGuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The GUID in lower case, or undefined when the text is not one. */
export const guidOf = (text: string): string | undefined => {
  if (guidForm.test(text)) return text
  return anyGuidForm.test(text) ? text.toLowerCase() : undefined
}
