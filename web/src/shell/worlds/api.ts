/** Worlds, snapshots and seeds: what the page asks and sends. */

import { wayBackPrefix } from '../../data/back/way-back.ts'
import { control, segment } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'

export interface World {
  readonly id: string
  readonly url: string
  readonly port?: number
  readonly createdDateTime: string
  readonly requestCount: number
  readonly idleSeconds: number
}

export interface Manifest {
  readonly name: string
  readonly world: string
  readonly createdDateTime: string
  readonly version: string
  readonly clock: { readonly now: string }
  readonly bytes: number
  readonly rows: Readonly<Record<string, number>>
}

export interface SeededTenant {
  readonly id: string
  readonly displayName: string
  readonly isNew: boolean
}

interface List<Item> {
  readonly value: readonly Item[]
}

const of = (world: string | undefined) => (world === undefined ? {} : { headers: { 'relata-world': world } })

export const worldsPlan = control<List<World>>('GET', '/worlds')
export const makeWorldPlan = (wish: object) => control<World>('POST', '/worlds', { body: wish })
export const endWorldPlan = (id: string) => control('DELETE', `/worlds/${segment(id)}`)
export const resetPlan = (world?: string) => control('POST', '/reset', { body: {}, ...of(world) })

export const snapshotsPlan = control<List<Manifest>>('GET', '/snapshots')
export const savePlan = (name: string, replace = false) =>
  control<Manifest>('POST', '/snapshots', { body: { name, ...(replace ? { replace } : {}) } })
export const loadPlan = (name: string) => control('POST', `/snapshots/${segment(name)}/load`, { body: {} })
export const forgetPlan = (name: string) => control('DELETE', `/snapshots/${segment(name)}`)

/** `snapshot` absent: the world itself. */
export const filePlan = (snapshot?: string) =>
  control<Blob>('GET', '/export', { query: { snapshot }, isFile: true, headers: { Accept: '*/*' } })
export const takeFilePlan = (file: Blob, snapshot?: string) =>
  control<Manifest>('POST', '/import', {
    query: { snapshot },
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
  })

export const seedPlan = (seed: unknown) => control<List<SeededTenant>>('POST', '/seed', { body: { seed } })

const worldEveryMs = 10_000

/** `isLive`: their counts are shown, of which the feed does not tell. */
export function useWorlds(isLive = false) {
  return useRead('worlds', [], worldsPlan, isLive ? { refetchInterval: worldEveryMs } : {})
}

export function useSnapshots() {
  return useRead('snapshots', [], snapshotsPlan, {
    select: ({ value }) => ({ value: value.filter(({ name }) => !name.startsWith(wayBackPrefix)) }),
  })
}

/** Names as the server takes them: lower-case letters, digits and hyphens. */
export function nameFrom(text: string, more = ''): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, (part) => [...part].map((one) => (more.includes(one) ? one : '-')).join(''))
    .replace(/^-+/, '')
    .slice(0, 60)
}

/** The rest of the pages are of the world that was. */
export const rowsTouched = ['relata.world-reset'] as const
export const worldsTouched = ['page.worlds-changed'] as const
export const snapshotsTouched = ['page.snapshots-changed'] as const
