-- What there is: tables and views by schema.
select
    schema_name,
    count(*) as relations,
    sum(case when table_type = 'TABLE' then 1 else 0 end) as tables,
    sum(case when table_type = 'VIEW' then 1 else 0 end) as views
from svv_redshift_tables
where schema_name not in ('pg_catalog', 'information_schema', 'pg_internal')
group by schema_name
order by schema_name;
