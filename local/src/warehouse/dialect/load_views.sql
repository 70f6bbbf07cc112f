-- Redshift's views of loads, over what `warehouse/copy/log.rs` keeps; written as those of `catalog.sql` are.

-- view stl_load_errors
select 100 as userid, 0 as slice, coalesce((select max(r.oid) from catalog_relations r where r.name = e.table_name
           and r.schema_name in (coalesce(e.table_schema, 'public'), 'pg_temp_1')), 0)::integer as tbl, e.starttime, e.pid::integer as session,
       e.query::integer as query, e.filename, e.line_number, e.colname, e.type, e.col_length, e.position,
       e.raw_line, e.raw_field_value, e.err_code, e.err_reason, 0 as is_partial, 0::bigint as start_offset,
       null::bigint as copy_job_id
from redshift.load_errors e

-- view stl_replacements
select 100 as userid, e.query::integer as query, 0 as slice, coalesce((select max(r.oid) from catalog_relations r
           where r.name = e.table_name and r.schema_name in (coalesce(e.table_schema, 'public'), 'pg_temp_1')), 0)::integer as tbl,
       e.starttime, e.pid::integer as session, e.filename, e.line_number, e.colname, e.raw_line, e.query as user_query_id
from redshift.replacements e

-- view stl_loaderror_detail
select 100 as userid, 0 as slice, pid::integer as session, query::integer as query, filename, line_number,
       (number - 1)::integer as field, said.n as colname, said.v as value, (said.v is null)::integer as is_null,
       said.t as type, said.l as col_length
from (select pid, query, filename, line_number, unnest(said) as said, unnest(range(1, len(said) + 1)) as number
      from (select *, from_json(fields::json, '[{"n": "VARCHAR", "v": "VARCHAR", "t": "VARCHAR", "l": "VARCHAR"}]') as said
            from redshift.load_errors))

-- view sys_load_error_detail
select 100 as user_id, e.query as query_id, e.query as transaction_id, e.pid::integer as session_id,
       'database' as database_name, coalesce((select max(r.oid) from catalog_relations r where r.name = e.table_name
           and r.schema_name in (coalesce(e.table_schema, 'public'), 'pg_temp_1')), 0)::integer as table_id, e.starttime as start_time,
       e.filename as file_name, e.line_number, e.colname as column_name, e.type as column_type,
       e.col_length as column_length, e.position, e.err_code as error_code, e.err_reason as error_message
from redshift.load_errors e

-- view stl_load_commits
select 100 as userid, query::integer as query, 0 as slice, said.n as name, said.n as filename, said.b::integer as byte_offset,
       said.l::integer as lines_scanned, case when len(files_read) = 1 then error_count end::integer as errors,
       endtime as curtime, 1 as status, file_format, 0 as is_partial, 0::bigint as start_offset, null::bigint as copy_job_id
from (select *, unnest(files_read) as said
      from (select *, from_json(files::json, '[{"n": "VARCHAR", "b": "BIGINT", "l": "BIGINT"}]') as files_read
            from redshift.loads where status = 'success'))

-- view sys_load_history
select 100 as user_id, query as query_id, query as transaction_id, pid::integer as session_id, 'database' as database_name,
       case status when 'success' then 'completed' else 'aborted' end as status, table_name, starttime as start_time,
       endtime as end_time, datediff('microsecond', starttime, endtime) as duration, data_source, file_format, loaded_rows,
       case status when 'success' then bytes end as loaded_bytes, len(files_read)::integer as source_file_count,
       bytes as source_file_bytes, len(files_read)::integer as file_count_scanned, bytes as file_bytes_scanned, error_count,
       null::bigint as copy_job_id
from (select *, list_sum(list_transform(files_read, lambda f: f.b))::bigint as bytes
      from (select *, from_json(files::json, '[{"n": "VARCHAR", "b": "BIGINT", "l": "BIGINT"}]') as files_read
            from redshift.loads))
