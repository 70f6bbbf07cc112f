delete from mart.delay_by_carrier_month
where year = cast(:year as integer);

-- AVG of integers is an integer in Redshift: hence the casts.
insert into mart.delay_by_carrier_month
with monthly as (
    select
        d.year,
        d.month,
        f.carrier,
        count(*) as flights,
        sum(case when f.status = 'cancelled' then 1 else 0 end) as cancelled,
        sum(case when f.status = 'diverted' then 1 else 0 end) as diverted,
        sum(case when f.is_delayed then 1 else 0 end) as delayed,
        avg(f.arrival_delay::float) as mean_delay,
        avg(
            case when f.is_delayed then 1.0::float when not f.is_delayed then 0.0::float end
        ) as delayed_share
    from core.fact_flight f
    join core.dim_date d on d.date_key = f.date_key
    where d.year = cast(:year as integer)
    group by d.year, d.month, f.carrier
)
select
    m.year,
    m.month,
    m.carrier,
    l.name,
    m.flights,
    m.cancelled,
    m.diverted,
    m.delayed,
    round(m.mean_delay, 2),
    round(m.delayed_share, 4),
    round(m.mean_delay - lag(m.mean_delay) over (partition by m.carrier order by m.month), 2),
    round(ratio_to_report(m.flights::float) over (partition by m.month), 4)
from monthly m
join core.dim_airline l on l.carrier = m.carrier;

select
    carrier,
    airline,
    sum(flights) as flights,
    sum(cancelled) as cancelled,
    sum(delayed) as delayed
from mart.delay_by_carrier_month
where year = cast(:year as integer)
group by carrier, airline
order by flights desc, carrier;
