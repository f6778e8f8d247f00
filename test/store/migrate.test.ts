/** Migrations: what a draft holds, what it does to a database, and which databases are refused. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { type EntityType, entityType, one } from '#edm/define.ts'
import { type Model, modelOf } from '#edm/model.ts'
import { choice, complex, text, whole } from '#edm/props.ts'
import { member } from '#edm/query.ts'
import { migrations } from '#store/migrations/all.ts'
import { schemaText } from '#store/schema/ddl.ts'
import { allText, draftMigration } from '#store/schema/draft.ts'
import { checkDrift } from '#store/schema/ledger.ts'
import { schemaOf } from '#store/schema/schema.ts'
import { type Migration, replay } from '#store/schema/schema-changes.ts'
import { sqliteDdl } from '#store/sqlite/ddl.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { openStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'
import { tools } from '../../scripts/checks.js'
import { root } from '../crash/built-server.ts'
import { here, idsOf, queryOf } from './fixture.ts'
import { book, libraryMigrations, libraryModels, mood, shelf, title, workload } from './library.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-migrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const withEntities = (...entities: EntityType[]): Model[] => [
  modelOf('v1.0', [
    { ...workload, entities: workload.entities.map((type) => entities.find(({ name }) => name === type.name) ?? type) },
  ]),
]
const changed = (type: EntityType, props: EntityType['props'], more: Partial<EntityType> = {}): EntityType =>
  entityType(type.name, { ...type, ...more, props: { ...type.props, ...props } })

const drafted = (to: readonly Model[], from: readonly Migration[] = libraryMigrations): Migration => {
  const draft = draftMigration(to, 'next', from)
  if (draft === undefined) throw new Error('nothing to draft')
  return draft.migration
}

/** The tables and columns a database really has. */
const structureOf = (list: readonly Migration[]): Record<string, unknown> => {
  const connection = openConnection(':memory:', 0)
  migrate(connection, systemClock, list)
  const tables = connection
    .prepare(
      "select name from sqlite_master where type = 'table' and name <> 'relata_migration' and name not like 'sqlite!_%' escape '!' order by name",
    )
    .all([])
  const result = Object.fromEntries(
    tables.map(([name]) => [
      name,
      {
        columns: connection
          .prepare(`select name, type, "notnull", dflt_value, pk from pragma_table_info('${name}') order by name`)
          .all([]),
        references: connection
          .prepare(`select "table", "from", "to" from pragma_foreign_key_list('${name}') order by 1, 2`)
          .all([]),
        indexes: connection
          .prepare(
            `select l.name, l."unique", (select group_concat(i.name) from pragma_index_info(l.name) as i) from pragma_index_list('${name}') as l where l.origin = 'c' order by 1`,
          )
          .all([]),
      },
    ]),
  )
  connection.close()
  return result
}

describe('the migrations of the product', () => {
  it('lead to the schema of the model', () => {
    expect(() => checkDrift(Object.values(models))).not.toThrow()
  })

  it('are all the files of their folder', () => {
    const names = readdirSync(new URL('../../src/store/migrations/', import.meta.url))
    expect(readFileSync(new URL('../../src/store/migrations/all.ts', import.meta.url), 'utf8')).toBe(allText(names))
  })

  it('make a database as the schema says', () => {
    const connection = openConnection(':memory:', 0)
    connection.exec(schemaText(sqliteDdl, schemaOf(Object.values(models))))
    connection.close()
    expect(Object.keys(structureOf(migrations))).toEqual(
      schemaOf(Object.values(models))
        .tables.map(({ name }) => name)
        .sort(),
    )
  })
})

