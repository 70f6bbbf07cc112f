delete from mart.delay_by_route
where year = cast(:year as integer);

-- LISTAGG and PERCENTILE_CONT sort differently, and Redshift allows one order a SELECT.
insert into mart.delay_by_route
with flown as (
    select
        f.origin,
        f.dest,
        f.carrier,
        f.status,
        f.is_delayed,
        f.arrival_delay,
        f.air_time,
        f.distance
    from core.fact_flight f
    where f.date_key between cast(:year as integer) * 10000
            and cast(:year as integer) * 10000 + 9999
),
counted as (
    select
        origin,
        dest,
        count(*) as flights,
        sum(case when status = 'cancelled' then 1 else 0 end) as cancelled,
        sum(case when is_delayed then 1 else 0 end) as delayed,
        sum(case when air_time is not null then distance end)
            * 60.0::float
            / nullif(sum(air_time), 0) as mean_mph
    from flown
    group by origin, dest
),
operated as (
    select origin, dest, listagg(distinct carrier, ',') within group (order by carrier) as carriers
    from flown
    group by origin, dest
),
measured as (
    select
        origin,
        dest,
        median(arrival_delay::float) as median_delay,
        percentile_cont(0.9) within group (order by arrival_delay::float) as p90_delay
    from flown
    where arrival_delay is not null
    group by origin, dest
)
select
    cast(:year as integer),
    c.origin,
    c.dest,
    p.name,
    o.carriers,
    c.flights,
    c.cancelled,
    c.delayed,
    round(m.median_delay, 2),
    round(m.p90_delay, 2),
    round(c.mean_mph, 1),
    rank() over (order by m.median_delay desc nulls last)
from counted c
join operated o on o.origin = c.origin and o.dest = c.dest
join core.dim_airport p on p.airport = c.dest
left join measured m on m.origin = c.origin and m.dest = c.dest;

select top 20 origin, dest, destination, carriers, flights, median_delay, p90_delay
from mart.delay_by_route
where year = cast(:year as integer) and flights >= 100
order by median_delay desc, origin, dest;
