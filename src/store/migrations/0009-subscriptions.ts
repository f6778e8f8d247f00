/** Frozen: a database may have run it. Drafted from the model by `draftMigration`. */
import type { Migration } from '../schema/schema-changes.ts'

export const migration: Migration = {
  number: 9,
  name: 'subscriptions',
  changes: [
    {
      do: 'createTable',
      table: {
        name: 'subscription',
        columns: [
          { name: 'tenant_no', kind: 'integer', nullable: false },
          { name: 'id', kind: 'text', nullable: false },
          { name: 'resource', kind: 'text', nullable: false },
          { name: 'application_id', kind: 'text', nullable: true },
          { name: 'change_type', kind: 'text', nullable: false },
          { name: 'client_state', kind: 'text', nullable: true },
          { name: 'notification_url', kind: 'text', nullable: false },
          { name: 'notification_query_options', kind: 'text', nullable: true },
          { name: 'lifecycle_notification_url', kind: 'text', nullable: true },
          { name: 'expiration_date_time', kind: 'text', nullable: false },
          { name: 'creator_id', kind: 'text', nullable: true },
          { name: 'include_resource_data', kind: 'integer', nullable: true },
          { name: 'latest_supported_tls_version', kind: 'text', nullable: true, initial: 'v1_2' },
          { name: 'encryption_certificate', kind: 'text', nullable: true },
          { name: 'encryption_certificate_id', kind: 'text', nullable: true },
          { name: 'notification_url_app_id', kind: 'text', nullable: true },
          { name: 'watched', kind: 'text', nullable: false },
          { name: 'watched_id', kind: 'text', nullable: true },
          { name: 'creator_kind', kind: 'text', nullable: false },
          { name: 'permissions', kind: 'text', nullable: false, initial: '[]' },
          { name: 'followed', kind: 'text', nullable: false, initial: '[]' },
          { name: 'site_collection_id', kind: 'text', nullable: true },
          { name: 'due_date_time', kind: 'text', nullable: true },
          { name: 'missed_date_time', kind: 'text', nullable: true },
          { name: 'lifecycle_target_id', kind: 'text', nullable: true },
          { name: 'version', kind: 'integer', nullable: false, initial: 1 },
        ],
        primaryKey: ['tenant_no', 'id'],
        references: [],
        indexes: [
          { name: 'i_subscription__application_id_id', columns: ['tenant_no', 'application_id', 'id'], unique: false },
          { name: 'i_subscription__creator_id_id', columns: ['tenant_no', 'creator_id', 'id'], unique: false },
        ],
      },
    },
  ],
}
