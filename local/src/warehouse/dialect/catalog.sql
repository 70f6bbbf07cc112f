-- Redshift's views of the catalog, each written into the query that names it. 'database' and 'user' stand for the names
-- of the database and of the session's user. The columns are those of the AWS page with the name of the view, or, of
-- pg_catalog and information_schema, those that PostgreSQL 8.0 has.
--
-- Parts are common table expressions, named `catalog_…`, that views are written over. Kinds of relations: r table, v view,
-- m materialized view.

-- part catalog_relations
with found as (
        select schema_name, table_name as name, table_oid as engine_oid, 'r' as kind, temporary, comment,
               estimated_size as row_count
        from duckdb_tables()
        where temporary or database_name = 'sfc_database' and schema_name not in ('redshift', 'redshift_system', 'main')
        union all
        select schema_name, view_name, view_oid, 'v', temporary, comment, 0
        from duckdb_views()
        where not internal and not temporary and database_name = 'sfc_database'
          and schema_name not in ('redshift', 'redshift_system', 'main')
    ), read as (
        select *, from_json(case when json_valid(comment) then comment end::json,
            '{"distribution": "VARCHAR", "distkey": "VARCHAR", "sortkey": ["VARCHAR"], "interleaved": "BOOLEAN",
              "unsorted": "BOOLEAN", "encoded": "BOOLEAN", "owner": "VARCHAR", "comment": "VARCHAR",
              "keys": [{"name": "VARCHAR", "kind": "VARCHAR", "columns": ["VARCHAR"], "table": ["VARCHAR"],
                        "references": ["VARCHAR"]}],
              "columns": [{"name": "VARCHAR", "type": "VARCHAR", "default": "VARCHAR", "identity": ["BIGINT"],
                           "by_default": "BOOLEAN", "encoding": "VARCHAR", "case_insensitive": "BOOLEAN",
                           "comment": "VARCHAR"}],
              "view": {"kind": "VARCHAR", "query": "VARCHAR", "auto_refresh": "BOOLEAN",
                       "reads": [{"schema": "VARCHAR", "name": "VARCHAR", "columns": ["VARCHAR"]}]}}') as declared
        from found
    )
    select case when temporary then 'pg_temp_1' else schema_name end as schema_name, name, engine_oid, temporary,
           case when temporary then 500000 else 100000 end + engine_oid as oid,
           case when declared."view".kind = 'materialized' then 'm' else kind end as kind,
           row_count, declared
    from read

-- part catalog_columns
with limits as (
        select table_oid, database_name, constraint_column_names[1] as column_name,
               regexp_extract(constraint_text, '<= ([0-9]+)', 1)::integer as bytes,
               contains(constraint_text, 'rtrim(') as blank_padded
        from duckdb_constraints()
        where constraint_type = 'CHECK' and contains(constraint_text, 'strlen(')
    ), declared as (
        select oid, unnest(declared.columns) as said from catalog_relations
    ), joined as (
        select r.schema_name, r.name as table_name, r.oid, r.kind, r.temporary, c.column_name, c.column_index as position,
               c.is_nullable as nullable, r.declared,
               coalesce(nullif(nullif(said."type", ''), 'unknown'),
                        redshift.engine_type(c.data_type, l.bytes, l.blank_padded)) as type,
               coalesce(said."default", case when said.name is null and c.column_default not like '%redshift.identity_%'
                                             then nullif(c.column_default, 'NULL') end) as column_default,
               said.identity as identity, coalesce(said.by_default, false) as by_default,
               coalesce(said.encoding, 'none') as encoding, coalesce(said.case_insensitive, false) as case_insensitive,
               said.comment as remarks
        from catalog_relations r
        join duckdb_columns() c
          on c.table_oid = r.engine_oid and (c.database_name = 'temp') = r.temporary
             and (r.temporary or c.database_name = 'sfc_database')
        left join limits l on l.table_oid = c.table_oid and l.database_name = c.database_name and l.column_name = c.column_name
        left join declared d on d.oid = r.oid and d.said.name = c.column_name
        where said.name is not null or c.column_name not in ('$path', '$size')
    )
    select *,
           regexp_extract(type, '^[^(]*') as type_name,
           case when type like 'character%' or type like 'varbyte%' then regexp_extract(type, '\(([0-9]+)', 1)::integer end
               as bytes,
           case regexp_extract(type, '^[^(]*')
               when 'numeric' then regexp_extract(type, '\(([0-9]+)', 1)::integer
               when 'smallint' then 16 when 'integer' then 32 when 'bigint' then 64
               when 'real' then 24 when 'double precision' then 53
           end as "precision",
           case when type like 'numeric%' then regexp_extract(type, ',([0-9]+)\)', 1)::integer
                when type in ('smallint', 'integer', 'bigint') then 0
           end as scale,
           coalesce(column_name = declared.distkey, false) as is_distkey,
           case when coalesce(declared.interleaved, false)
                     and list_position(declared.sortkey, column_name) % 2 = 0
                then -list_position(declared.sortkey, column_name)
                else coalesce(list_position(declared.sortkey, column_name), 0)
           end::integer as sort_position
    from joined

