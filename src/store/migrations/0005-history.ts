/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 5,
  name: 'history',
  changes: [
    {
      do: 'createTable',
      table: {
        name: 'relata_recorded_row',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'type', kind: 'text', nullable: false },
          { name: 'subject', kind: 'text', nullable: false },
          { name: 'within', kind: 'text', nullable: false },
          { name: 'before', kind: 'text', nullable: true },
          { name: 'after', kind: 'text', nullable: true },
          { name: 'changed_date_time', kind: 'text', nullable: true },
          { name: 'verb', kind: 'text', nullable: true },
          { name: 'origin', kind: 'text', nullable: true },
          { name: 'batch_id', kind: 'text', nullable: true },
          { name: 'undoes', kind: 'text', nullable: true },
          { name: 'binned', kind: 'text', nullable: true },
          { name: 'count', kind: 'integer', nullable: true },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        clustered: true,
        references: [],
        indexes: [
          {
            name: 'i_relata_recorded_row__within_id_subject',
            columns: ['tenant_no', 'within', 'id', 'subject'],
            unique: false,
          },
          {
            name: 'i_relata_recorded_row__subject_id_if_before',
            columns: ['tenant_no', 'subject', 'id'],
            unique: false,
            having: 'before',
          },
          {
            name: 'i_relata_recorded_row__binned_id_if_binned',
            columns: ['tenant_no', 'binned', 'id'],
            unique: false,
            having: 'binned',
          },
          {
            name: 'i_relata_recorded_row__batch_id_id_if_batch_id',
            columns: ['tenant_no', 'batch_id', 'id'],
            unique: false,
            having: 'batch_id',
          },
          {
            name: 'i_relata_recorded_row__changed_date_time_id_if_changed_206ceb4f',
            columns: ['tenant_no', 'changed_date_time', 'id'],
            unique: false,
            having: 'changed_date_time',
          },
        ],
      },
    },
    {
      do: 'createTable',
      table: {
        name: 'relata_record_reach',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'newest', kind: 'integer', nullable: false, initial: 0 },
          { name: 'forgotten', kind: 'integer', nullable: false, initial: 0 },
          { name: 'since_date_time', kind: 'text', nullable: false },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [],
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
