/** `relata trust`, `cert-path` and `hosts` on a machine of its own: a folder with stand-ins for the tools of the system. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { run } from '#cli/program.ts'
import { runTrust } from '#cli/trust/trust.ts'
import { catchPrinted, err, out } from '../_support/printed.ts'

let folder: string
let location: string
catchPrinted()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-trust-'))
  location = join(folder, 'data')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const anchors = '/usr/local/share/ca-certificates'
/** A Debian in a folder; its tool notes that it ran. */
const debian = async (): Promise<string> => {
  const root = join(folder, 'machine')
  const bin = join(folder, 'bin')
  await mkdir(join(root, anchors), { recursive: true })
  await mkdir(bin)
  await writeFile(join(bin, 'update-ca-certificates'), `#!/bin/sh\necho "ran $*" >> '${join(folder, 'ran')}'\n`)
  await chmod(join(bin, 'update-ca-certificates'), 0o755)
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`)
  return root
}
const config = () => ({ ...defaultConfig, location })

describe('relata trust', () => {
  beforeEach(({ skip }) => {
    if (process.platform === 'win32') skip('the stand-ins of the tools are shell scripts')
  })

  it('says what it does, does it, and takes it back', async () => {
    const root = await debian()
    const machine = { platform: 'linux', root, isRoot: true } as const
    await runTrust(config(), { uninstall: false, print: false }, machine)
    const [name = ''] = await readdir(join(root, anchors))
    expect(name).toMatch(/^relata-[0-9a-f]{16}\.crt$/)
    expect(await readFile(join(root, anchors, name), 'utf8')).toBe(await readFile(join(location, 'ca.pem'), 'utf8'))
    expect(out.indexOf('  update-ca-certificates\n')).toBeLessThan(out.indexOf('done'))
    await runTrust(config(), { uninstall: true, print: false }, machine)
    expect(await readdir(join(root, anchors))).toEqual([])
    expect(await readFile(join(folder, 'ran'), 'utf8')).toBe('ran \nran --fresh\n')
  })

  it('does nothing with --print', async () => {
    const root = await debian()
    await runTrust(config(), { uninstall: false, print: true }, { platform: 'linux', root, isRoot: true })
    expect(out).toContain('cp ')
    expect(await readdir(join(root, anchors))).toEqual([])
    expect((await readdir(folder)).includes('ran')).toBe(false)
  })

  it('does nothing without the rights it needs, and never asks for them', async () => {
    const root = await debian()
    const trust = runTrust(config(), { uninstall: false, print: false }, { platform: 'linux', root, isRoot: false })
    await expect(trust).rejects.toThrow(/needs root, so nothing was changed\ntip: .*sudo/)
    expect(out).toContain('  update-ca-certificates\n')
    expect(await readdir(join(root, anchors))).toEqual([])
    expect((await readdir(folder)).includes('ran')).toBe(false)
  })

  it('fails where the tool does', async () => {
    const root = await debian()
    await writeFile(join(folder, 'bin', 'update-ca-certificates'), '#!/bin/sh\nexit 3\n')
    const trust = runTrust(config(), { uninstall: false, print: false }, { platform: 'linux', root, isRoot: true })
    await expect(trust).rejects.toThrow('update-ca-certificates ended with 3')
  })
})

describe('relata cert-path', () => {
  it('prints one line, the same each time, and makes what is not there yet', async () => {
    expect(await run(['cert-path', '-l', location], {})).toBe(0)
    expect(out).toBe(`${join(location, 'ca.pem')}\n`)
    const made = await readFile(join(location, 'ca.pem'), 'utf8')
    expect(made).toContain('BEGIN CERTIFICATE')
    expect(await run(['cert-path', '-l', location], {})).toBe(0)
    expect(await readFile(join(location, 'ca.pem'), 'utf8')).toBe(made)
  })
})

describe('relata hosts', () => {
  const hosts = () => join(folder, 'hosts')
  const names =
    'graph.microsoft.com login.microsoftonline.com login.windows.net login.microsoft.com sts.windows.net api.partnercenter.microsoft.com'

  it('shows the lines and changes nothing', async () => {
    expect(await run(['hosts'], {})).toBe(0)
    expect(out).toBe(`127.0.0.1 ${names}\n::1 ${names}\n`)
  })

  it('puts them into a file and takes them out again', async () => {
    await writeFile(hosts(), '127.0.0.1 localhost\n')
    expect(await run(['hosts', '--apply', '--file', hosts()], {})).toBe(0)
    expect(await readFile(hosts(), 'utf8')).toContain(`\n127.0.0.1 ${names}\n`)
    expect(await run(['hosts', '--apply', '--file', hosts()], {})).toBe(0)
    expect(out).toContain('has the right lines already')
    expect(await run(['hosts', '--remove', '--file', hosts()], {})).toBe(0)
    expect(await readFile(hosts(), 'utf8')).toBe('127.0.0.1 localhost\n')
  })

  it('is one of the two', async () => {
    expect(await run(['hosts', '--apply', '--remove', '--file', hosts()], {})).toBe(2)
    expect(err).toContain('not both')
  })
})
