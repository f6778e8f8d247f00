/** How the built pages are served: addresses, forms, caching, policy; and what is there while there are none. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pagePrefixes } from '#control/page-prefixes.ts'
import type { LoggedRequest } from '#control/requests/logged.ts'
import { createWebPages } from '#http/pages/web-pages.ts'
import { startTestListener } from '../_support/listener.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const place = mkdtempSync(join(tmpdir(), 'relata-pages-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const script = `console.log(${JSON.stringify('x'.repeat(2000))})`

/** A folder as a build leaves it. */
const folderWith = (name: string, index: string): string => {
  const folder = join(place, name, 'dist')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), index)
  writeFileSync(join(folder, 'redirect.html'), '<p>redirect</p>')
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>')
  writeFileSync(join(folder, 'assets', 'index.abc.js'), script)
  writeFileSync(join(folder, 'assets', 'index.abc.js.gz'), gzipSync(script))
  writeFileSync(join(folder, 'assets', 'index.abc.js.br'), brotliCompressSync(script))
  writeFileSync(join(place, name, 'secret.txt'), 'secret')
  return folder
}

const get = (pages: ReturnType<typeof createWebPages>, path: string, headers: Record<string, string> = {}) =>
  pages.answer({ method: 'GET', path, headers })

describe('the files of the pages', () => {
  const pages = createWebPages({ folder: folderWith('files', '<p>one</p>'), connectTo: ['https://login.example'] })

  it('are one document for every address of a page', () => {
    for (const path of ['/', '/terms', '/terms/s/1/t/2', ...pagePrefixes.map((prefix) => `/${prefix}/x`)]) {
      const answer = get(pages, path)
      expect([answer?.status, answer?.bytes?.toString()], path).toEqual([200, '<p>one</p>'])
      expect(answer?.headers['Cache-Control']).toBe('no-cache')
    }
    for (const path of ['/v1.0', '/contoso.example', '/termsx', '/index.html', '/assets', '/.stamp', '/secret.txt'])
      expect(get(pages, path), path).toBeUndefined()
  })

  it('allow no script and no style but their own, and connections to issuers only', () => {
    const policy = get(pages, '/terms')?.headers['Content-Security-Policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("connect-src 'self' https://login.example;")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(get(pages, '/terms')?.headers['Cross-Origin-Opener-Policy']).toBe('same-origin')
    expect(get(pages, '/redirect.html')?.headers['Cross-Origin-Opener-Policy']).toBeUndefined()
  })

  it('are sent in the smallest form that is asked for, and kept for ever by their names', () => {
    const path = '/assets/index.abc.js'
    const plain = get(pages, path)
    expect(plain?.bytes?.toString()).toBe(script)
    expect(plain?.headers).toMatchObject({
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    })
    const brotli = get(pages, path, { 'accept-encoding': 'gzip, deflate, br;q=0.9' })
    expect(brotli?.headers['Content-Encoding']).toBe('br')
    expect(brotliDecompressSync(brotli?.bytes ?? '').toString()).toBe(script)
    const gzip = get(pages, path, { 'accept-encoding': 'gzip, br;q=0' })
    expect(gzip?.headers['Content-Encoding']).toBe('gzip')
    expect(gunzipSync(gzip?.bytes ?? '').toString()).toBe(script)
  })

  it('are not sent again where the browser has them', () => {
    const etag = get(pages, '/terms')?.headers['ETag'] ?? ''
    expect(etag).toMatch(/^W\/"/)
    for (const held of [etag, etag.slice(2), `"a", ${etag}`, ' * '])
      expect(get(pages, '/terms', { 'if-none-match': held }), held).toMatchObject({ status: 304, body: undefined })
    expect(get(pages, '/terms', { 'if-none-match': '"other"' })?.status).toBe(200)
  })

  it('lie in their folder, wherever an address leads', () => {
    for (const path of ['/assets/../../secret.txt', '/assets/..', '/assets/%2e%2e', '/assets/a/b.js', '/assets/.stamp'])
      expect(get(pages, path), path).toBeUndefined()
  })

  it('are read only', () => {
    expect(pages.answer({ method: 'OPTIONS', path: '/terms', headers: {} })).toMatchObject({ status: 204 })
    expect(() => pages.answer({ method: 'POST', path: '/terms', headers: {} })).toThrow('not allowed')
    expect(pages.answer({ method: 'POST', path: '/v1.0/x', headers: {} })).toBeUndefined()
  })

  it('leave no trace in the request log, unless there is no such file', async () => {
    const logged: string[] = []
    const requestLog = { add: ({ method, path, status }: LoggedRequest) => logged.push(`${method} ${path} ${status}`) }
    const server = await startTestListener({ web: pages, requestLog })
    const etag = get(pages, '/')?.headers['ETag'] ?? ''
    for (const path of ['/', '/terms', '/assets/index.abc.js', '/redirect.html', '/assets/gone.js', '/v1.0/x'])
      await fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { 'if-none-match': etag } })
    await server.close()
    expect(logged.map((line) => line.slice(0, line.lastIndexOf(' ')))).toEqual(['GET /assets/gone.js', 'GET /v1.0/x'])
  })

  it('are those of a newer build as soon as it is there', async () => {
    const folder = folderWith('newer', '<p>old</p>')
    const served = createWebPages({ folder })
    expect(get(served, '/')?.bytes?.toString()).toBe('<p>old</p>')
    await new Promise((done) => setTimeout(done, 20))
    rmSync(folder, { recursive: true })
    folderWith('newer', '<p>new one</p>')
    expect(get(served, '/')?.bytes?.toString()).toBe('<p>new one</p>')
  })
})

describe('without files', () => {
  it('nothing is answered, and while they are built a page that asks again by itself', () => {
    const pages = createWebPages({ folder: join(place, 'none', 'dist') })
    expect(get(pages, '/')).toBeUndefined()
    mkdirSync(join(place, 'none'))
    // Left by a process that is gone.
    writeFileSync(join(place, 'none', '.building'), '4194305')
    expect(get(pages, '/')).toBeUndefined()
    writeFileSync(join(place, 'none', '.building'), String(process.pid))
    expect(get(pages, '/')).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } })
    expect(get(pages, '/terms')?.body).toContain('http-equiv="refresh"')
    expect(get(pages, '/assets/index.abc.js')).toBeUndefined()
  })
})

describe('a server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ pages: false })
  })
  afterAll(() => server.close())

  it('with --no-pages has a list of links at /, and nothing at addresses of pages', async () => {
    const root = await fetch(`${server.http}/`)
    expect([root.status, await root.text()]).toEqual([200, expect.stringContaining('<title>Relata</title>')])
    expect((await fetch(`${server.http}/terms`)).status).toBe(404)
  })
})
