-- How many queries were answered from the result cache, by day.
select
    date_trunc('day', starttime)::date as day,
    count(*) as queries,
    sum(case when source_query is not null then 1 else 0 end) as from_cache,
    round(
        100.0 * sum(case when source_query is not null then 1 else 0 end) / count(*),
        1
    ) as cache_percent
from svl_qlog
where userid > 1
group by 1
order by 1;
