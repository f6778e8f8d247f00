create table "tenancy" (
  "no" bigint not null,
  "id" text collate "C" not null,
  primary key ("no")
);
create unique index "i_tenancy__id" on "tenancy" ("id");
create table "relata_agenda_entry" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "kind" text collate "C" not null,
  "subject" text collate "C" not null,
  "due_date_time" text collate "C" not null,
  "sequence" bigint not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_agenda_entry__due_date_time_sequence_id" on "relata_agenda_entry" ("tenant_no", "due_date_time" nulls first, "sequence" nulls first, "id");
create table "relata_recorded_row" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "type" text collate "C" not null,
  "subject" text collate "C" not null,
  "within" text collate "C" not null,
  "before" text collate "C",
  "after" text collate "C",
  "changed_date_time" text collate "C",
  "verb" text collate "C",
  "origin" text collate "C",
  "batch_id" text collate "C",
  "undoes" text collate "C",
  "binned" text collate "C",
  "count" bigint,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_recorded_row__within_id_subject" on "relata_recorded_row" ("tenant_no", "within" nulls first, "id", "subject" nulls first);
create index "i_relata_recorded_row__subject_id_if_before" on "relata_recorded_row" ("tenant_no", "subject" nulls first, "id") where "before" is not null;
create index "i_relata_recorded_row__binned_id_if_binned" on "relata_recorded_row" ("tenant_no", "binned" nulls first, "id") where "binned" is not null;
create index "i_relata_recorded_row__batch_id_id_if_batch_id" on "relata_recorded_row" ("tenant_no", "batch_id" nulls first, "id") where "batch_id" is not null;
create index "i_relata_recorded_row__changed_date_time_id_if_changed_206ceb4f" on "relata_recorded_row" ("tenant_no", "changed_date_time" nulls first, "id") where "changed_date_time" is not null;
create table "relata_record_reach" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "newest" bigint not null default 0,
  "forgotten" bigint not null default 0,
  "since_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "site" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "created_date_time" text collate "C" not null,
  "description" text collate "C",
  "last_modified_date_time" text collate "C" not null,
  "name" text collate "C",
  "web_url" text collate "C",
  "display_name" text collate "C",
  "display_name_fold" text collate "C",
  "host_name" text collate "C" not null,
  "host_name_fold" text collate "C" not null,
  "path" text collate "C" not null,
  "path_fold" text collate "C" not null,
  "site_collection_id" text collate "C" not null,
  "web_id" text collate "C" not null,
  "is_root" bigint not null default 0,
  "group_id" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_aeb11b32ff9f3310" foreign key ("tenant_no", "group_id") references "directory_object" ("tenant_no", "id")
);
create index "i_site__site_collection_id_id" on "site" ("tenant_no", "site_collection_id" nulls first, "id");
create unique index "i_site__host_name_fold_path_fold" on "site" ("tenant_no", "host_name_fold" nulls first, "path_fold" nulls first);
create index "i_site__group_id_id" on "site" ("tenant_no", "group_id" nulls first, "id");
create table "term_store_group" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "description" text collate "C" default '',
  "display_name" text collate "C",
  "display_name_fold" text collate "C",
  "created_date_time" text collate "C",
  "scope" text collate "C" default 'global',
  "parent_site_id" text collate "C",
  "last_modified_date_time" text collate "C",
  "created_by" text collate "C",
  "last_modified_by" text collate "C",
  "managers" text collate "C" not null default '[]',
  "contributors" text collate "C" not null default '[]',
  "site_collection_id" text collate "C",
  "store_id" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_e4e6d34f3a48172e" foreign key ("tenant_no", "store_id") references "term_store_store" ("tenant_no", "id")
);
create unique index "i_term_store_group__store_id_display_name_fold" on "term_store_group" ("tenant_no", "store_id" nulls first, "display_name_fold" nulls first);
create table "term_store_relation" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "relationship" text collate "C",
  "created_date_time" text collate "C",
  "custom_sort_order" text collate "C" not null default '[]',
  "is_available_for_tagging" bigint not null default 1,
  "local_properties" text collate "C" not null default '[]',
  "level" bigint not null default 1,
  "height" bigint not null default 1,
  "from_term_id" text collate "C",
  "to_term_id" text collate "C" not null,
  "set_id" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_3a99dc37b41d03b4" foreign key ("tenant_no", "from_term_id") references "term_store_term" ("tenant_no", "id"),
  constraint "r_c499fc3d601c613b" foreign key ("tenant_no", "to_term_id") references "term_store_term" ("tenant_no", "id"),
  constraint "r_aa1d6ee03853a87a" foreign key ("tenant_no", "set_id") references "term_store_set" ("tenant_no", "id")
);
create index "i_term_store_relation__set_id_relationship_from_term_id_id" on "term_store_relation" ("tenant_no", "set_id" nulls first, "relationship" nulls first, "from_term_id" nulls first, "id");
create index "i_term_store_relation__to_term_id_id_if_from_term_id" on "term_store_relation" ("tenant_no", "to_term_id" nulls first, "id") where "from_term_id" is not null;
create index "i_term_store_relation__from_term_id_set_id_id_if_from_term_id" on "term_store_relation" ("tenant_no", "from_term_id" nulls first, "set_id" nulls first, "id") where "from_term_id" is not null;
create unique index "i_term_store_relation__to_term_id_set_id" on "term_store_relation" ("tenant_no", "to_term_id" nulls first, "set_id" nulls first);
create table "term_store_set" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "description" text collate "C" default '',
  "created_date_time" text collate "C",
  "localized_names" text collate "C" not null default '[]',
  "properties" text collate "C" not null default '[]',
  "created_by" text collate "C",
  "last_modified_by" text collate "C",
  "contact" text collate "C",
  "owner" text collate "C",
  "stakeholders" text collate "C" not null default '[]',
  "is_open" bigint not null default 0,
  "is_available_for_tagging" bigint not null default 1,
  "custom_sort_order" text collate "C" not null default '[]',
  "sort_key" text collate "C" not null,
  "term_count" bigint not null default 0,
  "site_collection_id" text collate "C",
  "system_role" text collate "C",
  "parent_group_id" text collate "C" not null,
  "store_id" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_306d039b7acdd11d" foreign key ("tenant_no", "parent_group_id") references "term_store_group" ("tenant_no", "id"),
  constraint "r_ca1c9c02acf42861" foreign key ("tenant_no", "store_id") references "term_store_store" ("tenant_no", "id")
);
create index "i_term_store_set__parent_group_id_sort_key_id" on "term_store_set" ("tenant_no", "parent_group_id" nulls first, "sort_key" nulls first, "id");
create index "i_term_store_set__store_id_sort_key_id" on "term_store_set" ("tenant_no", "store_id" nulls first, "sort_key" nulls first, "id");
create table "term_store_set__localized_names" (
  "tenant_no" bigint not null,
  "owner_id" text collate "C" not null,
  "ordinal" bigint not null,
  "language_tag" text collate "C",
  "name" text collate "C",
  primary key ("tenant_no", "owner_id", "ordinal")
);
create index "i_term_store_set__localized_names__name_language_tag_owner_id" on "term_store_set__localized_names" ("tenant_no", "name" nulls first, "language_tag" nulls first, "owner_id");
create table "term_store_store" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "default_language_tag" text collate "C" not null,
  "language_tags" text collate "C" not null default '[]',
  "name" text collate "C",
  "administrators" text collate "C" not null default '[]',
  "set_count" bigint not null default 0,
  "term_count" bigint not null default 0,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "term_store_term" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "created_date_time" text collate "C",
  "last_modified_date_time" text collate "C",
  "labels" text collate "C" not null default '[]',
  "descriptions" text collate "C" not null default '[]',
  "properties" text collate "C" not null default '[]',
  "created_by" text collate "C",
  "last_modified_by" text collate "C",
  "is_deprecated" bigint not null default 0,
  "is_keyword" bigint not null default 0,
  "owner" text collate "C",
  "merged_term_ids" text collate "C" not null default '[]',
  "replaced_by" text collate "C",
  "topic_requested" bigint not null default 0,
  "custom_sort_order" text collate "C" not null default '[]',
  "is_available_for_tagging" bigint not null default 1,
  "local_properties" text collate "C" not null default '[]',
  "sort_key" text collate "C" not null,
  "level" bigint not null default 1,
  "height" bigint not null default 1,
  "set_id" text collate "C" not null,
  "parent_id" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_75541c7f4cbca18c" foreign key ("tenant_no", "set_id") references "term_store_set" ("tenant_no", "id"),
  constraint "r_d33e428aab78c1a6" foreign key ("tenant_no", "parent_id") references "term_store_term" ("tenant_no", "id")
);
create index "i_term_store_term__set_id_level_sort_key_id" on "term_store_term" ("tenant_no", "set_id" nulls first, "level" nulls first, "sort_key" nulls first, "id");
create index "i_term_store_term__parent_id_set_id_sort_key_id_if_parent_id" on "term_store_term" ("tenant_no", "parent_id" nulls first, "set_id" nulls first, "sort_key" nulls first, "id") where "parent_id" is not null;
create index "i_term_store_term__replaced_by_id_if_replaced_by" on "term_store_term" ("tenant_no", "replaced_by" nulls first, "id") where "replaced_by" is not null;
create table "term_store_term__labels" (
  "tenant_no" bigint not null,
  "owner_id" text collate "C" not null,
  "ordinal" bigint not null,
  "name" text collate "C",
  "language_tag" text collate "C",
  "is_default" bigint,
  primary key ("tenant_no", "owner_id", "ordinal")
);
create index "i_term_store_term__labels__name_language_tag_is_defaul_81fd88a0" on "term_store_term__labels" ("tenant_no", "name" nulls first, "language_tag" nulls first, "is_default" nulls first, "owner_id");
create table "term_store_term__labels__words" (
  "tenant_no" bigint not null,
  "entry" text collate "C" not null,
  "owner_id" text collate "C" not null,
  "place" bigint not null,
  "length" bigint not null,
  primary key ("tenant_no", "entry", "owner_id")
);
create table "relata_merged_term" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "into" text collate "C" not null,
  "merged_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_merged_term__into_id" on "relata_merged_term" ("tenant_no", "into" nulls first, "id");
