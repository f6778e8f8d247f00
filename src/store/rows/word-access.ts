/** Tables of words: written together with the rows that have the texts, and searched by what texts and words begin with. */
import { invariant } from '#base/errors.ts'
import { entryOf, partsOf, placeNumber, type WordRow, wordRows } from '#base/text/search-keys.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { WordHit, WordPlace, WordRange, WordSearch } from '#edm/row-query.ts'
import type { SqlDialect } from '../query/dialect.ts'
import { list, quoted } from '../schema/ddl.ts'
import { indexedTexts } from '../schema/indexed-texts.ts'
import type { TableFacts, WordFacts } from '../schema/layout.ts'
import type { RawRow, SqlValue } from '../values.ts'
import { decoded } from './codec.ts'
import { placeholders, upTo } from './key-lists.ts'
import type { RowValues } from './rows.ts'
import { all, placeholder, type RowForm, run, type Statement, type StatementText, textOf } from './statement.ts'

const rowsAtOnce = 16
/** No text is beyond it that begins with the text before it. */
const beyond = '\u{10ffff}'

interface Words {
  readonly rows: readonly WordRow[]
  readonly place: number
}

/** The rows of one that the other has not. */
function without({ rows, place }: Words, other: Words): Words {
  if (place !== other.place) return { rows, place }
  const lengths = new Map(other.rows.map(({ entry, length }) => [entry, length]))
  return { place, rows: rows.filter(({ entry, length }) => lengths.get(entry) !== length) }
}

const none: Words = { rows: [], place: 0 }

function rangeTest({ isPrefix, isLonger }: WordRange): string {
  if (!isPrefix) return `w."entry" = ${placeholder}`
  return `w."entry" ${isLonger === true ? '>' : '>='} ${placeholder} and w."entry" < ${placeholder}`
}

/** What the text of a search depends on. */
function shapeOf({ ranges, part, off, on, among, except, take, after, until, each, offset }: WordSearch): string {
  const arms = ranges.map(({ isPrefix, isLonger }) => `${Number(isPrefix)}${Number(isLonger === true)}`)
  const rest = [part, among, except?.length === 0 ? undefined : except, after, until, each, offset]
  return [...arms, off, on, take, ...rest.map((given) => given !== undefined)].join(';')
}

type Lists = Pick<SqlDialect, 'listed' | 'holds' | 'merges'>

/** The conditions on a row of the index and on its owner. */
function testsOf(facts: TableFacts, words: WordFacts, search: WordSearch, { listed, holds }: Lists): string[] {
  const { part, off = [], on = [], among, except = [], after, until } = search
  const owner = (key: string): string => `t.${quoted(facts.field(key).column)}`
  const place = owner(words.of.place)
  const side = (isAfter: boolean): string =>
    `w."entry" ${isAfter ? '>' : '<'}= ${placeholder} and (w."entry" ${isAfter ? '>' : '<'} ${placeholder} or w."owner_id" ${isAfter ? '>' : '<='} ${placeholder})`
  const [numbers, texts] = [listed(placeholder, 'number'), listed(placeholder, 'text')]
  return [
    ...(after === undefined ? [] : [side(true)]),
    ...(until === undefined ? [] : [side(false)]),
    ...(part === undefined ? [] : [holds('w."entry"', placeholder)]),
    // First what the row of the index tells by itself, so that most owners elsewhere are not read.
    ...(among === undefined
      ? []
      : [
          `(w."place" in ${numbers} or w."owner_id" in ${texts})`,
          `(${place} in ${texts} or w."owner_id" in ${texts})`,
        ]),
    ...(except.length === 0 ? [] : [`${place} not in ${texts}`]),
    ...off.map((key) => `${owner(key)} = 0`),
    ...on.map((key) => `${owner(key)} = 1`),
  ]
}

function readsOwner({ take, off = [], on = [], among, except = [] }: WordSearch): boolean {
  return take.length + off.length + on.length + except.length > 0 || among !== undefined
}

function searchText(facts: TableFacts, words: WordFacts, search: WordSearch, dialect: Lists): string {
  const { ranges, take, each, offset } = search
  const columns = [
    ...['entry', 'owner_id', 'length', 'place'].map((name) => `w.${quoted(name)} as ${quoted(name)}`),
    ...take.map((key, at) => `t.${quoted(facts.field(key).column)} as "taken${at}"`),
  ]
  const joins = readsOwner(search)
  // SQLite keeps the order of a cross join: from the words to their owners.
  const from = `from ${quoted(words.name)} as w${joins ? ` cross join ${quoted(facts.name)} as t` : ''}`
  const tests = testsOf(facts, words, search, dialect)
  const arms = ranges.map((range) =>
    [
      `select ${columns.join(', ')} ${from} where w."tenant_no" = ${placeholder}`,
      rangeTest(range),
      ...(joins ? ['t."tenant_no" = w."tenant_no" and t."id" = w."owner_id"'] : []),
      ...tests,
    ].join(' and '),
  )
  const end = `${upTo}${offset === undefined ? '' : ` offset ${placeholder}`}`
  const inOrder = 'order by "entry", "owner_id"'
  if (arms.length === 1) return `${arms[0]} order by w."entry", w."owner_id" ${end}`
  if (dialect.merges && each === undefined) return `${arms.join(' union all ')} ${inOrder} ${end}`
  const limited = arms.map((arm) => `select * from (${arm} order by w."entry", w."owner_id" ${upTo}) as a`)
  return `${limited.join(' union all ')} ${inOrder} ${end}`
}

