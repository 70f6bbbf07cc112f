-- How long queries wait for a slot, and how long they run, by queue. Times in the log are microseconds.
select
    c.service_class,
    trim(c.name) as queue,
    count(*) as queries,
    round(avg(w.total_queue_time) / 1000000.0, 1) as mean_wait_s,
    round(max(w.total_queue_time) / 1000000.0, 1) as longest_wait_s,
    round(avg(w.total_exec_time) / 1000000.0, 1) as mean_run_s,
    round(
        100.0 * sum(w.total_queue_time) / nullif(sum(w.total_queue_time + w.total_exec_time), 0),
        1
    ) as waiting_percent
from stl_wlm_query w
join stv_wlm_service_class_config c on c.service_class = w.service_class
where w.service_class > 4
group by c.service_class, c.name
order by c.service_class;