create table "relata_job" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "kind" text collate "C" not null,
  "digest" text collate "C" not null,
  "content" text collate "C",
  "options" text collate "C" not null default '{}',
  "by" text collate "C" not null,
  "state" text collate "C" not null,
  "step" bigint not null default 0,
  "done" bigint not null default 0,
  "total" bigint not null default 0,
  "report" text collate "C",
  "created_date_time" text collate "C" not null,
  "changed_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_job__digest_id" on "relata_job" ("tenant_no", "digest" nulls first, "id");
create index "i_relata_job__created_date_time_id" on "relata_job" ("tenant_no", "created_date_time" nulls first, "id");
create table "relata_tenant" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "display_name" text collate "C" not null,
  "default_domain" text collate "C" not null,
  "default_domain_fold" text collate "C" not null,
  "created_date_time" text collate "C",
  "deleted_date_time" text collate "C",
  "country_letter_code" text collate "C",
  "preferred_language" text collate "C",
  "tenant_type" text collate "C" default 'AAD',
  "verified_domains" text collate "C" not null default '[]',
  "role_catalogue" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_application" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "display_name" text collate "C" not null,
  "secret_hash" text collate "C" not null,
  "app_roles" text collate "C" not null default '[]',
  "registration" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "directory_object" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "deleted_date_time" text collate "C",
  "business_phones" text collate "C",
  "display_name" text collate "C",
  "display_name_fold" text collate "C",
  "given_name" text collate "C",
  "job_title" text collate "C",
  "mail" text collate "C",
  "mail_fold" text collate "C",
  "mobile_phone" text collate "C",
  "office_location" text collate "C",
  "preferred_language" text collate "C",
  "surname" text collate "C",
  "user_principal_name" text collate "C",
  "user_principal_name_fold" text collate "C",
  "account_enabled" bigint,
  "created_date_time" text collate "C",
  "mail_nickname" text collate "C",
  "mail_nickname_fold" text collate "C",
  "password_profile" text collate "C",
  "usage_location" text collate "C",
  "user_type" text collate "C",
  "description" text collate "C",
  "group_types" text collate "C",
  "is_assignable_to_role" bigint,
  "mail_enabled" bigint,
  "security_enabled" bigint,
  "visibility" text collate "C",
  "role_template_id" text collate "C",
  "kind" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_directory_object__kind_id" on "directory_object" ("tenant_no", "kind" nulls first, "id");
