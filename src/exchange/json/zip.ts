/** A folder in a zip file, within the limits of exchange.md §14. */
import { unzipSync, zipSync } from 'fflate'
import { fault, type ImportFault } from '../faults.ts'
import { decode } from '../files/decode.ts'
import { type FolderFiles, headFile } from './folder.ts'

const mostEntries = 1_000
/** Bytes inside by bytes in the file, of the whole and of each entry. */
const highestRatio = 100
const mostBytes = 100 * 1024 * 1024

/** 1980-01-01, the first moment that a zip file can name: the same folder gives the same bytes. */
const noTime = Date.UTC(1980, 0, 1, 12)

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05)
}

/** What refuses the file; thrown out of the library's filter. */
class ZipRefusal extends Error {
  override readonly name = 'ZipRefusal'
}

function isOutside(path: string): boolean {
  return path.startsWith('/') || path.includes('\\') || path.includes(':') || path.split('/').includes('..')
}

/** Sizes are those that the file claims; the library gives an entry no more room than that. */
function checkedEntries(bytes: Uint8Array, templates: string[]): Record<string, Uint8Array> {
  let entries = 0
  let total = 0
  return unzipSync(bytes, {
    filter: ({ name, size, originalSize }) => {
      entries += 1
      total += originalSize
      if (entries > mostEntries) throw new ZipRefusal(`it has more than ${mostEntries} entries`)
      if (isOutside(name)) throw new ZipRefusal(`the entry '${name}' is outside its folder`)
      if (originalSize > size * highestRatio) throw new ZipRefusal(`'${name}' grows more than ${highestRatio} times`)
      if (total > mostBytes) throw new ZipRefusal(`it holds more than ${mostBytes} bytes`)
      if (name.endsWith('.xml') && !name.startsWith('[')) templates.push(name)
      return !name.endsWith('/') && name.endsWith('.json')
    },
  })
}

/** Zip files of a folder often have that folder as their only one. */
function rootOf(paths: readonly string[]): string | undefined {
  const heads = paths.filter((path) => path === headFile || path.endsWith(`/${headFile}`))
  const [first] = heads.toSorted((a, b) => a.split('/').length - b.split('/').length)
  return first?.slice(0, -headFile.length)
}

function isFflateError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error
}

/** PnP's packages are zip files around their template, which is what can be read. */
function noFolder(file: string, templates: readonly string[]): string {
  if (templates.length === 0 && !file.toLowerCase().endsWith('.pnp')) return `${file} holds no ${headFile}.`
  const shown = templates.slice(0, 3).map((name) => `'${name}'`)
  const inside = shown.length === 0 ? '' : `: ${shown.join(', ')}${templates.length > shown.length ? ', …' : ''}`
  return `${file} is a package, which is not read as it is. Unpack it as a zip file, and import the template in it${inside}.`
}

/** The files below the folder that has `relata.json`. */
export function unzipFolder(bytes: Uint8Array, file: string): FolderFiles | ImportFault {
  const at = { file, line: 1, path: '' }
  const templates: string[] = []
  let entries: Record<string, Uint8Array>
  try {
    entries = checkedEntries(bytes, templates)
  } catch (error) {
    if (error instanceof ZipRefusal) return fault('limit', at, `${file}: ${error.message}.`)
    if (isFflateError(error)) return fault('syntax', at, `${file} is no zip file that can be read: ${error.message}.`)
    throw error
  }
  const root = rootOf(Object.keys(entries))
  if (root === undefined) return fault('format-unknown', at, noFolder(file, templates))
  const files = new Map<string, string>()
  for (const [path, content] of Object.entries(entries)) {
    if (!path.startsWith(root)) continue
    const decoded = decode(content, { file: path })
    if ('code' in decoded) return decoded
    files.set(path.slice(root.length), decoded.text)
  }
  return files
}

export function zipFolder(files: FolderFiles): Uint8Array {
  const entries = [...files].map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text, 'utf8')])
  return zipSync(Object.fromEntries(entries), { mtime: noTime })
}
