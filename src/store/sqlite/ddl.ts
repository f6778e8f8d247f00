/** The DDL of SQLite. */

import { createTable, type Ddl, list, literal, quoted } from '../schema/ddl.ts'
import { jsonPathOf } from '../schema/json-path.ts'

export const sqliteDdl: Ddl = {
  kinds: { text: 'text', integer: 'integer', real: 'real' },
  end: ({ clustered }) => (clustered === true ? ' without rowid' : ''),
  more: () => [],
  reference: () => '',
  indexed: quoted,
  inside: (column, path) => `json_extract(${column}, ${literal(jsonPathOf(path))})`,
  // SQLite cannot alter a column: sqlite.org/lang_altertable.html §7, "making other kinds of table schema changes".
  // Foreign keys are off while migrations run. Indexes are dropped with the old table.
  reshape: (table, keep) => {
    const next = `${table.name}__next`
    return [
      createTable(sqliteDdl, table, next),
      `insert into ${quoted(next)} (${list(keep)}) select ${list(keep)} from ${quoted(table.name)}`,
      `drop table ${quoted(table.name)}`,
      `alter table ${quoted(next)} rename to ${quoted(table.name)}`,
    ]
  },
}