describe('a draft', () => {
  it('is in the form that the formatter leaves', () => {
    const next = (models: readonly Model[]) => draftMigration(models, 'next', libraryMigrations)
    const drafts = [
      draftMigration(libraryModels, 'init', []),
      next(withEntities(changed(shelf, { height: whole({ doc: 'Height.' }) }))),
      next(withEntities(changed(shelf, { height: whole({ doc: 'Height.' }), width: whole({ doc: 'Width.' }) }))),
    ]
    const texts = drafts.map((draft) => draft?.file.text ?? '')
    const many = Array.from({ length: 30 }, (_, at) => `${String(at + 1).padStart(4, '0')}-change.ts`)
    for (const made of [...texts, allText(many)]) {
      expect(made).not.toBe('')
      const args = [tools.biome, 'format', '--stdin-file-path=src/store/migrations/0002-next.ts']
      expect(execFileSync(process.execPath, args, { cwd: root, input: made, encoding: 'utf8' })).toBe(made)
    }
  })

  it('is not made when nothing differs', () => {
    expect(draftMigration(libraryModels, 'next', libraryMigrations)).toBeUndefined()
  })

  it('is one new column for one new property', () => {
    const draft = draftMigration(
      withEntities(changed(shelf, { height: whole({ doc: 'Height.', initial: 2 }) })),
      'shelf-height',
      libraryMigrations,
    )
    expect(draft?.migration).toEqual({
      number: 2,
      name: 'shelf-height',
      changes: [
        {
          do: 'addColumn',
          table: 'lib_shelf',
          column: { name: 'height', kind: 'integer', nullable: true, initial: 2 },
        },
      ],
    })
    expect(draft?.file.fileName).toBe('0002-shelf-height.ts')
    expect(draft?.file.text).toContain(
      "{ do: 'addColumn', table: 'lib_shelf', column: { name: 'height', kind: 'integer', nullable: true, initial: 2 } },",
    )
    expect(draft?.all.text).toContain("import { migration as m0002 } from './0002-shelf-height.ts'")
  })

  it('is refused when old rows would have no value', () => {
    expect(() => drafted(withEntities(changed(shelf, { must: text({ nullable: false, doc: 'Must.' }) })))).toThrow(
      /lib_shelf\.must.*`initial`/,
    )
  })

  it.each<[string, Model[]]>([
    ['a column that may be null no longer', withEntities(changed(shelf, { bookCount: whole({ doc: 'Books.' }) }))],
    [
      'a new link',
      withEntities(
        entityType(shelf.name, { ...shelf, navs: { next: one('lib.shelf', { stored: true, doc: 'Next.' }) } }),
      ),
    ],
    [
      'another index',
      withEntities(entityType(shelf.name, { ...shelf, indexes: [{ keys: ['bookCount', 'displayName'] }] })),
    ],
    [
      'an enumeration and a folded text',
      withEntities(
        changed(shelf, {
          mood: choice(mood, { doc: 'Mood.', initial: 'sad' }),
          other: text({ doc: 'Other.', fold: true, initial: 'Ä' }),
        }),
      ),
    ],
    [
      'a type fewer',
      [modelOf('v1.0', [{ ...workload, entities: workload.entities.filter(({ name }) => name !== 'lib.loan') }])],
    ],
    [
      'elements of a collection',
      withEntities(
        changed(shelf, { titles: complex(title, { collection: true, elements: ['name'], doc: 'Titles.' }) }),
      ),
    ],
  ])('gives an old database the same form as a new one: %s', (_, to) => {
    const next = drafted(to)
    const fresh = drafted(to, [])
    expect(() => checkDrift(to, [...libraryMigrations, next])).not.toThrow()
    expect(structureOf([...libraryMigrations, next])).toEqual(structureOf([fresh]))
    expect(replay([...libraryMigrations, next]).tables.length).toBe(schemaOf(to).tables.length)
  })
})

