-- Metric units, impossible values out, short gaps in the pressure filled.
delete from core.weather_hour
where date_part(year, hour_local) = cast(:year as integer);

insert into core.weather_hour
with cleaned as (
    select
        w.origin,
        w.time_hour,
        w.year,
        (w.temp_f - 32) * 5 / 9 as temp_c,
        -- 1,048 mph at Newark on 12 February 2013: nothing on Earth blows like that.
        case when w.wind_mph <= 200 then w.wind_mph end as wind_mph,
        nvl(w.precip_in, 0) * 25.4 as precip_mm,
        nvl(w.visib_mi, 10) as visib_mi,
        -- Where there is none, the last of the six observations before.
        last_value(w.pressure ignore nulls) over (
            partition by w.origin
            order by w.time_hour rows between 6 preceding and current row
        ) as pressure
    from stage.weather w
)
select
    c.origin,
    c.time_hour,
    convert_timezone('UTC', 'America/New_York', c.time_hour),
    round(c.temp_c, 1),
    round(c.wind_mph, 1),
    round(c.precip_mm, 1),
    c.pressure,
    c.visib_mi,
    case
        when c.precip_mm > 0 and c.temp_c <= 0 then 'snow'
        when c.precip_mm > 0 then 'rain'
        when c.visib_mi < 2 then 'fog'
        when c.wind_mph >= 25 then 'wind'
        else 'fair'
    end
from cleaned c
where c.year = cast(:year as integer);

select
    count(*) as hours,
    sum(case when temp_c is null then 1 else 0 end) as without_temp,
    sum(case when wind_mph is null then 1 else 0 end) as without_wind,
    datediff(hour, min(hour_utc), max(hour_utc)) as span
from core.weather_hour
where date_part(year, hour_local) = cast(:year as integer);
