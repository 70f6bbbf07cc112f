-- Dropped and made anew, because there is no CREATE OR REPLACE for a materialized view.
drop materialized view if exists taxi.daily_volume;

create materialized view taxi.daily_volume as
select
    to_char(picked_up, 'YYYY-MM') as pickup_month,
    picked_up::date as pickup_day,
    pickup_borough,
    count(*) as trips,
    sum(distance) as miles,
    sum(total) as revenue
from taxi.trip
group by 1, 2, 3;
