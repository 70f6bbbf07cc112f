### a query group is unset until it is set
show query_group
=> unset
### a query group is shown as it is set
set query_group to '6 p.m.';
show query_group
=> 6 p.m.
### what a session set ends with it
show query_group
=> unset
### reset
set query_group to 'a'; reset query_group; select current_setting('query_group')
=> unset
### reset all
set query_group to 'a'; set wlm_query_slot_count to 3; reset all;
select current_setting('query_group'), current_setting('wlm_query_slot_count')
=> unset|1
### settings have documented defaults
select current_setting('datestyle'), current_setting('extra_float_digits'), current_setting('statement_timeout'), current_setting('TimeZone'), current_setting('search_path')
=> ISO, MDY|0|0|UTC|$user,public
### settings can be switched by each word
set enable_vacuum_boost to 1; show enable_vacuum_boost
=> on
### a value that is none
set enable_vacuum_boost to maybe
=! requires a Boolean value
### a value out of its range
set wlm_query_slot_count to 0
=! 0 is outside the valid range for parameter "wlm_query_slot_count" (1 .. 50)
### a setting that nobody knows
set enable_wonders to on
=! unrecognized configuration parameter "enable_wonders"
### nor can it be shown
show enable_wonders
=! unrecognized configuration parameter "enable_wonders"
### nor asked for
select current_setting('enable_wonders')
=! unrecognized configuration parameter "enable_wonders"
### what would change the meaning of names is refused
set enable_case_sensitive_identifier to true
=! does not support SET enable_case_sensitive_identifier TO on
### set to what it is, it is not
set enable_case_sensitive_identifier to false; show enable_case_sensitive_identifier
=> off
### the seed of random
set seed to .25; create temp table seed_a as select cast(random() * 100000 as int) x, cast(random() * 100000 as int) y;
set seed to .25; create temp table seed_b as select cast(random() * 100000 as int) x, cast(random() * 100000 as int) y;
select a.x = b.x, a.y = b.y, a.x <> a.y from seed_a a, seed_b b
=> true|true|true
### a seed out of its range
set seed to 2
=! parameter "seed" takes a number between -1 and 1
### a context variable
set app_context.user_id to 123; set app_context.name to 'ann';
select current_setting('app_context.user_id'), current_setting('app_context.name')
=> 123|ann
### a context variable that was reset
set app_context.user_id to 123; reset app_context.user_id; show app_context.user_id
=> NULL
### a context variable that nobody has set
select current_setting('app_context.other', false)
=> NULL
### a context variable that nobody has set, strictly
select current_setting('app_context.other')
=! unrecognized configuration parameter "app_context.other"
### set_config returns the value
select set_config('query_group', 'test', true)
=> test
### set_config sets
select set_config('app.username', 'cud' || 'dy', false); select current_setting('app.username')
=> cuddy
### set_config checks as SET does
select set_config('wlm_query_slot_count', 'many', false)
=! requires an integer value
### a view reads the settings of the session
create view shows_group as select current_setting('query_group') as q; set query_group to 'mine'; select q from shows_group
=> mine
### a search path is shown as it is given
create schema enterprise; set search_path to '$user', public, enterprise; show search_path
=> "$user", public, enterprise
### a search path finds tables
create table enterprise.only_there (c int); insert into enterprise.only_there values (7); set search_path to enterprise; select c from only_there
=> 7
### a search path of a schema that is not there
set search_path to nowhere
=! schema "nowhere" does not exist
### the day of a date stands where datestyle says
set datestyle to 'SQL,DMY'; select '05-02-2008'::date, datestyle_at from (select cast('06/02/2008 10:00' as timestamp) datestyle_at)
=> 2008-02-05|2008-02-06 10:00:00
### by default the month is first
select '05-02-2008'::date
=> 2008-05-02
### years first
set datestyle to ymd; select date '01/02/03'
=> 2001-02-03
### beside a date a literal is read by it too
set datestyle to dmy; select count(*) from (select date '2008-02-05' d) where d = '05/02/2008'
=> 1
### dates as texts have the session's form
set datestyle to 'SQL,DMY'; select date '2008-02-05'::varchar, cast(timestamp '2008-02-05 10:11:12.5' as varchar(30)), 'on ' || date '2008-02-05'
=> 05/02/2008|05/02/2008 10:11:12.5|on 05/02/2008
### the German form
set datestyle to german; select date '2008-02-05'::varchar, timestamp '2008-02-05 10:11:12'::varchar
=> 05.02.2008|05.02.2008 10:11:12
### the form of Postgres
set datestyle to 'postgres, mdy'; select date '2008-02-05'::varchar, timestamp '2008-02-05 10:11:12'::varchar
=> 02-05-2008|Tue Feb 05 10:11:12 2008
### a form that is none
set datestyle to 'french'
=! unrecognized "datestyle" key word: "french"
### a time zone by its name
set timezone to 'America/New_York'; select timestamptz '2008-06-01 12:00:00+00'
=> 2008-06-01 08:00:00-04
### a time zone by its distance
set timezone to '-8:00'; select timestamptz '2008-06-01 12:00:00+00', current_setting('timezone')
=> 2008-06-01 04:00:00-08|-8:00
### a time zone by an interval
set timezone interval '-8 hours'; select timestamptz '2008-06-01 12:00:00+00'
=> 2008-06-01 04:00:00-08
### a time zone that nobody knows
set timezone to 'Middle/Earth'
=! time zone "Middle/Earth" not recognized
### names of columns in upper case do not disturb
set describe_field_name_in_uppercase to on; select 1 as one
=> 1
### a session has numbers
select pg_backend_pid() > 0, pg_last_query_id(), pg_last_copy_id(), pg_last_copy_count(), pg_last_unload_id(), pg_last_unload_count()
=> true|-1|-1|0|-1|0
### a process keeps its number
create temp table pids as select pg_backend_pid() p; select p = pg_backend_pid() from pids
=> true
### numbers of queries grow, and the leader node's have none
create table counted_queries (n int); insert into counted_queries values (1);
create temp table before as select pg_last_query_id() q;
insert into counted_queries values (2);
select pg_last_query_id() > q, pg_last_query_id() = pg_last_query_id() from before
=> true|true
### what was copied and unloaded last
create table copied_last (name varchar(20), dept varchar(10), sal numeric(10,2), hired varchar(20));
copy copied_last from 's3://bkt/emp.csv' iam_role default csv ignoreheader 1;
unload ('select * from copied_last') to 's3://bkt/unloaded_last_' iam_role default;
select pg_last_copy_count(), pg_last_unload_count(), pg_last_copy_id() > 0, pg_last_unload_id() > pg_last_copy_id()
=> 2|2|true|true
### procedures know the numbers
create table procedure_numbers (n int);
create procedure numbers_of() language plpgsql as $$
declare before int; behind int;
begin
  before := pg_last_query_id();
  insert into procedure_numbers values (pg_backend_pid());
  behind := pg_last_query_id();
  if behind <= before then raise exception 'no new number'; end if;
