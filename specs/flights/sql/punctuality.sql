-- The year in one table: what the report shows.
select
    rank() over (
        order by sum(c.delayed)::float / sum(c.flights - c.cancelled - c.diverted)
    ) as place,
    c.carrier,
    c.airline,
    sum(c.flights) as flights,
    round(
        100.0::float * sum(c.delayed) / sum(c.flights - c.cancelled - c.diverted),
        1
    ) as delayed_percent,
    round(100.0::float * sum(c.cancelled) / sum(c.flights), 1) as cancelled_percent,
    max(case when c.nth_worst = 1 then c.month end) as worst_month
from (
    select
        m.*,
        row_number() over (
            partition by m.carrier
            order by m.mean_delay desc nulls last, m.month
        ) as nth_worst
    from mart.delay_by_carrier_month m
    where m.year = cast(:year as integer)
) c
group by c.carrier, c.airline
order by place;
