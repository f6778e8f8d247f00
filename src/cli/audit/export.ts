/** `relata audit export`: what the address gives, as it comes. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { need } from '../remote/call.ts'
import type { Target } from '../remote/target.ts'

export interface AuditExportWish {
  readonly wish: Readonly<Record<string, string | undefined>>
  /** Undefined: to the standard output. */
  readonly file: string | undefined
  readonly token: string | undefined
}

/** What it writes beside, until all is there. */
const unfinished = '.part'

export async function exportAudit(target: Target, { wish, file, token }: AuditExportWish): Promise<void> {
  const given = Object.entries(wish).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const query = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  const answer = await need(target, { path: `/_relata/audit${query}`, headers })
  let end = ''
  const watched = async function* (body: Readable): AsyncGenerator<Buffer> {
    for await (const piece of body as AsyncIterable<Buffer>) {
      end = (end + piece.toString('latin1')).slice(-4_096)
      yield piece
    }
  }
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])
  if (file === undefined) await pipeline(body, watched, process.stdout, { end: false })
  else {
    try {
      await pipeline(body, watched, createWriteStream(`${file}${unfinished}`, { mode: 0o600 }))
      await rename(`${file}${unfinished}`, file)
    } catch (error) {
      await rm(`${file}${unfinished}`, { force: true })
      throw error
    }
  }
  // Where the server has failed on the way, the last line is missing.
  const last = end.trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{"end":')) throw new Error('the server has not sent all of it: the last line is missing')
}