end $$;
call numbers_of(); select count(*) from procedure_numbers where n = pg_backend_pid()
=> 1
### sessions of others are refused by name
select pg_terminate_backend(1)
=! does not support control of other sessions: PG_TERMINATE_BACKEND
### a function in SQL
create function f_sql_greater (float, float) returns float stable as $$ select case when $1 > $2 then $1 else $2 end $$ language sql;
select f_sql_greater(1, 2.5), f_sql_greater(null, 1), f_sql_greater('3', 1)
=> 2.5|1|3
### a function that calls another
create function f_sql_commission (float, float) returns float stable as $$ select f_sql_greater ($1, $2) $$ language sql;
create table sold (commission decimal(8,2), pricepaid decimal(8,2)); insert into sold values (10, 100), (30, 100);
select f_sql_commission(commission, pricepaid * 0.20) from sold order by 1
=> 20;30
### arguments and results have the types of the function
create function half(int) returns int immutable as $$ select $1 / 2 $$ language sql;
create function share(int) returns decimal(6,2) immutable as $$ select $1 / 3.0 $$ language sql;
select half(7), share(10), half('9'::int2)
=> 3|3.33|4
### types choose among functions that share a name
create function what_is(int) returns varchar immutable as $$ select 'number' $$ language sql;
create function what_is(varchar) returns varchar immutable as $$ select 'text ' || $1 $$ language sql;
select what_is(1), what_is('a'), what_is('b'::varchar(10))
=> number|text a|text b
### nothing takes the arguments
select what_is(1, 2)
=! function what_is(integer, integer) does not exist
### a function is there once
create function half(int) returns int immutable as $$ select $1 $$ language sql
=! function "half" already exists with same argument types
### a function is replaced, and what calls it follows
create view halves as select half(n) as h from (select 10 as n);
create function quarter(int) returns int immutable as $$ select half(half($1)) $$ language sql;
create or replace function half(int) returns int immutable as $$ select $1 / 2 + 100 $$ language sql;
select h, quarter(8) from halves
=> 105|152
### another type of the result needs another function
create or replace function half(int) returns float immutable as $$ select $1 / 2.0 $$ language sql
=! cannot change return type of existing function
### a function that a view calls stays
drop function half(int)
=! cannot drop function half(int4) because other objects depend on it
### or goes with what calls it
drop function half(int) cascade; select count(*) from pg_proc where proname in ('half', 'quarter')
=> 0
### its view went too
select * from halves
=! relation "halves" does not exist
### functions of a schema
create schema tools; create function tools.twice(int) returns int immutable as $$ select $1 * 2 $$ language sql;
select tools.twice(4)
=> 8
### a schema with functions is not empty
drop schema tools
=! cannot drop schema tools because other objects depend on it
### the path finds functions
set search_path to tools; select twice(4)
=> 8
### the catalog shows functions
select proname, pronargs, provolatile, prokind, prorettype from pg_proc where proname = 'f_sql_greater'
=> f_sql_greater|2|s|f|701
### grants of functions
grant execute on function f_sql_greater(float, float) to public; revoke usage on language sql from public; select 1
=> 1
### a function within a procedure
create table from_procedure (n float);
create procedure uses_function(a int) language plpgsql as $$ declare g float; begin
  g := f_sql_greater(a, 5); insert into from_procedure values (g), (f_sql_greater(a, 100)); end $$;
