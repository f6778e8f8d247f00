with "r" as materialized (select 1 as "x"
from "term_store_term"
where "tenant_no" = +?
and "set_id" = +?)
select *
from "r"
limit 1
