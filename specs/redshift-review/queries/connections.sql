-- Who comes and who is turned away.
select
    trim(username) as user_name,
    sum(case when trim(event) = 'authenticated' then 1 else 0 end) as connections,
    sum(case when trim(event) = 'authentication failure' then 1 else 0 end) as failures,
    count(distinct trim(remotehost)) as hosts
from stl_connection_log
where trim(event) in ('authenticated', 'authentication failure')
group by 1
order by failures desc, user_name;
