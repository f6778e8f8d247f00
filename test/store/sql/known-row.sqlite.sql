select q."c0"
from (select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."id" = +?
order by "t"."id" asc) as q
where exists (select 1
from (select '{}' as "c0", "t"."id" as "c1", "t"."parent_group_id" as "c2", "t"."store_id" as "c3", "t"."site_collection_id" as "c4", "t"."system_role" as "c5"
from "term_store_set" as "t"
where "t"."tenant_no" = +?
and "t"."id" = +?
order by "t"."id" asc) as w)
