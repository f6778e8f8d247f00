import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tidyFolder } from './private-folder.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-tidy-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function make(name: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  chmodSync(path, mode)
  return path
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

function tidied(): string[] {
  const warnings: string[] = []
  tidyFolder(folder, (text) => warnings.push(text))
  return warnings
}

describe.skipIf(process.platform === 'win32')('modes', () => {
  it('of what an earlier version made are tightened, each with a warning', () => {
    chmodSync(folder, 0o755)
    const loose = [
      'relata.db',
      'relata.db-wal',
      'relata.db.20261129T120000',
      'relata.lock',
      'relata.members',
      'keys.json',
      'ca.key',
    ]
    for (const name of loose) make(name, 0o644)
    make('ca.pem', 0o644)
    expect(tidied().sort()).toEqual(
      loose.map((name) => `${join(folder, name)} was 0644: other users could read it. It is 0600 now.`).sort(),
    )
    for (const name of loose) expect(modeOf(join(folder, name)), name).toBe(0o600)
    expect(modeOf(join(folder, 'ca.pem'))).toBe(0o644)
    expect(modeOf(folder)).toBe(0o700)
    expect(tidied()).toEqual([])
  })

  it('of a folder that holds files of others stay, with a warning where others may write', () => {
    make('relata.db')
    const letter = make('letter.txt', 0o644)
    chmodSync(folder, 0o755)
    expect(tidied()).toEqual([])
    chmodSync(folder, 0o777)
    expect(tidied()).toEqual([`the folder ${folder} is 0777: other users can replace the database. Give it mode 0700.`])
    expect([modeOf(letter), modeOf(folder)]).toEqual([0o644, 0o777])
    // As /tmp: others may add files, but not replace ours.
    chmodSync(folder, 0o1777)
    expect(tidied()).toEqual([])
  })
})

describe('drafts', () => {
  const ended = (): number => spawnSync(process.execPath, ['--version']).pid

  it('of processes that have ended are deleted; nothing else is', () => {
    const pid = ended()
    const left = [
      `relata.db.${pid}.1.part`,
      `relata.db.${pid}.part`,
      `relata.db.${pid}.2.new`,
      `relata.db.${pid}.2.new-wal`,
      `keys.json.${pid}.1`,
      `ca.key.next.${pid}.1`,
      `monday.db.${pid}.3.part`,
    ]
    const kept = ['relata.db', 'relata.db-wal', 'relata.db.20261129T120000', 'keys.json', `notes.${pid}.1`, 'a.part']
    for (const name of [...left, ...kept]) make(name)
    tidied()
    expect(readdirSync(folder).sort()).toEqual(kept.sort())
  })

  it('of a process that runs stay', async () => {
    const running = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
    try {
      make(`relata.db.${running.pid}.1.part`)
      tidied()
      expect(readdirSync(folder)).toEqual([`relata.db.${running.pid}.1.part`])
    } finally {
      running.kill('SIGKILL')
      await new Promise((resolve) => running.once('exit', resolve))
    }
    tidied()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of an earlier process with the id of this one are deleted, as in a container', () => {
    const own = make(`page.key.${process.pid}.1.part`)
    const earlier = make(`page.key.${process.pid}.2.part`)
    utimesSync(earlier, 1_000, 1_000)
    mkdirSync(join(folder, 'unrelated'))
    tidied()
    expect(readdirSync(folder).sort()).toEqual([own.slice(folder.length + 1), 'unrelated'].sort())
  })
})
