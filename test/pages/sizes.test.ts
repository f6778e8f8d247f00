/** How many bytes a browser loads, as gzip: the frame, and what each page needs beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { root } from '../crash/built-server.ts'

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const dist = join(root, 'web', 'dist')
const kilobyte = 1024
const frameLimit = 250 * kilobyte
const pageLimit = 120 * kilobyte
/** On demand only, outside of the limit of a page. */
const onDemand = /swagger|msal/i

const manifest: Readonly<Record<string, Chunk>> = existsSync(join(dist, 'manifest.json'))
  ? JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'))
  : {}

/** All files that are loaded with one. */
const closure = (name: string, seen = new Set<string>()): Set<string> => {
  const { file, imports = [], css = [] } = manifest[name] as Chunk
  if (seen.has(file)) return seen
  for (const each of [file, ...css]) seen.add(each)
  for (const other of imports) closure(other, seen)
  return seen
}

const bytesOf = (files: Iterable<string>): number => {
  let sum = 0
  for (const file of files) sum += gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
  return sum
}

const frame = Object.keys(manifest).find((name) => name === 'index.html') ?? ''
const pages = Object.entries(manifest).filter(
  ([name, { isDynamicEntry }]) => isDynamicEntry === true && /^src\/.*\.tsx?$/.test(name) && !onDemand.test(name),
)

describe('what a browser loads', () => {
  it('is at most 250 KB for the frame', () => {
    expect(frame).not.toBe('')
    expect(bytesOf(closure(frame))).toBeLessThanOrEqual(frameLimit)
  })

  it.each(pages.map(([name]) => name))('is at most 120 KB more for %s', (name) => {
    const known = closure(frame)
    const own = [...closure(name)].filter((file) => !known.has(file))
    expect(bytesOf(own)).toBeLessThanOrEqual(pageLimit)
  })
})
