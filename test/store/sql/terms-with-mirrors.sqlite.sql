select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "p"."k0" as "c2"
from (select *
from (select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 1
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 2
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 3
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 4
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 5
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 6
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 7
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from (select distinct id
from (select "e1"."to_term_id" as id
from "term_store_relation" as "e1"
where "e1"."tenant_no" = +?
and ("e1"."set_id" = +?
and true)) as i) as d
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = d.id
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from (select distinct id
from (with recursive s(context, node) as (select "y_to_term_id"."set_id", "x"."to_term_id"
from "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = +?
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id"), w(context, node) as (select context, node
from s
union
select "w"."context", "x"."id"
from w
cross join "term_store_term" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."parent_id" = "w"."node"
union
select "w"."context", "x"."to_term_id"
from w
cross join "term_store_relation" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
union
select "y_to_term_id"."set_id", "x"."to_term_id"
from w
cross join "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id")
select node as id
from w except
select node
from s) as i) as d
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = d.id
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b) as p
order by "p"."k0" asc, "p"."id" asc
limit +?) as p
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = "p"."id"
order by "p"."k0" asc, "p"."id" asc
