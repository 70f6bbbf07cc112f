### setup
create table t(a int, b varchar(10), d decimal(10,2), ts timestamp, dd date, s super, v varbyte(10), f float8, bo boolean, tz timestamptz, c char(4), bi bigint, si smallint, ti time);
insert into t values (1,'x',1.5,'2020-01-01','2020-01-01',json_parse('{"a":1}'),'ab'::varbyte,1.5,true,'2020-01-01','c',1,1,'10:00');
create table u(a int, e int);
insert into u values (1,2),(3,4);
select count(*) from u
=> 2
### a subquery that skips the query around it
select a from t where not exists (select 1 from u where not exists (select 1 from u v where v.a = t.a))
=! `t.a` belongs to a query that is not the next one around this subquery
### a correlated subquery in ON of an outer join
select t.a from t left join u on t.a = u.a and u.e = (select max(v.e) from u v where v.a = t.a)
=! a subquery in ON of an outer join takes `t.a` from outside
### a correlated subquery with a window function
select a from t where a in (select sum(e) over () from u where u.a = t.a)
=! a subquery with a window function takes a column from outside
### a correlated subquery in GROUP BY
select a, (select count(*) from u where u.a = t.a) as n from t group by n, a
=! GROUP BY takes the result of a correlated subquery
### a default of LAG
select lag(a, 1, 0) over (order by a) from t
=! `lag` does not take 3 arguments: Redshift takes no default
### no row of a frame
select nth_value(a, 0) over (order by a rows unbounded preceding) from t
=! `nth_value` counts the rows of its frame from 1
### a frame by a column
select sum(a) over (order by a rows between bi preceding and current row) from t
=! a frame counts rows by a number, not by a column
### a negative frame
select sum(a) over (order by a rows between -1 preceding and current row) from t
=! a frame counts rows by a whole number without a sign
### a percentile from a column
select percentile_cont(d) within group (order by a) from t
=! the percentile is a constant number from 0 to 1
### a percentile of nothing
select percentile_disc(null) within group (order by a) from t
=! the percentile is a constant number from 0 to 1
### a delimiter from a column
select listagg(b, c) from t
=! the delimiter of LISTAGG is a constant text
### a sum behind ORDER BY of a union
select a from t union select e from u order by a + 1
=! ORDER BY on a UNION/INTERSECT/EXCEPT result must be on one of the result columns
### USING with a column of one side
select 1 from t join u using (zz)
=! column "zz" specified in USING clause does not exist in left table
### GROUPING of what is not grouped by
select grouping(b) from t group by a
=! arguments to GROUPING must be grouping expressions of the associated query level
### a query of WITH that reads itself
with r(n) as (select 1 union all select n + 1 from r where n < 4) select n from r
=! relation "r" does not exist: write WITH RECURSIVE
### an arc sine
select asin(2)
=! input is out of range
### a character that is none
select chr(-1)
=! requested character not valid: -1
### the median of texts
select median(b) from t
=! function median does not take character varying
### a limit within a union
(select a from t limit 1) union select e from u
=! LIMIT may not be used within input to set operations
### a part in front of the first
select split_part(b, ',', a - 1) from t
=! field position must be greater than zero
### a column to exclude that is not there
select * exclude (zz) from u
=! column "zz" does not exist
### nothing is left to select
select * exclude (a, e) from u
=! EXCLUDE leaves no column
### a column to unpivot that is not there
select * from u unpivot (v for k in (a, zz))
=! column "zz" does not exist
### distinct rows by what is not selected
select distinct a from t order by b
=! for SELECT DISTINCT, ORDER BY expressions must appear in select list
### two orders within groups
select median(a), percentile_cont(0.5) within group (order by f) from t
=! within group ORDER BY clauses for aggregate functions must be the same
### a name too many in WITH
with w(x, y) as (select a from t) select x from w
=! WITH query "w" has 1 columns available but 2 columns specified
### a query of FROM that looks beside itself
select t.a, v.e from t, (select e from u where u.a = t.a) v
=! a query of FROM does not see `t.a` of a table beside it
### select x from t
select x from t
=! column "x" does not exist
### select t1.a from t
select t1.a from t
=! missing FROM-clause entry for table "t1"
### select a from t, u
select a from t, u
=! column reference "a" is ambiguous
### select a, count(*) from t
select a, count(*) from t
=! column "a" must appear in the GROUP BY clause or be used in an aggregate function
### select a, b from t group by a
select a, b from t group by a
=! column "b" must appear in the GROUP BY clause or be used in an aggregate function
### select sum(sum(a)) from t
select sum(sum(a)) from t
=! aggregate function calls may not be nested
### select * from t where sum(a) > 1
select * from t where sum(a) > 1
=! aggregates not allowed in WHERE clause
### select * from t where row_number() over () = 1
select * from t where row_number() over () = 1
=! window functions not allowed in WHERE clause
### select a from t union select a, e from u
select a from t union select a, e from u
=! each UNION, INTERSECT or EXCEPT query must have the same number of columns
### insert into u values (1,2,3)
insert into u values (1,2,3)
=! INSERT has more expressions than target columns: relation "u" has 2, and 3 are given
### insert into u(a) values (1,2)
insert into u(a) values (1,2)
=! INSERT names 1 columns of relation "u" and gives 2 values
### select coalesce(null, 'x', 12)
select coalesce(null, 'x', 12)
=! COALESCE types character varying and integer cannot be matched: cast one of them
### select case when a = 1 then 'x' else 2 end from t
select case when a = 1 then 'x' else 2 end from t
=! invalid input syntax for integer: "x"
### select a = b from t
select a = b from t
=! invalid input syntax for integer: "x"
### select a + b from t
select a + b from t
=! operator does not exist: integer + character varying
### select dd = a from t
select dd = a from t
=! date cannot be compared with integer: cast one side, such as `…::date`
### select bo + 1 from t
select bo + 1 from t
=! Redshift has no boolean + integer: cast one side
### select * from t order by 77
select * from t order by 77
=! ORDER BY position is not in select list, which has 14 columns
### select a from t group by 5
select a from t group by 5
=! GROUP BY position is not in select list, which has 1 columns
### select (select a, e from u)
select (select a, e from u)
=! subquery must return only one column
### select (select a from u)
select (select a from u)
=! single-row subquery returns more than one row
### select * from t, t
select * from t, t
=! table name "t" specified more than once
### select * from t join u on t.a = u.a join u on true
select * from t join u on t.a = u.a join u on true
=! table name "u" specified more than once
### select * from t where a in (select a, e from u)
select * from t where a in (select a, e from u)
=! subquery must return only one column
### select cast('abc' as int)
select cast('abc' as int)
=! invalid input syntax for integer: "abc"
### select 'abc'::decimal(5,2)
select 'abc'::decimal(5,2)
=! invalid input syntax for type numeric: "abc"
### select 'abc'::float
select 'abc'::float
=! invalid input syntax for type double precision: "abc"
### select 'abc'::boolean
select 'abc'::boolean
=! invalid input syntax for type boolean: "abc"
### select 'abc'::date
select 'abc'::date
=! invalid input syntax for type date: "abc"
### select 'abc'::timestamp
select 'abc'::timestamp
=! invalid input syntax for type timestamp: "abc"
### select 'abc'::timestamptz
select 'abc'::timestamptz
=! invalid input syntax for type timestamp: "abc"
### select 'abc'::time
select 'abc'::time
=! time field value out of range: "abc"
### select cast(3000000000 as int)
select cast(3000000000 as int)
=! value "3000000000" is out of range for type integer
### select cast(70000 as smallint)
select cast(70000 as smallint)
=! value "70000" is out of range for type smallint
### select 9223372036854775807 + 1
select 9223372036854775807 + 1
=! bigint out of range: 9223372036854775807 + 1
### select 2147483647 + 1
select 2147483647 + 1
=! integer out of range: 2147483647 + 1
### select 99999::decimal(5,2)
select 99999::decimal(5,2)
=! Numeric data overflow (result precision): 99999 does not fit numeric(5,2)
### select cast(1e40 as real)
select cast(1e40 as real)
=! value "1e+40" is out of range for type real
### select 1/0
select 1/0
=! Divide by zero
### select 1.0/0
select 1.0/0
=! Divide by zero
### select 1 % 0
select 1 % 0
=! Divide by zero
### select power(10, 400)
select power(10, 400)
=! result is out of range
### select 10 ^ 400
select 10 ^ 400
=! result is out of range
### select exp(1000)
select exp(1000)
=! result is out of range
### select pow(0, -1)
select pow(0, -1)
=! invalid argument for power function
### select power(-8, 0.5)
select power(-8, 0.5)
=! invalid argument for power function
### select sqrt(-1)
select sqrt(-1)
=! cannot take square root of a negative number
### select ln(0)
select ln(0)
=! cannot take logarithm of zero
### select foo(1)
select foo(1)
=! Redshift has no function `foo`: if the function is your own, create it in a step before this one
### select upper()
select upper()
=! `upper` needs arguments: it is called as `upper(text)`
### select upper(1,2)
select upper(1,2)
=! `upper` does not take 2 arguments: it is called as `upper(text)`
### select substring('abc')
select substring('abc')
=! `substring` does not take 1 argument: it is called as `substring(bytes, integer [, integer])`
### select dateadd(day, 'x', dd) from t
select dateadd(day, 'x', dd) from t
=! invalid input syntax for integer: "x"
### select dateadd(foo, 1, dd) from t
select dateadd(foo, 1, dd) from t
=! does not support the date part `foo` of DATEADD: the parts are year, quarter,
### select datediff(day, 'x', dd) from t
select datediff(day, 'x', dd) from t
=! invalid input syntax for type timestamp: "x"
### select date_trunc('foo', ts) from t
select date_trunc('foo', ts) from t
=! does not support the date part `foo` of DATE_TRUNC: the parts are year, quarter,
### select extract(foo from ts) from t
select extract(foo from ts) from t
=! does not support the date part `foo` of EXTRACT: the parts are year, quarter,
### select to_date('2020-13-45', 'YYYY-MM-DD')
select to_date('2020-13-45', 'YYYY-MM-DD', true)
=! date/time field value out of range: 2020-13-45
### select '2020-02-30'::date
select '2020-02-30'::date
=! date field value out of range: "2020-02-30"
### select to_timestamp('x', 'YYYY-MM-DD')
select to_timestamp('x', 'YYYY-MM-DD')
=! invalid value "x" for "YYYY"
### select to_number('abc', '999')
select to_number('abc', '999')
=! invalid input syntax for type numeric: "abc"
### select json_parse('{bad')
select json_parse('{bad')
=! JSON parsing error: {bad
### select json_extract_path_text('{bad', 'a')
select json_extract_path_text('{bad', 'a')
=! JSON parsing error: {bad
### select json_array_length('{bad')
select json_array_length('{bad')
=! JSON parsing error: {bad
### select json_extract_array_element_text('[1,2', 0)
select json_extract_array_element_text('[1,2', 0)
=! JSON parsing error: [1,2
### select s + 1 from t
select s + 1 from t
=> NULL
### select v + 1 from t
select v + 1 from t
=! Redshift has no varbyte + integer: cast one side
### select upper(v) from t
select upper(v) from t
=! function upper(varbyte) does not exist: cast the arguments
### select sum(b) from t
select sum(b) from t
=! `sum` does not take character varying: it is called as `sum(number)`: cast the value
### select avg(b) from t
select avg(b) from t
=! `avg` does not take character varying: it is called as `avg(number)`: cast the value
### select sum(bo) from t
select sum(bo) from t
=! `sum` does not take boolean: it is called as `sum(number)`: cast the value
### select sum(dd) from t
select sum(dd) from t
=! `sum` does not take date: it is called as `sum(number)`: cast the value
### select min(bo) from t
select min(bo) from t
=! `min` does not take boolean: use `bool_or` or `bool_and`, or cast it to integer
### select stddev(b) from t
select stddev(b) from t
=! `stddev` does not take character varying: it is called as `stddev(number)`: cast the value
### select count(distinct a, b) from t
select count(distinct a, b) from t
=! `count` does not take 2 arguments: it is called as `count(any)`
### select listagg(b, ',') within group (order by zz) from t
select listagg(b, ',') within group (order by zz) from t
=! column "zz" does not exist
### select percentile_cont(2) within group (order by a) from t
select percentile_cont(2) within group (order by a) from t
=! the percentile is a number from 0 to 1
### select percentile_cont(0.5) within group (order by b) from t
select percentile_cont(0.5) within group (order by b) from t
=! function percentile_cont does not take character varying
### select ntile(0) over (order by a) from t
select ntile(0) over (order by a) from t
=! the argument of NTILE must be greater than zero
### select rank() from t
select rank() from t
=! `rank` needs OVER: write `rank(…) over (partition by … order by …)`
### select rank(1) over (order by a) from t
select rank(1) over (order by a) from t
=! `rank` does not take 1 argument: it is called as `rank()`
### select row_number() over (order by zz) from t
select row_number() over (order by zz) from t
=! column "zz" does not exist
### select a from t having a > 1
select a from t having a > 1
=! column "a" must appear in the GROUP BY clause or be used in an aggregate function
### select a from t limit 'x'
select a from t limit 'x'
=! invalid input syntax for integer: "x"
### select a from t limit -1
select a from t limit -1
=! LIMIT and OFFSET must not be negative
### select a from t offset -1
select a from t offset -1
=! LIMIT and OFFSET must not be negative
### select distinct on (a) a from t
select distinct on (a) a from t
=! Redshift has no DISTINCT ON: number the rows of each group and keep the first: `qualify row_number() over (partition by … order by …) = 1`
### select * from nowhere
select * from nowhere
=! relation "nowhere" does not exist
### select * from noschema.t
select * from noschema.t
=! relation "noschema.t" does not exist
### select * from t where b
select * from t where b
=! invalid input syntax for type boolean: "x"
### select a and b from t
select a and b from t
=! invalid input syntax for type boolean: "x"
### select dd + dd from t
select dd + dd from t
=! Redshift has no date + date: cast one side
### select dd + ts from t
select dd + ts from t
=! Redshift has no date + timestamp without time zone: cast one side
### select ts + ts from t
select ts + ts from t
=! Redshift has no timestamp without time zone + timestamp without time zone: cast one side
### select dd * 2 from t
select dd * 2 from t
=! Redshift has no date * integer: cast one side
### select b like a from t
select b like a from t
=! operator does not exist: LIKE over character varying, integer
### select b like 5 from t
select b like 5 from t
=! operator does not exist: LIKE over character varying, integer
### select b between 1 and 2 from t
select b between 1 and 2 from t
=! BETWEEN types character varying and integer cannot be matched: cast one of them
### select a in ('x') from t
select a in ('x') from t
=! invalid input syntax for integer: "x"
### select greatest(a, b) from t
select greatest(a, b) from t
=! types integer and character varying cannot be matched: cast one of them
### select nullif(a, b) from t
select nullif(a, b) from t
=! invalid input syntax for integer: "x"
### select nvl(a, b) from t
select nvl(a, b) from t
=! COALESCE types integer and character varying cannot be matched: cast one of them
### select decode(a, 'x', 1) from t
select decode(a, 'x', 1) from t
=! invalid input syntax for integer: "x"
### select abs(b) from t
select abs(b) from t
=! function abs(character varying) does not exist: cast the arguments
### select abs(dd) from t
select abs(dd) from t
=! `abs` does not take date: it is called as `abs(number)`: cast the value
### select round(b) from t
select round(b) from t
=! function round(character varying) does not exist: cast the arguments
### select repeat(b, 100000) from t
select repeat(b, 100000) from t
=! row 1 of the result has 100000 bytes, and the Data API hands out at most 64 KB a row: UNLOAD the result, or select less
### select lpad(b, 70000) from t
select lpad(b, 70000) from t
=! row 1 of the result has 70000 bytes, and the Data API hands out at most 64 KB a row: UNLOAD the result, or select less
### select regexp_replace(b, '(', 'x') from t
select regexp_replace(b, '(', 'x') from t
=! the pattern "(" is no regular expression
### select b similar to '(' from t
select b similar to '(' from t
=! the pattern is no regular expression
### select b ~ '(' from t
select b ~ '(' from t
=! the pattern is no regular expression
### create table t(a int)
create table t(a int)
=! Relation "t" already exists
### create table w(a int, a int)
create table w(a int, a int)
=! column "a" specified more than once
### create table w(a foo)
create table w(a foo)
=! Redshift has no type `foo`: a type such as `integer`, `varchar(20)` or `date` stands here
### create table w(a varchar(70000))
create table w(a varchar(70000))
=! syntax error: length of varchar is 1 to 65535
### create table w(a decimal(40,2))
create table w(a decimal(40,2))
=! the precision of a decimal is at most 38
### create table w(a decimal(5,7))
create table w(a decimal(5,7))
=! a decimal of 5 digits has no 7 behind the point
### create view vv as select nocol from t
create view vv as select nocol from t
=! column "nocol" does not exist
### create view vv as select a from t
create view vv as select a from t;
select 1
=> 1
### create view vv as select a from t
create view vv as select a from t
=! Relation "vv" already exists
### create table vv(a int)
create table vv(a int)
=! Relation "vv" already exists
### drop table vv
drop table vv
=! "vv" is not a table
### drop view t
drop view t
=! "t" is not a view
### drop table nowhere
drop table nowhere
=! Table "nowhere" does not exist
### drop view nowhere
drop view nowhere
=! View "nowhere" does not exist
### drop schema noschema
drop schema noschema
=! schema "noschema" does not exist
### create schema public
create schema public
=! Schema "public" already exists
### alter table t add column a int
alter table t add column a int
=! column "a" specified more than once
### alter table t add column n int not null
alter table t add column n int not null
=! ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression
### alter table t drop column zz
alter table t drop column zz
=! column "zz" of relation "t" does not exist
### alter table t rename column zz to a1
alter table t rename column zz to a1
=! column "zz" of relation "t" does not exist
### alter table t rename to u
alter table t rename to u
=! relation "u" already exists
### alter table nowhere add column a int
alter table nowhere add column a int
=! relation "nowhere" does not exist
### alter table t alter column b type varchar(5)
alter table t alter column b type varchar(5);
select 1
=> 1
### alter table t alter column a type int
alter table t alter column a type int
=! ALTER COLUMN … TYPE changes the length of a VARCHAR only
### truncate nowhere
truncate nowhere
=! relation "nowhere" does not exist
### delete from nowhere
delete from nowhere
=! relation "nowhere" does not exist
### update t set zz = 1
update t set zz = 1
=! column "zz" does not exist
### update t set a = 'x'
update t set a = 'x'
=! invalid input syntax for integer: "x"
### update t set b = 'morethantenletters'
update t set b = 'morethantenletters'
=! value too long for type character varying(5)
### update t set a = 99999999999
update t set a = 99999999999
=! value "99999999999" is out of range for type integer
### create table nn(a int not null, b int)
create table nn(a int not null, b int);
select 1
=> 1
### insert into nn(b) values (1)
insert into nn(b) values (1)
=! null value in column "a" violates not-null constraint
### insert into nn values (null, 1)
insert into nn values (null, 1)
=! null value in column "a" violates not-null constraint
### insert into nn select null, 1
insert into nn select null, 1
=! null value in column "a" violates not-null constraint
### insert into t(a) select b from t
insert into t(a) select b from t
=! invalid input syntax for integer: "x"
### insert into t(dd) select b from t
insert into t(dd) select b from t
=! invalid input syntax for type date: "x"
### insert into t(a) values ('x')
insert into t(a) values ('x')
=! invalid input syntax for integer: "x"
### insert into t(si) values (99999)
insert into t(si) values (99999)
=! value "99999" is out of range for type smallint
### insert into t(d) values (999999999.99)
insert into t(d) values (999999999.99)
=! Numeric data overflow (result precision): 999999999.99 does not fit numeric(10,2)
### insert into t(c) values ('toolong')
insert into t(c) values ('toolong')
=! value too long for type character(4)
### insert into t(bo) values ('maybe')
insert into t(bo) values ('maybe')
=! invalid input syntax for type boolean: "maybe"
### insert into t(dd) values ('nodate')
insert into t(dd) values ('nodate')
=! invalid input syntax for type date: "nodate"
### merge into u using t on u.a = t.zz when matched then update set e = 1 
merge into u using t on u.a = t.zz when matched then update set e = 1 when not matched then insert values (1, 2)
=! column "zz" does not exist in t
### call nowhere()
call nowhere()
=! procedure nowhere does not exist
### call nowhere(1, 'x')
call nowhere(1, 'x')
=! procedure nowhere does not exist
### select * from t where exists (select 1 from nowhere)
select * from t where exists (select 1 from nowhere)
=! relation "nowhere" does not exist
### with x as (select 1 a) select b from x
with x as (select 1 a) select b from x
=! column "b" does not exist
### with x as (select 1 a), x as (select 2) select * from x
with x as (select 1 a), x as (select 2) select * from x
=! WITH query name "x" specified more than once
### with recursive r(n) as (select 1 union all select n + 1 from r where n
with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select x from r
=! column "x" does not exist
### select * from (values (1,2),(3)) v
select * from (values (1,2),(3)) v
=! Redshift has no VALUES as a table: write `select 1 union all select 2`, or insert the rows into a table first
### select t.* from u
select t.* from u
=! missing FROM-clause entry for table "t"
### select u.zz from u
select u.zz from u
=! column "zz" does not exist in u
### select max(a) over (partition by zz) from u
select max(a) over (partition by zz) from u
=! column "zz" does not exist
### select sum(a) over w from u
select sum(a) over w from u
=! Redshift has no windows with a name: write the window where it is used: `over (partition by … order by …)`
### select nextval('x')
select nextval('x')
=! Redshift has no function `nextval`: Redshift has no sequences: declare the column `identity(1, 1)`
### select 1 where 'x'
select 1 where 'x'
=! invalid input syntax for type boolean: "x"
### select cast(s as int) from t
select cast(s as int) from t
=> NULL
### select cast(dd as int) from t
select cast(dd as int) from t
=! cannot cast type date to integer: count the days since a date, `datediff(day, '1970-01-01', …)`
### select cast(a as date) from t
select cast(a as date) from t
=! cannot cast type integer to date: add it to a date, such as `dateadd(day, …, '1970-01-01')`
### select cast(v as int) from t
select cast(v as int) from t
=! the embedded warehouse does not support a cast of VARBYTE to a whole number: write `strtol(to_hex(…), 16)`
### select interval '1 foo'
select interval '1 foo'
=! interval units "foo" not recognized
### select ts at time zone 'Nowhere/Land' from t
select ts at time zone 'Nowhere/Land' from t
=! time zone "Nowhere/Land" not recognized
### select convert_timezone('Nowhere', ts) from t
select convert_timezone('Nowhere', ts) from t
=! time zone "Nowhere" not recognized
### set timezone to 'Nowhere'
set timezone to 'Nowhere'
=! time zone "Nowhere" not recognized
### an object is made of pairs
select object('a')
=! takes names and values in pairs
### a char has at most 4096 bytes
create table wide_char (a char(5000))
=! length of char is 1 to 4096
### one key for the distribution
create table two_keys (a int distkey, b int distkey)
=! a table has one DISTKEY
### one primary key
create table two_primary (a int primary key, b int primary key)
=! multiple primary keys for table "two_primary" are not allowed
### a distribution of its own
create table all_key (a int) diststyle all distkey(a)
=! DISTKEY belongs to DISTSTYLE KEY
### and one that needs its column
create table no_key (a int) diststyle key
=! DISTSTYLE KEY needs a DISTKEY
### an identity is a whole number
create table numbered (a varchar identity(1,1))
=! identity column "a" must be of type INT or BIGINT
### without a default
create table numbered (a int identity(1,1) default 5)
=! column "a" has an identity and a default
### encodings of texts
create table packed (a int encode text255)
=! invalid encoding type specified for column "a"
### and of numbers
create table packed (a varchar(5) encode delta)
=! invalid encoding type specified for column "a"
### and of SUPER
create table packed (a super encode az64)
=! invalid encoding type specified for column "a"
### a SUPER is no key
create table super_key (a super, b int) distkey (a)
=! column "a" is a SUPER, which is no DISTKEY
### at the column neither
create table super_key (a super sortkey, b int)
=! column "a" is a SUPER, which is no SORTKEY
### among others neither
create table super_key (a super, b int) sortkey (b, a)
=! column "a" is a SUPER, which is no SORTKEY
### LIKE brings the layout
create table like_other (like t) distkey (a)
=! LIKE inherits DISTSTYLE, DISTKEY, SORTKEY and BACKUP
### a permanent table has no name of a temporary one
alter table t rename to "#t"
=! a permanent table cannot be called "#t"
### nothing is inserted into a view
create view not_filled as select 1 as a; insert into not_filled values (2)
=! cannot insert into a view
### a column that is added has no key
create table keyless (a int); alter table keyless add column b int unique
=! ADD COLUMN takes no UNIQUE
### nor is it the primary one
alter table keyless add column b int primary key
=! ADD COLUMN takes no PRIMARY KEY
### a temporary table is in no schema of its own
create temp table public.short_lived (a int)
=! temporary tables may not specify a schema name
### two columns of a view with one name
create view twice as select 1 as a, 2 as a
=! column "a" specified more than once
### a type that is no varchar
create table longer (a int, b varchar(5)); select count(*) from longer
=> 0
### and is not changed
alter table longer alter column a type bigint
=! ALTER COLUMN … TYPE changes the length of a VARCHAR only
### a frame of values
select sum(a) over (order by a range between 1 preceding and current row) from longer
=! only supported with UNBOUNDED
### a row as a value
select (a, b) from longer
=! ROW expression, implicit or explicit, is not supported in target list
### a step into a number
select a[0] from longer
=! cannot subscript type integer because it is not an array
