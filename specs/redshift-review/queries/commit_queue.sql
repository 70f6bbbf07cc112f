-- Commits go one after the other: small writers that commit all the time make each other wait. Node
-- -1 is the leader.
select
    date_trunc('day', startqueue)::date as day,
    count(*) as commits,
    sum(case when queuelen > 0 then 1 else 0 end) as queued,
    max(queuelen) as longest_queue,
    round(max(datediff(ms, startqueue, startwork)) / 1000.0, 1) as longest_wait_s
from stl_commit_stats
where node = -1
group by 1
order by 1;
