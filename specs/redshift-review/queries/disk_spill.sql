-- Steps that did not fit into a slot's memory and went to disk.
select
    s.query,
    left(trim(max(q.querytxt)), 80) as starts_with,
    count(*) as steps_on_disk,
    max(s.workmem) / 1048576 as largest_step_mb
from svl_query_summary s
join stl_query q on q.query = s.query
where s.is_diskbased = 't' and s.userid > 1
group by s.query
order by largest_step_mb desc, s.query
limit 50;
