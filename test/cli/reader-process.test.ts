/** The bundled program of a reader process: it reads, writes nothing, and ends with whoever started it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'

const program = fileURLToPath(new URL('../../dist/bin/reader-process.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'relata-reader-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const started = async (): Promise<ChildProcess> => {
  const file = join(folder, 'relata.db')
  const database = openDatabase(file)
  database.exec("create table if not exists t (name text); delete from t; insert into t values ('ÄRA'), ('Weg')")
  database.close()
  const child = fork(program, [file], { env: {}, execArgv: [], serialization: 'advanced', stdio: 'ignore' })
  expect(await once(child, 'message')).toEqual([{ ready: true }, undefined])
  return child
}
const asked = async (child: ChildProcess, text: string, most = 1_000): Promise<unknown> => {
  child.send({ text, values: [], wants: 'all', most })
  return (await once(child, 'message'))[0]
}

it('reads with the functions of the server, counts what it reads, and refuses to write', async () => {
  const child = await started()
  expect(await asked(child, 'select relata_fold(name) from t order by name')).toEqual({ rows: [['weg'], ['ära']] })
  expect(await asked(child, 'select name from t', 4)).toEqual({ tooLarge: true })
  expect(await asked(child, 'delete from t')).toMatchObject({ failed: expect.stringContaining('readonly') })
  expect(await asked(child, 'select absent from t')).toMatchObject({
    failed: expect.stringContaining('no such column'),
  })
  child.kill('SIGKILL')
})

it('ends when its server does', async () => {
  const child = await started()
  const ended = once(child, 'exit')
  child.disconnect()
  expect(await ended).toEqual([0, null])
})
