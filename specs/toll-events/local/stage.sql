-- What the job would do: the object's records as rows.
delete from toll_stage;

copy toll_stage
from 's3://toll-landing/{{object}}'
iam_role default
format as json 'auto';
