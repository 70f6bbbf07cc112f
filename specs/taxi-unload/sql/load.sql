call taxi.load_trips();

select
    sum(trips) as trips,
    count(distinct pickup_day) as days,
    sum(case when trim(pickup_borough) = '' then 1 else 0 end) as without_borough
from taxi.daily_volume;