create index "i_directory_object__kind_display_name_fold_id" on "directory_object" ("tenant_no", "kind" nulls first, "display_name_fold" nulls first, "id");
create unique index "i_directory_object__user_principal_name_fold" on "directory_object" ("tenant_no", "user_principal_name_fold" nulls first);
create unique index "i_directory_object__role_template_id" on "directory_object" ("tenant_no", "role_template_id" nulls first);
create table "relata_membership" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "group_id" text collate "C" not null,
  "member_id" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_2b1a77c304f3f7b0" foreign key ("tenant_no", "group_id") references "directory_object" ("tenant_no", "id"),
  constraint "r_d798fe0cfcc23986" foreign key ("tenant_no", "member_id") references "directory_object" ("tenant_no", "id")
);
create unique index "i_relata_membership__group_id_member_id" on "relata_membership" ("tenant_no", "group_id" nulls first, "member_id" nulls first);
create index "i_relata_membership__member_id_group_id_id" on "relata_membership" ("tenant_no", "member_id" nulls first, "group_id" nulls first, "id");
create table "unified_role_definition" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "description" text collate "C",
  "display_name" text collate "C",
  "display_name_fold" text collate "C",
  "is_built_in" bigint default 1,
  "is_enabled" bigint default 1,
  "resource_scopes" text collate "C" not null default '[]',
  "template_id" text collate "C",
  "is_privileged" bigint default 0,
  "deleted_date_time" text collate "C",
  "category" text collate "C",
  "is_assignable" bigint not null default 0,
  "withheld" text collate "C",
  "facts" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_unified_role_definition__display_name_fold_id" on "unified_role_definition" ("tenant_no", "display_name_fold" nulls first, "id");
