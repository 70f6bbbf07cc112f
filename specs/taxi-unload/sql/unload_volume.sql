-- CLEANPATH removes what an earlier run left of the months that are written, and spares the others.
unload (
    'select pickup_month, pickup_day, pickup_borough, trips, miles, revenue from taxi.daily_volume'
)
to 's3://taxi-lake/volume/'
iam_role default
format as parquet
partition by (pickup_month)
cleanpath;
