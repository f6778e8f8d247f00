create table "tenancy" (
  "no" integer not null,
  "id" text not null,
  primary key ("no")
);
create unique index "i_tenancy__id" on "tenancy" ("id");
create table "site" (
  "tenant_no" integer not null,
  "id" text not null,
  "created_date_time" text not null,
  "description" text,
  "last_modified_date_time" text not null,
  "name" text,
  "web_url" text,
  "display_name" text,
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
  foreign key ("tenant_no", "group_id") references "group" ("tenant_no", "id")
);
create index "i_site__site_collection_id_id" on "site" ("tenant_no", "site_collection_id", "id");
create unique index "i_site__host_name_fold_path_fold" on "site" ("tenant_no", "host_name_fold", "path_fold");
create index "i_site__group_id_id" on "site" ("tenant_no", "group_id", "id");
create table "group" (
  "tenant_no" integer not null,
  "id" text not null,
  "display_name" text,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
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
create unique index "i_term_store_relation__set_id_to_term_id" on "term_store_relation" ("tenant_no", "set_id", "to_term_id");
create index "i_term_store_relation__set_id_relationship_id" on "term_store_relation" ("tenant_no", "set_id", "relationship", "id");
create index "i_term_store_relation__to_term_id_id" on "term_store_relation" ("tenant_no", "to_term_id", "id");
create index "i_term_store_relation__from_term_id_set_id_id" on "term_store_relation" ("tenant_no", "from_term_id", "set_id", "id");
create table "term_store_set" (
  "tenant_no" integer not null,
  "id" text not null,
  "description" text default '',
  "created_date_time" text,
  "localized_names" text not null default '[]',
  "properties" text not null default '[]',
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
  "is_deprecated" integer not null default 0,
  "is_keyword" integer not null default 0,
  "owner" text,
  "merged_term_ids" text not null default '[]',
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
create index "i_term_store_term__parent_id_set_id_sort_key_id" on "term_store_term" ("tenant_no", "parent_id", "set_id", "sort_key", "id");
create index "i_term_store_term__set_id_sort_key_id" on "term_store_term" ("tenant_no", "set_id", "sort_key", "id");
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
create table "relata_tenant" (
  "tenant_no" integer not null,
  "id" text not null,
  "display_name" text not null,
  "default_domain" text not null,
  "default_domain_fold" text not null,
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
create table "relata_application" (
  "tenant_no" integer not null,
  "id" text not null,
  "display_name" text not null,
  "secret_hash" text not null,
  "app_roles" text not null default '[]',
  "version" integer not null default 1,
  primary key ("tenant_no", "id")
);
