/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 5,
  name: 'history',
  changes: [
    {
      do: 'createTable',
      table: {
        name: 'relata_change',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'sequence', kind: 'integer', nullable: false },
          { name: 'type', kind: 'text', nullable: false },
          { name: 'subject', kind: 'text', nullable: false },
          { name: 'within', kind: 'text', nullable: true },
          { name: 'before', kind: 'text', nullable: true },
          { name: 'after', kind: 'text', nullable: true },
          { name: 'action', kind: 'text', nullable: false },
          { name: 'changed_date_time', kind: 'text', nullable: true },
          { name: 'verb', kind: 'text', nullable: true },
          { name: 'by', kind: 'text', nullable: true },
          { name: 'request_id', kind: 'text', nullable: true },
          { name: 'batch_id', kind: 'text', nullable: true },
          { name: 'import_id', kind: 'text', nullable: true },
          { name: 'undoes', kind: 'integer', nullable: true },
          { name: 'binned', kind: 'text', nullable: true },
          { name: 'count', kind: 'integer', nullable: true },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [
          { name: 'i_relata_change__subject_id', columns: ['tenant_no', 'subject', 'id'], unique: false },
          { name: 'i_relata_change__within_id', columns: ['tenant_no', 'within', 'id'], unique: false },
          {
            name: 'i_relata_change__binned_id_if_binned',
            columns: ['tenant_no', 'binned', 'id'],
            unique: false,
            having: 'binned',
          },
          {
            name: 'i_relata_change__batch_id_id_if_batch_id',
            columns: ['tenant_no', 'batch_id', 'id'],
            unique: false,
            having: 'batch_id',
          },
        ],
      },
    },
    { do: 'addColumn', table: 'term_store_term', column: { name: 'replaced_by', kind: 'text', nullable: true } },
    {
      do: 'createIndex',
      table: 'term_store_term',
      index: {
        name: 'i_term_store_term__replaced_by_id_if_replaced_by',
        columns: ['tenant_no', 'replaced_by', 'id'],
        unique: false,
        having: 'replaced_by',
      },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_merged_term',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'into', kind: 'text', nullable: false },
          { name: 'merged_date_time', kind: 'text', nullable: false },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [{ name: 'i_relata_merged_term__into_id', columns: ['tenant_no', 'into', 'id'], unique: false }],
      },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_job',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'kind', kind: 'text', nullable: false },
          { name: 'digest', kind: 'text', nullable: false },
          { name: 'content', kind: 'text', nullable: true },
          { name: 'options', kind: 'text', nullable: false, initial: '{}' },
          { name: 'by', kind: 'text', nullable: false },
          { name: 'state', kind: 'text', nullable: false },
          { name: 'step', kind: 'integer', nullable: false, initial: 0 },
          { name: 'done', kind: 'integer', nullable: false, initial: 0 },
          { name: 'total', kind: 'integer', nullable: false, initial: 0 },
          { name: 'report', kind: 'text', nullable: true },
          { name: 'created_date_time', kind: 'text', nullable: false },
          { name: 'changed_date_time', kind: 'text', nullable: false },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [
          { name: 'i_relata_job__digest_id', columns: ['tenant_no', 'digest', 'id'], unique: false },
          {
            name: 'i_relata_job__created_date_time_id',
            columns: ['tenant_no', 'created_date_time', 'id'],
            unique: false,
          },
        ],
      },
    },
  ],
}
