delete from stage.aircraft;

copy stage.aircraft
from 's3://nyc-flights/planes/planes.csv.gz'
iam_role default
csv
gzip
ignoreheader 1
null as 'NA';

select count(*) as aircraft from stage.aircraft;
