-- Redshift's views of external schemas and tables, over what `external.rs` keeps; written as those of `catalog.sql` are.

-- view svv_external_schemas
select (200000 + row_number() over (order by s.schema_name))::bigint as esoid, 1::smallint as eskind, s.schema_name as schemaname,
       100 as esowner, e.database_name as databasename,
       case when e.role = '' then '{}' else to_json({'IAM_ROLE': e.role})::varchar end as esoptions
from redshift.external_schemas e
join duckdb_schemas() s on s.schema_name = e.schema_name and s.database_name = 'sfc_database'

-- view svv_external_tables
select 'database' as redshift_database_name, schema_name as schemaname, table_name as tablename, 'TABLE' as tabletype,
       rtrim(x->>'$.location', '/') as location, x->>'$.input_format' as input_format, x->>'$.output_format' as output_format,
       x->>'$.serde' as serialization_lib, case when x->>'$.format.text.delimiter' is null then '{}' else to_json({
           'field.delim': x->>'$.format.text.delimiter', 'serialization.format': x->>'$.format.text.delimiter'})::varchar end
       as serde_parameters, 0 as compressed, x->>'$.parameters' as parameters
from (select *, (case when json_valid(comment) then comment end::json)->'$.external' as x from duckdb_tables()
      where database_name = 'sfc_database') where x is not null

-- view svv_external_columns
select 'database' as redshift_database_name, c.schema_name as schemaname, c.table_name as tablename, c.column_name as columnname,
       coalesce(case regexp_extract(t.types[c.column_index], '^[^(]*')
           when 'integer' then 'int' when 'real' then 'float' when 'double precision' then 'double'
           when 'timestamp without time zone' then 'timestamp' when 'binary varying' then 'binary'
           else replace(replace(replace(t.types[c.column_index], 'numeric', 'decimal'), 'character varying', 'varchar'),
                        'character', 'char') end, '') as external_type, c.column_index::integer as columnnum,
       coalesce(list_position(t.parted, c.column_name), 0)::integer as part_key, '' as is_nullable
from (select *, from_json(x->'$.partitioned_by', '["VARCHAR"]') as parted, from_json(j->'$.columns[*].type', '["VARCHAR"]') as types
      from (select *, (case when json_valid(comment) then comment end::json) as j, j->'$.external' as x from duckdb_tables()
            where database_name = 'sfc_database') where x is not null) t
join duckdb_columns() c on c.table_oid = t.table_oid and c.database_name = 'sfc_database'
where c.column_index <= system.main.len(t.types)
order by c.schema_name, c.table_name, c.column_index

-- view svv_external_partitions
select schema_name as schemaname, table_name as tablename,
       to_json(p."values")::varchar as "values", rtrim(p.location, '/') as location, x->>'$.input_format' as input_format,
       x->>'$.output_format' as output_format, x->>'$.serde' as serialization_lib, case when x->>'$.format.text.delimiter' is null then '{}' else to_json({
           'field.delim': x->>'$.format.text.delimiter', 'serialization.format': x->>'$.format.text.delimiter'})::varchar end
       as serde_parameters,
       0 as compressed, x->>'$.parameters' as parameters
from (select *, unnest(from_json(x->'$.partitions', '[{"values": ["VARCHAR"], "location": "VARCHAR"}]')) as p
      from (select *, (case when json_valid(comment) then comment end::json)->'$.external' as x from duckdb_tables()
            where database_name = 'sfc_database') where x is not null)
