### setup
create table orders (id int, name varchar(20), lines super);
insert into orders values
  (1, 'ann', json_parse('[{"part": "P1", "price": 2.50, "n": 3}, {"part": "P2", "price": 4, "n": "3"}]')),
  (2, 'bob', json_parse('[{"part": "P3", "tags": ["x", "y"]}]')),
  (3, 'cid', json_parse('[]')),
  (4, 'dan', json_parse('{"part": "P9"}')),
  (5, 'eve', null);
create table prices (part varchar(10), label varchar(20));
insert into prices values ('P1', 'first'), ('P3', 'third');
select count(*) from orders
=> 5
### an array as rows
select o.id, l.part from orders o, o.lines l order by 1, 2
=> 1|"P1";1|"P2";2|"P3"
### the index of an element
select l.part, i from orders as o, o.lines as l at i where o.id = 1 order by i
=> "P1"|0;"P2"|1
### only the columns of the query are behind a star
select * from orders o, o.lines l at i where o.id = 2
=> 2|bob|[{"part":"P3","tags":["x","y"]}]|{"part":"P3","tags":["x","y"]}|0
### a star without a column
select * exclude (lines, name) from orders o, o.lines l where o.id = 2
=> 2|{"part":"P3","tags":["x","y"]}
### arrays in arrays
select l.part, t, i from orders o, o.lines l, l.tags t at i
=> "P3"|"x"|0;"P3"|"y"|1
### a filter on what is unnested
select o.id from orders o, o.lines l where l.price > 3
=> 1
### a filter counts, and another type is no match
select count(*) from orders o, o.lines l where l.n = 3
=> 1
### a join of what is unnested
select o.id, p.label from orders o, o.lines l join prices p on l.part = p.part order by 1
=> 1|first;2|third
### a left join keeps rows without elements
select o.id, l.part from orders o left join o.lines l on true order by 1, 2
=> 1|"P1";1|"P2";2|"P3";3|NULL;4|NULL;5|NULL
### an outer table with its schema
select o.id, count(*) from public.orders o, o.lines l group by 1 order by 1
=> 1|2;2|1
### a table without an alias
select orders.id, l.part from orders, orders.lines l where l.part = 'P3'
=> 2|"P3"
### a table of a schema without an alias
select l.part from public.orders, public.orders.lines l order by 1 limit 1
=> "P1"
### an array in a subquery
select id, (select count(*) from o.lines l) from orders o order by 1
=> 1|2;2|1;3|0;4|0;5|0
### an array in EXISTS
select id from orders o where exists (select 1 from o.lines l where l.part = 'P3')
=> 2
### an index in a query of WITH
with parts as (select o.id, l.part as part, i from orders o, o.lines l at i) select part, i from parts order by part
=> "P1"|0;"P2"|1;"P3"|0
### an array of a query of WITH
with first as (select lines from orders where id = 1) select l.part from first f, f.lines l order by 1
=> "P1";"P2"
### an array of a subquery
select l.part from (select lines as l1 from orders where id = 2) s, s.l1 l
=> "P3"
### an array of several levels
create table foo as select json_parse('[[1.1, 1.2], [2.1, 2.20]]') as multi;
select arr, element from foo as f, f.multi as arr at i, arr as element at k order by i, k
=> [1.1,1.2]|1.1;[1.1,1.2]|1.2;[2.1,2.20]|2.1;[2.1,2.20]|2.20
### an array that is called array
select array, element from foo as f, f.multi as array, array as element order by element limit 1
=> [1.1,1.2]|1.1
### a scalar array
create table bar as select json_parse('{"scalar_array": [1, 2.3, 45000000]}') as data;
select index, element from bar as b, b.data.scalar_array as element at index
=> 0|1;1|2.3;2|45000000
### an element by its number as rows
select value from foo f, f.multi[1] value
=> 2.1;2.20
### an object as rows
select attr, json_typeof(val) from orders o, unpivot o.lines[0] as val at attr where id = 1 order by 1
=> n|number;part|string;price|number
### an object of an element as rows
select o.id, attr, val from orders o, o.lines l, unpivot l as val at attr where attr = 'part' order by 1, 3
=> 1|part|"P1";1|part|"P2";2|part|"P3"
### two tables beside arrays
select count(*) from prices p, orders o, o.lines l, orders x where x.id = 1 and l.part = p.part
=> 2
### a right join is refused
select 1 from orders o right join o.lines l on true
=! RIGHT or FULL JOIN
### a view over an array
create view parts as select o.id, l.part::varchar(5) as part from orders o, o.lines l;
select part from parts where id = 1 order by 1
=> P1;P2
### insert from an array
create table flat (id int, part varchar(10), price decimal(8,2));
insert into flat select o.id, l.part, l.price from orders o, o.lines l;
select * from flat order by 2
=> 1|P1|2.50;1|P2|4.00;2|P3|NULL
### super: texts and numbers become values
create table r (v super);
insert into r values ('AWS'), (1), (array(1, 'abc', null)), (-2.5), ('Amazon');
select v from r order by v
=> -2.5;1;"Amazon";"AWS";[1,"abc",null]
### super: order by a number and backwards
select v, 1 from r order by 1 desc limit 2
=> [1,"abc",null]|1;"AWS"|1
### super: a text is no JSON
insert into r values ('{"a":1}');
select json_typeof(v), is_varchar(v) from r where v = '{"a":1}'
=> string|true
### super: rows of a query become values
truncate r;
insert into r select 'x' union all select 'y';
insert into r (v) select id from orders where id < 3;
select v from r order by v
=> 1;2;"x";"y"
### super: update
update r set v = 'z' where v = 'x';
update r set v = 2.50 where v = 1;
select v from r order by v
=> 2;2.50;"y";"z"
### super: merge
create table s (v super, n int);
insert into s values ('y', 1), ('q', 2);
merge into r using s on r.v = s.v when matched then update set v = 'yes' when not matched then insert values ('no');
select v from r order by v
=> 2;2.50;"no";"yes";"z"
### super: a date cannot become one
select '2019-09-09'::date::super
=! cannot cast type date to super
### dynamic comparison of a text
create table c (j super);
insert into c values (json_parse('{"st":"P","n":3}')), (json_parse('{"st":7,"n":"3"}')), (json_parse('{"st":"P ","n":3.0}'));
select count(*) from c where j.st = 'P'
=> 2
### dynamic comparison of a number
select count(*) from c where j.n = 3
=> 2
### dynamic comparison is false, or null
select j.st = 'P', j.st <= 'P', j.nope = 'P' from c order by j.n, 1
=> true|true|NULL;true|true|NULL;false|NULL|NULL
### dynamic lists and ranges
select count(*) from c where j.n in (3, 4) and j.n between 1 and 3.5 and j.n not in ('3')
=> 2
### dynamic list of a query
select count(*) from c where j.st in (select 'P'::varchar(3))
=> 2
### dynamic groups
select j.n, count(*) from c group by j.n order by 1
=> 3|2;"3"|1
### dynamic groups by an alias
select j.n as n, count(*), max(j.st) from c group by n order by n desc
=> "3"|1|7;3|2|"P"
### dynamic distinct
select count(distinct j.n) from c
=> 2
### dynamic distinct rows
select count(*) from (select distinct j.st from c)
=> 2
### dynamic join
select count(*) from c a join c b on a.j.n = b.j.n
=> 5
### dynamic join with a column
select count(*) from c join orders o on c.j.n = o.id
=> 2
### dynamic arithmetic
select j.n + 1, j.n * 2.5, -j.n from c order by j.n
=> 4|7.5|-3;4.0|7.50|-3.0;NULL|NULL|NULL
### dynamic sum
select sum(j.n) from c
=> 6
### a sum of what is no decimal, or has too many digits
select sum(v) from (select json_parse('1e300') as v union all select json_parse('1'))
=! does not support SUM of the SUPER value 1e300
### a sum that would lose digits
select sum(v) from (select json_parse('0.00000000001') as v)
=! at most 28 digits before the point and 10 behind it: cast the values
### an average of values
select avg(j.n) from c
=! AVG of a SUPER value: cast it
### quotients whose digits are known
select v / 3, v / w, w % 4 from (select json_parse('6') as v, json_parse('4e0') as w)
=> 2|1.5|0
### a quotient of whole numbers that leaves a rest
select v / 4 from (select json_parse('6') as v)
=! does not support a quotient of SUPER values
### a quotient of decimals
select v / 2 from (select json_parse('7.5') as v)
=! cast both sides, such as
### what has too many digits is an error
select v + v from (select json_parse('99999999999999999999999999999999999999') as v)
=! Numeric data overflow (result precision)
### what a double cannot hold is an error
select v * v from (select json_parse('1e300') as v)
=! value out of range: overflow
### texts are joined with a plus
select v + 'b', v + 1 from (select json_parse('"a"') as v)
=> "ab"|NULL
### texts are not joined otherwise
select v || 'b' from (select json_parse('"a"') as v)
=! || of a SUPER value: cast it
### functions of texts
select upper(l.part), substring(l.part, 2, 1), len(l.part) from orders o, o.lines l where l.part like 'P1%'
=> P1|1|2
### case over a value
select case j.st when 'P' then 'text' else 'other' end, case when j.n = 3 then j.n else 'none' end from c order by 1, 2
=> other|"none";text|3;text|3.0
### coalesce and decode
select coalesce(j.nope, 'none'), nvl(j.st, 'x'), decode(j.st, 'P', 1, 7, 2, 0) from c order by 3, 2 limit 2
=> "none"|"P"|1;"none"|"P "|1
### casts
select j.st::varchar, j.n::int, j.n::decimal(5,2), j.st::int from c order by 1, 2, 3
=> 7|3|3.00|7;P|3|3.00|NULL;P |3|3.00|NULL
### casts to truth values
select 5::super::bool, 5.0::super::bool, json_parse('"2001-09-08"')::date, json_parse('[1]')::varchar
=> true|NULL|2001-09-08|NULL
### a value is a condition
select count(*) from (select json_parse('{"on":true}') as j) t where t.j.on and not t.j.off is true
=> 1
### steps
select j.a.b[1], j.c, j.nope, j.a.b[9], j.c.d, j.a.b[i] from (select json_parse('{"a":{"b":[10,20]},"c":"x"}') as j, 0 as i)
=> 20|"x"|NULL|NULL|NULL|10
### types of values
select json_typeof(json_parse('null')), is_array(null::super), is_object(json_parse('{"a":1}')), json_size(json_parse('[1, 2]')), decimal_scale(2.50::super)
=> null|false|true|5|2
### numbers keep their digits
select json_parse('{"a": 1.50, "b": [12345678901234567890123]}'), array(1.50, 2), object('a', 1.10, 'b', array('x', null))
=> {"a":1.50,"b":[12345678901234567890123]}|[1.50,2]|{"a":1.10,"b":["x",null]}
### what is no JSON
select json_parse('[1,2,]')
=! JSON parsing error: [1,2,]
### an attribute twice
select json_parse('{"a":1,"a":2}')
=! the attribute "a" stands twice
### valid JSON
select is_valid_json_array('[1,2,]'), is_valid_json('{"a":1,}'), can_json_parse('"x"'), json_array_length('[1', true)
=> false|false|true|NULL
### the size in memory is refused
select size(json_parse('[1]'))
=! JSON_SIZE
### dynamic set operations
select j.n from c union select '3'::varchar order by n
=> 3;"3"
### dynamic partitions
select distinct count(*) over (partition by j.n) from c order by 1
=> 1;2
### a view that is bound late
create view late as select o.id, l.part from public.orders o, o.lines l with no schema binding;
select id, part from late order by 2
=> 1|"P1";1|"P2";2|"P3"
### functions of arrays
select array_contains(array('red', null), 'red'), array_position(array(1, 2.0, 2), 2), array_positions(array('a', null, 'a'), 'a'), array_contains(array('red', null), 'blue', false), array_position(array(1), '1')
=> true|1|[0,2]|NULL|-1
### arrays as sets
select array_distinct(array(1, 1.0, 'a', null, null)), array_sort(array('b', 'a', 0, null, 1, false)), array_sort(array('b', 0, null), false), array_intersection(array('a','b','b'), array('b','b','b')), array_except(array(1, 2, 2), array(2)), arrays_overlap(array(1, null), array(null))
=> [1,"a",null]|[false,0,1,"a","b",null]|[null,"b",0]|["b","b"]|[1,2]|true
### parts of arrays keep their digits
select array_concat(array(1.50), array('a')), subarray(array(1.0, 2.00, 3), 1, 2), array_flatten(array(array(1.10), 2)), array_union(array(1, 1), array(2))
=> [1.50,"a"]|[2.00,3]|[1.10,2]|[1,2]
### names of attributes
select lower_attribute_names(json_parse('{"A":{"B":1}}')), upper_attribute_names(json_parse('[{"a":1}]'))
=> {"a":{"b":1}}|[{"A":1}]
### a text of JSON is wanted
select json_extract_path_text(json_parse('{"a":1}'), 'a')
=! write json_serialize
### attributes with upper case letters
create table cased (col super);
insert into cased values (json_parse('{"A": "big", "a": "small", "Two Words": 1}'));
set enable_case_sensitive_super_attribute to on;
select col.A, col.a, col."A", col."Two Words" from cased
=> "big"|"small"|"big"|1
### attributes without upper case letters
set enable_case_sensitive_super_attribute to off;
select col.A, col.a from cased
=> "small"|"small"
### strict steps are refused
set navigate_super_null_on_error to off
=! gives NULL on a laptop
### whole numbers
select floor(x), ceil(x), ceiling(x), round(x), trunc(x), abs(x), round(x, 1), json_typeof(floor(x)) from (select json_parse('-2.55') as x)
=> -3|-2|-2|-3|-2|2.55|-2.6|number
### a whole number of what is no number
select floor(json_parse('"a"')), abs(json_parse('[1]')), round(json_parse('null'))
=> NULL|NULL|NULL
### object_transform keeps and sets
create table person (p super);
insert into person values (json_parse('{"name":{"first":"Ann","last":"Lee"},"age":25,"ssn":"1","firm":"A"}')), (json_parse('[1]'));
select object_transform(p keep '"name"."first"', '"age"', '"firm"' set '"name"."first"', upper(p.name.first::varchar), '"age"', p.age + 5, '"new"."x"', 'y') from person order by 1
=> [1];{"name":{"first":"ANN"},"age":30,"firm":"A","new":{"x":"y"}}
### object_transform of nothing
select object_transform(json_parse('{"a":1}')), object_transform(null::super keep '"a"')
=> {"a":1}|NULL
### a path without quotes
select object_transform(p keep 'name') from person
=! a path of OBJECT_TRANSFORM is a text with names in double quotes
