delete from core.fact_flight
where date_key between cast(:year as integer) * 10000 and cast(:year as integer) * 10000 + 9999;

insert into core.fact_flight
select
    to_char(f.flight_date, 'YYYYMMDD')::integer,
    f.flight_date,
    f.carrier,
    f.flight_number,
    a.aircraft_key,
    f.origin,
    f.dest,
    f.status,
    f.scheduled_departure,
    f.scheduled_departure_utc,
    f.departure_utc,
    f.departure_delay,
    f.arrival_delay,
    f.arrival_delay >= cast(:delay_minutes as integer),
    f.air_time,
    f.distance,
    f.weather_hour
from stage.flight f
left join core.dim_aircraft a
    on a.tailnum = f.tailnum
    and f.flight_date between a.valid_from and a.valid_to
order by f.flight_date, f.carrier;

analyze core.fact_flight;

select count(*) as flights, count(is_delayed) as arrived
from core.fact_flight
where date_key between cast(:year as integer) * 10000 and cast(:year as integer) * 10000 + 9999;
