import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCertificates } from './certificates.ts'
import { lineOf, type TrustFacts, trustPlan } from './trust-plan.ts'

let folder: string
let ca = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relata-trust-'))
  const now = new Date('2026-06-01T00:00:00Z')
  ca = (await loadCertificates({ location: folder, inMemory: false, host: '127.0.0.1', now })).ca ?? ''
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function plan(platform: NodeJS.Platform, there: readonly string[] = []) {
  const has: TrustFacts['has'] = (name) => there.includes(name)
  const found = trustPlan({ platform, ca, caFile: '/data/ca.pem', home: '/Users/kim', has })
  return found && { ...found, install: found.install.map(lineOf), uninstall: found.uninstall.map(lineOf) }
}

describe('how a system is told to trust us', () => {
  it('on Debian: a file among the local ones, named for the authority', () => {
    const found = plan('linux', ['/usr/local/share/ca-certificates', 'update-ca-certificates', 'trust'])
    expect(found?.asRoot).toBe(true)
    expect(found?.install[0]).toMatch(
      /^cp \/data\/ca\.pem \/usr\/local\/share\/ca-certificates\/relata-[0-9a-f]{16}\.crt$/,
    )
    expect(found?.install[1]).toBe('update-ca-certificates')
    expect(found?.uninstall[0]).toMatch(/^rm -f \/usr\/local\/share\/ca-certificates\/relata-[0-9a-f]{16}\.crt$/)
  })

  it('on Fedora, and where there is only p11-kit', () => {
    const fedora = plan('linux', ['/etc/pki/ca-trust/source/anchors', 'update-ca-trust'])
    expect(fedora?.install[1]).toBe('update-ca-trust extract')
    expect(plan('linux', ['trust'])?.install).toEqual(['trust anchor --store /data/ca.pem'])
    expect(plan('linux', ['trust'])?.uninstall).toEqual(['trust anchor --remove /data/ca.pem'])
  })

  it('on macOS and Windows: for this account only', () => {
    const mac = plan('darwin')
    expect(mac?.asRoot).toBe(false)
    expect(mac?.install).toEqual([
      'security add-trusted-cert -r trustRoot -k /Users/kim/Library/Keychains/login.keychain-db /data/ca.pem',
    ])
    expect(mac?.uninstall[1]).toMatch(/^security delete-certificate -Z [0-9A-F]{40} /)
    const windows = plan('win32')
    expect(windows?.install).toEqual(['certutil -user -addstore Root /data/ca.pem'])
    expect(windows?.uninstall[0]).toMatch(/^certutil -user -delstore Root 01[0-9A-F]+$/)
  })

  it('is not made up where it is not known', () => {
    expect(plan('linux')).toBeUndefined()
    expect(plan('sunos')).toBeUndefined()
  })

  it('is shown as a shell takes it', () => {
    const step = { do: 'copy', from: "/it's here/ca.pem", to: '/b' } as const
    const shown = lineOf(step).replace(/^cp /, '')
    if (process.platform !== 'win32')
      expect(execFileSync('sh', ['-c', `printf '%s|' ${shown}`], { encoding: 'utf8' })).toBe("/it's here/ca.pem|/b|")
  })
})
