### setup
create table a (x int, n varchar(5)); insert into a values (1, 'a'), (2, 'b'), (3, 'c');
create table b (x int, y int); insert into b values (1, 10), (1, 11), (4, 40);
create table c (y int, z varchar(5)); insert into c values (10, 'ten');
select count(*) from a
=> 3
### a left outer join
select a.x, b.y from a, b where a.x = b.x(+) order by 1, 2
=> 1|10;1|11;2|NULL;3|NULL
### the other side
select a.x, b.y from a, b where a.x(+) = b.x order by 2
=> 1|10;1|11;NULL|40
### of queries
select a.x, b.y from (select 1 x union all select 2) a, (select 1 x, 'k' y) b where a.x = b.x(+) order by 1
=> 1|k;2|NULL
### two conditions, and a constant with the mark
select a.x, b.y from a, b where a.x = b.x(+) and b.y(+) > 10 order by 1
=> 1|11;2|NULL;3|NULL
### a condition without the mark is of rows
select a.x, b.y from a, b where a.x = b.x(+) and b.y > 10 order by 1
=> 1|11
### a chain of tables
select a.x, b.y, c.z from c, b, a where a.x = b.x(+) and b.y = c.y(+) and a.n <> 'c' order by 1, 2
=> 1|10|ten;1|11|NULL;2|NULL|NULL
### a star has the order of FROM
select * from b, a where a.x = b.x(+) and a.x < 3 order by a.x, b.y
=> 1|10|1|a;1|11|1|a;NULL|NULL|2|b
### an expression over a marked column
select a.x, b.y from a, b where a.x * 2 = b.x(+) * 2 and a.x = 1 order by 2
=> 1|10;1|11
### with aggregates
select a.n, count(b.y) from a, b where a.x = b.x(+) group by a.n order by 1
=> a|2;b|0;c|0
### not beside OR
select 1 from a, b where a.x = b.x(+) or a.x = 1
=! cannot stand beside OR
### not beside IN
select 1 from a, b where b.x(+) in (1, 2) and a.x = b.x(+)
=! cannot stand beside IN
### not beside a subquery
select 1 from a, b where b.x(+) = (select 1) and a.x = b.x(+)
=! cannot stand beside a subquery
### not beside JOIN
select 1 from a join c on true, b where a.x = b.x(+)
=! cannot stand in a query with JOIN
### not on both sides
select 1 from a, b where a.x(+) = b.x(+)
=! stands on one side of a condition
### one other table only
select 1 from a, b, c where a.x = b.x(+) and c.y = b.y(+)
=! joins a table to one other table only
### not in the select list
select b.x(+) from a, b where a.x = b.x
=! (+)
### not in a circle
select 1 from a, b where a.x = b.x(+) and a.x(+) = b.x
=! in a circle
