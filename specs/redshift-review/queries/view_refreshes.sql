-- How refreshes of materialized views went.
select
    trim(schema) || '.' || trim(name) as view_name,
    count(*) as refreshes,
    sum(case when status like 'Refresh failed%' then 1 else 0 end) as failed,
    sum(case when status like '%from scratch%' then 1 else 0 end) as from_scratch,
    round(sum(datediff(ms, starttime, endtime)) / 1000.0, 1) as total_s
from svl_mv_refresh_status
group by 1
order by 1;
