/** What both databases keep of a migration that is killed while it fills a table from many rows. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { entityType } from '#edm/define.ts'
import { type Model, modelOf } from '#edm/model.ts'
import { complex } from '#edm/props.ts'
import { draftMigration } from '#store/schema/draft.ts'
import type { SchemaState } from '#store/schema/ledger.ts'
import type { Migration } from '#store/schema/schema-changes.ts'
import { openStore } from '#store/store.ts'
import type { RawRow } from '#store/values.ts'
import { compiledSource } from '../_support/source-program.ts'
import { here, there } from './fixture.ts'
import { book, libraryModels, shelf, title, workload } from './library.ts'

const program = fileURLToPath(new URL('migrate-and-die.ts', import.meta.url))
const booksInTenant = 150

const words = { text: 'name', space: 'tongue', first: 'isMain', place: 'shelfId' }
const titles = complex(title, { collection: true, elements: ['isMain', 'tongue', 'name'], words, doc: 'Titles.' })
const indexed = entityType(book.name, { ...book, props: { ...book.props, titles } })
const models: Model[] = [
  modelOf('v1.0', [
    { ...workload, entities: workload.entities.map((type) => (type.name === book.name ? indexed : type)) },
  ]),
]

const drafted = (to: readonly Model[], from: readonly Migration[]): Migration => {
  const draft = draftMigration(to, from.length === 0 ? 'init' : 'words', from)
  if (draft === undefined) throw new Error('nothing to draft')
  return draft.migration
}
const first = drafted(libraryModels, [])
const list = [first, drafted(models, [first])]

/** A folder, or an address. */
export type MigratedPlace = { readonly location: string } | { readonly url: string }

export interface MigratedDatabase {
  readonly place: MigratedPlace
  /** What the program is told: the file, or the address. */
  readonly name: string
  rows(text: string): Promise<readonly RawRow[]>
  /** As `relata migrate --dry-run` asks. */
  state(migrations: readonly Migration[]): Promise<SchemaState>
}

const fill = async (place: MigratedPlace): Promise<void> => {
  const store = await openStore({ models: libraryModels, migrations: [first], location: undefined, ...place })
  for (const tenant of [here, there]) {
    await store.addTenant(tenant)
    await store.write(tenant, async (tx) => {
      await tx.insert(shelf, { id: 's', displayName: 'One' })
      for (let at = 0; at < booksInTenant; at += 1)
        await tx.insert(book, {
          id: `b${at}`,
          shelfId: 's',
          titles: [
            { name: `The ${at}th Title`, isMain: true, tongue: 'en' },
            { name: `Übung ${at % 7}`, isMain: false, tongue: 'de' },
          ],
        })
    })
  }
  await store.close()
}

const wordsIn = async ({ rows }: MigratedDatabase) =>
  (await rows('select "tenant_no", "entry", "owner_id", "length" from "lib_book__titles__words"'))
    .map((row) => row.map(String).join(' '))
    .sort()

/** `makeOne`: an empty database. */
export const expectResumed = async (makeOne: () => Promise<MigratedDatabase>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'relata-interrupted-'))
  const run = (pages: number, { name }: MigratedDatabase) =>
    spawnSync(
      process.execPath,
      ['--conditions=source', '--disable-warning=ExperimentalWarning', program, join(folder, 'list'), `${pages}`, name],
      { encoding: 'utf8', env: { ...process.env, ...compiledSource } },
    )
  try {
    writeFileSync(join(folder, 'list'), JSON.stringify(list))
    const [whole, killed] = [await makeOne(), await makeOne()]
    for (const { place } of [whole, killed]) await fill(place)
    const undisturbed = run(0, whole)
    expect(undisturbed.status, undisturbed.stderr).toBe(0)

    const reached: number[] = []
    let lines = ''
    for (let isDone = false; !isDone; ) {
      // Fewer pages than are needed for all, more than for one part.
      const { status, signal, stderr } = run(17, killed)
      lines += stderr
      isDone = status === 0
      if (isDone) break
      expect(signal, stderr).toBe('SIGKILL')
      const { applied, pending, readOfFirst = 0 } = await killed.state(list)
      expect([applied, pending]).toEqual([['0001-init'], ['0002-words']])
      expect(readOfFirst).toBeGreaterThan(reached.at(-1) ?? 0)
      reached.push(readOfFirst)
    }
    expect(reached.length).toBeGreaterThan(2)
    expect(lines).toContain(`goes on after ${reached[0]} rows for lib_book__titles__words, where it was interrupted`)
    expect(await wordsIn(killed)).toEqual(await wordsIn(whole))
    expect((await wordsIn(whole)).length).toBeGreaterThan(booksInTenant * 8)
    expect(await killed.state(list)).toEqual({ applied: ['0001-init', '0002-words'], pending: [] })
    // Another version's migration is not finished by this one: the table of what is begun would be misread.
    await expect(killed.rows('select * from "relata_migration_begun"')).rejects.toThrow()
    const store = await openStore({ models, migrations: list, location: undefined, ...killed.place })
    expect(await store.read(there, (tx) => tx.get(indexed, 'b7'))).toMatchObject({ shelfId: 's' })
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Another version has begun the migration: what it made may differ. */
export const expectOtherRefused = async (makeOne: () => Promise<MigratedDatabase>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'relata-interrupted-'))
  try {
    const database = await makeOne()
    await fill(database.place)
    writeFileSync(join(folder, 'list'), JSON.stringify(list))
    const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', program]
    const env = { ...process.env, ...compiledSource }
    spawnSync(process.execPath, [...args, join(folder, 'list'), '33', database.name], { env })
    const [, second] = list
    const other = [first, { number: 2, name: 'words', changes: (second?.changes ?? []).slice(0, 1) }]
    writeFileSync(join(folder, 'other'), JSON.stringify(other))
    const refused = spawnSync(process.execPath, [...args, join(folder, 'other'), '0', database.name], {
      encoding: 'utf8',
      env,
    })
    expect(refused.status).not.toBe(0)
    expect(refused.stderr).toContain('another version has begun migration 2 and was interrupted. Nothing was changed.')
    expect((await database.state(list)).readOfFirst).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
