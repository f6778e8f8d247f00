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
/** The first line and the last one are no records. */
const linesAround = 2
const newline = 0x0a

export async function exportAudit(target: Target, { wish, file, token }: AuditExportWish): Promise<void> {
  const given = Object.entries(wish).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const query = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  const answer = await need(target, { path: `/_relata/audit${query}`, headers })
  let end = ''
  let lines = 0
  const watched = async function* (body: Readable): AsyncGenerator<Buffer> {
    for await (const piece of body as AsyncIterable<Buffer>) {
      for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1)) lines++
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
  // Not on the standard output, which is where the log goes without a file.
  const records = lines - linesAround
  if (file !== undefined) process.stderr.write(`wrote ${file} (${records} ${records === 1 ? 'record' : 'records'})\n`)
}
