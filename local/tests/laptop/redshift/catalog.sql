### types with their lengths
create table types (a smallint, b int, c bigint, d decimal, e numeric(8,2), f real, g float, h boolean, i char, j char(5), k varchar, l varchar(30), m text, n date, o timestamp, p timestamptz, q time, r timetz, s super, t varbyte(10), u bpchar, v varchar(max), w nvarchar(7));
select "column", type from pg_table_def where tablename = 'types'
=> a|smallint;b|integer;c|bigint;d|numeric(18,0);e|numeric(8,2);f|real;g|double precision;h|boolean;i|character(1);j|character(5);k|character varying(256);l|character varying(30);m|character varying(256);n|date;o|timestamp without time zone;p|timestamp with time zone;q|time without time zone;r|time with time zone;s|super;t|varbyte(10);u|character(256);v|character varying(65535);w|character varying(7)
### keys of storage
create table ptd (a varchar(30) not null, b numeric(8,2), c timestamp, d char(2)) distkey(a) sortkey(b);
select "column", type, encoding, distkey, sortkey, "notnull" from pg_table_def where tablename = 'ptd'
=> a|character varying(30)|lzo|true|0|true;b|numeric(8,2)|none|false|1|false;c|timestamp without time zone|az64|false|0|false;d|character(2)|lzo|false|0|false
### keys of storage at the columns
create table pcd (a int encode raw distkey, b int encode zstd sortkey, c boolean);
select "column", encoding, distkey, sortkey from pg_table_def where tablename = 'pcd'
=> a|none|true|0;b|zstd|false|1;c|none|false|0
### interleaved sort keys have signs
create table inter (a int, b int, c int) interleaved sortkey (a, b, c);
select "column", sortkey from pg_table_def where tablename = 'inter'
=> a|1;b|-2;c|3
### styles of distribution
create table dk (a int) diststyle key distkey (a);
create table de (a int) diststyle even;
create table da (a int) diststyle all;
create table dx (a int);
insert into dk values (1);
insert into de values (1);
insert into da values (1);
insert into dx values (1)
### are shown of tables with rows
select "table", diststyle, tbl_rows from svv_table_info where "table" like 'd_' order by 1
=> da|ALL|1;de|EVEN|1;dk|KEY(a)|1;dx|AUTO(ALL)|1
### alter distribution and order
alter table de alter diststyle key distkey a;
alter table dk alter diststyle all;
alter table dx alter sortkey (a);
select "table", diststyle, sortkey1 from svv_table_info where "table" in ('de', 'dk', 'dx') order by 1
=> de|KEY(a)|AUTO(SORTKEY);dk|ALL|AUTO(SORTKEY);dx|AUTO(ALL)|a
### defaults and identity
create table defs (id bigint identity(1, 2), name varchar(10) default 'none', n int default 7 not null, z int default null);
select column_name, column_default, is_nullable from svv_columns where table_name = 'defs' order by ordinal_position
=> id|NULL|NO;name|'none'|YES;n|7|NO;z|NULL|YES
### a table of a query
create table made as select name, n, n + 1 as next, sum(n)::bigint as total, 'abc' as word, n::numeric(10,2) as amount, count(*) as times from defs group by name, n;
select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale from svv_columns where table_name = 'made' order by ordinal_position
=> name|character varying|10|NULL|NULL;n|integer|NULL|32|0;next|integer|NULL|32|0;total|bigint|NULL|64|0;word|character varying|3|NULL|NULL;amount|numeric|NULL|10|2;times|bigint|NULL|64|0
### a table of a query with names and keys
create table named (x, y) distkey (1) sortkey (y) as select name, n from defs;
select "column", type, distkey, sortkey from pg_table_def where tablename = 'named'
=> x|character varying(10)|true|0;y|integer|false|1
### select into
select name, n into copied from defs;
select "column", type from pg_table_def where tablename = 'copied'
=> name|character varying(10);n|integer
### like: columns, order and distribution, no keys
create table parent (a int primary key distkey, b varchar(3) default 'x' sortkey encode zstd);
create table child (like parent);
select "column", type, encoding, distkey, sortkey, "notnull" from pg_table_def where tablename = 'child'
=> a|integer|az64|true|0|true;b|character varying(3)|zstd|false|1|false
### like without defaults
select column_name, column_default from svv_columns where table_name = 'child' order by ordinal_position
=> a|NULL;b|NULL
### like with defaults
create table child2 (like parent including defaults);
select column_name, column_default from svv_columns where table_name = 'child2' order by ordinal_position
=> a|NULL;b|'x'
### a view
create view seen as select name, n, n * 1.5 as more from defs;
select column_name, data_type, character_maximum_length from svv_columns where table_name = 'seen' order by ordinal_position
=> name|character varying|10;n|integer|NULL;more|numeric|NULL
### alter: add, type, rename, drop
create table alt (a int, b varchar(5), c int);
alter table alt add column d varchar(20) default 'q';
alter table alt add column e numeric(5,1);
alter table alt alter column b type varchar(40);
alter table alt rename column a to aa;
alter table alt drop column c;
alter table alt rename to altered;
select "column", type from pg_table_def where tablename = 'altered'
=> aa|integer;b|character varying(40);d|character varying(20);e|numeric(5,1)
### a column of a key is renamed with it
create table rk (a int primary key, b int) distkey (a) sortkey (a, b);
alter table rk rename column a to z;
select column_name from information_schema.key_column_usage where table_name = 'rk'
=> z
### and in the order of the table
select "column", distkey, sortkey from pg_table_def where tablename = 'rk'
=> z|true|1;b|false|2
### keys
create table cat (id smallint not null, name varchar(10), primary key (id), unique (name));
create table prod (id int not null, cat_id smallint references cat (id), constraint mine foreign key (cat_id) references cat);
select constraint_name, constraint_type from information_schema.table_constraints where table_name in ('cat', 'prod') order by 1
=> cat_name_key|UNIQUE;cat_pkey|PRIMARY KEY;mine|FOREIGN KEY;prod_cat_id_fkey|FOREIGN KEY
### keys are added and dropped
alter table prod add primary key (id);
alter table prod drop constraint mine;
select constraint_name, constraint_type from information_schema.table_constraints where table_name = 'prod' order by 1
=> prod_cat_id_fkey|FOREIGN KEY;prod_pkey|PRIMARY KEY
### a primary key is NOT NULL before
create table loose (id int); alter table loose add primary key (id)
=! column "id" may be NULL, and a PRIMARY KEY may not
### a key that is not there
alter table prod drop constraint nope
=! constraint "nope" does not exist
### a table that a key points to
drop table cat
=! cannot drop table cat because other objects depend on it
### cascade drops the key
drop table cat cascade;
select constraint_name from information_schema.table_constraints where table_name = 'prod'
=> prod_pkey
### comments
comment on table prod is 'what we sell';
comment on column prod.id is 'its number';
select table_name, remarks from svv_tables where table_name = 'prod'
=> prod|what we sell
### comments on columns
select column_name, remarks from svv_columns where table_name = 'prod' order by ordinal_position
=> id|its number;cat_id|NULL
### a comment goes
comment on table prod is null;
select remarks from svv_tables where table_name = 'prod'
=> NULL
### owner
alter table prod owner to ann;
select tableowner from pg_tables where tablename = 'prod'
=> ann
### a temporary table
create temp table fleeting (a varchar(4) encode bytedict) diststyle even;
select schemaname, "column", type, encoding from pg_table_def where tablename = 'fleeting'
=> pg_temp_1|a|character varying(4)|bytedict
### if not exists leaves what is there
create table if not exists pcd (other varchar(9));
select "column" from pg_table_def where tablename = 'pcd'
=> a;b;c
### a view keeps its table
create table base (a int, b int);
create view above as select a from base
### so that it cannot be dropped
drop table base
=! cannot drop table base because other objects depend on it
### a view keeps its column
alter table base drop column a
=! cannot drop table base column a because other objects depend on it
### another column may go
alter table base drop column b
### a view on a view
create view higher as select a from above
### keeps that view
drop view above
=! cannot drop view above because other objects depend on it
### cascade
drop table base cascade;
select count(*) from information_schema.views where table_name in ('above', 'higher')
=> 0
### a late binding view depends on nothing
create table late_base (a int);
create view late as select a from public.late_base with no schema binding;
drop table late_base;
select table_name from svv_tables where table_name = 'late'
=> late
### several tables at once
create table one (id int primary key);
create table two (id int references one (id));
drop table one, two;
select count(*) from svv_tables where table_name in ('one', 'two')
=> 0
### what is not there
drop table nope
=! Table "nope" does not exist
### what is not there, if it exists
drop table if exists nope, dk cascade;
select count(*) from svv_tables where table_name = 'dk'
=> 0
### of another kind
create view not_a_table as select 1 as a
### is said so
drop table not_a_table
=! "not_a_table" is not a table
### a schema that is not empty
create schema full_one;
create table full_one.t (a int)
### stays
drop schema full_one
=! cannot drop schema full_one because other objects depend on it
### a schema with what is in it, and what depends on it
create view reads_full as select a from full_one.t;
drop schema full_one cascade;
select count(*) from svv_tables where table_name in ('t', 'reads_full')
=> 0
### a materialized view
create table sold (a int, b varchar(5));
create materialized view mv as select b, sum(a) as total from sold group by b;
select column_name, data_type, character_maximum_length from svv_columns where table_name = 'mv' order by ordinal_position
=> b|character varying|5;total|bigint|NULL
### keeps its table
drop table sold
=! cannot drop table sold because other objects depend on it
### is a view
select table_name, table_type from svv_all_tables where table_name = 'mv'
=> mv|VIEW
### and is dropped as one
drop materialized view mv;
drop table sold
### version
select version() like 'PostgreSQL 8.0.2 on i686-pc-linux-gnu%Redshift 1.0.%'
=> true
### names of the session
select current_database(), current_user, session_user, user, current_schema()
=> dev|awsuser|awsuser|awsuser|public
### schemas of the session
select current_schemas(false), current_schemas(true)
=> {public}|{pg_catalog,public}
### schemas
select nspname from pg_namespace order by 1
=> information_schema;pg_catalog;public
### no name of the engine
select count(*) from pg_class where relname like 'duckdb%' or relname in ('receipts', 'procedures', 'materialized_views')
=> 0
### pg_catalog joins
select c.relname, a.attname, t.typname, a.attnotnull from pg_catalog.pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid join pg_namespace n on n.oid = c.relnamespace where c.relname = 'ptd' and n.nspname = 'public' and a.attnum > 0 order by a.attnum
=> ptd|a|varchar|true;ptd|b|numeric|false;ptd|c|timestamp|false;ptd|d|bpchar|false
### functions of the catalog
create view pv as select name, n from defs;
select pg_get_viewdef('pv'::regclass), format_type(1043, 14), pg_get_userbyid(100), obj_description('prod'::regclass)
=> select name, n from defs;|character varying(10)|awsuser|NULL
### columns of a view
select pg_get_cols('pv')
=> (public,pv,name,"character varying(10)",1);(public,pv,n,integer,2)
### columns of a view in FROM
select * from pg_get_cols('pv') cols(view_schema name, view_name name, col_name name, col_type varchar, col_num int)
=> public|pv|name|character varying(10)|1;public|pv|n|integer|2
### constraints of pg_catalog
select conname, contype, pg_get_constraintdef(con.oid) from pg_constraint con join pg_class c on c.oid = con.conrelid where c.relname = 'prod'
=> prod_pkey|p|PRIMARY KEY (id)
### show table
create table sales (id integer not null, list integer not null distkey, day date sortkey, price numeric(8,2) default 0, note varchar(20), primary key (id));
show table sales
=> CREATE TABLE public.sales (\n    id integer NOT NULL ENCODE az64,\n    list integer NOT NULL ENCODE az64 distkey,\n    day date ENCODE raw,\n    price numeric(8,2) DEFAULT 0 ENCODE az64,\n    note character varying(20) ENCODE lzo,\n    PRIMARY KEY (id)\n)\nDISTSTYLE KEY\nSORTKEY ( day );
### show view
create view sold as select id, price from sales where price > 1;
show view sold
=> CREATE VIEW public.sold AS select id, price from sales where price > 1;
### show view with names of its own
create view named_view (n, "two words") as select 1, 'a';
show view named_view
=> CREATE VIEW public.named_view (n, "two words") AS select 1, 'a';
### show procedure
create procedure fill(a int, b varchar(5)) language plpgsql as $$ begin delete from sales; end $$;
show procedure fill(int, varchar)
=> CREATE OR REPLACE PROCEDURE public.fill(a integer, b character varying)\n LANGUAGE plpgsql\nAS $$\nbegin delete from sales; end\n$$\n;
### show columns
show columns from table public.sales like 'p%'
=> dev|public|sales|price|4|0|YES|numeric|NULL|8|2|NULL|COMPOUND|NULL|NULL|az64|NULL
### show tables
show tables from schema dev.public like 's__d'
=> dev|public|sold|VIEW|NULL|NULL|awsuser|NULL|NULL|NULL|REGULAR VIEW
### show schemas
show schemas from database dev limit 1
=> dev|information_schema|1|local|NULL|NULL|NULL
### system tables are there, without rows
select count(*) from stl_query where userid > 1
=> 0
### a late binding view of what is not there
create view early as select n.a, upper(b) as b, sum(c) as total from nowhere.nope n where d > 1 group by 1, 2 with no schema binding;
select table_name from svv_tables where table_name in ('early', 'nope')
=> early
### is there once its table is
create schema nowhere;
create table nowhere.nope (a int, b varchar(3), c int, d int);
insert into nowhere.nope values (1, 'x', 2, 3), (1, 'x', 5, 3), (2, 'y', 5, 0);
select * from early
=> 1|X|7
### a view follows its table to another name
create table first_name (a int, b int);
insert into first_name values (1, 2);
create view follows as select first_name.a, f.b from first_name join public.first_name f on f.a = first_name.a;
alter table first_name rename to second_name;
create table first_name (a int, b int);
select * from follows
=> 1|2
### and holds on to it
drop table second_name
=! cannot drop table second_name because other objects depend on it
### not to another that has its name now
drop table first_name
### a column that a view reads is not renamed
alter table second_name rename column a to c
=! does not rename the column a of second_name while the view follows reads it
### a view is renamed
alter table follows rename to followed;
select a from followed
=> 1
### a name that is taken
create table taken (a int);
create table other_one (a int);
alter table other_one rename to taken
=! relation "taken" already exists
### no row, all columns
select userid, query, querytxt, starttime, aborted from stl_query
=> 
### a system table joins
select q.query, w.total_exec_time from stl_query q join stl_wlm_query w using (query) where q.starttime > current_date
=> 
### as a view
create view admin_like as select trim(database) as db, count(*) as n from stl_query where starttime >= dateadd(day, -7, current_date) group by 1;
select * from admin_like
=> 
### a table of the catalog that is not there
select * from pg_stats
=! the table `pg_stats` of the catalog
### columns of system tables have types
select trunc(starttime), trim(xid) from stl_query group by 1, 2
=> 
### procedures of the catalog
create procedure counted(x int, y varchar(20), out z numeric(10,2)) as $$ begin z := 1; end $$ language plpgsql;
select proname, nspname, prokind, pronargs, oidvectortypes(proargtypes), proargtypes[0], format_type(proargtypes[1], null), p.oid = 'counted(integer,character varying)'::regprocedure, p.oid::regprocedure, textin(regprocedureout(p.oid::regprocedure)), p.oid::regproc, pg_function_is_visible(p.oid), has_function_privilege('awsuser', p.oid, 'execute') from pg_proc p join pg_namespace n on n.oid = p.pronamespace where proname = 'counted'
=> counted|public|p|2|integer, character varying|23|character varying|true|counted(integer,character varying)|counted(integer,character varying)|counted|true|true
### a procedure that is missing
select 'missing(integer)'::regprocedure
=! function "missing(integer)" does not exist
### privileges as they are kept
select aclcontains('{awsuser=arw*/awsuser,=r/awsuser}', makeaclitem(100, 0, 100, 'UPDATE', true)), aclcontains('{awsuser=arw*/awsuser}', makeaclitem(100, 0, 100, 'DELETE', false)), aclcontains('{=r/awsuser}', makeaclitem(0, 0, 100, 'SELECT', false)), aclcontains(null, makeaclitem(100, 0, 100, 'SELECT', false)), makeaclitem(100, 0, 100, 'EXECUTE', false)
=> true|false|true|NULL|awsuser=X/awsuser
### privileges that a subquery finds
select aclcontains('{=r/awsuser}', makeaclitem((select min(usesysid) - min(usesysid) from pg_user), 0, 100, 'SELECT', false)), (select max(usename) from pg_user)::varchar(3)
=> true|rds
### a privilege that is none
select makeaclitem(100, 0, 100, 'FLY', false)
=! unrecognized privilege type: "FLY"
### nobody is in a group
select usename, groname from pg_user, pg_group where usesysid = any(grolist) and groname in (select groname from pg_group)
=> 
### arrays of the catalog
select array_upper(string_to_array('a,b', ','), 1), array_lower(string_to_array('a,b', ','), 1), array_dims(string_to_array('a,b', ',')), array_upper(string_to_array('a,b', ','), 2), 'b' = any (string_to_array('a,b', ',')), 'c' = any (string_to_array('a,b', ',')), 'a' <> all (string_to_array('a,b', ','))
=> 2|1|[1:2]|NULL|true|false|false
### numbers of the elements of an array
select generate_series(1, array_upper(string_to_array('a,b,c', ','), 1)) as n order by n
=> 1;2;3
### types of the catalog
select 'x'::name, 5::oid, '{}'::aclitem[], 'x=r/y'::aclitem, pg_encoding_to_char(6)
=> x|5|{}|x=r/y|UNICODE
### text and text
select 'a' + 'b', '-' + case when relnatts > 0 then 'a' + relname else 'b' end from pg_class where relname = 'ptd'
=> ab|-aptd
### the older name of date_part
select datepart(hour, '2020-01-02 03:04:05'::timestamp), datepart(weekday, '2020-01-02')
=> 3|4
### a column that is a word of a statement
select backup, sum(rows) from stv_tbl_perm group by backup
=> 
### styles of distribution by number
select relname, reldiststyle from pg_class where relname in ('ptd', 'da', 'dx', 'types', 'pv') order by 1
=> da|8;dx|9;ptd|1;pv|0;types|9
### effective styles
select relname, reldiststyle, releffectivediststyle from pg_class_info where relname in ('ptd', 'dx') order by 1
=> dx|9|10;ptd|1|1
### privileges of every kind are numbered through their arrays
select d.defaclobjtype, n.place, split_part(array_to_string(d.defaclacl, ','), ',', n.place) from (select oid, generate_series(1, array_upper(defaclacl, 1)) as place from pg_default_acl) n join pg_catalog.pg_default_acl d on d.oid = n.oid and n.place <= array_upper(d.defaclacl, 1)
=> 
### what a view needs, by column
create table base_of (a int, b int, c int);
create view over_base as select c, a from base_of where b > 0;
create view over_view as select count(*) as n from over_base;
create view late_over as select a from public.base_of with no schema binding;
select v.relname, t.relname, a.attname, d.deptype from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class join pg_class t on t.oid = d.refobjid left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid where d.classid = (select oid from pg_class where relname = 'pg_rewrite') and d.refclassid = (select oid from pg_class where relname = 'pg_class') and d.deptype = 'n' and v.relname in ('over_base', 'over_view', 'late_over') and t.relowner > 1 order by 1, 2, 3
=> over_base|base_of|a|n;over_base|base_of|b|n;over_base|base_of|c|n;over_view|over_base|NULL|n
### views by what they are made of
select distinct s.relname, v.relname from pg_class s join pg_depend n on n.refobjid = s.oid join pg_depend i on i.objid = n.objid join pg_class v on v.oid = i.refobjid and v.oid <> s.oid where i.deptype = 'i' and v.relkind = 'v' and v.relname in ('over_base', 'over_view', 'late_over') order by 1
=> base_of|over_base;over_base|over_view
### what a key needs
create table key_one (a int primary key);
create table key_two (a int, foreign key (a) references key_one (a));
select c.contype, t.relname, d.deptype from pg_depend d join pg_constraint c on c.oid = d.objid join pg_class t on t.oid = d.refobjid where d.classid = (select oid from pg_class where relname = 'pg_constraint') and t.relname like 'key_%' order by 1, 2
=> f|key_one|n;f|key_two|a;p|key_one|a
### elements of the catalog's arrays begin with 1, those of a SUPER value with 0
create table two_keys (a int, b int, primary key (b, a));
select c.conkey[1], c.conkey[2], c.conkey[3], a.attname, json_parse('[7, 8]')[1], (string_to_array('x,y', ','))[2] from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] where c.conrelid = 'two_keys'::regclass
=> 2|1|NULL|b|8|"y"
### show view of a materialized view, with its layout
create table shown_of (a int, b int);
create materialized view shown_mv distkey (a) sortkey (a, b) auto refresh yes as select a, b from shown_of;
show view shown_mv
=> CREATE MATERIALIZED VIEW public.shown_mv DISTSTYLE KEY DISTKEY ( a ) SORTKEY ( a, b ) AUTO REFRESH YES AS select a, b from shown_of;
### the catalog knows who is refreshed
select name, autorefresh from svv_mv_info where name = 'shown_mv'
=> shown_mv|t
### what ALTER says counts
alter materialized view shown_mv auto refresh no; alter materialized view shown_mv alter diststyle all; show view shown_mv
=> CREATE MATERIALIZED VIEW public.shown_mv DISTSTYLE ALL SORTKEY ( a, b ) AS select a, b from shown_of;
### a table is not refreshed
alter table shown_of alter autorefresh = true
=! "shown_of" is not a materialized view
### lists of other databases
show schemas from database elsewhere
=! does not support other databases than dev: `elsewhere`
### and of their tables
show tables from schema elsewhere.public
=! does not support other databases than dev: `elsewhere`
### what is analyzed is there
analyze never_made
=! relation "never_made" does not exist
### and what VACUUM tidies
vacuum never_made
=! relation "never_made" does not exist
### a threshold of VACUUM
vacuum shown_of to 101 percent
=! the threshold of VACUUM is a whole number from 0 to 100
### and none of REINDEX
vacuum reindex shown_of to 75 percent
=! VACUUM REINDEX takes no TO … PERCENT
