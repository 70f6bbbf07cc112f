-- What the planner itself complains about, by table and kind of complaint.
select
    trim(s.perm_table_name) as relation,
    trim(split_part(a.event, ':', 1)) as event,
    trim(a.solution) as solution,
    count(distinct a.query) as queries,
    max(a.event_time) as last_seen
from stl_alert_event_log a
join stl_scan s
    on s.query = a.query
    and s.slice = a.slice
    and s.segment = a.segment
    and s.step = a.step
where a.userid > 1
group by 1, 2, 3
order by queries desc, relation, event;
