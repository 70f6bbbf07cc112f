### what a join shares is shown first and once
create table a (y int, x varchar(5), w int);
create table b (z int, x varchar(5), w int);
insert into a values (1, 'k ', 1), (2, 'l', 2), (3, 'm', 3);
insert into b values (10, 'k', 1), (30, 'm  ', 4), (40, 'n', 5);
select * from a join b using (x) order by y
=> k |1|1|10|1;m|3|3|30|4
### by two columns in the order in which they are named
select * from a join b using (w, x)
=> 1|k |1|10
### natural, in the order of the left side
select * from a natural join b
=> k |1|1|10
### natural without a column in common
create table c (q int);
insert into c values (7);
select y, q from a natural join c order by 1
=> 1|7;2|7;3|7
### full
select x, y, z from a full join b using (x) order by 2, 3
=> k |1|10;l|2|NULL;m|3|30;n|NULL|40
### left
select x, y, z from a left join b using (x) order by 2
=> k |1|10;l|2|NULL;m|3|30
### right
select x, y, z from a right join b using (x) order by 3
=> k|1|10;m  |3|30;n|NULL|40
### grouped, ordered and filtered by it
select x, count(*), max(z) from a left join b using (x) where x <> 'm' group by x having x < 'z' order by x
=> k |1|10;l|1|NULL
### three tables
create table d (x varchar(5), v int);
insert into d values ('k', 100), ('n', 300);
select * from a full join b using (x) full join d using (x) order by v, y
=> k |1|1|10|1|100;n|NULL|NULL|40|5|300;l|2|2|NULL|NULL|NULL;m|3|3|30|4|NULL
### beside another table
select * from c, a join b using (x) where y = 1
=> 7|k |1|1|10|1
### a table by its name
select b.*, len(a.x) from a join b using (x) where y = 1
=> 10|k|1|2
### distinct rows
select distinct * from a join d using (x)
=> k |1|1|100
### without a column
select * exclude (x) from a join d using (x)
=> 1|1|100
### in a table and a view
create view joined as select * from a full join d using (x);
create table made as select x, y from a full join b using (x);
select (select listagg(column_name, ',') within group (order by ordinal_position) from svv_columns where table_name = 'joined'), (select count(x) from made)
=> x,y,w,v|4
### in a query inside of it
select len(x) from a join b using (x) where exists (select 1 from d where d.v = 100 and d.x = a.x) and y in (select y from a join d using (x))
=> 2
### an update and a delete
update a set y = b.z from b join d using (x) where a.x = b.x;
delete from c using b join d using (x) where q = 7 and b.z = 10;
select max(y), (select count(*) from c) from a
=> 10|0
