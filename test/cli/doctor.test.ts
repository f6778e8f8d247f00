/** `relata doctor`: what it finds wrong, and what it advises. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadCertificates } from '#app/trust/certificates.ts'
import { run } from '#cli/program.ts'

let out = ''
let folder: string
beforeEach(async () => {
  out = ''
  folder = await mkdtemp(join(tmpdir(), 'relata-doctor-'))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

interface Found {
  readonly what: string
  readonly how: string
  readonly text: string
  readonly tip?: string
}

const location = () => join(folder, 'data')

const examined = async (args: readonly string[], environment: Record<string, string> = {}) => {
  out = ''
  const code = await run(['doctor', '--json', '--port', '0', '-l', location(), ...args], environment)
  const found = JSON.parse(out) as Found[]
  return { code, of: (what: string) => found.filter((one) => one.what === what) }
}

const listening = async () => {
  const server = createServer((socket) => socket.destroy())
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  return { port, close: () => new Promise((resolve) => server.close(resolve)) }
}

describe('relata doctor', () => {
  it('finds nothing bad where nothing is yet, and changes nothing', async () => {
    const { code, of } = await examined([])
    expect(code).toBe(0)
    expect(of('location')).toMatchObject([{ how: 'good', text: `${location()} is made at the start` }])
    expect(of('database')).toMatchObject([{ how: 'good' }])
    expect(of('node')).toMatchObject([{ how: 'good', text: `Node ${process.versions.node}` }])
    await expect(mkdir(location())).resolves.toBeUndefined()
  })

  it('says that another program has the port', async () => {
    const { port, close } = await listening()
    const { code, of } = await examined(['--port', String(port)])
    expect(code).toBe(1)
    expect(of('port')).toMatchObject([
      { how: 'bad', text: `${port} is in use by another program`, tip: expect.stringContaining('--port 0') },
    ])
    await close()
    expect((await examined(['--port', String(port)])).of('port')).toMatchObject([{ how: 'good' }])
  })

  it.skipIf(process.platform === 'win32')('says who can change the folder', async () => {
    await mkdir(location())
    await chmod(location(), 0o777)
    expect((await examined([])).of('location')).toMatchObject([{ how: 'warn', tip: `chmod 700 ${location()}` }])
    await rm(location(), { recursive: true })
    await writeFile(location(), '')
    const { code, of } = await examined([])
    expect(code).toBe(1)
    expect(of('location')).toMatchObject([{ how: 'bad', text: `${location()} is no folder` }])
  })

  it('says that the database is none, or cannot be reached', async () => {
    await mkdir(location())
    await writeFile(join(location(), 'relata.db'), 'no database')
    const broken = await examined([])
    expect(broken.code).toBe(1)
    expect(broken.of('database')).toMatchObject([{ how: 'bad', text: expect.stringContaining('relata.db') }])
    const { port, close } = await listening()
    const away = await examined([], { RELATA_DATABASE_URL: `postgres://u:hidden@127.0.0.1:${port}/d` })
    expect(away.of('database')).toMatchObject([{ how: 'bad', text: expect.stringContaining(`127.0.0.1:${port}`) }])
    expect(out).not.toContain('hidden')
    await close()
  })

  it('says who trusts the certificate', async () => {
    await mkdir(location())
    const now = new Date(Date.now() - 60_000)
    const facts = { location: location(), inMemory: false, host: '127.0.0.1', certificateNames: [], now }
    const { caFile = '' } = await loadCertificates(facts)
    const other = join(folder, 'other.pem')
    await writeFile(other, 'other')
    const { code, of } = await examined([], {
      NODE_EXTRA_CA_CERTS: caFile,
      SSL_CERT_FILE: other,
      CURL_CA_BUNDLE: '/nowhere',
    })
    expect(code).toBe(0)
    expect(of('certificate')).toEqual(
      expect.arrayContaining([
        { what: 'certificate', how: 'good', text: 'NODE_EXTRA_CA_CERTS has the local authority' },
        expect.objectContaining({ how: 'warn', text: 'SSL_CERT_FILE is without the local authority' }),
        expect.objectContaining({ how: 'warn', text: 'CURL_CA_BUNDLE names /nowhere, which is not there' }),
      ]),
    )
    await writeFile(caFile, 'damaged')
    expect((await examined([])).of('certificate')).toMatchObject([
      { how: 'bad', tip: expect.stringContaining('relata trust') },
    ])
  })

  it('says what proxies and mistyped variables do', async () => {
    const { of } = await examined([], { HTTPS_PROXY: 'http://p', RELATA_PROT: '1', RELATA_DATABASE_URL_FILE: '' })
    expect(of('proxy')).toMatchObject([{ how: 'warn', tip: 'add localhost,127.0.0.1,::1 to NO_PROXY' }])
    expect(of('variables')).toMatchObject([{ how: 'warn', text: 'RELATA_PROT is no setting, so it has no effect' }])
    expect((await examined([], { HTTPS_PROXY: 'x', NO_PROXY: 'a, localhost' })).of('proxy')).toMatchObject([
      { how: 'good' },
    ])
  })

  it('prints what it advises once', async () => {
    expect(await run(['doctor', '--port', '0', '-l', location()], { HTTPS_PROXY: 'x' })).toBe(0)
    expect(out).toMatch(/^good +node /)
    expect(out.match(/^tip: add localhost/gm)).toHaveLength(1)
  })
})
