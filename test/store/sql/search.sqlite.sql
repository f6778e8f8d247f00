select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 1
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 2
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 3
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 4
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 5
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 6
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
union all
select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 7
and exists (select 1
from json_each(+?) as "e1"
where not exists (
select 1
from json_each("e1"."value") as "e2"
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and instr("e3"."name", substr("e2"."value", 2)) > 0)) = (substr("e2"."value", 1, 1) = '-')))
order by "c2" asc, "c1" asc
limit +?
