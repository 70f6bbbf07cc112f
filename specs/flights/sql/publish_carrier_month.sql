-- CLEANPATH: a partition that is written again holds nothing of the time before.
unload (
    'select year, month, carrier, airline, flights, cancelled, diverted, delayed, mean_delay, delayed_share, change, market_share
         from mart.delay_by_carrier_month
         where year = {{year}}'
)
to 's3://nyc-lake/delay_by_carrier_month/'
iam_role default
format as parquet
partition by (year, month)
cleanpath;
