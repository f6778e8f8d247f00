/** The folder of a server that keeps nothing: private, removed at its end, and by another server where it was left. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { temporaryFolder } from '#store/temporary-folder.ts'

const place = mkdtempSync(join(tmpdir(), 'relata-temporary-test-'))
beforeAll(() => {
  vi.stubEnv('TMPDIR', place)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(place, { recursive: true, force: true })
})

const made = () => {
  const folder = temporaryFolder()
  if (folder === undefined) throw new Error('no folder')
  return folder
}
const old = (path: string): void => {
  const hourAgo = statSync(path).mtimeMs / 1000 - 3_600
  utimesSync(path, hourAgo, hourAgo)
}

it('is for its owner only, and is removed with what is in it', () => {
  const { path, remove } = made()
  expect(path.startsWith(place)).toBe(true)
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700)
  writeFileSync(join(path, 'relata.db'), 'rows')
  remove()
  expect(existsSync(path)).toBe(false)
})

it('is left alone by others while its server runs, and removed when it is gone', () => {
  const running = made()
  old(running.path)
  made().remove()
  expect(existsSync(running.path)).toBe(true)
  running.remove()
  // What a killed server leaves: its folder and a lock that nobody holds.
  const left = mkdtempSync(join(place, 'relata-memory-'))
  writeFileSync(join(left, 'relata.db'), 'rows')
  writeFileSync(join(left, 'in-use.lock'), '')
  const young = mkdtempSync(join(place, 'relata-memory-'))
  old(left)
  made().remove()
  expect([existsSync(left), existsSync(young)]).toEqual([false, true])
})

it('is not made where no file can be written', () => {
  vi.stubEnv('TMPDIR', join(place, 'nowhere'))
  expect(temporaryFolder()).toBeUndefined()
  vi.stubEnv('TMPDIR', place)
})

it('is removed at the end of a process that does not remove it', () => {
  const text = `import { temporaryFolder } from './src/store/temporary-folder.ts'
console.log(temporaryFolder().path)`
  const root = new URL('../../', import.meta.url)
  const { stdout } = spawnSync(process.execPath, ['--conditions=source', '--input-type=module', '-e', text], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(stdout.trim()).toContain('relata-memory-')
  expect(existsSync(stdout.trim())).toBe(false)
})
