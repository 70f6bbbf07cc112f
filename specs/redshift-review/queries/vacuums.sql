-- What VACUUM did, and what it skipped.
select
    t."table" as relation,
    sum(case when v.status like 'Started%' then 1 else 0 end) as started,
    sum(case when v.status = 'Finished' then 1 else 0 end) as finished,
    sum(case when v.status like 'Skipped%' then 1 else 0 end) as skipped,
    max(v.eventtime) as last_event
from stl_vacuum v
join svv_table_info t on t.table_id = v.table_id
group by 1
order by 1;
