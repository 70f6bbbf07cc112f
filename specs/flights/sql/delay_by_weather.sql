delete from mart.delay_by_weather
where year = cast(:year as integer);

insert into mart.delay_by_weather
with observed as (
    select
        f.origin,
        nvl(w.sky, 'unknown') as sky,
        count(*) as flights,
        sum(case when f.status = 'cancelled' then 1 else 0 end) as cancelled,
        sum(case when f.is_delayed then 1 else 0 end) as delayed,
        avg(f.arrival_delay::float) as mean_delay,
        avg(
            case when f.is_delayed then 1.0::float when not f.is_delayed then 0.0::float end
        ) as delayed_share
    from core.fact_flight f
    left join core.weather_hour w on w.airport = f.origin and w.hour_utc = f.weather_hour
    where f.date_key between cast(:year as integer) * 10000
            and cast(:year as integer) * 10000 + 9999
    group by f.origin, nvl(w.sky, 'unknown')
)
select
    cast(:year as integer),
    o.origin,
    o.sky,
    o.flights,
    o.cancelled,
    o.delayed,
    round(o.mean_delay, 2),
    round(o.delayed_share, 4),
    round(
        o.mean_delay
            - max(case when o.sky = 'fair' then o.mean_delay end) over (partition by o.origin),
        2
    )
from observed o;

select airport, sky, flights, cancelled, mean_delay, delayed_share, excess
from mart.delay_by_weather
where year = cast(:year as integer)
order by airport, mean_delay desc;
