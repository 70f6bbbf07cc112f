### setup
create table emp (name varchar(20), dept varchar(10), sal numeric(10,2), hired date, n int);
insert into emp values ('ann','eng',100,'2020-01-15',1),('bob','eng',300,'2021-02-28',2),('cat','ops',200,null,4);
select count(*) from emp
=> 3
### average keeps the type of its argument
select avg(n), avg(sal), avg(n::float) from emp
=> 2|200.00|2.3333333333333335
### average by group, window, distinct, nothing
select dept, avg(n), avg(distinct n) from emp group by dept order by dept
=> eng|1|1;ops|4|4
### average over a window
select name, avg(n) over (partition by dept) from emp order by name
=> ann|1;bob|1;cat|4
### average of nothing
select avg(n) from emp where false
=> NULL
### nulls are last ascending
select hired from emp order by hired
=> 2020-01-15;2021-02-28;NULL
### nulls are first in a descending window
select name, row_number() over (order by hired desc) from emp order by 2
=> cat|1;bob|2;ann|3
### column names of calls are reachable
select max, coalesce from (select max(n), nvl(min(n), 0) from emp) t
=> 4|1
### case insensitive names, quoted too
select "NAME" from Emp E where e."Dept" = 'ops'
=> cat
### top with order
select top 1 name, n from emp order by n desc
=> cat|4
### distinct top
select distinct top 2 dept from emp order by dept
=> eng;ops
### top beside a union
select top 1 name from emp union select dept from emp
=! TOP beside UNION
### like with an escape
select count(*) from (select 'a_b' x union all select 'axb') t where x like 'a\\_b'
=> 1
### like with a pattern from a column
select count(*) from (select 'a_b' x, 'a\\_b' p union all select 'axb', 'a\\_b') t where x like p
=> 1
### regular expressions match anywhere
select 'abc' ~ 'b', 'abc' !~ 'b', 'ABC' ~* 'b', 'a1' ~ '\\d', 'abc' ~ '^b'
=> true|false|true|true|false
### a regular expression from a column
select count(*) from emp where name ~ substring(name, 1, 1)
=> 3
### similar to
select 'abc' similar to 'a%', 'abc' similar to 'a_', 'a.c' similar to 'a.c', 'abc' similar to 'a.c'
=> true|false|true|false
### integer arithmetic
select 7/2, -7/2, 7%3, mod(7,3), 7/2.0, 5::float/2
=> 3|-3|1|1|3.5|2.5
### numeric without a scale has none
select 1.55::numeric, 2.5::decimal, cast(1.449 as numeric(4,1))
=> 2|3|1.4
### casts cut
select 'abcdef'::varchar(3), cast('abcdef' as char(2)), ('ab' || 'cd')::varchar(3), case when true then 'xyz' end::varchar(2), upper('abc')::varchar(2)
=> abc|ab|abc|xy|AB
### a cast that does not cut
select 'abcdef'::varchar, 'abc'::text
=> abcdef|abc
### a text literal that is no whole number
select '1.5'::int
=! invalid input syntax for integer
### decode finds null
select decode(hired, null, 'none', 'some') from emp order by name
=> some;some;none
### concat with null
select concat('a', null), concat('a', 'b'), 'a' || null
=> NULL|ab|NULL
### substring before the start
select substring('abc', 0, 2), substring('abc', -1, 3), substring('abc', 2), substr('abc', 2, 1)
=> a|a|bc|b
### regexp_replace replaces all
select regexp_replace('a1b2', '[0-9]', ''), regexp_replace('a1b2', '([0-9])', '<$1>'), regexp_count('a1b2', '[0-9]'), regexp_instr('ab1', '[0-9]')
=> ab|a<1>b<2>|2|3
### regexp_substr with an occurrence
select regexp_substr('a1b2', '[0-9]', 1, 2), regexp_substr('abc', '[0-9]')
=> 2|
### listagg without delimiter and without group
select listagg(dept) within group (order by name) from emp
=> engengops
### listagg of distinct values in another order
create table seen (word varchar(9), place int);
insert into seen values ('b', 1), ('a', 2), ('b', 3), (null, 0), ('', 4);
select listagg(distinct word, ', ') within group (order by place) from seen
=> b, a
### listagg of distinct values in their own order
select listagg(distinct word, ',') within group (order by word) from seen
=> a,b
### listagg of distinct numbers in an order of texts
select listagg(distinct place, '') within group (order by word, place desc) from seen
=> 42310
### listagg of distinct values that are all missing
select listagg(distinct word, ',') within group (order by place) from seen where word is null
=> NULL
### listagg leaves out empty texts
select listagg(word, ',') within group (order by place), listagg(distinct place, ',') within group (order by place) from seen
=> b,a,b|0,1,2,3,4
### listagg without a delimiter by name
select listagg(word, null) within group (order by word, place) from seen
=> abb
### listagg of empty texts
select listagg(word, ',') from seen where word = ''
=> NULL
### listagg over a window leaves out empty texts
select distinct listagg(word, ',') within group (order by word, place) over (partition by place > 1) from seen order by 1
=> a,b;b
### listagg over a window
select name, listagg(name, '+') within group (order by name) over (partition by dept) from emp order by name
=> ann|ann+bob;bob|ann+bob;cat|cat
### the middle of dates is a date
create table middles as select median(hired) as a, percentile_cont(0.5) within group (order by hired) as b, max(median_hired) as c from (select hired, median(hired) over () as median_hired from emp) m;
select "column", type from pg_table_def where tablename = 'middles' order by 1
=> a|date;b|date;c|date
### the middle of dates
select median(hired), percentile_cont(0) within group (order by hired) from emp
=> 2020-08-07|2020-01-15
### percentile over a window
select distinct dept, percentile_cont(0.5) within group (order by n) over (partition by dept) from emp order by dept
=> eng|1.5;ops|4
### date arithmetic
select '2021-03-01'::date - '2021-02-01'::date, '2021-03-01'::date + 1, dateadd(qtr, 1, '2021-01-31'), dateadd(week, 2, '2021-01-01'::date)::date, dateadd(s, 90, '2021-01-01')
=> 28|2021-03-02|2021-04-30 00:00:00|2021-01-15|2021-01-01 00:01:30
### dateadd by a column
select dateadd(day, n, '2021-01-01'::date)::date from emp order by n
=> 2021-01-02;2021-01-03;2021-01-05
### date parts
select date_part(dow, '2021-03-04'::date), extract(epoch from '1970-01-02'::timestamp), date_part('year', '2021-03-04'), extract(week from '2021-03-04'::date), date_part(qtr, '2021-03-04'::date)
=> 4|86400|2021|9|1
### date_trunc gives a timestamp
select date_trunc('month', '2021-03-04'::date), date_trunc('hour', '2021-03-04 10:20:30'::timestamp), date_trunc('year', '2021-03-04')
=> 2021-03-01 00:00:00|2021-03-04 10:00:00|2021-01-01 00:00:00
### trunc of moments and numbers
select trunc('2021-03-04 10:20:30'::timestamp), trunc(1.29, 1), trunc(-1.7), trunc(getdate()) = current_date
=> 2021-03-04|1.2|-1|true
### add_months keeps the end of the month
select add_months('2021-02-28'::date, 1)::date, add_months('2021-01-30'::date, 1)::date, months_between('2021-03-15', '2021-01-01') > 2.45
=> 2021-03-31|2021-02-28|true
### next_day and last_day
select next_day('2021-03-04', 'Thursday'), last_day('2021-02-03')
=> 2021-03-11|2021-02-28
### next_day knows the short names of the days
select next_day('2014-08-20', 'M'), next_day('2014-08-20', 'w'), next_day('2014-08-20', 'F'), next_day('2014-08-20', 'Tues'), next_day('2014-08-20', null)
=> 2014-08-25|2014-08-27|2014-08-22|2014-08-26|NULL
### next_day of no day
select next_day('2014-08-20', 'T')
=! invalid day of the week for NEXT_DAY
### months_between of dates
select months_between(date '2019-03-01', date '2019-02-28') between 0.129 and 0.1291, months_between(timestamp '2008-03-15 12:00:00', date '2008-03-14') > 0.048
=> true|true
### to_char of moments
select to_char('2021-03-04 05:06:07'::timestamp, 'YYYY-MM-DD HH24:MI:SS'), to_char('2021-03-04'::date, 'Mon DD, YYYY'), to_char('2021-03-04'::date, 'MON'), to_char('2021-03-04'::date, 'FMMonth'), to_char('2021-03-04'::date, 'Q'), to_char('2021-03-04'::date, 'D'), to_char('2021-03-04 15:00:00'::timestamp, 'HH12:MI am')
=> 2021-03-04 05:06:07|Mar 04, 2021|MAR|March|1|5|03:00 pm
### to_char of numbers
select to_char(1234.5, '9,999.99'), to_char(-12, '999'), to_char(5, 'FM000'), to_char(0.5, 'FM990.00')
=>  1,234.50| -12|005|0.50
### to_date and to_timestamp
select to_date('04 Mar 2021', 'DD Mon YYYY'), to_timestamp('2021-03-04 05:06', 'YYYY-MM-DD HH24:MI')
=> 2021-03-04|2021-03-04 05:06:00+00
### a format that is not a literal
select to_char(hired, case name when 'ann' then 'YYYY' end) from emp where name in ('ann', 'bob') order by 1
=> 2020;NULL
### json
select json_extract_path_text('{"a":{"b":"x"}}', 'a', 'b'), json_extract_path_text('{"a":1}', 'z'), json_extract_path_text('nonsense', 'a', true), is_valid_json('{"a":1}'), json_array_length('[1,2]'), json_extract_array_element_text('["p","q"]', 1)
=> x|NULL|NULL|true|2|q
### functions of texts
select initcap('hello big-world'), lpad('a', 3), rpad('a', 3, 'x'), btrim('  a '), octet_length('äb'), replicate('ab', 2), left('abc', 2), charindex('c', 'abc'), len('abc'), strpos('abc', 'b')
=> Hello Big-World|  a|axx|a|3|abab|ab|3|3|2
### nvl2 and nested calls
select nvl2(nvl(null, 'x'), upper(nvl(null, 'y')), 'z'), decode(mod(5, 2), 1, 'odd', 'even')
=> Y|odd
### approximate percentile
select approximate percentile_disc(0.5) within group (order by n) from emp
=> 2
### minus
select dept from emp minus select 'ops'
=> eng
### sums of whole numbers stay whole
select sum(n), sum(n) / count(*), sum(sal) from emp
=> 7|2|600.00
### database in front
select count(*) from dev.public.emp
=> 3
### another database
insert into prod.public.emp select * from emp
=! other databases
### division by zero in a column
select n / (n - n) from emp
=! Divide by zero
### division by zero of decimals
select sal / 0 from emp
=! Divide by zero
### modulo zero
select mod(n, 0) from emp
=! Divide by zero
### division of null
select n / nullif(n, n) from emp limit 1
=> NULL
### missing relation
select * from nowhere
=! relation "nowhere" does not exist
### brackets
select (1
=! a bracket is not closed
### two statements in one
select 1 as x where 'a;b' = 'a;b'
=> 1
### escapes in literals
select 'it''s', 'a\\b', E'x'
=> it's|a\b|x
### comments
select /* a /* nested */ comment */ 1 -- and one more
=> 1
### boolean texts
select 't'::bool, 'no'::bool, true::int
=> true|false|1
### null of unknown type
select null, nvl(null, null)
=> NULL|NULL
### case of names in the result is lower
select Name as "Big Name" from emp order by 1 limit 1
=> ann
### in with a subquery and exists
select count(*) from emp e where dept in (select dept from emp where n = 1) and exists (select count(*) from emp)
=> 2
### grouping sets
select dept, grouping(dept), count(*) from emp group by grouping sets ((dept), ()) order by dept
=> eng|0|2;ops|0|1;NULL|1|3
### pivot words as names
select 1 as lambda, 2 as asof
=> 1|2
### first_value ignoring nulls
select name, last_value(hired ignore nulls) over (order by name rows between unbounded preceding and current row) from emp order by name
=> ann|2020-01-15;bob|2021-02-28;cat|2021-02-28
### days before now
select getdate() - 1 < sysdate, trunc(getdate() - 7) = current_date - 7, sysdate + 1 > current_timestamp
=> true|true|true
### select into behind a common table
with c as (select 5 as five) select five into from_common from c;
select five from from_common
=> 5
### the name of the database in system views
select distinct "database" from svv_table_info
=> dev
### json keeps its type
select json_parse('[1,2]') as j
=> [1,2]
### days beside moments
select '2024-01-01'::date + x - 1, '2024-01-01'::timestamp + 1 from (select n::bigint as x from emp) t order by 1 limit 1
=> 2024-01-01|2024-01-02 00:00:00
### days before moments
select max('2024-01-03'::date - x) from (select n::bigint as x from emp) t
=> 2024-01-02
### decode finds null behind an expression too
select decode(upper(dept), 'ENG', 1, upper('ops'), 2, null, 3, 4), decode(n + 0, 1, name, 2, dept, 'other') from emp order by name
=> 1|ann;1|eng;2|other
### decode evaluates its operand once
select count(*) from (select decode(floor(random() * 3)::int, 0, 'a', 1, 'b', 2, 'c') d from emp a, emp b, emp c, emp d, emp e, emp f, emp g) t where d is null
=> 0
### decode leaves results alone that are not chosen
select decode(sum(n) - 7, 0, 'none', 1, (100 / (sum(n) - 7))::varchar, (100 / (sum(n) - 7))::varchar) from emp
=> none
### decode of aggregates, with aggregates, windows and subqueries as results
select dept, decode(count(*) + 0, 1, max(n), 2, min(n)), decode(max(n) + 0, 4, (select sum(n) from emp), 2, -1) from emp group by dept order by dept
=> eng|1|-1;ops|4|7
### decode with a window and a list of a subquery
select name, decode(n + 0, 1, row_number() over (order by name desc), 2, 20, 30), decode(n + 0, 1, n in (select n from emp), 2, exists (select 1 from emp), false) from emp order by name
=> ann|3|true;bob|20|true;cat|30|false
### decode in a subquery of the same row
select name, coalesce((select max(decode(e.n + f.n, 2, e.n, 4, f.n * 10, 8, e.n * 100)) from emp f where f.n = e.n), 0) from emp e order by name
=> ann|1;bob|20;cat|400
### decode in group by, having, order by and a join
select decode(upper(dept), 'ENG', 'e', 'OPS', 'o') d, count(*) from emp group by 1 having decode(count(*) + 0, 1, 1, 2, 1, 0) = 1 order by decode(max(upper(dept)), 'ENG', 2, 'OPS', 1)
=> o|1;e|2
### nested decode
select decode(decode(decode(decode(decode(decode(decode(decode(decode(decode(decode(decode(decode(decode(decode(n,1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),1,2,3,4),2,'two',null,'none') from emp order by name
=> none;none;none
### nested divisions
select 1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+1/(1+n)))))))))))))))))))))) from emp
=! nested this deep
### nested cuts
select cast(cast(cast(cast(cast(cast(cast(cast(cast(cast(cast(cast(cast(cast(cast(name as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) as varchar(9)) from emp
=! nested this deep
### nested case with an operand
select case case case case case case case case case case case case case n when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end when 1 then 2 when 3 then 4 when 5 then 6 end from emp
=! nested this deep
### any word that Redshift does not reserve is an alias without AS
select name value, dept month, n day from emp where n = 1
=> ann|eng|1
### aliases that the engine reserves
select 1 as "select", 2 qualify_it, 3 describe, 4 lambda
=> 1|2|3|4
### brackets around operators that bind differently
select not false = true, 2 * (3 + 4) - 1, (1 = 1) is true, - 2 ^ 2
=> true|13|true|4
### a chain of one precedence goes from left to right
select 100 - 10 - 1, 64 / 4 / 2, 'a' || 'b' || 'c', 7 % 4 * 2
=> 89|8|abc|6
### null where nobody knows
select (null = 1) is unknown, (1 = 1) is not unknown
=> true|true
### try to cast
select try_cast('x' as int), try_cast('7' as int), try_cast('abcdef' as varchar(3))
=> NULL|7|abc
### trimmed on one side
select trim(leading 'x' from 'xax'), trim(trailing 'x' from 'xax'), trim(both 'x' from 'xax'), trim('  a ')
=> ax|xa|a|a
### grouping sets
select dept, count(*) from emp group by grouping sets ((dept), ()) order by 1 nulls last
=> eng|2;ops|1;NULL|3
### pivot
select * from (select dept, n from emp) pivot (sum(n) for dept in ('eng', 'ops'))
=> 3|4
### stars that leave a column out
select * exclude (sal, hired) from emp where n = 4
=> cat|ops|4
### another name for the table of DELETE
delete from emp as e where e.n = 1
=! syntax error at or near "as"
### rows that are returned
delete from emp where n = 1 returning n
=! Redshift has no RETURNING
### values as a table
select * from (values (1), (2)) v (a)
=! VALUES
### a function of another database
select string_agg(name, ',') from emp
=! Redshift has no function `string_agg`
### a typo
selct 1
=! selct
### lists and objects of the engine
select [1, 2]
=! Redshift has no list literals
### a lambda of the engine
select list_transform(split_to_array('1,2'), lambda x: x)
=! Redshift has no function `list_transform`
### the outer join's mark
select a.n, b.n from emp a, emp b where a.n = b.n + 1 and (a.n (+) = 1 or b.n = 2)
=! LEFT JOIN
### rows that are their own parents
select name from emp connect by prior n = n
=! CONNECT BY without an end: a row is its own ancestor
### a part of a date is no piece of SQL
select extract('day from current_date), version(), extract(year' from current_date)
=! EXTRACT takes a part of a date
### nor in quotes
select date_part("day, x", current_date)
=! DATE_PART takes a part of a date
### parts of a date in texts, of a time zone
select extract('year' from date '2026-01-02'), datediff(qtrs, '2026-01-01', '2026-07-01'), extract(timezone_hour from timestamptz '2026-01-02 00:00:00+00')
=> 2026|2|0
### a text literal beside union has the type of its column
select n, d from (select 10 as n, date '2008-01-02' as d union all select '9', '1/1/2008') t order by n
=> 9|2008-01-01;10|2008-01-02
### and must be of it
select 1 as a union select 'x'
=! invalid input syntax for integer: "x"
### without being rounded
select 1 as a union select '1.5'
=! invalid input syntax for integer: "1.5"
### except and intersect have no all
select 1 except all select 2
=! Redshift has ALL behind UNION only
### intersect all
select 1 intersect all select 1
=! leave ALL out
### minus all
select 1 minus all select 2
=! Redshift has ALL behind UNION only
### a query that reads itself is a UNION ALL
with recursive r(n) as (select 1 union select n + 1 from r where n < 3) select n from r
=! a recursive query of WITH has UNION ALL between its parts
### and names its columns
with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select n from r
=! a recursive query of WITH needs names for its columns
### and has no order of its own
with recursive r(n) as (select 1 union all select n + 1 from r where n < 3 order by 1) select n from r
=! a recursive query of WITH takes neither ORDER BY nor LIMIT
### and begins with what does not read it
with recursive r(n) as (select n + 1 from r where n < 3) select n from r
=! a recursive query of WITH begins with a part that does not read it
### beside it stands one that does not read itself
with recursive pair(n) as (select 1 union select 1), r(n) as (select n from pair union all select n + 1 from r where n < 3) select n from r order by n
=> 1;2;3
### nor does it stand in a subquery
select n from (with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) select n from r) s
=! a subquery takes no WITH RECURSIVE
### nor in one that is a value
select (with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) select max(n) from r)
=! a subquery takes no WITH RECURSIVE
