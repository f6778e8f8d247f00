import { describe, expect, it, vi } from 'vitest'
import { type Config, defaultConfig } from '#app/config.ts'
import { announce, bannerFacts } from './banner.ts'

const address = 'https://localhost:4365'
const tenants = [{ id: 'x', displayName: 'Litware', defaultDomain: 'litware.example' }]

const said = (settings: Partial<Config>, found = tenants): string => {
  const config = { ...defaultConfig, ...settings }
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    announce(config, bannerFacts(config, '1.0.0', address, found, config.cert === undefined ? '/x/ca.pem' : undefined))
    return out.mock.calls.map(([text]) => String(text)).join('')
  } finally {
    out.mockRestore()
  }
}

describe('what a start prints', () => {
  it('shows the address that clients use, and where the server listens', () => {
    const text = said({ publicUrl: 'https://terms.example', registry: true, seed: 'none' })
    expect(text).toMatch(/Microsoft Graph +│ https:\/\/terms\.example\/v1\.0 /)
    expect(text).toContain('https://terms.example/beta')
    expect(text).toMatch(/listens on +│ https:\/\/localhost:4365 /)
    expect(text).toMatch(/relata is ready on https:\/\/localhost:4365\n$/)
    expect(said({})).not.toContain('listens on')
  })

  it('trusts a certificate that was given, as clients have to', () => {
    const given = { cert: 'tls.crt', key: 'tls.key' }
    expect(said(given)).not.toContain('-k ')
    const [started = '{}'] = said({ ...given, output: 'json' }).split('\n')
    expect(JSON.parse(started)).toMatchObject({ trust: '' })
    expect(said({})).toContain("curl -sS --cacert '/x/ca.pem' https://localhost:4365/")
  })

  it('says how to add a tenant with the id that tokens have', () => {
    expect(said({ registry: true, seed: 'none' }, [])).toContain('relata tenant add --id ID --name NAME')
  })
})
