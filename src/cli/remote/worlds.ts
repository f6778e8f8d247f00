/** `relata world` and `relata reset`. */
import { call } from './call.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface ShownWorld {
  readonly id: string
  readonly url: string
  readonly createdDateTime: string
  readonly requestCount: number
  readonly idleSeconds: number
}

const path = '/_relata/worlds'

function pathOf(id: string): string {
  return `${path}/${encodeURIComponent(id)}`
}

function rowOf({ id, url, createdDateTime, requestCount, idleSeconds }: ShownWorld) {
  return [id, url, createdDateTime, `${requestCount} requests`, `idle for ${idleSeconds} s`]
}

export async function listWorlds(target: Target, isJson: boolean): Promise<void> {
  const { value } = await call<{ value: readonly ShownWorld[] }>(target, { path })
  if (isJson) sayJson(value)
  else sayTable(value.map(rowOf), 'no worlds')
}

export async function showWorld(target: Target, id: string, isJson: boolean): Promise<void> {
  const world = await call<ShownWorld>(target, { path: pathOf(id) })
  if (isJson) sayJson(world)
  else sayTable([rowOf(world)], '')
}

export interface NewWorld {
  readonly id?: string
  readonly from?: string
  readonly seed?: unknown
  readonly clock?: string
  readonly ids?: number
  readonly port?: number
}

/** Prints the id alone, so that a shell can take it; the address where the world has its own port. */
export async function addWorld(target: Target, body: NewWorld, isJson: boolean): Promise<void> {
  const world = await call<ShownWorld>(target, { method: 'POST', path, body })
  if (isJson) sayJson(world)
  else say(body.port === undefined ? world.id : `${world.id} ${world.url}`)
}

export async function removeWorld(target: Target, id: string): Promise<void> {
  await call(target, { method: 'DELETE', path: pathOf(id) })
  say(`ended ${id}`)
}

export async function reset(target: Target): Promise<void> {
  await call(target, { method: 'POST', path: '/_relata/reset' })
  say(`reset ${target.world ?? 'default'}`)
}
