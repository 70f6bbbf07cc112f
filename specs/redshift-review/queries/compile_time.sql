-- Queries whose segments had to be compiled: the first run of a new shape is slow.
select
    query,
    count(*) as segments,
    sum(compile) as compiled,
    round(sum(datediff(ms, starttime, endtime)) / 1000.0, 1) as compile_s
from svl_compile
where userid > 1
group by query
having sum(compile) > 0
order by compile_s desc, query
limit 50;
