/** A folder that was there before becomes private with what is in it, at a start and at a restore. */
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from '#cli/program.ts'
import { startTestServer } from '../_support/server.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'relata-private-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))
afterEach(() => vi.restoreAllMocks())

const modeOf = async (path: string) => (await stat(path)).mode & 0o777
const openFolder = async (name: string) => {
  const folder = join(root, name)
  await mkdir(folder)
  await chmod(folder, 0o755)
  return folder
}
const heard = () => {
  let text = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((part) => {
    text += String(part)
    return true
  })
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  return () => text
}

describe.skipIf(process.platform === 'win32')('a folder with mode 0755', () => {
  it('becomes private when a server starts on it, and the log that is silenced hides no warning', async () => {
    const location = await openFolder('started')
    const started = async () => (await startTestServer({ location, inMemory: false, silent: true })).close()
    await started()
    expect(await modeOf(location)).toBe(0o700)
    const database = join(location, 'relata.db')
    await chmod(database, 0o644)
    const error = heard()
    await started()
    expect(error()).toContain(`relata: ${database} was 0644: other users could read it. It is 0600 now.\n`)
  })

  it('becomes private when a backup is restored to it', async () => {
    const from = join(root, 'from')
    await (await startTestServer({ location: from, inMemory: false })).close()
    heard()
    const file = join(root, 'monday.db')
    expect(await run(['backup', file, '-l', from], {})).toBe(0)
    const location = await openFolder('restored')
    expect(await run(['restore', file, '-l', location], {})).toBe(0)
    expect(await modeOf(location)).toBe(0o700)
  })
})
