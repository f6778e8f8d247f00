/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 3,
  name: 'who-changed-terms',
  changes: [
    { do: 'addColumn', table: 'term_store_group', column: { name: 'created_by', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'term_store_group', column: { name: 'last_modified_by', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'term_store_set', column: { name: 'created_by', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'term_store_set', column: { name: 'last_modified_by', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'term_store_term', column: { name: 'created_by', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'term_store_term', column: { name: 'last_modified_by', kind: 'text', nullable: true } },
  ],
}
