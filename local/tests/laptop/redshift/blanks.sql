### setup
create table t (id int, name varchar(20), code char(4));
insert into t values (1, 'ann', 'a'), (2, 'ann  ', 'a '), (3, 'bob ', 'b'), (4, null, null), (5, ' ann', 'a');
create table s (name varchar(20), note varchar(20));
insert into s values ('ann ', 'x'), ('bob', 'y'), ('cid', 'z'), (null, null);
select count(*) from t
=> 5
### group by a column
select len(name), name is null, count(*), sum(id) from t group by name order by 4, 3
=> 4|false|1|3;3|false|2|3;NULL|true|1|4;4|false|1|5
### group by a number and a name of the select list
select upper(name) as n, count(*) from t where id < 4 group by 1 order by 1;
select upper(name) as n, count(*) from t where id < 4 group by n order by n
=> ANN|2;BOB |1
### a group by names the column of FROM first
select upper(name) as name, count(*) from t where id < 4 group by name order by 1
=> ANN|2;BOB |1
### group by with the table in front
select t.name, count(*) c from t where id < 3 group by t.name having name = 'ann ' and min(t.name) = 'ann' order by t.name, c
=> ann|2
### expressions over a key
select name || '.', case name when 'ann  ' then 1 else 0 end, count(*) from t where id < 3 group by name
=> ann.|1|2
### a key in an expression of several columns
select name || code, count(*) from t where id < 4 group by name || code order by 2 desc, 1
=> ann  a|1;anna|1;bob b|1
### rollup, cube and grouping sets
select name, grouping(name), count(*) from t where id < 4 group by rollup (name) order by 2, 3 desc, 1
=> ann|0|2;bob |0|1;NULL|1|3
### rollup over two
select trim(name), trim(code), count(*) from t where id < 4 group by cube (name, code) order by 3 desc, 1, 2
=> NULL|NULL|3;ann|a|2;ann|NULL|2;NULL|a|2;bob|b|1;bob|NULL|1;NULL|b|1
### grouping sets with nothing
select rtrim(name), count(*) from t where id < 4 group by grouping sets ((name), ()) order by 2, 1
=> bob|1;ann|2;NULL|3
### windows over groups
select rtrim(name), count(*), sum(count(*)) over (partition by name), rank() over (order by name) from t where id < 4 group by name order by 1
=> ann|2|2|1;bob|1|1|2
### subquery over a key
select rtrim(name), (select max(note) from s where s.name = t.name) from t where id = 3 group by t.name order by 1
=> bob|y
### distinct
select count(*) from (select distinct name from t);
select distinct name, code from t where id < 4 order by code
=> ann|a;bob |b
### distinct star
select count(*) from (select distinct * from (select name, code from t where id < 3))
=> 1
### distinct star of a table
select count(*) from (select distinct t.* from t, s where t.name = s.name)
=> 3
### distinct with group by
select distinct name, count(*) from t where id < 4 group by name order by 2 desc
=> ann|2;bob |1
### count distinct
select count(distinct name), count(distinct code) from t
=> 3|2
### union
select rtrim(name) as n from (select name from t where id < 4 union select name from s) order by 1
=> ann;bob;cid;NULL
### union all keeps all
select count(*) from (select name from t union all select name from s)
=> 9
### union of three and union all behind
select count(*) from (select name from t union select name from s union select 'ann    ' union all select 'x')
=> 6
### intersect
select rtrim(name) from (select name from t intersect select name from s) order by 1
=> ann;bob;NULL
### intersect of other columns
select rtrim(name) from (select name from t intersect select name from s) order by 1
=> ann;bob;NULL
### except
select name from t except select name from s
=>  ann
### minus with two columns
select name, code from t where id < 4 minus select 'ann', 'a    ' order by 1
=> bob |b
### in a query
select id from t where name in (select name from s) order by id
=> 1;2;3
### not in a query
select id from t where name not in (select name from s where name is not null) order by id
=> 5
### any and all
select count(*) from t where name = any (select name from s);
select count(*) from t where 'ann' = any (select name from t)
=> 5
### rows in a query
select id from t where (name, code) in (select name, 'a' from s) order by id
=> 1;2
### a correlated query
select id from t where name in (select s.name from s where s.note = 'x' and s.name = t.name) order by id
=> 1;2
### partition by and ranks
select id, count(*) over (partition by name), rank() over (order by name) from t where id < 4 order by id
=> 1|2|1;2|2|1;3|1|3
### order by goes on behind equal texts
select id from t where id < 3 order by name, id desc;
select id, name as n from t where id < 3 order by 2, 1 desc
=> 2|ann  ;1|ann
### case and decode and nullif
select case name when 'ann' then 1 else 0 end, decode(name, 'ann', 1, 0), nullif(name, 'ann') is null from t where id < 4 order by id
=> 1|1|true;1|1|true;0|0|false
### a merge finds its rows
create table m (name varchar(9), n int);
insert into m values ('ann ', 0);
merge into m using s on m.name = s.name when matched then update set n = 1 when not matched then insert values (s.name, 2);
select rtrim(name), n from m order by n, 1
=> ann|1;bob|2;cid|2;NULL|2
### in a view and a common table
create view v as select name, count(*) as c from t group by name;
with w as (select distinct name from t) select (select count(*) from w), (select max(c) from v)
=> 4|2
### group by a column of an outer join
select s.note, rtrim(t.name), count(*) from s left join t on s.name = t.name group by s.note, t.name order by 1
=> x|ann|2;y|bob|1;z|NULL|1;NULL|NULL|1
### listagg over distinct texts
select listagg(distinct name, ',') within group (order by name) from t where id < 4
=> ann,bob
### names of the columns of groups
create table grouped as select name, t.code, count(*) from t where id < 3 group by name, 2;
select rtrim(name), code, count from grouped
=> ann|a|2
### lateral names in a grouped query
select upper(name) as u, u || '!' as v, count(*) from t where id < 3 group by 1, 2 order by 2
=> ANN  |ANN  !|1;ANN|ANN!|1
### the levels of ROLLUP over texts
create table rolled (c varchar(10), p varchar(10), v int);
insert into rolled values ('a', 'x', 1), ('a', 'y ', 2), ('a ', 'y', 3), ('b', 'x', 4);
select c, p, sum(v), grouping(c), grouping_id(c, p) from rolled group by rollup(c, p) order by 3, 1, 2
=> a|x|1|0|0;b|x|4|0|0;b|NULL|4|0|1;a|y |5|0|0;a|NULL|6|0|1;NULL|NULL|10|1|3
### group by all
create table every (name varchar(9), n int);
insert into every values ('ann', 1), ('ann ', 2), ('bob', 3);
select rtrim(name), upper(name) = 'ANN', sum(n) + 1, 'x' from every group by all order by 1;
select rtrim(name), sum(n), count(*) over () from every group by all order by 1;
select len(max(name)), 7, name = 'bob' as b, count(*) from every group by all order by b
=> 4|7|false|2;3|7|true|1
### group by all shows one of the texts
select count(*) from (select name, sum(n) from every group by all) g
=> 2
