/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 10,
  name: 'role-catalogue',
  changes: [
    { do: 'addColumn', table: 'relata_tenant', column: { name: 'role_catalogue', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'unified_role_definition', column: { name: 'withheld', kind: 'text', nullable: true } },
    { do: 'addColumn', table: 'unified_role_definition', column: { name: 'facts', kind: 'text', nullable: true } },
  ],
}
