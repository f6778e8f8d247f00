/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 8,
  name: 'audit-chain',
  changes: [
    { do: 'addColumn', table: 'directory_audit', column: { name: 'chained', kind: 'integer', nullable: true } },
    {
      do: 'createIndex',
      table: 'directory_audit',
      index: { name: 'i_directory_audit__chained_id', columns: ['tenant_no', 'chained', 'id'], unique: false },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_audit_link',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'link', kind: 'text', nullable: false },
          { name: 'leaf', kind: 'text', nullable: false },
          { name: 'source', kind: 'text', nullable: false },
          { name: 'record_id', kind: 'text', nullable: false },
          { name: 'activity_date_time', kind: 'text', nullable: false },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        clustered: true,
        references: [],
        indexes: [],
      },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_audit_chain',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'newest', kind: 'integer', nullable: false, initial: 0 },
          { name: 'link', kind: 'text', nullable: false },
          { name: 'change', kind: 'integer', nullable: false, initial: 0 },
          { name: 'forgotten', kind: 'integer', nullable: false, initial: 0 },
          { name: 'forgotten_link', kind: 'text', nullable: false },
          { name: 'checkpoint', kind: 'integer', nullable: false, initial: 0 },
          { name: 'checkpoint_date_time', kind: 'text', nullable: false },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [],
      },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_audit_checkpoint',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'link', kind: 'text', nullable: false },
          { name: 'jws', kind: 'text', nullable: false },
          { name: 'created_date_time', kind: 'text', nullable: false },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [],
      },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_audit_sink',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'sent', kind: 'integer', nullable: false, initial: 0 },
          { name: 'change', kind: 'integer', nullable: false, initial: 0 },
          { name: 'sent_date_time', kind: 'text', nullable: true },
          { name: 'owner', kind: 'text', nullable: true },
          { name: 'lease_date_time', kind: 'text', nullable: true },
          { name: 'failing_date_time', kind: 'text', nullable: true },
          { name: 'last_error', kind: 'text', nullable: true },
          { name: 'missed', kind: 'integer', nullable: false, initial: 0 },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [],
      },
    },
  ],
}
