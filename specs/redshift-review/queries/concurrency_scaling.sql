-- Seconds that were run on additional clusters, by day. An hour a day is free.
select
    date_trunc('day', start_time)::date as day,
    sum(queries) as queries,
    sum(usage_in_seconds) as seconds
from svcs_concurrency_scaling_usage
group by 1
order by 1;
