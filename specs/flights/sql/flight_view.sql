-- For people and their tools. Late binding: the tables under it may be dropped and made anew.
create or replace view mart.flight as
select
    f.flight_date,
    d.day_name,
    d.holiday,
    f.carrier,
    l.name as airline,
    f.flight_number,
    f.origin,
    f.dest,
    p.name as destination,
    a.tailnum,
    a.manufacturer,
    a.model,
    f.status,
    f.scheduled_departure,
    f.departure_delay,
    f.arrival_delay,
    f.is_delayed,
    f.distance
from core.fact_flight f
join core.dim_date d on d.date_key = f.date_key
join core.dim_airline l on l.carrier = f.carrier
join core.dim_airport p on p.airport = f.dest
left join core.dim_aircraft a on a.aircraft_key = f.aircraft_key
with no schema binding;

-- The view joins what it needs and loses no flight.
select count(*) as flights, count(tailnum) as with_aircraft
from mart.flight
where date_part(year, flight_date) = cast(:year as integer);
