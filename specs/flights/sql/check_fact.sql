-- One row; pipeline.yaml says what it has to be. First what a star schema must be in any year
-- (all zero), then what is known of the year 2013.
with year_flight as (
    select f.*
    from core.fact_flight f
    where f.date_key between cast(:year as integer) * 10000
            and cast(:year as integer) * 10000 + 9999
)
select
    count(*)
        - count(
            distinct f.date_key::varchar || f.carrier || f.flight_number::varchar || f.origin
        ) as duplicates,
    sum(case when d.date_key is null then 1 else 0 end) as without_date,
    sum(case when l.carrier is null then 1 else 0 end) as without_airline,
    sum(case when o.airport is null then 1 else 0 end) as without_origin,
    sum(case when p.airport is null then 1 else 0 end) as without_destination,
    -- The version of the aircraft that was joined is the one of the flight's operator.
    sum(case when a.operator <> f.carrier then 1 else 0 end) as wrong_operator,
    -- A delay is the time between the scheduled and the true departure.
    sum(
        case
            when datediff(minute, f.scheduled_departure_utc, f.departure_utc) <> f.departure_delay
                then 1
            else 0
        end
    ) as wrong_delay,
    count(*) as flights,
    count(distinct f.carrier) as carriers,
    count(f.aircraft_key) as with_aircraft,
    sum(case when f.status = 'cancelled' then 1 else 0 end) as cancelled,
    sum(case when f.status = 'diverted' then 1 else 0 end) as diverted,
    sum(case when f.carrier = 'UA' then 1 else 0 end) as united,
    sum(case when f.origin = 'JFK' then 1 else 0 end) as from_jfk,
    sum(f.distance::bigint) as miles,
    sum(f.arrival_delay::bigint) as arrival_delay,
    round(
        avg(case when f.is_delayed then 0.0::float when not f.is_delayed then 1.0::float end),
        4
    ) as on_time
from year_flight f
left join core.dim_date d on d.date_key = f.date_key
left join core.dim_airline l on l.carrier = f.carrier
left join core.dim_airport o on o.airport = f.origin
left join core.dim_airport p on p.airport = f.dest
left join core.dim_aircraft a on a.aircraft_key = f.aircraft_key;
