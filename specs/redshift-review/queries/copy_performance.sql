-- Loads, by query: how many files, and how large they are. Fewer files than slices leave slices idle.
select
    l.query,
    count(*) as files,
    sum(l.lines_scanned) as lines,
    round(max(datediff(ms, q.starttime, q.endtime)) / 1000.0, 1) as load_s,
    (select count(*) from stv_slices where type = 'D') as slices
from stl_load_commits l
join stl_query q on q.query = l.query
group by l.query
order by load_s desc, l.query
limit 50;