-- part catalog_keys
select 200000 + row_number() over (order by relation, number) as oid, schema_name, table_name, relation, said.name,
           said.kind, said.columns, said."table"[1] as other_schema, said."table"[2] as other_table,
           said."references" as referenced
    from (select schema_name, name as table_name, oid as relation, unnest(declared.keys) as said,
                 unnest(range(1, len(declared.keys) + 1)) as number
          from catalog_relations)

-- part catalog_reads
select distinct oid, what.schema as schema_name, what.name as name,
           unnest(case when system.main.len(what.columns) > 0 then what.columns else [null::varchar] end) as column_name
    from (select oid, unnest(declared."view".reads) as what from catalog_relations
          where kind <> 'r' and declared."view".kind <> 'late')

-- part catalog_schemas
select schema_name, case schema_name when 'public' then 2200 else 100000 + oid end as oid
    from duckdb_schemas()
    where database_name = 'sfc_database'
      and schema_name not in ('redshift', 'redshift_system', 'main', 'information_schema', 'pg_catalog')
    union all select 'pg_catalog', 11
    union all select 'information_schema', 11001
    union all select 'pg_temp_1', 90001 where exists (select * from duckdb_tables() where temporary)

-- part catalog_procedures
select 300000 + row_number() over (order by schema_name, procedure_name, arguments) as oid, schema_name,
           procedure_name as name, body, system.main.len(short) as number,
           list_transform(short, lambda name: redshift.short_type_oid(name)) as type_oids,
           array_to_string(list_transform(short, lambda name:
               redshift.format_type(redshift.short_type_oid(name), null)), ',') as types
    from (select *, list_filter(string_split(arguments, ','), lambda name: name <> '') as short from redshift.procedures)

-- part catalog_databases
select 'database' as database_name, 'local' as kind, 100000::bigint as oid
union all
select database_name, kind, 100000 + row_number() over (order by database_name) from redshift.databases

-- part catalog_routines
select p.oid, p.name, s.oid as schema_oid, 100356 as language, 'v' as volatility, p.number::smallint as number,
       0::bigint as returns, to_json(p.type_oids) as types, p.body, 'p' as kind
from catalog_procedures p join catalog_schemas s on s.schema_name = p.schema_name
union all
select 400000 + row_number() over (order by f.schema_name, f.function_name, f.arguments), f.function_name, s.oid, 14,
       f.volatility, (case f.arguments when '' then 0 else system.main.len(string_split(f.arguments, ',')) end)::smallint,
       redshift.type_oid(f.returns),
       to_json(list_transform(list_filter(string_split(f.argument_names, ', '), lambda name: name <> ''),
           lambda name: redshift.type_oid(name))),
       f.body, 'f'
from redshift.functions f join catalog_schemas s on s.schema_name = f.schema_name

-- view svv_columns
select 'database' as table_catalog, schema_name as table_schema, table_name, column_name, position as ordinal_position,
       column_default, case when nullable and identity is null then 'YES' else 'NO' end as is_nullable, type_name as data_type,
       bytes as character_maximum_length, "precision" as numeric_precision,
       case when type_name in ('real', 'double precision', 'smallint', 'integer', 'bigint') then 2
            when type_name = 'numeric' then 10 end as numeric_precision_radix,
       scale as numeric_scale,
       case when type_name like 'timestamp%' or type_name like 'time %' then 6 end as datetime_precision,
       null::varchar as interval_type, null::varchar as interval_precision,
       null::varchar as character_set_catalog, null::varchar as character_set_schema, null::varchar as character_set_name,
       null::varchar as collation_catalog, null::varchar as collation_schema, null::varchar as collation_name,
       null::varchar as domain_name, remarks
from catalog_columns order by schema_name, table_name, position

