select concat('{"id":', coalesce(to_json("t"."id")::text, 'null'), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "t"."sort_key" as "c2"
from (select distinct id
from (select id
from (select "e1"."owner_id" || '' as id
from "term_store_term__labels" as "e1"
where "e1"."tenant_no" = +?
and ("e1"."name" >= +?
and "e1"."name" < +?)) as i
order by id offset 0) as o) as d
cross join lateral (select *
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = d.id offset 0) as "t"
where "t"."set_id" = +?
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?
