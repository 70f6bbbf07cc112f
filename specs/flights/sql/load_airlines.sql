delete from stage.airline;

copy stage.airline (carrier, name)
from 's3://nyc-flights/airlines/airlines.csv.gz'
iam_role default
csv
gzip
ignoreheader 1;

select count(*) as airlines from stage.airline;
