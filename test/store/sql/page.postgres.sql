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
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 2
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 3
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 4
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 5
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 6
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 7
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b) as p
order by "p"."k0" asc nulls first, "p"."id" asc
limit +?) as p
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = "p"."id"
order by "p"."k0" asc nulls first, "p"."id" asc
