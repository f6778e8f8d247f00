select concat('{"id":', json_quote("t"."id"), ',"createdDateTime":', case when "t"."created_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."created_date_time", '0Z'), '.') || 'Z"' end, ',"lastModifiedDateTime":', case when "t"."last_modified_date_time" is null then 'null' else '"' || rtrim(rtrim("t"."last_modified_date_time", '0Z'), '.') || 'Z"' end, ',"labels":', "t"."labels", ',"descriptions":', "t"."descriptions", '}') as "c0", "t"."id" as "c1", "p"."k0" as "c2"
from (select *
from (select *
from (select "t"."id" as id, "t"."sort_key" as "k0"
from (select distinct id
from (select "e1"."owner_id" || '' as id
from "term_store_term__labels" as "e1"
where "e1"."tenant_no" = +?
and "e1"."name" is +?) as i) as d
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = d.id
and "t"."set_id" = +?
order by "t"."sort_key" asc, "t"."id" asc
limit +?) as b) as p
order by "p"."k0" asc, "p"."id" asc
limit +?) as p
cross join "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."id" = "p"."id"
order by "p"."k0" asc, "p"."id" asc
