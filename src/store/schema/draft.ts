/** Drafts a migration: the text of a file with the changes from the schema of the migrations to that of the model. */
import type { Model } from '#edm/model.ts'
import { migrations as ours } from '../migrations/all.ts'
import { layoutOf } from './layout.ts'
import { schemaOf } from './schema.ts'
import { type BareTable, changesBetween, type Migration, replay, type SchemaChange } from './schema-changes.ts'

export interface DraftedFile {
  /** Below `src/store/migrations/`. */
  readonly fileName: string
  readonly text: string
}

export interface MigrationDraft {
  readonly migration: Migration
  readonly file: DraftedFile
  /** The new `all.ts`. */
  readonly all: DraftedFile
}

function fileNameOf({ number, name }: { number: number; name: string }): string {
  return `${String(number).padStart(4, '0')}-${name}.ts`
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, part]) => `${name}: ${inline(part)}`)
    return `{ ${members.join(', ')} }`
  }
  return typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value)
}

const longest = 120

/** Objects and lists on one line if they fit, as the formatter writes them. */
function printed(value: unknown, indent: string, before = ''): string {
  const short = inline(value)
  const isList = Array.isArray(value)
  // The formatter puts each object of a list on a separate line if there are several.
  const fits =
    indent.length + before.length + short.length + 1 <= longest &&
    !(isList && value.length > 1 && typeof value[0] === 'object')
  if (fits || typeof value !== 'object' || value === null) return short
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((part) => `${inner}${printed(part, inner)},\n`)
    : Object.entries(value).map(([name, part]) => `${inner}${name}: ${printed(part, inner, `${name}: `)},\n`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${open}\n${parts.join('')}${indent}${close}`
}

function migrationText({ number, name, changes }: Migration): string {
  return `/** Frozen: a database may have run it. Drafted from the model by \`draftMigration\`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: ${number},
  name: ${inline(name)},
  changes: ${printed(changes, '  ', 'changes: ')},
}
`
}

/** The text of `all.ts` for the files of `migrations/`, in any order. */
export function allText(fileNames: readonly string[]): string {
  const files = fileNames.filter((name) => /^\d{4}-.+\.ts$/.test(name)).sort()
  const imports = files.map((name) => `import { migration as m${name.slice(0, 4)} } from './${name}'\n`)
  const names = files.map((name) => `m${name.slice(0, 4)}`)
  const start = 'export const migrations: readonly Migration[] = '
  const onOneLine = `${start}[${names.join(', ')}]`
  const list = onOneLine.length <= longest ? onOneLine : `${start}[\n${names.map((name) => `  ${name},\n`).join('')}]`
  return `/** Every migration in order. Made from the listing of this folder when one is drafted. */
import type { Migration } from '../schema/schema-changes.ts'
${imports.join('')}
${list}
`
}

/** The changes that fill new element tables from existing rows. */
function spreads(
  models: readonly Model[],
  before: readonly BareTable[],
  changes: readonly SchemaChange[],
): SchemaChange[] {
  return layoutOf(models).tables.flatMap((table) => {
    const old = before.find(({ name }) => name === table.name)
    return table.elements.flatMap(({ name, key, columns }): SchemaChange[] => {
      const made = changes.some((change) => change.do === 'createTable' && change.table.name === name)
      const from = table.field(key).column
      if (!made || !old?.columns.some((column) => column.name === from)) return []
      const members = columns.map(({ member, column, prop }) => ({ name: member, column, fold: prop.fold === true }))
      return [{ do: 'spread', table: table.name, from, to: name, members }]
    })
  })
}

/** The changes that fill new tables of words from existing rows. */
function indexings(
  models: readonly Model[],
  before: readonly BareTable[],
  changes: readonly SchemaChange[],
): SchemaChange[] {
  return layoutOf(models).tables.flatMap((table) =>
    table.words.flatMap(({ name, key, of }): SchemaChange[] => {
      const made = changes.some((change) => change.do === 'createTable' && change.table.name === name)
      const isThere = before.some((old) => old.name === table.name)
      const { text, space, first } = of
      const place = table.field(of.place).column
      return made && isThere
        ? [{ do: 'indexWords', table: table.name, from: table.field(key).column, to: name, text, space, first, place }]
        : []
    }),
  )
}

/**
 * Undefined if nothing differs. `name` is kebab-case; the number is the one after the last.
 * Throws if existing rows would have no value for a new member.
 */
export function draftMigration(
  models: readonly Model[],
  name: string,
  existing: readonly Migration[] = ours,
): MigrationDraft | undefined {
  const before = replay(existing)
  const found = changesBetween(before, schemaOf(models))
  if (found.length === 0) return undefined
  const migration = {
    number: (existing.at(-1)?.number ?? 0) + 1,
    name,
    changes: [...found, ...spreads(models, before.tables, found), ...indexings(models, before.tables, found)],
  }
  return {
    migration,
    file: { fileName: fileNameOf(migration), text: migrationText(migration) },
    all: { fileName: 'all.ts', text: allText([...existing, migration].map(fileNameOf)) },
  }
}
