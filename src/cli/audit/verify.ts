/** `relata audit verify`: needs no server. */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { isObject } from '#base/json.ts'
import { checkSignature, DoesNotFit, statementIn, type Verified, verifyExport } from '#workloads/audit/verify.ts'
import { WrongUsage } from '../command-settings.ts'
import { say } from '../remote/shown.ts'

export interface VerifyWish {
  /** Files. */
  readonly checkpoint: string | undefined
  readonly keys: string | undefined
}

/** In an event as it was delivered, in an export, or alone. */
const jwsForm = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g

async function checkpointIn(file: string): Promise<string> {
  const found = (await readFile(file, 'utf8')).match(jwsForm)?.at(-1)
  if (found === undefined) throw new WrongUsage(`--checkpoint: ${file} has no checkpoint`)
  return found
}

async function keysIn(file: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    const keys = isObject(value) ? value['keys'] : undefined
    if (Array.isArray(keys)) return keys.filter(isObject)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new WrongUsage(`--keys: ${file} is no set of keys: {"keys": […]}`)
}

const mostNamed = 20

function numbersOf(numbers: readonly number[]): string {
  const shown = numbers.slice(0, mostNamed).join(', ')
  return numbers.length > mostNamed ? `${shown} and ${numbers.length - mostNamed} more` : shown
}

function sayWhole(file: string, { tenant, start, end, link, without }: Verified): void {
  const of = tenant === undefined ? '' : ` of ${tenant}`
  say(end === start ? `${file}: whole, and empty after ${start}` : `${file}: whole, ${start + 1} to ${end}${of}`)
  if (without.length > 0) say(`without what they said, which was removed after it was chained: ${numbersOf(without)}`)
  say(`link of ${end}: ${link}`)
}

/** The exit code. */
export async function verifyAudit(file: string, { checkpoint, keys }: VerifyWish): Promise<number> {
  const kept = checkpoint === undefined ? undefined : await checkpointIn(checkpoint)
  const known = keys === undefined ? undefined : await keysIn(keys)
  try {
    if (kept !== undefined && known !== undefined) checkSignature(kept, known)
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
    const found = await verifyExport(lines, kept === undefined ? undefined : statementIn(kept))
    if (known !== undefined && found.jws !== undefined) checkSignature(found.jws, known)
    sayWhole(file, found)
    const ofOthers =
      kept === undefined ? 'no checkpoint that was kept elsewhere' : `the checkpoint of ${statementIn(kept).n}`
    const signed =
      known === undefined ? '; no signature was checked, as --keys names no keys' : '; the signatures are right'
    say(`held against ${ofOthers}${signed}`)
    return 0
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error
    process.stderr.write(`relata: ${file}: ${error.message}\n`)
    return 1
  }
}