call uses_function(7); select n from from_procedure order by n
=> 7;100
### drop of a function that is not there
drop function missing_function(int)
=! function missing_function(int4) does not exist
### unless it may be missing
drop function if exists missing_function(int); select 1
=> 1
### a function reads no tables
create function reads(int) returns int stable as $$ select count(*) from sold $$ language sql
=! the SELECT of a function has no FROM
### nor in a subquery
create function reads(int) returns int stable as $$ select (select max(1) from sold) $$ language sql
=! the SELECT of a function has no subquery
### a function knows its arguments only
create function wrong(int) returns int stable as $$ select $2 $$ language sql
=! there is no parameter $2: the function takes 1
### a column is none of them
create function wrong(int) returns int stable as $$ select amount + $1 $$ language sql
=! column "amount" does not exist
### what it calls must be there
create function wrong(int) returns int stable as $$ select no_such_function($1) $$ language sql
=! Redshift has no function `no_such_function`
### functions of Lambda are kept
create or replace external function exfunc(varchar) returns varchar volatile lambda 'upper' iam_role default;
create or replace external function exfunc(varchar) returns varchar volatile lambda 'lower' iam_role default;
select proname from pg_proc where proname = 'exfunc'
=> exfunc
### and refused by name where they are called
select exfunc('a')
=! calls of external functions, which run in AWS only: `exfunc`
### and dropped
drop function exfunc(varchar); drop function exfunc(varchar)
=! function exfunc(varchar) does not exist
### a renamed function
alter function f_sql_greater(float, float) rename to greater_of; select greater_of(1, 2)
=> 2
### functions without arguments
create function one_day() returns int immutable as $$ select 24 * 60 $$ language sql; select one_day()
=> 1440
### a function is rolled back with its transaction
begin; create function gone() returns int immutable as $$ select 1 $$ language sql; rollback; select gone()
=! Redshift has no function `gone`
### a prepared statement
create table prepared_rows (id int, name varchar(20)); insert into prepared_rows values (1, 'ann'), (2, 'bob');
prepare one_row (int) as select name from prepared_rows where id = $1;
execute one_row (1 + 1)
=> bob
### it ends with its session
execute one_row (1)
=! prepared statement "one_row" does not exist
### values are those of the types
prepare as_text (varchar(2), decimal(8,2), date) as select $1 || '!', $2 + 1, $3 + 1;
execute as_text ('it''s \\ long', 2.5, '2026-01-01')
=> it's \ long!|3.50|2026-01-02
### a value that is none of its type
prepare one_row (int) as select name from prepared_rows where id = $1; execute one_row ('first')
=! invalid input syntax for integer
### null is a value
prepare one_row (int) as select count(*) from prepared_rows where id = $1; execute one_row (null)
=> 0
### insert, update and delete are prepared
prepare add_row (int, varchar) as insert into prepared_rows values ($1, $2);
prepare change_row (int, varchar) as update prepared_rows set name = $2 where id = $1;
prepare remove_row (int) as delete from prepared_rows where id = $1;
execute add_row (3, 'cat'); execute change_row (1, 'anne'); execute remove_row (2);
select id, name from prepared_rows order by id
=> 1|anne;3|cat
### without types, a value is what it is compared with
prepare untyped as select name from prepared_rows where id = $1; execute untyped ('3')
=> cat
### the number of values
prepare one_row (int) as select name from prepared_rows where id = $1; execute one_row (1, 2)
=! wrong number of parameters for prepared statement "one_row"
### a name is prepared once
prepare twice as select 1; prepare twice as select 2
=! prepared statement "twice" already exists
### until it is deallocated
prepare twice as select 1; deallocate twice; prepare twice as select 2; execute twice
=> 2
### what is not there cannot be prepared
prepare missing_table as select * from nowhere_at_all
=! relation "nowhere_at_all" does not exist
### nor deallocated
deallocate prepare nobody
=! prepared statement "nobody" does not exist
### a table can be locked
begin; lock prepared_rows; insert into prepared_rows values (9, 'zoe'); commit; select count(*) from prepared_rows
=> 3
### a table that is not there cannot
lock table nowhere_at_all
=! relation "nowhere_at_all" does not exist
### a transaction that changes nothing
begin read only; select count(*) from prepared_rows; insert into prepared_rows values (10, 'yan')
=! transaction is read-only
### all levels of isolation are taken
begin isolation level read committed; insert into prepared_rows values (10, 'yan'); commit;
begin transaction isolation level serializable read write; delete from prepared_rows where id = 10; commit;
select count(*) from prepared_rows
=> 3
### a database beside the session's own
create database sampledb collate case_insensitive; select datname from pg_database order by datname
=> dev;sampledb
### a database from a datashare
create database sales_db from datashare salesshare of namespace '13b8833d-17c6-4f16-8fe4-1a018f5ed00d';
select database_name, database_type from svv_redshift_databases order by 1
=> dev|local;sales_db|shared;sampledb|local
### a database is there once
create database sampledb
=! database "sampledb" already exists
### a renamed database
alter database sampledb rename to newdb; alter database newdb owner to dwuser; show databases like 'new%'
=> newdb|100|local|NULL|NULL|Snapshot Isolation
### a database is dropped
drop database newdb; drop database sales_db; select datname from pg_database
=> dev
### a database that is not there
drop database newdb
=! database "newdb" does not exist
### nor can it be changed
alter database newdb connection limit 5
=! database "newdb" does not exist
### the session's own stays
drop database dev
=! cannot drop the currently open database
### and keeps its name
alter database dev rename to prod
=! current database may not be renamed
### other databases are not read
select * from newdb.public.sales
=! other databases than dev
### a schema gets another name
create schema old_name; create procedure old_name.says() language plpgsql as $$ begin end $$;
alter schema old_name owner to dwuser; alter schema old_name quota 50 gb;
alter schema old_name rename to new_name; call new_name.says(); select nspname from pg_namespace where nspname like '%\\_name'
=> new_name
### a schema with a table does not yet
create table new_name.t (n int); alter schema new_name rename to other_name
=! does not rename the schema new_name while t is in it
### a schema that is not there
alter schema missing_schema owner to dwuser
=! schema "missing_schema" does not exist
### rows move to another table
create table append_to (x int, y varchar(5) default 'none'); create table append_from (x int, z int);
create table append_less (x int);
insert into append_to values (0, 'a'); insert into append_less values (1), (2);
alter table append_to append from append_less filltarget;
select x, y, (select count(*) from append_less) from append_to order by x
=> 0|a|0;1|none|0;2|none|0
### not with both words, for two tables that differ both ways
alter table append_to append from append_from ignoreextra filltarget
=! ALTER TABLE APPEND takes IGNOREEXTRA or FILLTARGET, not both
### not from a table to itself
alter table append_to append from append_to
=! moves rows from one table to another: append_to is both
### an identity is not appended
create table append_numbered (x int identity(1, 1)); create table append_numbers (x int identity(1, 1));
alter table append_numbered append from append_numbers
=! column x has IDENTITY, and such a column is not appended
### nor filled without a word
create table append_numbered (x int identity(1, 1), y varchar(5)); create table append_texts (y varchar(5));
alter table append_numbered append from append_texts
=! table append_texts has no column x of table append_numbered
### one by default is appended
create table append_given (x int generated by default as identity(1, 1)); create table append_giver (x int generated by default as identity(1, 1));
insert into append_giver values (7); alter table append_given append from append_giver; select x from append_given
=> 7
### columns of another compression
create table append_lzo (x int encode lzo); create table append_zstd (x int encode zstd); alter table append_lzo append from append_zstd
=! column x has not the same ENCODE in append_lzo and append_zstd
### columns that the target does not have
alter table append_to append from append_from filltarget
=! table append_to has no column z of table append_from
### columns that the source does not have
alter table append_to append from append_from ignoreextra
=! table append_from has no column y of table append_to
### columns of another type
create table append_other (x bigint, y varchar(5)); alter table append_to append from append_other
=! column x has not the same type in append_to and append_other
### a temporary table
create temp table append_temp (x int, y varchar(5)); alter table append_to append from append_temp
=! append_temp is a temporary table
### tables of another layout
create table append_key (x int, y varchar(5)) distkey (x); alter table append_to append from append_key
=! append_to and append_key differ in their DISTSTYLE
### tables in another order
create table append_sorted (x int, y varchar(5)) sortkey (y); alter table append_to append from append_sorted
=! append_to and append_sorted differ in their SORTKEY
### a column that is NOT NULL in one of them
create table append_null (x int not null, y varchar(5)); alter table append_to append from append_null
=! column x is NOT NULL in one of append_to and append_null only
### not between BEGIN and COMMIT
begin; alter table append_to append from append_from ignoreextra
=! ALTER TABLE APPEND cannot run inside a transaction block
### nor the length of a column
begin; alter table append_to alter column y type varchar(9)
=! ALTER TABLE ALTER COLUMN cannot run inside a transaction block
### nor VACUUM
begin; vacuum append_to
=! VACUUM cannot run inside a transaction block
### nor a database
begin; create database of_a_transaction
=! CREATE DATABASE cannot run inside a transaction block
### tables of one layout
create table append_one (x int not null, y varchar(5)) distkey (x) sortkey (y); create table append_two (like append_one);
insert into append_two values (7, 'g'); alter table append_one append from append_two;
select x, y from append_one
=> 7|g
### analyze compression is refused by name
analyze compression append_to
=! ANALYZE COMPRESSION: a laptop does not keep columns as a cluster does
### the database of the session
use dev; select current_database()
=> dev
### another one
use prod
=! other databases than dev: `prod`
### a policy hides nothing until it is attached
create rls policy p with (n int) using (n = 1); detach rls policy p on t from public; drop rls policy if exists p;
create masking policy m with (n int) using (0); drop masking policy m; select 1
=> 1
### which is refused by name
attach rls policy p on t to public
=! ATTACH RLS POLICY: a laptop hides no rows
### and so is a mask
attach masking policy m on t(n) to public
=! ATTACH MASKING POLICY: a laptop hides no rows
### what runs in AWS only says what to do instead
create library l language plpythonu from 's3://b/l.zip' iam_role default
=! CREATE LIBRARY: libraries belong to functions in Python
### a statement of others
cancel 802
=! CANCEL: the laptop lists no sessions of others
### a setting that the laptop cannot follow is refused away from its default
set json_parse_truncate_strings to on
=! json_parse_truncate_strings
### and taken at its default
set default_array_search_null_handling to true; set parse_super_null_on_error to off;
select 1
=> 1
### a seed gives the numbers that the page of RANDOM shows
set seed to .25;
select cast(random() * 100 as int), cast(random() * 100 as int), cast(random() * 100 as int)
=> 21|79|12
### without a seed no two are the same
select count(distinct random()) from generate_series(1, 1000)
=> 1000
### what is shared with others changes nothing here
create datashare d; alter datashare d add schema public; drop datashare d; select 1
=> 1
### and what lists what is in them
desc datashare d
=! DESC DATASHARE: the laptop has one warehouse and nobody to share with
### a model
show model m
=! SHOW MODEL: the laptop trains no models
