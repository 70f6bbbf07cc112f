-- The texts that cost most, by all of their time. Literals are part of a text, so the same report for
-- another day is another line.
select
    md5(trim(querytxt)) as fingerprint,
    left(trim(max(querytxt)), 80) as starts_with,
    count(*) as runs,
    round(sum(datediff(ms, starttime, endtime)) / 1000.0, 1) as total_s,
    round(max(datediff(ms, starttime, endtime)) / 1000.0, 1) as longest_s
from stl_query
where userid > 1 and aborted = 0
group by 1
order by total_s desc, fingerprint
limit 50;
