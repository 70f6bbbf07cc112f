-- Queries that somebody or something stopped, by label.
select
    trim(label) as label,
    count(*) as aborted,
    round(sum(datediff(ms, starttime, endtime)) / 1000.0, 1) as lost_s,
    max(starttime) as last_seen
from stl_query
where userid > 1 and aborted = 1
group by 1
order by aborted desc, label;
