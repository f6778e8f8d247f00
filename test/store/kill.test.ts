/** What was acknowledged is there after the process was killed: a child writes, and dies in the middle of it. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { openStore } from '#store/store.ts'
import { here } from './fixture.ts'
import { libraryMigrations, libraryModels, shelf } from './library.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'relata-kill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes as fast as it can, several at once, and prints the ids that were acknowledged. */
const writer = `
import { openStore } from './dist/src/store/store.js'
import { libraryMigrations, libraryModels, shelf } from './dist/test/store/library.js'
const [location, tenant] = process.argv.slice(2)
const store = await openStore({ models: libraryModels, migrations: libraryMigrations, location })
await store.addTenant(tenant)
let used = 0
const go = async () => {
  for (;;) {
    const id = 'k' + used++
    await store.write(tenant, async (tx) => {
      await tx.insert(shelf, { id, displayName: id })
      await tx.update(shelf, id, { bookCount: 1 })
    })
    process.stdout.write(id + '\\n')
  }
}
for (let at = 0; at < 8; at++) go()
`

const build = () => {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rewriteRelativeImportExtensions: true,
      paths: {},
      rootDir: root,
      outDir: join(folder, 'dist'),
      typeRoots: [join(root, 'node_modules/@types')],
    },
    // Named, as nothing below test/ leads to them: the package there knows no `imports`.
    include: ['src/base', 'src/edm', 'src/store', 'test/store/library.ts'].map((path) => join(root, path)),
    exclude: [join(root, 'src/**/*.test.ts')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.json')])
  const floors = ['base', 'edm', 'store'].map((name) => [`#${name}/*.ts`, `./dist/src/${name}/*.js`])
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports: Object.fromEntries(floors) }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'writer.mjs'), writer)
}

const writeAndKill = (location: string): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, 'writer.mjs'), location, here], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    let faults = ''
    child.stderr.on('data', (part) => {
      faults += part
    })
    child.stdout.on('data', (part) => {
      text += part
      if (text.length > 2_000) child.kill('SIGKILL')
    })
    // The last line may have been cut off.
    child.on('close', () => (text === '' ? reject(new Error(faults)) : resolve(text.split('\n').slice(0, -1))))
  })

it('keeps every acknowledged write of a process that was killed', async () => {
  build()
  for (const round of ['a', 'b', 'c']) {
    const location = join(folder, `data-${round}`)
    const ids = await writeAndKill(location)
    expect(ids.length).toBeGreaterThan(100)
    const store = await openStore({ models: libraryModels, migrations: libraryMigrations, location })
    const rows = await store.read(here, (tx) => tx.find(shelf, {}))
    const counts = new Map(rows.map((row) => [row.id, row.bookCount]))
    expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([])
    // Nothing is there by half, acknowledged or not.
    expect([...counts.values()].every((count) => count === 1)).toBe(true)
    await store.close()
    const connection = openConnection(databaseFile(location), 0)
    expect(connection.prepare('pragma integrity_check').all([])).toEqual([['ok']])
    connection.close()
  }
})
