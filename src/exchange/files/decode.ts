/** Bytes to text and back: exchange.md §2.3. Nothing is guessed but UTF-16 without its mark. */
import { fault, type ImportFault } from '../faults.ts'
import type { TextEncoding } from './written.ts'

/** A file at most (exchange.md §14). */
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

/** The second byte of some first ones has a smaller range: no overlong forms, no halves of pairs, nothing above U+10FFFF. */
const secondBytes: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
])

/** Bytes of the character that begins here (RFC 3629 §4); 0: none does. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const [least, most] = secondBytes.get(first) ?? [0x80, 0xbf]
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next] ?? 0
    if (next === 1 ? byte < least || byte > most : byte < 0x80 || byte > 0xbf) return 0
  }
  return length
}

/** Where the bytes stop being UTF-8. */
function firstWrongByte(bytes: Uint8Array): number {
  let at = 0
  for (let length = 1; length > 0 && at < bytes.length; at += length) length = lengthAt(bytes, at)
  return at
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