-- view information_schema.columns
select 'database' as table_catalog, schema_name as table_schema, table_name, column_name, position as ordinal_position,
       column_default, case when nullable and identity is null then 'YES' else 'NO' end as is_nullable, type_name as data_type,
       bytes as character_maximum_length, null::integer as character_octet_length, "precision" as numeric_precision,
       case when type_name in ('real', 'double precision', 'smallint', 'integer', 'bigint') then 2
            when type_name = 'numeric' then 10 end as numeric_precision_radix,
       scale as numeric_scale,
       case when type_name like 'timestamp%' or type_name like 'time %' then 6 end as datetime_precision,
       null::varchar as interval_type, null::varchar as interval_precision,
       null::varchar as character_set_catalog, null::varchar as character_set_schema, null::varchar as character_set_name,
       null::varchar as collation_catalog, null::varchar as collation_schema, null::varchar as collation_name,
       null::varchar as domain_catalog, null::varchar as domain_schema, null::varchar as domain_name,
       'database' as udt_catalog, 'pg_catalog' as udt_schema,
       case type_name
           when 'smallint' then 'int2' when 'integer' then 'int4' when 'bigint' then 'int8' when 'real' then 'float4'
           when 'double precision' then 'float8' when 'boolean' then 'bool' when 'character' then 'bpchar'
           when 'character varying' then 'varchar' when 'timestamp without time zone' then 'timestamp'
           when 'timestamp with time zone' then 'timestamptz' when 'time without time zone' then 'time'
           when 'time with time zone' then 'timetz' else type_name
       end as udt_name,
       null::varchar as scope_catalog, null::varchar as scope_schema, null::varchar as scope_name,
       null::integer as maximum_cardinality, position::varchar as dtd_identifier, 'NO' as is_self_referencing
from catalog_columns order by schema_name, table_name, position

-- view svv_tables
select 'database' as table_catalog, schema_name as table_schema, name as table_name,
       case when temporary then 'LOCAL TEMPORARY' when kind = 'r' then 'BASE TABLE' else 'VIEW' end as table_type,
       declared.comment as remarks
from catalog_relations

-- view information_schema.tables
select 'database' as table_catalog, schema_name as table_schema, name as table_name,
       case when temporary then 'LOCAL TEMPORARY' when kind = 'r' then 'BASE TABLE' else 'VIEW' end as table_type,
       null::varchar as self_referencing_column_name, null::varchar as reference_generation,
       null::varchar as user_defined_type_catalog, null::varchar as user_defined_type_schema,
       null::varchar as user_defined_type_name
from catalog_relations

-- view information_schema.views
select 'database' as table_catalog, schema_name as table_schema, name as table_name,
       declared."view".query as view_definition, 'NONE' as check_option, 'NO' as is_updatable,
       'NO' as is_insertable_into
from catalog_relations where kind <> 'r'

-- view information_schema.schemata
select 'database' as catalog_name, schema_name, 'user' as schema_owner, null::varchar as default_character_set_catalog,
       null::varchar as default_character_set_schema, null::varchar as default_character_set_name,
       null::varchar as sql_path
from catalog_schemas

-- view information_schema.table_constraints
select 'database' as constraint_catalog, schema_name as constraint_schema, said.name as constraint_name,
       'database' as table_catalog, schema_name as table_schema, name as table_name,
       case said.kind when 'p' then 'PRIMARY KEY' when 'u' then 'UNIQUE' else 'FOREIGN KEY' end as constraint_type,
       'NO' as is_deferrable, 'NO' as initially_deferred
from (select schema_name, name, unnest(declared.keys) as said from catalog_relations)

-- view information_schema.key_column_usage
select 'database' as constraint_catalog, schema_name as constraint_schema, said.name as constraint_name,
       'database' as table_catalog, schema_name as table_schema, name as table_name,
       unnest(said.columns) as column_name, unnest(range(1, len(said.columns) + 1))::integer as ordinal_position
from (select schema_name, name, unnest(declared.keys) as said from catalog_relations)

-- view information_schema.constraint_column_usage
select 'database' as table_catalog, coalesce(said."table"[1], schema_name) as table_schema,
       coalesce(said."table"[2], name) as table_name,
       unnest(case when said.kind = 'f' then said."references" else said.columns end) as column_name,
       'database' as constraint_catalog, schema_name as constraint_schema, said.name as constraint_name
from (select schema_name, name, unnest(declared.keys) as said from catalog_relations)

-- view information_schema.referential_constraints
select 'database' as constraint_catalog, k.schema_name as constraint_schema, k.said.name as constraint_name,
       'database' as unique_constraint_catalog, k.said."table"[1] as unique_constraint_schema,
       u.said.name as unique_constraint_name, 'NONE' as match_option, 'NO ACTION' as update_rule,
       'NO ACTION' as delete_rule
from (select schema_name, name, unnest(declared.keys) as said from catalog_relations) k
left join (select schema_name, name, unnest(declared.keys) as said from catalog_relations) u
  on u.schema_name = k.said."table"[1] and u.name = k.said."table"[2] and u.said.kind <> 'f'
     and u.said.columns = k.said."references"
where k.said.kind = 'f'

-- view pg_table_def
select schema_name as schemaname, table_name as tablename, column_name as "column", type, encoding, is_distkey as distkey,
       sort_position as sortkey, (not nullable or identity is not null) as "notnull"
from catalog_columns
where kind = 'r' and (temporary or list_contains(current_schemas(false), schema_name))
order by schema_name, table_name, position

