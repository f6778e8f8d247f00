/** The requests that this tab has sent, newest first. */
import type { Request } from './samples.ts'

export interface PastRequest extends Request {
  readonly status: number
  readonly at: string
}

const storageKey = 'relata.explorer'
const most = 50

export function pastRequests(): readonly PastRequest[] {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as readonly PastRequest[]
  } catch {
    return []
  }
}

export function remember(request: PastRequest): readonly PastRequest[] {
  const all = [request, ...pastRequests()].slice(0, most)
  sessionStorage.setItem(storageKey, JSON.stringify(all))
  return all
}
