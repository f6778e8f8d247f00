/** `relata snapshot`, and a world as one file: `relata export` and `relata import`. */
import { readFile, writeFile } from 'node:fs/promises'
import { call, need, ServerRefusal } from './call.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface Manifest {
  readonly name?: string
  readonly createdDateTime?: string
  readonly sizeBytes?: number
  readonly bytes?: number
}

const path = '/_relata/snapshots'

function pathOf(name: string): string {
  return `${path}/${encodeURIComponent(name)}`
}

export async function listSnapshots(target: Target, isJson: boolean): Promise<void> {
  const { value } = await call<{ value: readonly Manifest[] }>(target, { path })
  if (isJson) sayJson(value)
  else
    sayTable(
      value.map(({ name, createdDateTime, sizeBytes, bytes }) => [
        name,
        createdDateTime,
        `${sizeBytes ?? bytes} bytes`,
      ]),
      'no snapshots',
    )
}

export async function saveSnapshot(target: Target, name: string, isReplacing: boolean, isJson: boolean): Promise<void> {
  const body = { name, ...(isReplacing ? { replace: true } : {}) }
  const manifest = await call<Manifest>(target, { method: 'POST', path, body }).catch((error: unknown) => {
    const isInUse = error instanceof ServerRefusal && error.status === 409 && !isReplacing
    throw isInUse ? new Error(`${error.message.replace(/; 'replace'.*/, '')}\ntip: --replace saves over it`) : error
  })
  if (isJson) sayJson(manifest)
  else say(`saved ${name}`)
}

export async function loadSnapshot(target: Target, name: string): Promise<void> {
  await call(target, { method: 'POST', path: `${pathOf(name)}/load` })
  say(`loaded ${name}`)
}

export async function removeSnapshot(target: Target, name: string): Promise<void> {
  await call(target, { method: 'DELETE', path: pathOf(name) })
  say(`deleted ${name}`)
}

function queryOf(snapshot: string | undefined): string {
  return snapshot === undefined ? '' : `?${new URLSearchParams({ snapshot })}`
}

/** A file that is there stays, unless it is to be replaced. `snapshot`: instead of the world. */
export async function exportWorld(
  target: Target,
  { file, snapshot, isReplacing }: { file: string; snapshot: string | undefined; isReplacing: boolean },
): Promise<void> {
  const answer = await need(target, { path: `/_relata/export${queryOf(snapshot)}` })
  const bytes = Buffer.from(await answer.arrayBuffer())
  await writeFile(file, bytes, { flag: isReplacing ? 'w' : 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? new Error(`${file} is there already\ntip: --replace writes over it`) : error
    },
  )
  say(`wrote ${file} (${bytes.byteLength} bytes)`)
}

/** `snapshot`: becomes one of that name, and the world stays as it is. */
export async function importWorld(target: Target, file: string, snapshot: string | undefined): Promise<void> {
  const body = new Uint8Array(await readFile(file))
  await call(target, { method: 'POST', path: `/_relata/import${queryOf(snapshot)}`, body })
  say(snapshot === undefined ? `loaded ${file}` : `saved ${file} as the snapshot ${snapshot}`)
}
