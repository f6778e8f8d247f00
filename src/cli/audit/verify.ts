/** `relata audit verify`: needs no server. */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isObject } from '#base/json.ts'
import { checkSignature, DoesNotFit, statementIn, type Verified, verifyExport } from '#workloads/audit/verify.ts'
import { isSinkLine, type SinkChain, verifySink } from '#workloads/audit/verify-sink.ts'
import { WrongUsage } from '../command-settings.ts'
import { say } from '../remote/shown.ts'

export interface VerifyWish {
  /** Files. */
  readonly checkpoint: string | undefined
  readonly keys: string | undefined
}

/** In an event as it was delivered, in an export, or alone. */
const jwsForm = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g

/** All that the file has, in its order. */
async function checkpointsIn(file: string): Promise<readonly string[]> {
  const found = (await readFile(file, 'utf8')).match(jwsForm)
  if (found === null) throw new WrongUsage(`--checkpoint: ${file} has no checkpoint`)
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

type Keys = readonly Readonly<Record<string, unknown>>[]

const unsigned = 'no signature was checked, as --keys names no keys'
const unheld = 'no checkpoint that was kept elsewhere'

/** Not by readline, which ends lines at U+2028 and U+2029 as well: texts in JSON have them as they are. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const [first = '', ...others] = piece.split('\n')
    rest += first
    for (const other of others) {
      yield rest.endsWith('\r') ? rest.slice(0, -1) : rest
      rest = other
    }
  }
  if (rest !== '') yield rest
}

/** Whoever names keys wants the end of the file signed: by its own checkpoint, or by one of that record that was kept. */
function checkSignatures({ end, jws }: Verified, kept: string | undefined, known: Keys): void {
  if (kept !== undefined) checkSignature(kept, known)
  if (jws !== undefined) checkSignature(jws, known)
  else if (kept === undefined)
    throw new DoesNotFit(undefined, 'no signature was checked: the last line has no checkpoint')
  else if (statementIn(kept).n < end)
    throw new DoesNotFit(
      undefined,
      `no signature was checked for what comes after ${statementIn(kept).n}: the last line has no checkpoint`,
    )
}

/** `kept`: the last checkpoint counts. Throws `DoesNotFit`. */
async function verifyOneExport(file: string, kept: string | undefined, known: Keys | undefined): Promise<void> {
  const found = await verifyExport(linesOf(file), kept === undefined ? undefined : statementIn(kept))
  if (known !== undefined) checkSignatures(found, kept, known)
  sayWhole(file, found)
  const ofOthers = kept === undefined ? unheld : `the checkpoint of ${statementIn(kept).n}`
  say(`held against ${ofOthers}; ${known === undefined ? unsigned : 'the signatures are right'}`)
}

function sayChain({ tenant, start, end, link, without, repeated, isHeldFromStart, heldAgainst }: SinkChain): void {
  say(`${tenant}: whole, ${start} to ${end}`)
  if (repeated > 0) say(`  ${repeated} lines came again, in the same words`)
  if (without.length > 0) say(`  without what they said, which was removed after it was chained: ${numbersOf(without)}`)
  if (!isHeldFromStart)
    say(`  nothing before ${start} is in the files, so what ${start} itself says is held by nothing`)
  say(`  link of ${end}: ${link}`)
  say(`  held against ${heldAgainst === undefined ? unheld : `the checkpoint of ${heldAgainst}`}`)
}

/** Whether all fits. `kept`: of any tenants. */
async function verifySinkFiles(files: readonly string[], kept: readonly string[], known: Keys | undefined) {
  if (known !== undefined) for (const jws of kept) checkSignature(jws, known)
  const given = files.map((name) => ({ name, lines: linesOf(name) }))
  const { chains, faults, parts } = await verifySink(given, kept.map(statementIn))
  for (const { where, tenant, text } of faults)
    process.stderr.write(`relata: ${where === undefined ? '' : `${where}: `}${tenant}: ${text}\n`)
  for (const chain of chains) sayChain(chain)
  if (chains.length === 0 && faults.length === 0) throw new DoesNotFit(undefined, 'there is no record in the files')
  const which = `${parts.slice(0, mostNamed).join(', ')}${parts.length > mostNamed ? ', …' : ''}`
  if (parts.length > 0) say(`no records, as a process leaves a part of a line that is killed while it writes: ${which}`)
  if (kept.length > 0) say(known === undefined ? unsigned : 'the signatures of the checkpoints are right')
  else if (known !== undefined)
    throw new DoesNotFit(undefined, 'no signature was checked: files of a sink have none; --checkpoint names some')
  return faults.length === 0
}

/** Whether a sink has written the file; the first lines say so, of which a killed process may have left a part. */
async function isOfSink(file: string): Promise<boolean> {
  let looked = 0
  for await (const line of linesOf(file)) {
    if (line.trim() === '') continue
    if (isSinkLine(line)) return true
    looked += 1
    if (looked === mostParts) return false
  }
  return false
}

const mostParts = 3

/** `files`: exports, each for itself, or what a sink has written, the oldest first. The exit code. */
export async function verifyAudit(files: readonly string[], { checkpoint, keys }: VerifyWish): Promise<number> {
  const kept = checkpoint === undefined ? [] : await checkpointsIn(checkpoint)
  const known = keys === undefined ? undefined : await keysIn(keys)
  const kinds = await Promise.all(files.map(isOfSink))
  let file = files.join(', ')
  try {
    if (kinds.includes(true)) return (await verifySinkFiles(files, kept, known)) ? 0 : 1
    for (const one of files) {
      file = one
      await verifyOneExport(one, kept.at(-1), known)
    }
    return 0
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error
    process.stderr.write(`relata: ${file}: ${error.message}\n`)
    return 1
  }
}
