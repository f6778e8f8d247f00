with recursive s(context, node) as (select "y_to_term_id"."set_id", "x"."to_term_id"
from "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = +?
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id"), f(context, node) as (select "w"."context", "x"."id"
from s as w
cross join "term_store_term" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."parent_id" = "w"."node"
union
select "w"."context", "x"."to_term_id"
from s as w
cross join "term_store_relation" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
union
select "y_to_term_id"."set_id", "x"."to_term_id"
from s as w
cross join "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id"), w(context, node) as (select context, node
from f
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
select distinct context, node, 1 as direct
from f
union all
select context, node, 0
from (select context, node
from w except
select context, node
from f) as far
order by 3 desc, 1, 2