create table "relata_role_holding" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "role_template_id" text collate "C" not null,
  "user_id" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_58b0cafca8d30580" foreign key ("tenant_no", "user_id") references "directory_object" ("tenant_no", "id")
);
create unique index "i_relata_role_holding__role_template_id_user_id" on "relata_role_holding" ("tenant_no", "role_template_id" nulls first, "user_id" nulls first);
create index "i_relata_role_holding__user_id_role_template_id_id" on "relata_role_holding" ("tenant_no", "user_id" nulls first, "role_template_id" nulls first, "id");
create table "directory_audit" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "category" text collate "C" not null,
  "correlation_id" text collate "C",
  "result" text collate "C",
  "result_reason" text collate "C",
  "activity_display_name" text collate "C" not null,
  "activity_date_time" text collate "C" not null,
  "logged_by_service" text collate "C",
  "operation_type" text collate "C",
  "initiated_by" text collate "C" not null,
  "target_resources" text collate "C" not null default '[]',
  "additional_details" text collate "C" not null default '[]',
  "subject_id" text collate "C",
  "resource_after" text collate "C",
  "chained" bigint,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_directory_audit__activity_date_time_id" on "directory_audit" ("tenant_no", "activity_date_time" nulls first, "id");
create index "i_directory_audit__subject_id_activity_date_time_id" on "directory_audit" ("tenant_no", "subject_id" nulls first, "activity_date_time" nulls first, "id");
create index "i_directory_audit__chained_id" on "directory_audit" ("tenant_no", "chained" nulls first, "id");
create table "relata_outbox_event" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "event_name" text collate "C" not null,
  "resource_name" text collate "C" not null,
  "resource_path" text collate "C" not null,
  "subject_id" text collate "C" not null,
  "audit_id" text collate "C",
  "changed_date_time" text collate "C" not null,
  "sequence" bigint not null default 0,
  "ordering_key" text collate "C" not null default '',
  "bucket" bigint not null default 0,
  "customer_id" text collate "C",
  "facts" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_outbox_event__changed_date_time_id" on "relata_outbox_event" ("tenant_no", "changed_date_time" nulls first, "id");
create unique index "i_relata_outbox_event__sequence" on "relata_outbox_event" ("tenant_no", "sequence" nulls first);
create table "relata_delivery_target" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "kind" text collate "C" not null,
  "url" text collate "C" not null,
  "events" text collate "C" not null,
  "customers" text collate "C",
  "settings" text collate "C" not null default '{}',
  "secret" text collate "C",
  "state" text collate "C" not null default 'active',
  "reason" text collate "C",
  "paused_until" text collate "C",
  "failing_since" text collate "C",
  "created_after_sequence" bigint not null,
  "lanes" bigint not null default 8,
  "created_date_time" text collate "C" not null,
  "changed_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_delivery_target__kind_id" on "relata_delivery_target" ("tenant_no", "kind" nulls first, "id");
