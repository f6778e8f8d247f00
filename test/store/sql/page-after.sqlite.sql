select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 1
and ("t"."sort_key", "t"."id") > (+?, +?)
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 2
and ("t"."sort_key", "t"."id") > (+?, +?)
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 3
and ("t"."sort_key", "t"."id") > (+?, +?)
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 4
and ("t"."sort_key", "t"."id") > (+?, +?)
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 5
and ("t"."sort_key", "t"."id") > (+?, +?)
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 6
and ("t"."sort_key", "t"."id") > (+?, +?)
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 7
and ("t"."sort_key", "t"."id") > (+?, +?)
order by "c2" asc, "c1" asc
limit +?
