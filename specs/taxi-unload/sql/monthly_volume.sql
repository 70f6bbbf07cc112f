select
    pickup_month,
    pickup_borough,
    sum(trips) as trips,
    sum(miles) as miles,
    sum(revenue) as revenue,
    round(sum(revenue) / sum(trips), 2) as revenue_a_trip
from taxi.daily_volume
group by pickup_month, pickup_borough
order by pickup_month, pickup_borough;
