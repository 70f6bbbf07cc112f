-- When the cluster is busy: queries and waiting by hour of the day (UTC).
select
    extract(hour from service_class_start_time) as hour,
    count(*) as queries,
    round(sum(total_queue_time) / 1000000.0, 1) as waited_s,
    round(sum(total_exec_time) / 1000000.0, 1) as ran_s
from stl_wlm_query
where service_class > 4
group by 1
order by 1;
