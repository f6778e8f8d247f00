select concat('{"id":', coalesce(to_json("t"."id")::text, 'null'), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "p"."k0" as "c2"
from (select *
from (select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 1
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 2
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 3
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 4
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 5
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 6
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b
union
select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."level" = 7
and exists (select 1
from json_array_elements((case json_typeof((+?)::json) when 'array' then (+?)::json end)) with ordinality as "e1"(value, key)
where not exists (
select 1
from json_array_elements((case json_typeof(("e1"."value")::json) when 'array' then ("e1"."value")::json end)) with ordinality as "e2"(value, key)
where (exists (select 1
from "term_store_term__labels" as "e3"
where "e3"."tenant_no" = +?
and "e3"."owner_id" = "t"."id"
and strpos("e3"."name", substr((((("e2"."value")::json #>> '{}')) collate "C"), 2)) > 0)) = (substr((((("e2"."value")::json #>> '{}')) collate "C"), 1, 1) = '-')))
order by "t"."sort_key" asc nulls first, "t"."id" asc
limit +?) as b) as p
order by "p"."k0" asc nulls first, "p"."id" asc
limit +?) as p
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = "p"."id"
order by "p"."k0" asc nulls first, "p"."id" asc