function placeValues(at: WordPlace | undefined): SqlValue[] {
  return at === undefined ? [] : [at.entry, at.entry, at.id]
}

function searchValues(tenantNo: number, search: WordSearch, merges: boolean): SqlValue[] {
  const { ranges, part, among, except = [], after, until, each, limit, offset } = search
  const shared: SqlValue[] = [...placeValues(after), ...placeValues(until)]
  if (part !== undefined) shared.push(part)
  if (among !== undefined) {
    const ids = JSON.stringify(among.ids)
    shared.push(JSON.stringify(among.places.map(placeNumber)), ids, JSON.stringify(among.places), ids)
  }
  if (except.length > 0) shared.push(JSON.stringify(except))
  const values: SqlValue[] = []
  for (const { form, space, key, isPrefix } of ranges) {
    const entry = space === undefined ? String(form) : entryOf(form, space, key)
    values.push(tenantNo, entry)
    if (isPrefix) values.push(entry + beyond)
    values.push(...shared)
    // Each part is read as far as the whole can need it.
    if (ranges.length > 1 && (!merges || each !== undefined)) values.push(each ?? limit + (offset ?? 0))
  }
  values.push(limit)
  if (offset !== undefined) values.push(offset)
  return values
}

/** The word index of one collection of a table. */
export function wordAccess(
  facts: TableFacts,
  words: WordFacts,
  dialect: Pick<SqlDialect, 'insertAll' | 'listed' | 'holds' | 'merges'>,
) {
  const table = quoted(words.name)
  const columns = list(['tenant_no', 'entry', 'owner_id', 'place', 'length'])
  const one = `(${placeholders(5)})`
  const form: RowForm = {
    how: 'insert',
    table,
    columns: [
      { name: 'tenant_no', kind: 'integer' },
      { name: 'entry', kind: 'text' },
      { name: 'owner_id', kind: 'text' },
      { name: 'place', kind: 'integer' },
      { name: 'length', kind: 'integer' },
    ],
    test: '',
  }
  const inserts = Array.from({ length: rowsAtOnce + 1 }, (_, rows) =>
    textOf(`${dialect.insertAll} ${table} (${columns}) values ${new Array(rows).fill(one).join(', ')}`, form),
  )
  const clear = textOf(`delete from ${table} where "tenant_no" = ? and "entry" = ? and "owner_id" = ?`)
  const searches = new Map<string, StatementText>()
  const wordsOf = (row: RowValues): Words => ({
    rows: wordRows(indexedTexts(words.of, row[words.key])),
    place: placeNumber(String(row[words.of.place])),
  })
  const pushInserts = (statements: Statement<void>[], tenantNo: number, ownerId: string, { rows, place }: Words) => {
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      const end = Math.min(rows.length, at + rowsAtOnce)
      const values: SqlValue[] = []
      for (let next = at; next < end; next++) {
        const { entry, length } = rows[next] as WordRow
        values.push(tenantNo, entry, ownerId, place, length)
      }
      statements.push(run(inserts[end - at] as StatementText, values))
    }
  }
  const pushClears = (statements: Statement<void>[], tenantNo: number, ownerId: string, { rows }: Words) => {
    for (const { entry } of rows) statements.push(run(clear, [tenantNo, entry, ownerId]))
  }
  return {
    key: words.key,
    dependsOn: (patch: RowValues): boolean => patch[words.key] !== undefined || patch[words.of.place] !== undefined,
    pushInserted(statements: Statement<void>[], tenantNo: number, row: AnyRow): void {
      pushInserts(statements, tenantNo, row.id, wordsOf(row))
    },
    /** Adds the statements that lead from the words of the row before to those after. */
    pushChanges(statements: Statement<void>[], tenantNo: number, before: AnyRow, after: RowValues | undefined): void {
      const old = wordsOf(before)
      const next = after === undefined ? none : wordsOf(after)
      pushClears(statements, tenantNo, before.id, without(old, next))
      pushInserts(statements, tenantNo, before.id, without(next, old))
    },
    find(tenantNo: number, search: WordSearch): Statement<WordHit[]> {
      invariant(search.ranges.length > 0, 'a search has a range')
      const shape = shapeOf(search)
      const text = searches.get(shape) ?? textOf(searchText(facts, words, search, dialect))
      searches.set(shape, text)
      const fields = search.take.map((key) => facts.field(key))
      const hitOf = ([entry, id, length, place, ...taken]: RawRow): WordHit => ({
        entry: entry as string,
        id: id as string,
        ...partsOf(entry as string),
        length: length as number,
        place: place as number,
        taken: Object.fromEntries(fields.map((field, at) => [field.key, decoded(field, taken[at] ?? null)])),
      })
      return all(text, searchValues(tenantNo, search, dialect.merges), (raws) => raws.map(hitOf))
    },
  }
}
