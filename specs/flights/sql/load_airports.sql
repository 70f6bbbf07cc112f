delete from stage.airport;

copy stage.airport (faa, name, lat, lon, alt, tz, dst, tzone)
from 's3://nyc-flights/airports/airports.csv.gz'
iam_role default
csv
gzip
ignoreheader 1
null as 'NA';

select count(*) as airports from stage.airport;
