select '{}' as "c0", "t"."id" as "c1", "t"."subject" as "c2", "t"."sequence" as "c3", "t"."is_removed" as "c4", "t"."changed_date_time" as "c5", "t"."sequence" as "c6"
from "relata_change_entry" as "t"
where "t"."tenant_no" = +?
and "t"."type" = +?
and "t"."sequence" > +?
order by "t"."sequence" asc, "t"."id" asc
limit +?