create table "relata_delivery_lane" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "target_id" text collate "C" not null,
  "lane" bigint not null,
  "cursor" bigint not null,
  "owner" text collate "C",
  "epoch" bigint not null default 0,
  "beat" bigint not null default 0,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_delivery_lane__target_id_lane_id" on "relata_delivery_lane" ("tenant_no", "target_id" nulls first, "lane" nulls first, "id");
create table "relata_delivery" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "target_id" text collate "C" not null,
  "lane" bigint not null,
  "sequence" bigint not null,
  "round" bigint not null default 0,
  "event_id" text collate "C" not null,
  "event_name" text collate "C" not null,
  "subject_id" text collate "C" not null,
  "ordering_key" text collate "C" not null,
  "state" text collate "C" not null,
  "attempts" bigint not null default 0,
  "next_world" text collate "C",
  "next_real" text collate "C",
  "first_date_time" text collate "C",
  "last_date_time" text collate "C",
  "last_status" bigint,
  "last_error" text collate "C",
  "answer" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_delivery__target_id_state_lane_sequence_id" on "relata_delivery" ("tenant_no", "target_id" nulls first, "state" nulls first, "lane" nulls first, "sequence" nulls first, "id");
create index "i_relata_delivery__target_id_sequence_id" on "relata_delivery" ("tenant_no", "target_id" nulls first, "sequence" nulls first, "id");
create index "i_relata_delivery__last_date_time_id" on "relata_delivery" ("tenant_no", "last_date_time" nulls first, "id");
create index "i_relata_delivery__event_id_id" on "relata_delivery" ("tenant_no", "event_id" nulls first, "id");
create table "relata_validation_event" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "target_id" text collate "C" not null,
  "callback_url" text collate "C" not null,
  "results" text collate "C" not null default '[]',
  "created_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_relata_validation_event__created_date_time_id" on "relata_validation_event" ("tenant_no", "created_date_time" nulls first, "id");
create table "relata_audit_link" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "link" text collate "C" not null,
  "leaf" text collate "C" not null,
  "source" text collate "C" not null,
  "record_id" text collate "C" not null,
  "activity_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_audit_chain" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "newest" bigint not null default 0,
  "link" text collate "C" not null,
  "change" bigint not null default 0,
  "forgotten" bigint not null default 0,
  "forgotten_link" text collate "C" not null,
  "checkpoint" bigint not null default 0,
  "checkpoint_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_audit_checkpoint" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "link" text collate "C" not null,
  "jws" text collate "C" not null,
  "created_date_time" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_audit_sink" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "sent" bigint not null default 0,
  "change" bigint not null default 0,
  "sent_date_time" text collate "C",
  "owner" text collate "C",
  "lease_date_time" text collate "C",
  "failing_date_time" text collate "C",
  "last_error" text collate "C",
  "missed" bigint not null default 0,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create table "delegated_admin_access_assignment" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "status" text collate "C",
  "created_date_time" text collate "C",
  "last_modified_date_time" text collate "C",
  "access_container" text collate "C" not null,
  "access_details" text collate "C" not null,
  "relationship_id" text collate "C" not null,
  "version_tag" text collate "C" not null default '',
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_99eea8dcc2ba7ac5" foreign key ("tenant_no", "relationship_id") references "delegated_admin_relationship" ("tenant_no", "id")
);
create index "i_delegated_admin_access_assignment__relationship_id_id" on "delegated_admin_access_assignment" ("tenant_no", "relationship_id" nulls first, "id");
create table "delegated_admin_customer" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "tenant_id" text collate "C" not null,
  "display_name" text collate "C",
  "display_name_fold" text collate "C",
  "version_tag" text collate "C" not null default '',
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_delegated_admin_customer__display_name_fold_id" on "delegated_admin_customer" ("tenant_no", "display_name_fold" nulls first, "id");
create table "delegated_admin_relationship" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "display_name" text collate "C" not null,
  "display_name_fold" text collate "C" not null,
  "duration" text collate "C" not null,
  "auto_extend_duration" text collate "C",
  "status" text collate "C",
  "customer" text collate "C",
  "access_details" text collate "C" not null,
  "created_date_time" text collate "C",
  "last_modified_date_time" text collate "C",
  "activated_date_time" text collate "C",
  "end_date_time" text collate "C",
  "partner" text collate "C",
  "customer_tenant_id" text collate "C",
  "locked_date_time" text collate "C",
  "is_draft" bigint not null default 0,
  "indirect_provider_tenant_id" text collate "C",
  "is_partner_consent_pending" bigint,
  "version_tag" text collate "C" not null default '',
  "kind" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_delegated_admin_relationship__customer__tenant_id_status_id" on "delegated_admin_relationship" ("tenant_no", (((("customer")::json #>> '{"tenantId"}')) collate "C") nulls first, "status" nulls first, "id");
