### setup
create table w (a varchar(20), p varchar(20), n int); insert into w values ('start_time', '%start^_%', 1), ('startXtime', '%X%', 2);
select count(*) from w
=> 2
### similar to with an escape
select a from w where a similar to '%start^_%' escape '^';
select a from w where a similar to '%start\\_%'
=> start_time
### similar to with a pattern of a column
select a from w where a similar to p escape '^' order by a
=> startXtime;start_time
### like with an escape
select a from w where a like '%start^_%' escape '^'
=> start_time
### collate as a function
select collate('JOHN', 'case_insensitive') = 'john', collate('JOHN', 'case_sensitive') = 'john'
=> true|false
### a case insensitive column
create table ci (c varchar(10) collate case_insensitive);
insert into ci values ('John'), ('JOHN '), ('jane');
select count(*) from ci where c = 'john'
=> 2
### a case insensitive column in groups
select count(*) from ci where c = 'john' group by c
=> 2
### collate of a column
select count(*) from w where collate(a, 'ci') = 'START_TIME'
=> 1
### murmur
select murmur3_32_hash(1), murmur3_32_hash('Amazon Redshift'), murmur3_32_hash('cd', murmur3_32_hash('ab')), murmur3_32_hash(1::bigint)
=> 1392991556|-1563580564|1711522338|1392991556
### texts as numbers
select text_to_numeric_alt('1.5'), text_to_numeric_alt('2.51'), text_to_numeric_alt('123.52501', 10, 2), text_to_int_alt('1.5'), text_to_numeric_alt('-123E2'), text_to_numeric_alt('7+')
=> 2|3|123.53|1|-12300|7
### what is no number
select text_to_int_alt('x')
=! invalid input syntax for type numeric: "x"
### listagg has a limit
select len(listagg(repeat('x', 1000), '')) from (select 1 from generate_series(1, 65))
=> 65000
### listagg over it
select len(listagg(repeat('x', 1000), '')) from (select 1 from generate_series(1, 66))
=! Result size exceeds LISTAGG limit
### listagg as a window
select listagg(a, ',') within group (order by n) over (partition by 1) from w limit 1
=> start_time,startXtime
### functions of texts over numbers
select left(12.5::float, 3), right(485, 2), len(1.50), upper(true::int)
=> 12.|85|4|1
### a merge with two matches
create table target (id int, v int); insert into target values (1, 0), (2, 0);
create table source (id int, v int); insert into source values (1, 1), (1, 2), (3, 3);
select count(*) from source
=> 3
### which is refused
merge into target using source on target.id = source.id when matched then update set v = source.v when not matched then insert values (source.id, source.v)
=! Found multiple matches to update the same tuple
### it changed nothing
select id, v from target order by id
=> 1|0;2|0
### a merge with one
delete from source where v = 2;
merge into target using source on target.id = source.id when matched then update set v = source.v when not matched then insert values (source.id, source.v);
select id, v from target order by id
=> 1|1;2|0;3|3
### an update with two matches takes any
insert into source values (2, 7), (2, 8);
update target set v = source.v from source where target.id = source.id and target.id = 2;
select v in (7, 8) from target where id = 2
=> true
### correlated IN
select a from w where n in (select s.id from source s where s.id = w.n and s.v < 3)
=> start_time
### a window without a frame
select n, sum(n) over (partition by 1), last_value(n) over (order by n rows between unbounded preceding and unbounded following) from w order by 1
=> 1|3|2;2|3|2
### each length of sha2
select sha2('abc', 0) = sha2('abc', 256), left(sha2('abc', 224), 8), left(sha2('abc', 384), 8), len(sha2('abc', 512)), sha2('abc', 7)
=> true|23097d22|cb00753f|128|
### strtol takes any base
select strtol('abcd1234', 16), strtol('0xFF', 16), strtol('z', 36), strtol('-777', 8)
=> 2882343476|255|35|-511
### of digits of that base
select strtol('12', 2)
=! The input 12 is not valid to be converted to base 2
### cube roots are exact
select cbrt(27), ||/ 64.0, cbrt(-8)
=> 3.0|4.0|-2.0
### a hierarchy
create table staff (id int, name varchar(20), boss int);
insert into staff values (1, 'ann', null), (2, 'bob', 1), (3, 'cid', 1), (4, 'dan', 2), (5, 'eve', 4), (6, 'fay', null);
select id, name, level from staff start with name = 'ann' connect by prior id = boss order by id
=> 1|ann|1;2|bob|2;3|cid|2;4|dan|3;5|eve|4
### with a condition of where, which comes last
select s.* from staff as s where level < 4 and s.id <> 2 start with s.id = 1 connect by s.boss = prior s.id order by 1
=> 1|ann|NULL;3|cid|1;4|dan|2
### a level within the condition
select count(*), max(level) from staff connect by prior id = boss and level <= 2 start with boss is null
=> 4|2
### without roots each row is one
select count(*) from staff connect by prior id = boss
=> 13
### a hierarchy of a subquery
select name from (select * from staff where id <> 4) t start with id = 1 connect by prior id = boss order by name
=> ann;bob;cid
### one over a join is refused
select 1 from staff a, staff b start with a.id = 1 connect by prior a.id = b.boss
=! CONNECT BY over a join: put the join into a subquery
### a column that goes with what depends on it
create table wide (a int, b int); create view on_b as select b from wide; create view on_a as select a from wide;
alter table wide drop column b cascade;
select table_name from svv_tables where table_name in ('on_a', 'on_b')
=> on_a
