-- One file for a spreadsheet, with the year in its name.
unload (
    'select origin || ''-'' || dest as route, destination, carriers, flights, cancelled, delayed, median_delay, p90_delay, mean_mph, worst
         from mart.delay_by_route
         where year = {{year}}
         order by worst, route'
)
to 's3://nyc-lake/delay_by_route/{{year}}_'
iam_role default
format as csv
header
gzip
parallel off
allowoverwrite;
