/**
 * A schema of PostgreSQL as SQL text: what `pg_dump --inserts` writes, as far as Relata's tables need it. It is made from
 * the catalogue, and any later version of PostgreSQL can run it in an empty schema.
 */
import pg from 'pg'

const tables = `
  select c.oid, quote_ident(c.relname) as name
  from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' order by c.relname`

const columns = `
  select quote_ident(a.attname) as name, a.attnotnull as required, format_type(a.atttypid, a.atttypmod) as type,
    case when a.attcollation <> 0 and a.attcollation <> t.typcollation then quote_ident(l.collname) end as collation,
    pg_get_expr(d.adbin, d.adrelid) as initial
  from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation l on l.oid = a.attcollation
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`

/** Keys before references to them. */
const constraints = `
  select quote_ident(c.relname) as "table", quote_ident(k.conname) as name, pg_get_constraintdef(k.oid, true) as text
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  where c.relnamespace = current_schema()::regnamespace and k.contype in ('p', 'u', 'c', 'f')
  order by k.contype = 'f', c.relname, k.conname`

const indexes = `
  select pg_get_indexdef(i.indexrelid, 0, true) as text
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where c.relnamespace = current_schema()::regnamespace
    and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
  order by c.relname`

function columnText({ name, type, collation, initial, required }) {
  return [
    `${name} ${type}`,
    ...(collation === null ? [] : [`collate ${collation}`]),
    ...(initial === null ? [] : [`default ${initial}`]),
    ...(required ? ['not null'] : []),
  ].join(' ')
}

function literal(value) {
  return value === null ? 'null' : pg.escapeLiteral(value)
}

/** `leaveOut`: names of tables whose rows are not part of it. */
export async function dumpOf(url, leaveOut = []) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const created = []
    const filled = []
    for (const { oid, name } of (await client.query(tables)).rows) {
      const all = (await client.query(columns, [oid])).rows
      created.push(`create table ${name} (\n  ${all.map(columnText).join(',\n  ')}\n);`)
      if (leaveOut.includes(name)) continue
      // The text of each value, as PostgreSQL writes it.
      const { rows } = await client.query({
        text: `select * from ${name} order by 1, 2`,
        rowMode: 'array',
        types: { getTypeParser: () => String },
      })
      const into = `insert into ${name} (${all.map((column) => column.name).join(', ')}) values`
      filled.push(...rows.map((row) => `${into} (${row.map(literal).join(', ')});`))
    }
    const constrained = (await client.query(constraints)).rows.map(
      ({ table, name, text }) => `alter table ${table} add constraint ${name} ${text};`,
    )
    const indexed = (await client.query(indexes)).rows.map(({ text }) => `${text};`)
    return `${[...created, ...filled, ...constrained, ...indexed].join('\n')}\n`
  } finally {
    await client.end()
  }
}