-- view svv_table_info
select 'database' as "database", schema_name as "schema", oid as table_id, name as "table",
       case when not coalesce(declared.encoded, false) then 'Y, AUTO(ENCODE)'
            when len(list_filter(declared.columns, lambda said: said.encoding <> 'none')) > 0 then 'Y' else 'N'
       end as encoded,
       redshift.diststyle(declared.distribution, declared.distkey) as diststyle,
       case when declared.interleaved then 'INTERLEAVED'
            when len(declared.sortkey) > 0 then declared.sortkey[1]
            when declared.unsorted then null else 'AUTO(SORTKEY)'
       end as sortkey1,
       (select max(c.bytes) from catalog_columns c where c.oid = r.oid and c.type like 'character%') as max_varchar,
       case when len(declared.sortkey) > 0 then
           (select max(c.encoding) from catalog_columns c where c.oid = r.oid and c.column_name = declared.sortkey[1])
       end as sortkey1_enc,
       coalesce(len(declared.sortkey), 0)::integer as sortkey_num, 1::bigint as size, 0.0001::numeric(10,4) as pct_used,
       0::bigint as empty, 0::numeric(5,2) as unsorted, 0::numeric(5,2) as stats_off, row_count::numeric(38,0) as tbl_rows,
       null::numeric(19,2) as skew_sortkey1, null::numeric(19,2) as skew_rows,
       row_count::numeric(38,0) as estimated_visible_rows, null::varchar as risk_event,
       null::numeric(12,2) as vacuum_sort_benefit, null::timestamp as create_time
from catalog_relations r
where kind = 'r' and not temporary and row_count > 0

-- view svv_all_columns
select 'database' as database_name, schema_name, table_name, column_name, position as ordinal_position, column_default,
       case when nullable and identity is null then 'YES' else 'NO' end as is_nullable, type_name as data_type,
       bytes as character_maximum_length, "precision" as numeric_precision, scale as numeric_scale, remarks,
       redshift.sort_type(declared.interleaved, declared.sortkey) as sort_key_type,
       case when sort_position <> 0 then abs(sort_position) end as sort_key_order,
       case when is_distkey then 1 end as dist_key, encoding,
       case when case_insensitive then 'case_insensitive' when bytes is not null and type like 'character%' then 'default' end as collation
from catalog_columns

-- view svv_all_tables
select 'database' as database_name, schema_name, name as table_name, null::varchar as table_acl,
       case kind when 'r' then 'TABLE' else 'VIEW' end as table_type, declared.comment as remarks
from catalog_relations where not temporary

-- view svv_all_schemas
select 'database' as database_name, schema_name, 1 as schema_owner, 'local' as schema_type, null::varchar as schema_acl,
       null::varchar as source_database, null::varchar as schema_option
from catalog_schemas

-- view svv_redshift_columns
select 'database' as database_name, schema_name, table_name, column_name, position as ordinal_position,
       type_name as data_type, column_default, case when nullable and identity is null then 'YES' else 'NO' end as is_nullable, encoding,
       is_distkey as distkey, sort_position as sortkey, null::varchar as column_acl, remarks
from catalog_columns where not temporary

-- view svv_redshift_tables
select 'database' as database_name, schema_name, name as table_name, case kind when 'r' then 'TABLE' else 'VIEW' end as table_type,
       null::varchar as table_acl, declared.comment as remarks, coalesce(declared.owner, 'user') as table_owner
from catalog_relations where not temporary

-- view svv_redshift_schemas
select 'database' as database_name, schema_name, 1 as schema_owner, 'local' as schema_type, null::varchar as schema_acl,
       null::varchar as schema_option
from catalog_schemas

-- view svv_redshift_databases
select database_name, 100 as database_owner, kind as database_type, null::varchar as database_acl,
       null::varchar as database_options, 'Snapshot Isolation' as database_isolation_level
from catalog_databases

-- view stv_db_isolation_level
select database_name as db_name, 'Snapshot Isolation' as isolation_level from catalog_databases

-- view svv_redshift_functions
select 'database' as database_name, schema_name, procedure_name as function_name, 'STORED PROCEDURE' as function_type,
       null::varchar as argument_type, null::varchar as result_type
from redshift.procedures
union all
select 'database', schema_name, function_name, 'REGULAR FUNCTION', argument_names, returns from redshift.functions

-- view svv_mv_info
select 'database' as database_name, schema_name as "schema", 'user' as user_name, name, 'f' as is_stale, 'user' as owner,
       0 as state, null::varchar as autorewrite,
       case when declared."view".auto_refresh then 't' else 'f' end as autorefresh
from catalog_relations where kind = 'm'

-- view stv_mv_info
select 'database' as db_name, schema_name as "schema", name, 0::bigint as updated_upto_xid, 'f' as is_stale, 'user' as owner_user_name,
       0 as state, 'f' as autorewrite,
       case when declared."view".auto_refresh then 't' else 'f' end as autorefresh
