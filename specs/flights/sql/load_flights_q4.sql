-- Three objects, one a month, under one key prefix. The table is new in a first round;
-- the delete (not TRUNCATE, which would commit) makes another round safe.
delete from stage.flight_q4;

copy stage.flight_q4
from 's3://nyc-flights/flights/{{year}}/q4/'
iam_role default
csv
gzip
ignoreheader 1
null as 'NA'
timeformat 'auto'
compupdate off;

select count(*) as flights, count(distinct month) as months
from stage.flight_q4;
