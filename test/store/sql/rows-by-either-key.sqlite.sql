select "id", "created_date_time", "last_modified_date_time", "labels", "descriptions", "properties", "created_by", "last_modified_by", "is_deprecated", "is_keyword", "owner", "merged_term_ids", "replaced_by", "topic_requested", "custom_sort_order", "is_available_for_tagging", "local_properties", "sort_key", "level", "height", "set_id", "parent_id"
from "term_store_term"
where "tenant_no" = +?
and "set_id" = +?
and "level" = +?
union
select "id", "created_date_time", "last_modified_date_time", "labels", "descriptions", "properties", "created_by", "last_modified_by", "is_deprecated", "is_keyword", "owner", "merged_term_ids", "replaced_by", "topic_requested", "custom_sort_order", "is_available_for_tagging", "local_properties", "sort_key", "level", "height", "set_id", "parent_id"
from "term_store_term"
where "tenant_no" = +?
and "parent_id" = +?
order by "id"
limit +?
