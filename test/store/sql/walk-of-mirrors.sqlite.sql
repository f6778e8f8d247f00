with recursive s(context, node, depth) as (select "y_to_term_id"."set_id", "x"."to_term_id", 0
from "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = +?
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id"), w(context, node, depth) as (select context, node, depth
from s
union
select "w"."context", "x"."id", w.depth + 1
from w
cross join "term_store_term" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."parent_id" = "w"."node"
and w.depth < 32
union
select "w"."context", "x"."to_term_id", w.depth + 1
from w
cross join "term_store_relation" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
and w.depth < 32
union
select "y_to_term_id"."set_id", "x"."to_term_id", w.depth + 1
from w
cross join "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id"
and w.depth < 32)
select context, node, min(depth) as depth
from w
where depth > 0 group by context, node
order by 3, 1, 2
