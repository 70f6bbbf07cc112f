-- Type 2: when an aircraft changes its operator, the old version ends and a new one begins.
-- Who flew an aircraft is read from the flights; what it is, from the register, which knows
-- about five in six of them.
create temp table aircraft_version as
with flown as (
    select
        f.tailnum,
        f.carrier,
        f.flight_date,
        lag(f.carrier) over (
            partition by f.tailnum
            order by f.scheduled_departure_utc, f.flight_number
        ) as carrier_before
    from stage.flight f
    where f.tailnum is not null
)
select
    f.tailnum,
    f.carrier as operator,
    f.flight_date as valid_from,
    decode(
        a.manufacturer,
        'AIRBUS INDUSTRIE', 'AIRBUS',
        'CANADAIR LTD', 'CANADAIR',
        'MCDONNELL DOUGLAS AIRCRAFT CO', 'MCDONNELL DOUGLAS',
        'MCDONNELL DOUGLAS CORPORATION', 'MCDONNELL DOUGLAS',
        a.manufacturer
    ) as manufacturer,
    a.model,
    a.year as built,
    a.engines,
    a.seats
from flown f
left join stage.aircraft a on a.tailnum = f.tailnum
where nvl(f.carrier_before, '') <> f.carrier;

merge into core.dim_aircraft
using aircraft_version
    on dim_aircraft.tailnum = aircraft_version.tailnum
    and dim_aircraft.valid_from = aircraft_version.valid_from
when matched then update
    set
        operator = aircraft_version.operator,
        manufacturer = aircraft_version.manufacturer,
        model = aircraft_version.model,
        built = aircraft_version.built,
        engines = aircraft_version.engines,
        seats = aircraft_version.seats
when not matched then insert (
    tailnum,
    operator,
    manufacturer,
    model,
    built,
    engines,
    seats,
    valid_from
)
    values
        (
            aircraft_version.tailnum,
            aircraft_version.operator,
            aircraft_version.manufacturer,
            aircraft_version.model,
            aircraft_version.built,
            aircraft_version.engines,
            aircraft_version.seats,
            aircraft_version.valid_from
        );

-- A version ends on the day before the next one begins.
update core.dim_aircraft
set
    valid_to = nvl(dateadd(day, -1, version.next_from)::date, '9999-12-31'::date),
    is_current = version.next_from is null
from (
    select
        d.aircraft_key,
        lead(d.valid_from) over (partition by d.tailnum order by d.valid_from) as next_from
    from core.dim_aircraft d
) version
where dim_aircraft.aircraft_key = version.aircraft_key;

select
    count(*) as versions,
    count(distinct tailnum) as aircraft,
    count(distinct aircraft_key) as distinct_keys,
    sum(case when is_current then 1 else 0 end) as current_versions,
    sum(case when manufacturer is null then 1 else 0 end) as unregistered
from core.dim_aircraft;
