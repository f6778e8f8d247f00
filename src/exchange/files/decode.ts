/** Bytes to text and back: exchange.md §2.3. Nothing is guessed but UTF-16 without its mark. */
import { isUtf8 } from 'node:buffer'
import { fault, type ImportFault } from '../faults.ts'
import type { TextEncoding } from './written.ts'

/** A file at most (§14). */
const mostBytes = 100 * 1024 * 1024

export interface DecodeOptions {
  readonly file: string
  /** As the caller says, such as `windows-1252`: a name of WHATWG's Encoding Standard. */
  readonly encoding?: string
}

export interface Decoded {
  /** Without byte order mark. */
  readonly text: string
  /** Name of WHATWG's. */
  readonly encoding: string
}

function startsWith(bytes: Uint8Array, ...mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte)
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return 'utf-8'
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  return startsWith(bytes, 0xfe, 0xff) ? 'utf-16be' : undefined
}

/** UTF-16 of mostly Latin text: every other byte is NUL. */
function guessedEncoding(bytes: Uint8Array): string | undefined {
  const nuls = [0, 0]
  for (const [at, byte] of bytes.subarray(0, 1024).entries())
    if (byte === 0) nuls[at % 2] = (nuls[at % 2] as number) + 1
  const [even = 0, odd = 0] = nuls
  if (odd > 0 && even === 0) return 'utf-16le'
  return even > 0 && odd === 0 ? 'utf-16be' : undefined
}

/** Of an XML declaration, whose characters are ASCII in every encoding that could be meant. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const begin = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1')
  return /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(begin)?.[1]
}

/** Where the bytes stop being UTF-8. */
function firstWrongByte(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    // A part may end within a character, of which at most three bytes are missing.
    const isGood = [0, 1, 2, 3].some((back) => isUtf8(bytes.subarray(0, Math.max(0, middle - back))))
    if (isGood) good = middle
    else bad = middle
  }
  for (let at = Math.max(0, good - 4); at <= good; at++)
    if (isUtf8(bytes.subarray(0, at)) && !isStart(bytes, at)) return at
  return good
}

/** Whether a whole character begins here. */
function isStart(bytes: Uint8Array, at: number): boolean {
  return [1, 2, 3, 4].some((length) => at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)))
}

function decoderFor(encoding: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The text, or the fault that stops the import. */
export function decode(bytes: Uint8Array, { file, encoding: said }: DecodeOptions): Decoded | ImportFault {
  const at = { file, line: 1, path: '' }
  if (bytes.length > mostBytes)
    return fault('limit', at, `${file} has ${bytes.length} bytes; at most ${mostBytes} are read.`)
  const name = markedEncoding(bytes) ?? said ?? declaredEncoding(bytes) ?? guessedEncoding(bytes) ?? 'utf-8'
  const decoder = decoderFor(name)
  if (decoder === undefined) return fault('encoding', at, `'${name}' is no encoding that is known here.`)
  try {
    return { text: decoder.decode(bytes), encoding: decoder.encoding }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const where = decoder.encoding === 'utf-8' ? ` at byte ${firstWrongByte(bytes)}` : ''
    const hint = decoder.encoding === 'utf-8' ? ' If it is of an older kind, say so: --encoding windows-1252.' : ''
    return fault('encoding', at, `${file} is no ${decoder.encoding} text${where}.${hint}`)
  }
}

export function encode(text: string, encoding: TextEncoding): Uint8Array {
  if (encoding === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le')
  return Buffer.from(encoding === 'utf-8-bom' ? `\ufeff${text}` : text, 'utf8')
}
