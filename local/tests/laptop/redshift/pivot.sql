### setup
create table part (partname varchar, maker varchar, quality int, price decimal(12,2));
insert into part values ('prop', 'local', 2, 10.00), ('prop', 'big', null, 9.00), ('prop', 'small', 1, 12.00),
  ('rudder', 'local', 1, 2.50), ('rudder', 'big', 2, 3.75), ('rudder', 'small', null, 1.90),
  ('wing', 'local', null, 7.50), ('wing', 'big', 1, 15.20), ('wing', 'small', null, 11.80);
select count(*) from part
=> 9
### pivot with an average of decimals
select * from (select partname, price from part) pivot (avg(price) for partname in ('prop', 'rudder', 'wing', 'sail'))
=> 10.33|2.71|11.50|NULL
### pivot with a column that groups, NULL among the values, and counts
select * from (select quality, maker from part) pivot (count(*) for quality in (1, 2, null)) order by maker
=> big|1|1|1;local|1|1|1;small|1|0|2
### pivot with names
select maker, high_count, low_count, na_count from (select quality, maker from part)
pivot (count(*) as count for quality in (1 as high, 2 as low, null as na)) order by maker limit 1
=> big|1|1|1
### pivot with every aggregate
select * from (select partname, price, quality from part)
pivot (sum(price) as s, min(price) as l, max(price) as h, count(distinct quality) as c, avg(quality) as a for partname in ('prop' as p))
=> 31.00|9.00|12.00|2|1
### pivot of a table and of a query of WITH
with dear as (select partname, price, quality from part where price > 5)
select quality, prop from dear pivot (max(price) for partname in ('prop')) as turned order by quality nulls last
=> 1|12.00;2|10.00;NULL|9.00
### pivot by a date
create table stays (id int, day date, price decimal(8,2));
insert into stays values (1, '2023-02-04', 10), (2, '2023-02-04', 20), (3, '2023-02-11', 5);
select * from (select id, day from stays) pivot (count(id) for day in ('2023-02-04', '2023-02-11'))
=> 2|1
### pivot with another function
select * from part pivot (listagg(maker) for partname in ('prop'))
=! COUNT, SUM, MIN, MAX or AVG
### unpivot
create table colors (quality varchar, red int, green int, blue bigint);
insert into colors values ('high', 15, 20, 7), ('normal', 35, null, 40), ('low', 10, 23, null);
select * from (select red, green, blue from colors) unpivot (cnt for color in (red, green, blue)) order by color, cnt
=> blue|7;blue|40;green|20;green|23;red|10;red|15;red|35
### unpivot with nulls
select * from (select red, green, blue from colors) unpivot include nulls (cnt for color in (red, green, blue)) order by color, cnt
=> blue|7;blue|40;blue|NULL;green|20;green|23;green|NULL;red|10;red|15;red|35
### unpivot with a column that stays, and names
select * from colors unpivot (cnt for color in (red as r, green as "g", blue as 'b')) where quality = 'high'
=> high|r|15;high|g|20;high|b|7
### unpivot with a name of its own
select u.color, sum(u.cnt) from colors unpivot (cnt for color in (red, blue)) as u group by 1 order by 1
=> blue|47;red|60
