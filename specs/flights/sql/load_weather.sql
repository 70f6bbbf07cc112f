delete from stage.weather;

-- Parquet is loaded by the position of its columns; its nulls are nulls.
copy stage.weather
from 's3://nyc-flights/weather/'
iam_role default
format as parquet;

select count(*) as observations, count(distinct origin) as airports
from stage.weather;