from catalog_relations where kind = 'm'

-- view stv_mv_deps
select 'database' as db_name, r.schema_name as "schema", r.name, r.read.schema as ref_schema, r.read.name as ref_name,
       'database' as ref_database_name
from (select schema_name, name, kind, unnest(declared."view".reads) as read from catalog_relations) r
join catalog_relations m on m.schema_name = r.read.schema and m.name = r.read.name and m.kind = 'm'
where r.kind = 'm'

-- view svv_mv_dependency
select 'database' as database_name, r.schema_name, r.name, 'database' as dependent_database_name,
       r.read.schema as dependent_schema_name, r.read.name as dependent_name
from (select schema_name, name, kind, unnest(declared."view".reads) as read from catalog_relations) r
join catalog_relations m on m.schema_name = r.read.schema and m.name = r.read.name and m.kind = 'm'
where r.kind = 'm'

-- view svv_user_info
select 'user' as user_name, 100 as user_id, true as createdb, true as superuser, false as catalog_update,
       'UNLIMITED' as connection_limit, 'RESTRICTED' as syslog_access, null::timestamp as last_ddl_timestamp,
       0 as session_timeout, null::varchar as external_id

-- view svl_user_info
select 'user' as usename, 100 as usesysid, true as usecreatedb, true as usesuper, false as usecatupd,
       'UNLIMITED' as useconnlimit, 'RESTRICTED' as syslogaccess, null::timestamp as last_ddl_ts, 0 as sessiontimeout,
       null::varchar as external_id

-- view pg_user
select 'user' as usename, 100 as usesysid, true as usecreatedb, true as usesuper, false as usecatupd, '********' as passwd,
       null::timestamp as valuntil, null::varchar as useconfig
union all
select 'rdsdb', 1, true, true, true, '********', null, null

-- view pg_user_info
select 'user' as usename, 100 as usesysid, true as usecreatedb, true as usesuper, false as usecatupd, '********' as passwd,
       null::timestamp as valuntil, null::varchar as useconfig, 'UNLIMITED' as useconnlimit
union all
select 'rdsdb', 1, true, true, true, '********', null, null, 'UNLIMITED'

-- view pg_shadow
select 'user' as usename, 100 as usesysid, true as usecreatedb, true as usesuper, false as usecatupd, '********' as passwd,
       null::timestamp as valuntil, null::varchar as useconfig

-- view pg_group
select null::varchar as groname, null::integer as grosysid, null::integer[] as grolist where false

-- view pg_database
select database_name as datname, 100 as datdba, 6 as encoding, false as datistemplate, true as datallowconn,
       100000 as datlastsysoid, 0::bigint as datvacuumxid, 0::bigint as datfrozenxid, 1663 as dattablespace,
       null::varchar as datconfig, null::varchar as datacl, oid
from catalog_databases

-- view pg_database_info
select oid as datid, database_name as datname, 100 as datdba, 6 as encoding, false as datistemplate,
       true as datallowconn, 'UNLIMITED' as datconnlimit, 100000 as datlastsysoid, 0::bigint as datvacuumxid,
       0::bigint as datfrozenxid, 1663 as dattablespace, null::varchar as datconfig, null::varchar as datacl
from catalog_databases

-- view pg_namespace
select oid, schema_name as nspname, case when schema_name in ('pg_catalog', 'information_schema') then 1 else 100 end as nspowner,
       null::varchar as nspacl
from catalog_schemas

-- PostgreSQL's own tables are there too, as `pg_depend` names them by number.

-- view pg_class
select r.oid, r.name as relname, s.oid as relnamespace, 0::bigint as reltype, 100 as relowner, 0::bigint as relam,
       r.oid as relfilenode, 0::bigint as reltablespace, 1 as relpages, r.row_count::double as reltuples,
       0::bigint as reltoastrelid, 0::bigint as reltoastidxid, len(list_filter(declared.keys, lambda said: said.kind <> 'f')) > 0 as relhasindex,
       false as relisshared, case kind when 'r' then 'r' else 'v' end as relkind,
       (select count(*) from catalog_columns c where c.oid = r.oid)::smallint as relnatts, 0::bigint as relexternid,
       false as relisreplicated, false as relispinned,
       case when kind <> 'r' then 0 else case declared.distribution when 'even' then 0 when 'key' then 1 when 'all' then 8 else 9 end
       end::smallint as reldiststyle,
       0 as relprojbaseid, 0::smallint as relchecks, 0::smallint as reltriggers, 0::smallint as relukeys, 0::smallint as relfkeys,
       0::smallint as relrefs, false as relhasoids, coalesce(len(list_filter(declared.keys, lambda said: said.kind = 'p')), 0) > 0 as relhaspkey,
       kind <> 'r' as relhasrules, false as relhassubclass, null::varchar as relacl, r.oid as reloid
