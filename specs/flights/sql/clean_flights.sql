-- One row a flight and day, times as timestamps, a status instead of nulls to be guessed from.
delete from stage.flight;

insert into stage.flight
with raw_flight as (
    select * from stage.flight_q1
    union all
    select * from stage.flight_q2
    union all
    select * from stage.flight_q3
    union all
    select * from stage.flight_q4
),
dated as (
    select
        r.*,
        to_date(
            r.year::varchar || lpad(r.month::varchar, 2, '0') || lpad(r.day::varchar, 2, '0'),
            'YYYYMMDD'
        ) as flight_date
    from raw_flight r
    where r.year = cast(:year as integer)
    -- A flight that was reported again counts once, with the report that knows its departure.
    qualify row_number() over (
        partition by r.year, r.month, r.day, r.carrier, r.flight, r.origin
        order by r.dep_time desc nulls last, r.arr_time desc nulls last
    ) = 1
),
timed as (
    select
        d.*,
        -- hhmm: 517 is 05:17. The division is one of integers.
        dateadd(
            minute,
            d.sched_dep_time / 100 * 60 + d.sched_dep_time % 100,
            d.flight_date::timestamp
        ) as scheduled_departure
    from dated d
)
select
    t.flight_date,
    t.carrier,
    t.flight,
    t.tailnum,
    t.origin,
    t.dest,
    case
        when t.dep_time is null then 'cancelled'
        when t.arr_delay is null then 'diverted' -- left, but not known to have arrived as planned
        else 'flown'
    end as status,
    t.scheduled_departure,
    convert_timezone('America/New_York', 'UTC', t.scheduled_departure) as scheduled_departure_utc,
    dateadd(
        minute,
        t.dep_delay,
        convert_timezone('America/New_York', 'UTC', t.scheduled_departure)
    ) as departure_utc,
    t.dep_delay,
    t.arr_delay,
    t.air_time,
    t.distance,
    t.time_hour
from timed t;

select
    count(*) as flights,
    sum(case when status = 'cancelled' then 1 else 0 end) as cancelled,
    sum(case when status = 'diverted' then 1 else 0 end) as diverted,
    -- The source's own UTC hour against the one made here from local time.
    sum(
        case when date_trunc('hour', scheduled_departure_utc) <> weather_hour then 1 else 0 end
    ) as wrong_hour
from stage.flight;
