-- Type 1, with inferred members: an airport that only the flights know still gets its row.
-- MERGE takes a table as its source, hence the temporary one.
create temp table conformed_airport as
select
    a.faa::char(3) as airport,
    -- Two names carry stray backslashes. CHR(92) says it the same way
    -- whatever a literal makes of a backslash.
    replace(a.name, chr(92), '')::varchar(64) as name,
    a.lat as latitude,
    a.lon as longitude,
    round(a.alt * 0.3048)::integer as altitude_m,
    a.tzone::varchar(32) as time_zone,
    true as is_known
from stage.airport a;

insert into conformed_airport (airport, name, is_known)
select seen.airport, 'not in the list: ' || seen.airport, false
from (
    select f.origin as airport from stage.flight f
    union
    select f.dest from stage.flight f
) seen
left join stage.airport a on a.faa = seen.airport
where a.faa is null;

merge into core.dim_airport
using conformed_airport
    on dim_airport.airport = conformed_airport.airport
when matched then update
    set
        name = conformed_airport.name,
        latitude = conformed_airport.latitude,
        longitude = conformed_airport.longitude,
        altitude_m = conformed_airport.altitude_m,
        time_zone = conformed_airport.time_zone,
        is_known = conformed_airport.is_known
when not matched then insert (airport, name, latitude, longitude, altitude_m, time_zone, is_known)
    values
        (
            conformed_airport.airport,
            conformed_airport.name,
            conformed_airport.latitude,
            conformed_airport.longitude,
            conformed_airport.altitude_m,
            conformed_airport.time_zone,
            conformed_airport.is_known
        );

select
    count(*) as airports,
    sum(case when is_known then 0 else 1 end) as inferred,
    sum(case when strpos(name, chr(92)) > 0 then 1 else 0 end) as with_backslash
from core.dim_airport;