from catalog_relations r join catalog_schemas s on s.schema_name = r.schema_name
union all
select oid, name, 11, 0, 1, 0, oid, 0, 1, 0, 0, 0, false, false, 'r', 0, 0, false, false, 0, 0, 0, 0, 0, 0, 0, true, false, false,
       false, null, oid
from (values (1247, 'pg_type'), (1249, 'pg_attribute'), (1255, 'pg_proc'), (1259, 'pg_class'), (1260, 'pg_shadow'),
             (1261, 'pg_group'), (1262, 'pg_database'), (2604, 'pg_attrdef'), (2606, 'pg_constraint'), (2608, 'pg_depend'),
             (2609, 'pg_description'), (2610, 'pg_index'), (2611, 'pg_inherits'), (2612, 'pg_language'),
             (2615, 'pg_namespace'), (2618, 'pg_rewrite'), (2619, 'pg_statistic'), (2620, 'pg_trigger')) own(oid, name)

-- view pg_class_info
select r.oid as reloid, r.name as relname, s.oid as relnamespace, 100 as relowner, r.row_count::double as reltuples,
       case kind when 'r' then 'r' else 'v' end as relkind,
       case when kind <> 'r' then 0 else case declared.distribution when 'even' then 0 when 'key' then 1 when 'all' then 8 else 9 end
       end::smallint as reldiststyle,
       case when kind <> 'r' then 0 else case declared.distribution when 'even' then 0 when 'key' then 1 when 'all' then 8 else 10 end
       end::smallint as releffectivediststyle,
       null::timestamp as relcreationtime
from catalog_relations r join catalog_schemas s on s.schema_name = r.schema_name

-- view pg_attribute
select c.oid as attrelid, c.column_name as attname, redshift.type_oid(c.type_name) as atttypid, -1 as attstattarget,
       redshift.type_length(c.type_name)::smallint as attlen, c.position::smallint as attnum, 0 as attndims, -1 as attcacheoff,
       case when c.type like 'character%' then c.bytes + 4
            when c.type_name = 'numeric' then (c."precision" << 16) + c.scale + 4 else -1 end as atttypmod,
       c.type_name not in ('character', 'character varying', 'numeric', 'super', 'varbyte') as attbyval, 'p' as attstorage,
       'i' as attalign, (not c.nullable or c.identity is not null) as attnotnull, c.column_default is not null or c.identity is not null as atthasdef,
       false as attisdropped, true as attislocal, 0 as attinhcount, c.is_distkey as attisdistkey, false as attispreloaded,
       c.sort_position as attsortkeyord, redshift.encoding_number(c.encoding) as attencodingtype,
       redshift.encoding_number(c.encoding) as attencrypttype
from catalog_columns c

-- view pg_attribute_info
select c.oid as attrelid, c.column_name as attname, redshift.type_oid(c.type_name) as atttypid, -1 as attstattarget,
       redshift.type_length(c.type_name)::smallint as attlen, c.position::smallint as attnum, 0 as attndims, -1 as attcacheoff,
       case when c.type like 'character%' then c.bytes + 4
            when c.type_name = 'numeric' then (c."precision" << 16) + c.scale + 4 else -1 end as atttypmod,
       (not c.nullable or c.identity is not null) as attnotnull, c.column_default is not null or c.identity is not null as atthasdef,
       false as attisdropped, c.is_distkey as attisdistkey, c.sort_position as attsortkeyord, null::varchar as attacl
from catalog_columns c

