/**
 * The pages for people: files that `npm run build:pages` made, in the folder `web/dist`. All addresses of pages are
 * answered with `index.html`. The files are looked for when first asked for, so that a server may begin before they are
 * there; once they are, they are kept in memory, as they lie there: plain, gzip (`.gz`) and Brotli (`.br`).
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors.ts'
import { assetsPrefix, pagePrefixes } from '#control/page-prefixes.ts'
import type { HttpAnswer } from '../answer.ts'

export interface WebPagesParts {
  readonly folder: string
  /** Origins beside ours that the pages may call: those of issuers people sign in with. */
  readonly connectTo?: readonly string[]
}

export interface PageRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface WebPages {
  /** Undefined: no page has this address, or there are no pages. Throws `AppError` where the method is not allowed. */
  answer(request: PageRequest): HttpAnswer | undefined
}

interface PageFile {
  readonly bytes: Buffer
  readonly etag: string
  readonly gz?: Buffer | undefined
  readonly br?: Buffer | undefined
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  woff2: 'font/woff2',
}

/** Names of files as a build gives them: nothing that leads out of the folder. */
const safeName = /^[\w-]+(?:\.[\w-]+)*$/

const prefixes: ReadonlySet<string> = new Set(pagePrefixes)
/** Beside `assets/`. */
const ownFiles = new Set(['favicon.svg', 'redirect.html'])

/** The digest of an empty text: Fluent adds empty style elements and fills them by script. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

function policyOf(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${emptyStyle}`,
    "img-src 'self' data:",
    "font-src 'self'",
    ['connect-src', "'self'", ...connectTo].join(' '),
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whether the process that builds them is there still: it may have been killed, and has then left its mark. */
function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Shown until the pages are there. It has no script, so that the browser asks again by itself. */
const waiting = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>Relata: the pages are being built</title>
<h1>The pages are being built</h1>
<p>This takes about 40 seconds, once. The server is ready: programs can use it now. This page reloads by itself.</p>
<p><a href="/_relata/info">What the server is</a> · <a href="/_relata/control.openapi.json">Control addresses</a></p>
</html>
`

const waitingAnswer: HttpAnswer = {
  status: 503,
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Retry-After': '2' },
  body: waiting,
  isOfPages: true,
}

function encodingsOf(accepted: string | undefined): (name: string) => boolean {
  const known = (accepted ?? '').toLowerCase().split(',')
  const named = known.map((part) => part.trim().split(/\s*;\s*q\s*=\s*/))
  return (name) => named.some(([coding, weight]) => coding === name && Number(weight ?? 1) > 0)
}

/** RFC 9110 §13.1.2: `*`, or a list of tags that are compared without `W/`. */
function isHeld(etag: string, tags: string | undefined): boolean {
  const plain = (tag: string): string => tag.trim().replace(/^W\//, '')
  return tags !== undefined && (tags.trim() === '*' || tags.split(',').map(plain).includes(plain(etag)))
}

/** The file in the smallest form that the client takes. */
function fileAnswer(file: PageFile, headers: HttpAnswer['headers'], asked: PageRequest['headers']): HttpAnswer {
  const { etag, br, gz, bytes } = file
  const all = { ...headers, ETag: etag, Vary: 'Accept-Encoding' }
  const isOfPages = true
  if (isHeld(etag, asked['if-none-match'])) return { status: 304, headers: all, body: undefined, isOfPages }
  const takes = encodingsOf(asked['accept-encoding'])
  const forms = [
    { coding: 'br', found: br },
    { coding: 'gzip', found: gz },
  ] as const
  for (const { coding, found } of forms)
    if (found !== undefined && takes(coding))
      return { status: 200, headers: { ...all, 'Content-Encoding': coding }, body: '', bytes: found, isOfPages }
  return { status: 200, headers: all, body: '', bytes, isOfPages }
}

export function createWebPages({ folder, connectTo = [] }: WebPagesParts): WebPages {
  const policy = policyOf(connectTo)
  const files = new Map<string, PageFile>()
  const fileAt = (name: string): PageFile | undefined => {
    const known = files.get(name)
    if (known !== undefined) return known
    const path = join(folder, name)
    const bytes = read(path)
    if (bytes === undefined) return undefined
    // Weak: one for all codings of the file.
    const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    const file = { bytes, etag, gz: read(`${path}.gz`), br: read(`${path}.br`) }
    files.set(name, file)
    return file
  }
  /** A build that is put in the place of another: what was read of that one is not kept. */
  let builtMs: number | undefined
  const document = (): PageFile | undefined => {
    const ms = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs
    if (ms !== builtMs) files.clear()
    builtMs = ms
    return ms === undefined ? undefined : fileAt('index.html')
  }
  const isBeingBuilt = (): boolean => isRunning(Number(read(join(folder, '..', '.building')) ?? 0))
  const documentHeaders = {
    'Content-Type': types['html'] as string,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  }
  const assetHeaders = (name: string): HttpAnswer['headers'] => ({
    'Content-Type': types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    'Cache-Control': 'public, max-age=31536000, immutable',
  })
  const ownHeaders = (name: string): HttpAnswer['headers'] => {
    if (!name.endsWith('.html')) return { ...assetHeaders(name), 'Cache-Control': 'no-cache' }
    // The window that signs in must be able to answer the one that opened it.
    const { 'Cross-Origin-Opener-Policy': _, ...open } = documentHeaders
    return open
  }
  const found = (path: string, headers: PageRequest['headers']): HttpAnswer | undefined => {
    const [first = '', second, ...rest] = path.slice(1).split('/')
    if (first === assetsPrefix && second !== undefined) {
      const file = rest.length === 0 && safeName.test(second) ? fileAt(`${assetsPrefix}/${second}`) : undefined
      return file && fileAnswer(file, assetHeaders(second), headers)
    }
    if (ownFiles.has(first) && second === undefined) {
      const file = fileAt(first)
      return file && fileAnswer(file, ownHeaders(first), headers)
    }
    if (first !== '' && !prefixes.has(first)) return undefined
    const index = document()
    if (index !== undefined) return fileAnswer(index, documentHeaders, headers)
    return isBeingBuilt() ? waitingAnswer : undefined
  }
  return {
    answer({ method, path, headers }) {
      const answer = found(path, headers)
      if (answer === undefined || method === 'GET') return answer
      if (method === 'OPTIONS') return { status: 204, headers: { Allow: 'GET, HEAD, OPTIONS' }, body: undefined }
      throw new AppError('notAllowed', `The method ${method} is not allowed here.`, { headers: { Allow: 'GET, HEAD' } })
    },
  }
}
