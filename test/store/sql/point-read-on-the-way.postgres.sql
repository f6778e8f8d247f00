select '{}' as "c0", "t"."id" as "c1", "t"."set_id" as "c2", "t"."parent_id" as "c3"
from "term_store_term" as "t"
where "t"."tenant_no" = +?
and "t"."set_id" = +?
and "t"."id" = +?
order by "t"."id" asc
