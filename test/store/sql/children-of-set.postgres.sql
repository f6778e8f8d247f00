select concat('{"id":', coalesce(to_json("t"."id")::text, 'null'), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "p"."k0" as "c2"
from (select *
from (select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 1
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from (select distinct id
from (select "e1"."to_term_id" as id
from "term_store_relation" as "e1"
where "e1"."tenant_no" = +?
and ("e1"."set_id" = +?
and ("e1"."relationship" = +?
and "e1"."from_term_id" is null))) as i) as d
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = d.id
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from (select distinct id
from (select "e1"."to_term_id" as id
from "term_store_relation" as "e1"
where "e1"."tenant_no" = +?
and ("e1"."set_id" = +?
and ("e1"."relationship" = +?
and "e1"."from_term_id" is null))) as i) as d
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = d.id
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b) as p
order by "p"."k0" asc nulls first, "p"."id" asc
limit +?) as p
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = "p"."id"
order by "p"."k0" asc nulls first, "p"."id" asc
