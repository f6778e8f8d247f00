import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-flags-'))
})
afterAll(() => rm(folder, { recursive: true }))

function issuersOf(flags: Record<string, string>, environment: Record<string, string> = {}) {
  const outcome = readConfig(flags, environment)
  return 'faults' in outcome ? outcome.faults : outcome.config.issuers.map(({ issuer }) => issuer)
}

function text(name: string): string {
  return JSON.stringify({ issuer: `https://${name}.example`, audience: 'x' })
}

describe('outside issuers', () => {
  it('are given as JSON, or in a file of it', async () => {
    expect(issuersOf({})).toEqual([])
    expect(issuersOf({}, { RELATA_ISSUERS: ` [${text('a')}, ${text('b')}]` })).toEqual([
      'https://a.example',
      'https://b.example',
    ])
    const file = join(folder, 'issuers.json')
    await writeFile(file, text('c'))
    expect(issuersOf({ issuers: file })).toEqual(['https://c.example'])
  })

  it('are refused with what is wrong', async () => {
    const file = join(folder, 'bad.json')
    await writeFile(file, 'x')
    expect(issuersOf({ issuers: file })).toEqual([`--issuers: '${file}' is not JSON`])
    expect(issuersOf({ issuers: join(folder, 'absent') })[0]).toMatch(/cannot be read: ENOENT/)
    expect(issuersOf({}, { RELATA_ISSUERS: '{}' })[0]).toMatch(/^RELATA_ISSUERS: .*'issuer' must be an https address/)
  })
})

it('AdminAgents are asked for unless somebody says no', () => {
  const adminAgents = (flags: Record<string, string | boolean>) => {
    const outcome = readConfig(flags, {})
    return 'faults' in outcome ? outcome.faults : outcome.config.gdap.adminAgents
  }
  expect(adminAgents({})).toBe(true)
  expect(adminAgents({ gdapAdminAgents: true })).toBe(true)
  expect(adminAgents({ gdapAdminAgents: 'no' })).toBe(false)
})
