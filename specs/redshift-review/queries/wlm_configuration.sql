-- The queues, as they are set up. Service classes up to 4 are Redshift's own.
select
    service_class,
    trim(name) as queue,
    num_query_tasks as slots,
    query_working_mem as slot_mb,
    max_execution_time as limit_ms,
    concurrency_scaling
from stv_wlm_service_class_config
where service_class > 4
order by service_class;