create index "i_delegated_admin_relationship__status_id" on "delegated_admin_relationship" ("tenant_no", "status" nulls first, "id");
create index "i_delegated_admin_relationship__customer_tenant_id_status_id" on "delegated_admin_relationship" ("tenant_no", "customer_tenant_id" nulls first, "status" nulls first, "id");
create index "i_delegated_admin_relationship__display_name_fold_id" on "delegated_admin_relationship" ("tenant_no", "display_name_fold" nulls first, "id");
create table "delegated_admin_relationship_operation" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "operation_type" text collate "C" not null,
  "data" text collate "C" not null,
  "status" text collate "C" not null,
  "created_date_time" text collate "C" not null,
  "last_modified_date_time" text collate "C" not null,
  "target_id" text collate "C",
  "relationship_id" text collate "C" not null,
  "version_tag" text collate "C" not null default '',
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_43b0e9acb2615f74" foreign key ("tenant_no", "relationship_id") references "delegated_admin_relationship" ("tenant_no", "id")
);
create index "i_delegated_admin_relationship_operation__relationship_id_id" on "delegated_admin_relationship_operation" ("tenant_no", "relationship_id" nulls first, "id");
create table "delegated_admin_relationship_request" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "action" text collate "C" not null,
  "status" text collate "C",
  "created_date_time" text collate "C",
  "last_modified_date_time" text collate "C",
  "relationship_id" text collate "C" not null,
  "version_tag" text collate "C" not null default '',
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_2cc3091a2fdb7e49" foreign key ("tenant_no", "relationship_id") references "delegated_admin_relationship" ("tenant_no", "id")
);
create index "i_delegated_admin_relationship_request__relationship_id_id" on "delegated_admin_relationship_request" ("tenant_no", "relationship_id" nulls first, "id");
create table "delegated_admin_service_management_detail" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "service_name" text collate "C" not null,
  "service_management_url" text collate "C" not null,
  "customer_id" text collate "C" not null,
  "version" bigint not null default 1,
  primary key ("tenant_no", "id"),
  constraint "r_9307c7c0843604c0" foreign key ("tenant_no", "customer_id") references "delegated_admin_customer" ("tenant_no", "id")
);
create index "i_delegated_admin_service_management_detail__customer_id_id" on "delegated_admin_service_management_detail" ("tenant_no", "customer_id" nulls first, "id");
create table "subscription" (
  "tenant_no" bigint not null,
  "id" text collate "C" not null,
  "resource" text collate "C" not null,
  "application_id" text collate "C",
  "change_type" text collate "C" not null,
  "client_state" text collate "C",
  "notification_url" text collate "C" not null,
  "notification_query_options" text collate "C",
  "lifecycle_notification_url" text collate "C",
  "expiration_date_time" text collate "C" not null,
  "creator_id" text collate "C",
  "include_resource_data" bigint,
  "latest_supported_tls_version" text collate "C" default 'v1_2',
  "encryption_certificate" text collate "C",
  "encryption_certificate_id" text collate "C",
  "notification_url_app_id" text collate "C",
  "watched" text collate "C" not null,
  "watched_id" text collate "C",
  "creator_kind" text collate "C" not null,
  "permissions" text collate "C" not null default '[]',
  "followed" text collate "C" not null default '[]',
  "site_collection_id" text collate "C",
  "due_date_time" text collate "C",
  "missed_date_time" text collate "C",
  "lifecycle_target_id" text collate "C",
  "version" bigint not null default 1,
  primary key ("tenant_no", "id")
);
create index "i_subscription__application_id_id" on "subscription" ("tenant_no", "application_id" nulls first, "id");
create index "i_subscription__creator_id_id" on "subscription" ("tenant_no", "creator_id" nulls first, "id");
