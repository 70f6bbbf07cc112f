-- Every table's key is a key, and no aircraft has two operators on one day.
select
    'dim_date'::varchar(16) as dimension,
    count(*) as members,
    count(*) - count(distinct date_key) as duplicates,
    0 as overlaps
from core.dim_date
union all
select 'dim_airport', count(*), count(*) - count(distinct airport), 0
from core.dim_airport
union all
select 'dim_airline', count(*), count(*) - count(distinct carrier), 0
from core.dim_airline
union all
select
    'dim_aircraft',
    count(*),
    count(*) - count(distinct aircraft_key),
    sum(case when valid_to < valid_from then 1 else 0 end)
from core.dim_aircraft
union all
select
    'weather_hour',
    count(*),
    count(*) - count(distinct airport || to_char(hour_utc, 'YYYYMMDDHH24')),
    0
from core.weather_hour
order by dimension;
