-- Tables that are locked right now, and by whom. The rest of the review is about the past.
select
    t."table" as relation,
    trim(s.user_name) as user_name,
    l.lock_owner_pid as process,
    l.last_update,
    s.starttime as session_since
from stv_locks l
join stv_sessions s on s.process = l.lock_owner_pid
left join svv_table_info t on t.table_id = l.table_id
order by l.last_update, relation;
