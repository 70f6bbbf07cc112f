-- What COPY refused, by table, column and reason.
select
    t."table" as relation,
    trim(e.colname) as column_name,
    trim(e.err_reason) as reason,
    count(*) as errors,
    max(e.starttime) as last_seen
from stl_load_errors e
left join svv_table_info t on t.table_id = e.tbl
group by 1, 2, 3
order by errors desc, relation, column_name;
