/** The requests that this tab has sent, newest first. */

import { keep, keptList } from '../kit/kept.ts'
import type { Request } from './samples.ts'

export interface PastRequest extends Request {
  readonly status: number
  readonly at: string
}

const storageKey = 'relata.explorer'
const most = 50

export function pastRequests(): readonly PastRequest[] {
  return keptList<PastRequest>('tab', storageKey, 'method', 'path', 'at')
}

export function remember(request: PastRequest): readonly PastRequest[] {
  const all = [request, ...pastRequests()].slice(0, most)
  keep('tab', storageKey, all)
  return all
}
