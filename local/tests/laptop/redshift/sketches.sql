### setup
create table visits (customer varchar(20), country varchar(20), n int);
insert into visits values ('ann', 'Greece', 1), ('ann ', 'Greece', 2), ('bob', 'USA', 3), ('cid', 'Greece', 3), (null, 'USA', null);
create table a_table (an_int int, b_int int);
insert into a_table values (1,1), (2,1), (3,1), (4,1), (1,2), (2,2), (3,2), (4,2), (5,2), (6,2);
create table sketches (sketch hllsketch, b int);
insert into sketches select hll_create_sketch(an_int), b_int from a_table group by b_int;
select hll_cardinality(sketch) from sketches order by b
=> 4;6
### hll
select hll(an_int), hll(b_int) from a_table
=> 6|2
### of texts, by group
select hll_cardinality(sketch), country from (select hll_create_sketch(customer) as sketch, country from visits group by country) order by 1
=> 1|USA;2|Greece
### combined over rows
select hll_cardinality(hll_combine(sketch)) from sketches
=> 6
### combined with each other
with one as (select hll_create_sketch(1::smallint) as s), other as (select hll_create_sketch(v) as s from (select 1::bigint as v union all select 2))
select hll_cardinality(hll_combine_sketches(one.s, other.s)) from one, other
=> 2
### of nothing
select hll_cardinality(hll_create_sketch(n)), hll(n) from visits where n is null
=> 0|0
### no sketch is shown
select sketch from sketches
=! select `hll_cardinality(…)` of it
### no star shows one
select * from sketches
=! does not support the text of an HLLSKETCH
### a table of sketches from a query
create table daily as select b, hll_combine(sketch) as sketch from sketches group by b;
select b, hll_cardinality(sketch) from daily order by 1
=> 1|4;2|6
