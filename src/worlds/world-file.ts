/**
 * A world as one file: a tar archive, compressed by gzip, of `manifest.json` and `world.db`, a SQLite database. The form
 * of the archive is that of POSIX (ustar), so any program can look into it.
 */
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type KeptWorld, keptWorld, type Manifest, parseManifest } from './manifest.ts'

const blockBytes = 512
const manifestName = 'manifest.json'
const rowsName = 'world.db'
/** The rows compress to a fourth; higher levels take several times as long for a tenth less. */
const level = 3

const zip = promisify<Uint8Array, { readonly level: number }, Buffer>(gzip)
const unzip = promisify<Uint8Array, { readonly maxOutputLength: number }, Buffer>(gunzip)

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`
}

/** Sum of the bytes of a header, with its own field as spaces. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function headerOf(name: string, size: number, seconds: number): Buffer {
  const header = Buffer.alloc(blockBytes)
  header.write(name, 0, 'latin1')
  header.write(octal(0o600, 8), 100, 'latin1')
  header.write(octal(0, 8), 108, 'latin1')
  header.write(octal(0, 8), 116, 'latin1')
  header.write(octal(size, 12), 124, 'latin1')
  header.write(octal(seconds, 12), 136, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes)
}

export async function packWorld(manifest: Manifest, rows: Uint8Array): Promise<Buffer> {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  const seconds = Math.floor(Date.parse(manifest.createdDateTime) / 1_000)
  const entries = [
    { name: manifestName, bytes: text },
    { name: rowsName, bytes: rows },
  ]
  const archive = Buffer.concat([
    ...entries.flatMap(({ name, bytes }) => [headerOf(name, bytes.length, seconds), bytes, padding(bytes.length)]),
    Buffer.alloc(2 * blockBytes),
  ])
  return zip(archive, { level })
}

/** The regular files of an archive by name. Throws an `Error` for one that is cut off or damaged. */
function filesIn(archive: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (let at = 0; at + blockBytes <= archive.length; ) {
    const header = archive.subarray(at, at + blockBytes)
    if (header.every((byte) => byte === 0)) break
    const field = (from: number, length: number): string =>
      header
        .toString('latin1', from, from + length)
        .replace(/\0.*$/s, '')
        .trim()
    if (Number.parseInt(field(148, 8), 8) !== sumOf(header)) throw new Error('it is no archive, or a damaged one')
    const octets = field(124, 12)
    if (!/^[0-7]+$/.test(octets)) throw new Error('the size of one of its files is no number')
    const size = Number.parseInt(octets, 8)
    const begin = at + blockBytes
    if (begin + size > archive.length) throw new Error('it ends in the middle')
    if (/^[0\0]?$/.test(field(156, 1)))
      files.set(field(0, 100).replace(/^\.\//, ''), archive.subarray(begin, begin + size))
    at = begin + Math.ceil(size / blockBytes) * blockBytes
  }
  return files
}

const gzipFaults: Readonly<Record<string, string>> = {
  ERR_BUFFER_TOO_LARGE: 'it has too much content',
  Z_BUF_ERROR: 'it ends in the middle',
}

/** Throws an `Error` that says why the file is not one of these. `mostBytes`: of its content. */
export async function unpackWorld(file: Uint8Array, mostBytes: number): Promise<KeptWorld> {
  const archive = await unzip(file, { maxOutputLength: mostBytes }).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(gzipFaults[cause.code ?? ''] ?? 'it is not compressed by gzip, or damaged', { cause })
  })
  const files = filesIn(archive)
  const [text, rows] = [files.get(manifestName), files.get(rowsName)]
  if (text === undefined || rows === undefined) throw new Error(`it has no ${manifestName} or no ${rowsName}`)
  return keptWorld(parseManifest(text.toString('utf8')), rows)
}
