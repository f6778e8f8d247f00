/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 6,
  name: 'label-words',
  changes: [
    {
      do: 'createTable',
      table: {
        name: 'term_store_term__labels__words',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'entry', kind: 'text', nullable: false },
          { name: 'owner_id', kind: 'text', nullable: false },
          { name: 'place', kind: 'integer', nullable: false },
          { name: 'length', kind: 'integer', nullable: false },
        ],
        primaryKey: ['tenant_no', 'entry', 'owner_id'],
        clustered: true,
        references: [],
        indexes: [],
      },
    },
    {
      do: 'indexWords',
      table: 'term_store_term',
      from: 'labels',
      to: 'term_store_term__labels__words',
      text: 'name',
      space: 'languageTag',
      first: 'isDefault',
      place: 'set_id',
    },
  ],
}