-- view pg_attrdef
select 0::bigint as oid, c.oid as adrelid, c.position::smallint as adnum, null::varchar as adbin,
       coalesce(c.column_default, '"identity"(' || c.oid || ', ' || c.position - 1 || ', ''' || c.identity[1] || ',' || c.identity[2] || '''::text)') as adsrc
from catalog_columns c where c.column_default is not null or c.identity is not null

-- view pg_type
select oid, typname, (select oid from catalog_schemas where schema_name = 'pg_catalog') as typnamespace, 1 as typowner,
       typlen::smallint as typlen, typlen > 0 as typbyval, 'b' as typtype, true as typisdefined, ',' as typdelim,
       0::bigint as typrelid, 0::bigint as typelem, false as typnotnull, 0::bigint as typbasetype, -1 as typtypmod,
       0 as typndims, null::varchar as typdefault
from (values (16, 'bool', 1), (17, 'bytea', -1), (18, 'char', 1), (19, 'name', 64), (20, 'int8', 8), (21, 'int2', 2),
             (23, 'int4', 4), (25, 'text', -1), (26, 'oid', 4), (700, 'float4', 4), (701, 'float8', 8), (705, 'unknown', -2),
             (1042, 'bpchar', -1), (1043, 'varchar', -1), (1082, 'date', 4), (1083, 'time', 8), (1114, 'timestamp', 8),
             (1184, 'timestamptz', 8), (1188, 'intervaly2m', 4), (1190, 'intervald2s', 8), (1266, 'timetz', 12),
             (1700, 'numeric', -1), (2205, 'regclass', 4), (2935, 'hllsketch', -1), (3000, 'geometry', -1),
             (3001, 'geography', -1), (4000, 'super', -1), (6551, 'varbyte', -1)) as t(oid, typname, typlen)

-- view pg_tables
select schema_name as schemaname, name as tablename, coalesce(declared.owner, 'user') as tableowner, null::varchar as tablespace,
       coalesce(len(list_filter(declared.keys, lambda said: said.kind <> 'f')), 0) > 0 as hasindexes, false as hasrules,
       false as hastriggers
from catalog_relations where kind = 'r'

-- view pg_views
select schema_name as schemaname, name as viewname, coalesce(declared.owner, 'user') as viewowner,
       case declared."view".kind
           when 'late' then 'create view ' || schema_name || '.' || name || ' as ' || declared."view".query || ' with no schema binding;'
           else declared."view".query || ';'
       end as definition
from catalog_relations where kind <> 'r'

-- view pg_constraint
select k.oid, k.name as conname, s.oid as connamespace, k.kind as contype, false as condeferrable, false as condeferred,
       k.relation as conrelid, 0::bigint as contypid, coalesce(f.oid, 0) as confrelid, 'a' as confupdtype, 'a' as confdeltype,
       'u' as confmatchtype,
       (select list(c.position::smallint order by list_position(k.columns, c.column_name)) from catalog_columns c
        where c.oid = k.relation and list_contains(k.columns, c.column_name)) as conkey,
       (select list(c.position::smallint order by list_position(k.referenced, c.column_name)) from catalog_columns c
        where c.oid = f.oid and list_contains(k.referenced, c.column_name)) as confkey,
       null::varchar as conbin, null::varchar as consrc
from catalog_keys k
join catalog_schemas s on s.schema_name = k.schema_name
left join catalog_relations f on f.schema_name = k.other_schema and f.name = k.other_table

-- view pg_description
select oid as objoid, 1259::bigint as classoid, 0 as objsubid, declared.comment as description
from catalog_relations where declared.comment is not null
union all
select oid, 1259, position::integer, remarks from catalog_columns where remarks is not null

-- The rule of a view belongs to it, and needs the columns that it reads (PostgreSQL 8.0: `pg_depend`). A view that binds
-- late needs nothing. The key of a table belongs to it, and a foreign one needs the other table.

-- view pg_rewrite
select 300000 + oid as oid, '_RETURN' as rulename, oid as ev_class, (-1)::smallint as ev_attr, '1' as ev_type,
       true as is_instead, '<>' as ev_qual, null::varchar as ev_action
from catalog_relations where kind <> 'r'

-- view pg_depend
select 2618::bigint as classid, 300000 + oid as objid, 0 as objsubid, 1259::bigint as refclassid, oid as refobjid,
       0 as refobjsubid, 'i' as deptype
from catalog_relations where kind <> 'r'
union all
select 2618, 300000 + n.oid, 0, 1259, t.oid, coalesce(c.position, 0)::integer, 'n'
from catalog_reads n
join catalog_relations t on t.schema_name = n.schema_name and t.name = n.name
left join catalog_columns c on c.oid = t.oid and c.column_name = n.column_name
union all
select 2606, oid, 0, 1259, relation, 0, 'a' from catalog_keys
union all
select 2606, k.oid, 0, 1259, t.oid, 0, 'n'
from catalog_keys k join catalog_relations t on t.schema_name = k.other_schema and t.name = k.other_table
where k.kind = 'f'

-- view pg_proc
select oid, name as proname, schema_oid as pronamespace, 100 as proowner, language as prolang, false as proisagg,
       false as prosecdef, false as proisstrict, false as proretset, volatility as provolatile, number as pronargs,
       returns as prorettype, types as proargtypes, null::varchar[] as proargnames, body as prosrc,
       null::varchar as probin, null::varchar as proacl, kind as prokind
from catalog_routines

-- view pg_proc_info
select oid as prooid, name as proname, schema_oid as pronamespace, 100 as proowner, language as prolang, kind as prokind,
       false as prosecdef, volatility as provolatile, number as pronargs, returns as prorettype, types as proargtypes,
       null::varchar[] as proargnames, body as prosrc, null::varchar as proacl
from catalog_routines

-- view pg_language
select 100356::bigint as oid, 'plpgsql' as lanname, true as lanispl, true as lanpltrusted, 0::bigint as lanplcallfoid,
       0::bigint as lanvalidator, null::varchar as lanacl
union all
select 14, 'sql', false, true, 0, 0, null

-- view pg_index
select null::bigint as indexrelid, null::bigint as indrelid, null::varchar as indkey, null::varchar as indclass,
       null::smallint as indnatts, null::boolean as indisunique, null::boolean as indisprimary, null::boolean as indisclustered,
       null::varchar as indexprs, null::varchar as indpred where false

-- view pg_indexes
select null::varchar as schemaname, null::varchar as tablename, null::varchar as indexname, null::varchar as tablespace,
       null::varchar as indexdef where false

-- view show_databases
select database_name, 100 as database_owner, kind as database_type, null::varchar as database_acl,
       null::varchar as parameters, 'Snapshot Isolation' as database_isolation_level
from catalog_databases order by database_name

-- view show_schemas
select 'database' as database_name, schema_name, case when schema_name in ('pg_catalog', 'information_schema', 'public') then 1 else 100 end as schema_owner,
       'local' as schema_type, null::varchar as schema_acl, null::varchar as source_database, null::varchar as schema_option
from catalog_schemas order by schema_name

-- view show_tables
select 'database' as database_name, schema_name, name as table_name, case kind when 'r' then 'TABLE' else 'VIEW' end as table_type,
       null::varchar as table_acl, declared.comment as remarks, coalesce(declared.owner, 'user') as owner,
       null::timestamp as last_altered_time, null::timestamp as last_modified_time,
       case when kind = 'r' then redshift.diststyle(declared.distribution, declared.distkey) end as dist_style,
       case when kind = 'm' then 'MATERIALIZED VIEW' when declared."view".kind = 'late' then 'LATE BINDING VIEW'
            when kind = 'v' then 'REGULAR VIEW' else 'REGULAR TABLE' end as table_subtype
from catalog_relations order by schema_name, name

-- view show_columns
select 'database' as database_name, schema_name, table_name, column_name, position as ordinal_position, column_default,
       case when nullable and identity is null then 'YES' else 'NO' end as is_nullable, type_name as data_type,
       bytes as character_maximum_length, "precision" as numeric_precision, scale as numeric_scale, remarks,
       redshift.sort_type(declared.interleaved, declared.sortkey) as sort_key_type,
       case when sort_position <> 0 then abs(sort_position) end as sort_key_order,
       case when is_distkey then 1 end as dist_key, encoding,
       case when case_insensitive then 'case_insensitive' end as collation
from catalog_columns order by schema_name, table_name, position

-- view show_primary_keys
select 'database' as database_name, schema_name, name as table_name, unnest(said.columns) as column_name,
       unnest(range(1, len(said.columns) + 1))::integer as key_seq, said.name as pk_name
from (select schema_name, name, unnest(declared.keys) as said from catalog_relations) where said.kind = 'p'

-- view show_foreign_keys
select 'database' as pk_database_name, said."table"[1] as pk_schema_name, said."table"[2] as pk_table_name,
       unnest(said."references") as pk_column_name, 'database' as fk_database_name, schema_name as fk_schema_name,
       name as fk_table_name, unnest(said.columns) as fk_column_name, unnest(range(1, len(said.columns) + 1))::integer as key_seq,
       said.name as fk_name, null::varchar as pk_name, 3 as update_rule, 3 as delete_rule, 7 as deferrability
from (select schema_name, name, unnest(declared.keys) as said from catalog_relations) where said.kind = 'f'

-- view show_procedures
select 'database' as database_name, schema_name, procedure_name, (case arguments when '' then 0 else len(string_split(arguments, ',')) end)::integer as number_of_arguments,
       null::varchar as argument_list, null::varchar as return_type, null::varchar as remarks
from redshift.procedures order by schema_name, procedure_name

-- view show_functions
select 'database' as database_name, schema_name, function_name,
       (case arguments when '' then 0 else len(string_split(arguments, ',')) end)::integer as number_of_arguments,
       argument_names as argument_list, returns as return_type, null::varchar as remarks
from redshift.functions order by schema_name, function_name, arguments

-- view show_datashares
select null::varchar as share_name, null::varchar as share_owner, null::varchar as source_database,
       null::varchar as consumer_database, null::varchar as share_type, null::timestamp as createdate,
       null::boolean as is_publicaccessible, null::varchar as share_acl, null::varchar as producer_account,
       null::varchar as producer_namespace where false

-- view svl_stored_proc_messages
select 100 as userid, 100 as session_userid, pid::integer as pid, query as xid, query::integer as query, recordtime,
       loglevel, loglevel_text, message, linenum, querytxt as querytext, 'default' as label, 0 as aborted, query as message_xid
from redshift.procedure_messages

-- view sys_procedure_messages
select query as transaction_id, query::integer as query_id, recordtime as record_time, loglevel_text as log_level, message,
       linenum as line_number, null::varchar as query_uuid
from redshift.procedure_messages
