-- Each mart cuts the same flights another way: it must lose none and count none twice.
-- One row a mart; pipeline.yaml wants every difference to be zero.
with fact as (
    select
        count(*) as flights,
        sum(case when status = 'cancelled' then 1 else 0 end) as cancelled,
        sum(case when is_delayed then 1 else 0 end) as delayed
    from core.fact_flight
    where date_key between cast(:year as integer) * 10000 and cast(:year as integer) * 10000 + 9999
),
total as (
    select
        'delay_by_carrier_month'::varchar(32) as mart,
        count(*) as parts,
        sum(flights) as flights,
        sum(cancelled) as cancelled,
        sum(delayed) as delayed
    from mart.delay_by_carrier_month
    where year = cast(:year as integer)
    union all
    select 'delay_by_route', count(*), sum(flights), sum(cancelled), sum(delayed)
    from mart.delay_by_route
    where year = cast(:year as integer)
    union all
    select 'delay_by_weather', count(*), sum(flights), sum(cancelled), sum(delayed)
    from mart.delay_by_weather
    where year = cast(:year as integer)
    union all
    select 'delay_by_hour', count(*), sum(flights), null::bigint, sum(delayed)
    from mart.delay_by_hour
    where year = cast(:year as integer)
)
select
    t.mart,
    t.parts,
    t.flights - f.flights as flights_off,
    nvl(t.cancelled, f.cancelled) - f.cancelled as cancelled_off,
    t.delayed - f.delayed as delayed_off
from total t
cross join fact f
order by t.mart;
