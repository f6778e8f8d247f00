/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 4,
  name: 'outbox-in-order',
  changes: [
    { do: 'dropIndex', table: 'relata_outbox_event', index: 'i_relata_outbox_event__subject_id_id' },
    {
      do: 'reshapeTable',
      table: {
        name: 'relata_outbox_event',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'event_name', kind: 'text', nullable: false },
          { name: 'resource_name', kind: 'text', nullable: false },
          { name: 'resource_path', kind: 'text', nullable: false },
          { name: 'subject_id', kind: 'text', nullable: false },
          { name: 'audit_id', kind: 'text', nullable: true },
          { name: 'changed_date_time', kind: 'text', nullable: false },
          { name: 'sequence', kind: 'integer', nullable: false, initial: 0 },
          { name: 'ordering_key', kind: 'text', nullable: false, initial: '' },
          { name: 'bucket', kind: 'integer', nullable: false, initial: 0 },
          { name: 'customer_id', kind: 'text', nullable: true },
          { name: 'facts', kind: 'text', nullable: true },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
      },
      keep: [
        'tenant_no',
        'id',
        'event_name',
        'resource_name',
        'resource_path',
        'subject_id',
        'audit_id',
        'changed_date_time',
        'version',
      ],
    },
    // By hand: events that are there already take their places in the order of their ids.
    {
      do: 'numberRows',
      table: 'relata_outbox_event',
      number: 'sequence',
      from: 'subject_id',
      key: 'ordering_key',
      bucket: 'bucket',
    },
    {
      do: 'createIndex',
      table: 'relata_outbox_event',
      index: { name: 'i_relata_outbox_event__sequence', columns: ['tenant_no', 'sequence'], unique: true },
    },
  ],
}
