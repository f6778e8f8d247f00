with recursive s(context, node) as (select "y_to_term_id"."set_id", "x"."to_term_id"
from "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = +?
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id"), f(context, node) as (select n.context, n.node
from s as w
cross join lateral (select "w"."context", "x"."id"
from "term_store_term" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."parent_id" = "w"."node"
union all
select "w"."context", "x"."to_term_id"
from "term_store_relation" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
union all
select "y_to_term_id"."set_id", "x"."to_term_id"
from "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id") as n(context, node)), w(context, node) as (select context, node
from f
union
select n.context, n.node
from w
cross join lateral (select "w"."context", "x"."id"
from "term_store_term" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."parent_id" = "w"."node"
union all
select "w"."context", "x"."to_term_id"
from "term_store_relation" as x
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
union all
select "y_to_term_id"."set_id", "x"."to_term_id"
from "term_store_relation" as x
cross join "term_store_term" as "y_to_term_id"
where "x"."tenant_no" = +?
and "x"."set_id" = "w"."context"
and "x"."from_term_id" = "w"."node"
and "x"."relationship" = +?
and "y_to_term_id"."tenant_no" = +?
and "y_to_term_id"."id" = "x"."to_term_id") as n(context, node))
select distinct context, node, 1 as direct
from f
union all
select context, node, 0
from (select context, node
from w except
select context, node
from f) as far
order by 3 desc, 1, 2
