-- Rows that are sent to every node because two tables are not distributed by what they are joined by.
select
    query,
    sum(case when label like '%bcast%' then rows else 0 end) as rows_broadcast,
    sum(case when label like '%dist%' then rows else 0 end) as rows_redistributed,
    sum(bytes) / 1048576 as sent_mb
from svl_query_summary
where userid > 1 and (label like '%bcast%' or label like '%dist%')
group by query
order by sent_mb desc, query
limit 50;
