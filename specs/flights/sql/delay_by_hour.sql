delete from mart.delay_by_hour
where year = cast(:year as integer);

insert into mart.delay_by_hour
select
    d.year,
    d.weekday,
    d.day_name,
    extract(hour from f.scheduled_departure),
    count(*),
    approximate count(distinct f.aircraft_key),
    sum(case when f.is_delayed then 1 else 0 end),
    round(avg(f.arrival_delay::float), 2)
from core.fact_flight f
join core.dim_date d on d.date_key = f.date_key
where d.year = cast(:year as integer)
group by d.year, d.weekday, d.day_name, extract(hour from f.scheduled_departure);

-- The hour of each weekday at which it is best to stay at home.
select h.day_name, h.hour, h.flights, h.mean_delay
from mart.delay_by_hour h
where h.year = cast(:year as integer) and h.flights >= 100
qualify row_number() over (partition by h.weekday order by h.mean_delay desc, h.hour) = 1
order by h.weekday;