describe('a database', () => {
  const location = join(folder, 'kept')

  it('keeps its rows, and folds and spreads what it has', async () => {
    const before = withEntities(
      changed(shelf, { note: text({ doc: 'Note.' }) }),
      changed(book, {
        heading: text({ doc: 'Not folded yet.' }),
        titles: complex(title, { collection: true, doc: 'No elements yet.' }),
      }),
    )
    const first = drafted(before, [])
    const old = await openStore({ models: before, migrations: [first], location })
    await old.addTenant(here)
    await old.write(here, async (tx) => {
      await tx.insert(shelf, { id: 's', displayName: 'One', bookCount: 4 })
      await tx.insert(book, {
        id: 'b',
        shelfId: 's',
        heading: 'ÄRA',
        titles: [{ name: 'TITLE', isMain: true, tongue: 'EN' }],
      })
    })
    await old.close()

    const second = drafted(libraryModels, [first])
    expect(second.changes.map((change) => change.do)).toEqual(
      expect.arrayContaining(['reshapeTable', 'fold', 'spread']),
    )
    const store = await openStore({ models: libraryModels, migrations: [first, second], location })
    expect(await store.read(here, (tx) => tx.get(shelf, 's'))).toEqual({
      id: 's',
      displayName: 'One',
      place: null,
      bookCount: 4,
    })
    expect(await store.read(here, (tx) => tx.find(book, { heading: 'ära' }))).toHaveLength(1)
    expect(await store.read(here, (tx) => tx.findByElement(book, 'titles', [{ name: 'title', isMain: true }]))).toEqual(
      ['b'],
    )
    expect(await idsOf(store, queryOf(book, { order: [{ by: member('heading'), descending: false }] }))).toEqual(['b'])
    await expect(store.write(here, (tx) => tx.remove(shelf, 's'))).rejects.toMatchObject({ reason: 'reference' })
    await store.close()

    await expect(openStore({ models: before, migrations: [first], location })).rejects.toThrow(
      /migration 2 \(next\), which this version does not know/,
    )
    const other = { ...second, changes: second.changes.slice(1) }
    expect(() => migrate(openConnection(databaseFile(location), 0), systemClock, [first, other])).toThrow(
      /is not the one this version knows/,
    )
    expect(() => migrate(openConnection(databaseFile(location), 0), systemClock, [{ ...first, name: 'else' }])).toThrow(
      /where this version has 1 \(else\)/,
    )
  })

  it('is not opened when the model has moved on', async () => {
    await expect(
      openStore({
        models: withEntities(changed(shelf, { note: text({ doc: 'Note.' }) })),
        migrations: libraryMigrations,
        location: undefined,
      }),
    ).rejects.toThrow(/missing: column lib_shelf\.note/)
  })

  it('is there again after it was closed', async () => {
    const options = { models: libraryModels, migrations: libraryMigrations, location: join(folder, 'deep', 'er') }
    const store = await openStore(options)
    await store.addTenant(here)
    await store.write(here, (tx) => tx.insert(shelf, { id: 's' }))
    await store.close()
    await store.close()
    await expect(store.write(here, (tx) => tx.get(shelf, 's'))).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'closed',
    })
    await expect(store.read(here, (tx) => tx.get(shelf, 's'))).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'closed',
    })
    const again = await openStore(options)
    expect(await again.tenants()).toEqual([{ id: here }])
    expect(await again.read(here, (tx) => tx.get(shelf, 's'))).toMatchObject({ id: 's' })
    await again.close()
  })

  it('says so when another process holds it', async () => {
    const options = {
      models: libraryModels,
      migrations: libraryMigrations,
      location: join(folder, 'busy'),
      busyMillis: 10,
    }
    const store = await openStore(options)
    await store.addTenant(here)
    const other = openConnection(databaseFile(options.location), 10)
    other.exec('begin immediate')
    await expect(store.write(here, (tx) => tx.insert(shelf, { id: 's' }))).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'busy',
    })
    other.exec('rollback')
    await store.write(here, (tx) => tx.insert(shelf, { id: 's' }))
    other.close()
    await store.close()
  })
})
