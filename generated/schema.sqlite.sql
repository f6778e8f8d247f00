create table "tenancy" (
  "no" integer not null,
  "id" text not null,
  primary key ("no")
);
create unique index "i_tenancy__id" on "tenancy" ("id");
create table "relata_agenda_entry" (
  "tenant_no" integer not null,
  "id" text not null,
  "kind" text not null,
  "subject" text not null,
  "due_date_time" text not null,
  "sequence" integer not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_agenda_entry__due_date_time_sequence_id" on "relata_agenda_entry" ("tenant_no", "due_date_time", "sequence", "id");
create table "relata_recorded_row" (
  "tenant_no" integer not null,
  "id" text not null,
  "type" text not null,
  "subject" text not null,
  "within" text not null,
  "before" text,
  "after" text,
  "changed_date_time" text,
  "verb" text,
  "origin" text,
  "batch_id" text,
  "undoes" text,
  "binned" text,
  "count" integer,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
) without rowid;
create index "i_relata_recorded_row__within_id_subject" on "relata_recorded_row" ("tenant_no", "within", "id", "subject");
create index "i_relata_recorded_row__subject_id_if_before" on "relata_recorded_row" ("tenant_no", "subject", "id") where "before" is not null;
create index "i_relata_recorded_row__binned_id_if_binned" on "relata_recorded_row" ("tenant_no", "binned", "id") where "binned" is not null;
create index "i_relata_recorded_row__batch_id_id_if_batch_id" on "relata_recorded_row" ("tenant_no", "batch_id", "id") where "batch_id" is not null;
create index "i_relata_recorded_row__changed_date_time_id_if_changed_206ceb4f" on "relata_recorded_row" ("tenant_no", "changed_date_time", "id") where "changed_date_time" is not null;
create table "relata_record_reach" (
  "tenant_no" integer not null,
  "id" text not null,
  "newest" integer not null default 0,
  "forgotten" integer not null default 0,
  "since_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "site" (
  "tenant_no" integer not null,
  "id" text not null,
  "created_date_time" text not null,
  "description" text,
  "last_modified_date_time" text not null,
  "name" text,
  "web_url" text,
  "display_name" text,
  "display_name_fold" text,
  "host_name" text not null,
  "host_name_fold" text not null,
  "path" text not null,
  "path_fold" text not null,
  "site_collection_id" text not null,
  "web_id" text not null,
  "is_root" integer not null default 0,
  "group_id" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "group_id") references "directory_object" ("tenant_no", "id")
);
create index "i_site__site_collection_id_id" on "site" ("tenant_no", "site_collection_id", "id");
create unique index "i_site__host_name_fold_path_fold" on "site" ("tenant_no", "host_name_fold", "path_fold");
create index "i_site__group_id_id" on "site" ("tenant_no", "group_id", "id");
create table "term_store_group" (
  "tenant_no" integer not null,
  "id" text not null,
  "description" text default '',
  "display_name" text,
  "display_name_fold" text,
  "created_date_time" text,
  "scope" text default 'global',
  "parent_site_id" text,
  "last_modified_date_time" text,
  "created_by" text,
  "last_modified_by" text,
  "managers" text not null default '[]',
  "contributors" text not null default '[]',
  "site_collection_id" text,
  "store_id" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "store_id") references "term_store_store" ("tenant_no", "id")
);
create unique index "i_term_store_group__store_id_display_name_fold" on "term_store_group" ("tenant_no", "store_id", "display_name_fold");
create table "term_store_relation" (
  "tenant_no" integer not null,
  "id" text not null,
  "relationship" text,
  "created_date_time" text,
  "custom_sort_order" text not null default '[]',
  "is_available_for_tagging" integer not null default 1,
  "local_properties" text not null default '[]',
  "level" integer not null default 1,
  "height" integer not null default 1,
  "from_term_id" text,
  "to_term_id" text not null,
  "set_id" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "from_term_id") references "term_store_term" ("tenant_no", "id"),
  foreign key ("tenant_no", "to_term_id") references "term_store_term" ("tenant_no", "id"),
  foreign key ("tenant_no", "set_id") references "term_store_set" ("tenant_no", "id")
);
create index "i_term_store_relation__set_id_relationship_from_term_id_id" on "term_store_relation" ("tenant_no", "set_id", "relationship", "from_term_id", "id");
create index "i_term_store_relation__to_term_id_id_if_from_term_id" on "term_store_relation" ("tenant_no", "to_term_id", "id") where "from_term_id" is not null;
create index "i_term_store_relation__from_term_id_set_id_id_if_from_term_id" on "term_store_relation" ("tenant_no", "from_term_id", "set_id", "id") where "from_term_id" is not null;
create unique index "i_term_store_relation__to_term_id_set_id" on "term_store_relation" ("tenant_no", "to_term_id", "set_id");
create table "term_store_set" (
  "tenant_no" integer not null,
  "id" text not null,
  "description" text default '',
  "created_date_time" text,
  "localized_names" text not null default '[]',
  "properties" text not null default '[]',
  "created_by" text,
  "last_modified_by" text,
  "contact" text,
  "owner" text,
  "stakeholders" text not null default '[]',
  "is_open" integer not null default 0,
  "is_available_for_tagging" integer not null default 1,
  "custom_sort_order" text not null default '[]',
  "sort_key" text not null,
  "term_count" integer not null default 0,
  "site_collection_id" text,
  "system_role" text,
  "parent_group_id" text not null,
  "store_id" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "parent_group_id") references "term_store_group" ("tenant_no", "id"),
  foreign key ("tenant_no", "store_id") references "term_store_store" ("tenant_no", "id")
);
create index "i_term_store_set__parent_group_id_sort_key_id" on "term_store_set" ("tenant_no", "parent_group_id", "sort_key", "id");
create index "i_term_store_set__store_id_sort_key_id" on "term_store_set" ("tenant_no", "store_id", "sort_key", "id");
create table "term_store_set__localized_names" (
  "tenant_no" integer not null,
  "owner_id" text not null,
  "ordinal" integer not null,
  "language_tag" text,
  "name" text,
  primary key ("tenant_no", "owner_id", "ordinal")
) without rowid;
create index "i_term_store_set__localized_names__name_language_tag_owner_id" on "term_store_set__localized_names" ("tenant_no", "name", "language_tag", "owner_id");
create table "term_store_store" (
  "tenant_no" integer not null,
  "id" text not null,
  "default_language_tag" text not null,
  "language_tags" text not null default '[]',
  "name" text,
  "administrators" text not null default '[]',
  "set_count" integer not null default 0,
  "term_count" integer not null default 0,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "term_store_term" (
  "tenant_no" integer not null,
  "id" text not null,
  "created_date_time" text,
  "last_modified_date_time" text,
  "labels" text not null default '[]',
  "descriptions" text not null default '[]',
  "properties" text not null default '[]',
  "created_by" text,
  "last_modified_by" text,
  "is_deprecated" integer not null default 0,
  "is_keyword" integer not null default 0,
  "owner" text,
  "merged_term_ids" text not null default '[]',
  "replaced_by" text,
  "topic_requested" integer not null default 0,
  "custom_sort_order" text not null default '[]',
  "is_available_for_tagging" integer not null default 1,
  "local_properties" text not null default '[]',
  "sort_key" text not null,
  "level" integer not null default 1,
  "height" integer not null default 1,
  "set_id" text not null,
  "parent_id" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "set_id") references "term_store_set" ("tenant_no", "id"),
  foreign key ("tenant_no", "parent_id") references "term_store_term" ("tenant_no", "id")
);
create index "i_term_store_term__set_id_level_sort_key_id" on "term_store_term" ("tenant_no", "set_id", "level", "sort_key", "id");
create index "i_term_store_term__parent_id_set_id_sort_key_id_if_parent_id" on "term_store_term" ("tenant_no", "parent_id", "set_id", "sort_key", "id") where "parent_id" is not null;
create index "i_term_store_term__replaced_by_id_if_replaced_by" on "term_store_term" ("tenant_no", "replaced_by", "id") where "replaced_by" is not null;
create table "term_store_term__labels" (
  "tenant_no" integer not null,
  "owner_id" text not null,
  "ordinal" integer not null,
  "name" text,
  "language_tag" text,
  "is_default" integer,
  primary key ("tenant_no", "owner_id", "ordinal")
) without rowid;
create index "i_term_store_term__labels__name_language_tag_is_defaul_81fd88a0" on "term_store_term__labels" ("tenant_no", "name", "language_tag", "is_default", "owner_id");
create table "term_store_term__labels__words" (
  "tenant_no" integer not null,
  "entry" text not null,
  "owner_id" text not null,
  "place" integer not null,
  "length" integer not null,
  primary key ("tenant_no", "entry", "owner_id")
) without rowid;
create table "relata_merged_term" (
  "tenant_no" integer not null,
  "id" text not null,
  "into" text not null,
  "merged_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_merged_term__into_id" on "relata_merged_term" ("tenant_no", "into", "id");
create table "relata_job" (
  "tenant_no" integer not null,
  "id" text not null,
  "kind" text not null,
  "digest" text not null,
  "content" text,
  "options" text not null default '{}',
  "by" text not null,
  "state" text not null,
  "step" integer not null default 0,
  "done" integer not null default 0,
  "total" integer not null default 0,
  "report" text,
  "created_date_time" text not null,
  "changed_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_job__digest_id" on "relata_job" ("tenant_no", "digest", "id");
create index "i_relata_job__created_date_time_id" on "relata_job" ("tenant_no", "created_date_time", "id");
create table "relata_tenant" (
  "tenant_no" integer not null,
  "id" text not null,
  "display_name" text not null,
  "default_domain" text not null,
  "default_domain_fold" text not null,
  "created_date_time" text,
  "deleted_date_time" text,
  "country_letter_code" text,
  "preferred_language" text,
  "tenant_type" text default 'AAD',
  "verified_domains" text not null default '[]',
  "role_catalogue" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_application" (
  "tenant_no" integer not null,
  "id" text not null,
  "display_name" text not null,
  "secret_hash" text not null,
  "app_roles" text not null default '[]',
  "registration" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "directory_object" (
  "tenant_no" integer not null,
  "id" text not null,
  "deleted_date_time" text,
  "business_phones" text,
  "display_name" text,
  "display_name_fold" text,
  "given_name" text,
  "job_title" text,
  "mail" text,
  "mail_fold" text,
  "mobile_phone" text,
  "office_location" text,
  "preferred_language" text,
  "surname" text,
  "user_principal_name" text,
  "user_principal_name_fold" text,
  "account_enabled" integer,
  "created_date_time" text,
  "mail_nickname" text,
  "mail_nickname_fold" text,
  "password_profile" text,
  "usage_location" text,
  "user_type" text,
  "description" text,
  "group_types" text,
  "is_assignable_to_role" integer,
  "mail_enabled" integer,
  "security_enabled" integer,
  "visibility" text,
  "role_template_id" text,
  "kind" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_directory_object__kind_id" on "directory_object" ("tenant_no", "kind", "id");
create index "i_directory_object__kind_display_name_fold_id" on "directory_object" ("tenant_no", "kind", "display_name_fold", "id");
create unique index "i_directory_object__user_principal_name_fold" on "directory_object" ("tenant_no", "user_principal_name_fold");
create unique index "i_directory_object__role_template_id" on "directory_object" ("tenant_no", "role_template_id");
create table "relata_membership" (
  "tenant_no" integer not null,
  "id" text not null,
  "group_id" text not null,
  "member_id" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "group_id") references "directory_object" ("tenant_no", "id"),
  foreign key ("tenant_no", "member_id") references "directory_object" ("tenant_no", "id")
);
create unique index "i_relata_membership__group_id_member_id" on "relata_membership" ("tenant_no", "group_id", "member_id");
create index "i_relata_membership__member_id_group_id_id" on "relata_membership" ("tenant_no", "member_id", "group_id", "id");
create table "unified_role_definition" (
  "tenant_no" integer not null,
  "id" text not null,
  "description" text,
  "display_name" text,
  "display_name_fold" text,
  "is_built_in" integer default 1,
  "is_enabled" integer default 1,
  "resource_scopes" text not null default '[]',
  "template_id" text,
  "is_privileged" integer default 0,
  "deleted_date_time" text,
  "category" text,
  "is_assignable" integer not null default 0,
  "withheld" text,
  "facts" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_unified_role_definition__display_name_fold_id" on "unified_role_definition" ("tenant_no", "display_name_fold", "id");
create table "relata_role_holding" (
  "tenant_no" integer not null,
  "id" text not null,
  "role_template_id" text not null,
  "user_id" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "user_id") references "directory_object" ("tenant_no", "id")
);
create unique index "i_relata_role_holding__role_template_id_user_id" on "relata_role_holding" ("tenant_no", "role_template_id", "user_id");
create index "i_relata_role_holding__user_id_role_template_id_id" on "relata_role_holding" ("tenant_no", "user_id", "role_template_id", "id");
create table "directory_audit" (
  "tenant_no" integer not null,
  "id" text not null,
  "category" text not null,
  "correlation_id" text,
  "result" text,
  "result_reason" text,
  "activity_display_name" text not null,
  "activity_date_time" text not null,
  "logged_by_service" text,
  "operation_type" text,
  "initiated_by" text not null,
  "target_resources" text not null default '[]',
  "additional_details" text not null default '[]',
  "subject_id" text,
  "resource_after" text,
  "chained" integer,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_directory_audit__activity_date_time_id" on "directory_audit" ("tenant_no", "activity_date_time", "id");
create index "i_directory_audit__subject_id_activity_date_time_id" on "directory_audit" ("tenant_no", "subject_id", "activity_date_time", "id");
create index "i_directory_audit__chained_id" on "directory_audit" ("tenant_no", "chained", "id");
create table "relata_outbox_event" (
  "tenant_no" integer not null,
  "id" text not null,
  "event_name" text not null,
  "resource_name" text not null,
  "resource_path" text not null,
  "subject_id" text not null,
  "audit_id" text,
  "changed_date_time" text not null,
  "sequence" integer not null default 0,
  "ordering_key" text not null default '',
  "bucket" integer not null default 0,
  "customer_id" text,
  "facts" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_outbox_event__changed_date_time_id" on "relata_outbox_event" ("tenant_no", "changed_date_time", "id");
create unique index "i_relata_outbox_event__sequence" on "relata_outbox_event" ("tenant_no", "sequence");
create table "relata_delivery_target" (
  "tenant_no" integer not null,
  "id" text not null,
  "kind" text not null,
  "url" text not null,
  "events" text not null,
  "customers" text,
  "settings" text not null default '{}',
  "secret" text,
  "state" text not null default 'active',
  "reason" text,
  "paused_until" text,
  "failing_since" text,
  "created_after_sequence" integer not null,
  "lanes" integer not null default 8,
  "created_date_time" text not null,
  "changed_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_delivery_target__kind_id" on "relata_delivery_target" ("tenant_no", "kind", "id");
create table "relata_delivery_lane" (
  "tenant_no" integer not null,
  "id" text not null,
  "target_id" text not null,
  "lane" integer not null,
  "cursor" integer not null,
  "owner" text,
  "epoch" integer not null default 0,
  "beat" integer not null default 0,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_delivery_lane__target_id_lane_id" on "relata_delivery_lane" ("tenant_no", "target_id", "lane", "id");
create table "relata_delivery" (
  "tenant_no" integer not null,
  "id" text not null,
  "target_id" text not null,
  "lane" integer not null,
  "sequence" integer not null,
  "round" integer not null default 0,
  "event_id" text not null,
  "event_name" text not null,
  "subject_id" text not null,
  "ordering_key" text not null,
  "state" text not null,
  "attempts" integer not null default 0,
  "next_world" text,
  "next_real" text,
  "first_date_time" text,
  "last_date_time" text,
  "last_status" integer,
  "last_error" text,
  "answer" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_delivery__target_id_state_lane_sequence_id" on "relata_delivery" ("tenant_no", "target_id", "state", "lane", "sequence", "id");
create index "i_relata_delivery__target_id_sequence_id" on "relata_delivery" ("tenant_no", "target_id", "sequence", "id");
create index "i_relata_delivery__last_date_time_id" on "relata_delivery" ("tenant_no", "last_date_time", "id");
create index "i_relata_delivery__event_id_id" on "relata_delivery" ("tenant_no", "event_id", "id");
create table "relata_validation_event" (
  "tenant_no" integer not null,
  "id" text not null,
  "target_id" text not null,
  "callback_url" text not null,
  "results" text not null default '[]',
  "created_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_validation_event__created_date_time_id" on "relata_validation_event" ("tenant_no", "created_date_time", "id");
create table "relata_audit_link" (
  "tenant_no" integer not null,
  "id" text not null,
  "link" text not null,
  "leaf" text not null,
  "source" text not null,
  "record_id" text not null,
  "activity_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
) without rowid;
create table "relata_audit_chain" (
  "tenant_no" integer not null,
  "id" text not null,
  "newest" integer not null default 0,
  "link" text not null,
  "change" integer not null default 0,
  "forgotten" integer not null default 0,
  "forgotten_link" text not null,
  "checkpoint" integer not null default 0,
  "checkpoint_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_audit_checkpoint" (
  "tenant_no" integer not null,
  "id" text not null,
  "link" text not null,
  "jws" text not null,
  "created_date_time" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_audit_sink" (
  "tenant_no" integer not null,
  "id" text not null,
  "sent" integer not null default 0,
  "change" integer not null default 0,
  "sent_date_time" text,
  "owner" text,
  "lease_date_time" text,
  "failing_date_time" text,
  "last_error" text,
  "missed" integer not null default 0,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "delegated_admin_access_assignment" (
  "tenant_no" integer not null,
  "id" text not null,
  "status" text,
  "created_date_time" text,
  "last_modified_date_time" text,
  "access_container" text not null,
  "access_details" text not null,
  "relationship_id" text not null,
  "version_tag" text not null default '',
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "relationship_id") references "delegated_admin_relationship" ("tenant_no", "id")
);
create index "i_delegated_admin_access_assignment__relationship_id_id" on "delegated_admin_access_assignment" ("tenant_no", "relationship_id", "id");
create table "delegated_admin_customer" (
  "tenant_no" integer not null,
  "id" text not null,
  "tenant_id" text not null,
  "display_name" text,
  "display_name_fold" text,
  "version_tag" text not null default '',
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_delegated_admin_customer__display_name_fold_id" on "delegated_admin_customer" ("tenant_no", "display_name_fold", "id");
create table "delegated_admin_relationship" (
  "tenant_no" integer not null,
  "id" text not null,
  "display_name" text not null,
  "display_name_fold" text not null,
  "duration" text not null,
  "auto_extend_duration" text,
  "status" text,
  "customer" text,
  "access_details" text not null,
  "created_date_time" text,
  "last_modified_date_time" text,
  "activated_date_time" text,
  "end_date_time" text,
  "partner" text,
  "customer_tenant_id" text,
  "locked_date_time" text,
  "is_draft" integer not null default 0,
  "indirect_provider_tenant_id" text,
  "is_partner_consent_pending" integer,
  "version_tag" text not null default '',
  "kind" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_delegated_admin_relationship__customer__tenant_id_status_id" on "delegated_admin_relationship" ("tenant_no", json_extract("customer", '$."tenantId"'), "status", "id");
create index "i_delegated_admin_relationship__status_id" on "delegated_admin_relationship" ("tenant_no", "status", "id");
create index "i_delegated_admin_relationship__customer_tenant_id_status_id" on "delegated_admin_relationship" ("tenant_no", "customer_tenant_id", "status", "id");
create index "i_delegated_admin_relationship__display_name_fold_id" on "delegated_admin_relationship" ("tenant_no", "display_name_fold", "id");
create table "delegated_admin_relationship_operation" (
  "tenant_no" integer not null,
  "id" text not null,
  "operation_type" text not null,
  "data" text not null,
  "status" text not null,
  "created_date_time" text not null,
  "last_modified_date_time" text not null,
  "target_id" text,
  "relationship_id" text not null,
  "version_tag" text not null default '',
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "relationship_id") references "delegated_admin_relationship" ("tenant_no", "id")
);
create index "i_delegated_admin_relationship_operation__relationship_id_id" on "delegated_admin_relationship_operation" ("tenant_no", "relationship_id", "id");
create table "delegated_admin_relationship_request" (
  "tenant_no" integer not null,
  "id" text not null,
  "action" text not null,
  "status" text,
  "created_date_time" text,
  "last_modified_date_time" text,
  "relationship_id" text not null,
  "version_tag" text not null default '',
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "relationship_id") references "delegated_admin_relationship" ("tenant_no", "id")
);
create index "i_delegated_admin_relationship_request__relationship_id_id" on "delegated_admin_relationship_request" ("tenant_no", "relationship_id", "id");
create table "delegated_admin_service_management_detail" (
  "tenant_no" integer not null,
  "id" text not null,
  "service_name" text not null,
  "service_management_url" text not null,
  "customer_id" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id"),
  foreign key ("tenant_no", "customer_id") references "delegated_admin_customer" ("tenant_no", "id")
);
create index "i_delegated_admin_service_management_detail__customer_id_id" on "delegated_admin_service_management_detail" ("tenant_no", "customer_id", "id");
create table "subscription" (
  "tenant_no" integer not null,
  "id" text not null,
  "resource" text not null,
  "application_id" text,
  "change_type" text not null,
  "client_state" text,
  "notification_url" text not null,
  "notification_query_options" text,
  "lifecycle_notification_url" text,
  "expiration_date_time" text not null,
  "creator_id" text,
  "include_resource_data" integer,
  "latest_supported_tls_version" text default 'v1_2',
  "encryption_certificate" text,
  "encryption_certificate_id" text,
  "notification_url_app_id" text,
  "watched" text not null,
  "watched_id" text,
  "creator_kind" text not null,
  "permissions" text not null default '[]',
  "followed" text not null default '[]',
  "site_collection_id" text,
  "due_date_time" text,
  "missed_date_time" text,
  "lifecycle_target_id" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_subscription__application_id_id" on "subscription" ("tenant_no", "application_id", "id");
create index "i_subscription__creator_id_id" on "subscription" ("tenant_no", "creator_id", "id");
