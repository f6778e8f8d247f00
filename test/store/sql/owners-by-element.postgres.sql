select distinct "owner_id"
from "term_store_term__labels"
where "tenant_no" = +?
and "name" = +?
order by "owner_id"
