### arrays without what is in another
select array_except(array('a', 'b', 'c'), array('b', 'c', 'd')), array_except(array('b', 'b', 'b', 'b'), array('b', 'b')), array_except(array('a', 'b', 'b'), array('b'), true), array_except(array('a', null), array(null))
=> ["a"]|["b","b"]|["a"]|["a"]
### what arrays have in common
select array_intersection(array(1, 2, 2, 3), array(2, 2, 4)), array_intersection(array(1, 2, 2, 3), array(2, 2, 4), true), arrays_overlap(array('red', null), array('green', null)), arrays_overlap(array('red', null), array('green'))
=> [2,2]|[2]|true|false
### all elements of two arrays once
select array_union(array('a', 'b', 'b'), array('b', 'c', 'c')), array_distinct(array(1, 1.0, '1', null, null))
=> ["a","b","c"]|[1,"1",null]
### the place of an element counts from nothing
select array_position(array('red', 'green'), 'green'), array_position(array(1, 2), 4), array_position(array('red', null), null), array_position(array('red', null), null, false), array_position(array('red', null), 'blue', false)
=> 1|-1|1|NULL|NULL
### all places of an element
select array_positions(array('red', 'green', 'red'), 'red'), array_positions(array(1), 4), array_contains(array(1, 2.50), 2.5), array_contains(array(1, null), null)
=> [0,2]|[]|true|true
### sorted arrays: by type, then by value
select array_sort(array('b', 'a', 0, null, 1, false)), array_sort(array('b', 'a', 0, null, 1, false), false), array_sort(array('b', null, 1), false, false)
=> [false,0,1,"a","b",null]|[null,"b","a",1,0,false]|["b",1,null]
### what is no array has no elements
select array_sort(json_parse('1')), array_union(array(1), null::super)
=> NULL|NULL
### names of attributes in one case
select lower_attribute_names(json_parse('{"A": [{"Bc": 1}]}')), upper_attribute_names(json_parse('{"a": {"b": "c"}}'))
=> {"a":[{"bc":1}]}|{"A":{"B":"c"}}
### truth values of whole numbers
select bool_and(a), bool_or(a) from (select 1 as a union all select 0)
=> false|true
### times with a zone are compared with others
select date_cmp_timestamptz(date '2008-01-01', timestamptz '2008-01-01 00:00:00+01'), timestamptz_cmp(timestamptz '2008-01-01 00:00:00+00', timestamptz '2008-01-01 01:00:00+01'), timestamp_cmp_timestamptz(timestamp '2008-01-01', timestamptz '2008-01-02 00:00:00+00'), timestamptz_cmp_date(timestamptz '2008-01-02 00:00:00+00', date '2008-01-01')
=> 1|0|-1|1
### bytes in front of a text within another
select octetindex('q', 'Öqr'), octetindex('x', 'abc'), octetindex('a', 'abc')
=> 3|0|1
### casts by the names of PostgreSQL's types
select int4('7'), int8(7.6), float8('1.5'), bool('t')
=> 7|8|1.5|true
### powers
select exp(0), dexp(1) = exp(1), power(2, 10), pow(2, -1), 2 ^ 3 ^ 2, power(1.5, 2), exp(-1000), power(null::int, 2), exp(x), x ^ 2, case when x < 700 then exp(x) end is null from (select 0 as x)
=> 1|true|1024|0.5|64|2.25|0|NULL|1|0|false
### the fingerprint of a text, and of bytes
select farmfingerprint64('Amazon Redshift'), farmfingerprint64('Amazon Redshift'::varbyte), farmfingerprint64(''), farmfingerprint64(null::varchar), farmfingerprint64(5) = farmfingerprint64('5')
=> 8085098817162212970|8085098817162212970|-7286425919675154353|NULL|true
### the fingerprint of columns
select farmfingerprint64(t), farmfingerprint64(b) from (select 'ä'::varchar(4) as t, to_varbyte('00ff80', 'hex') as b)
=> 707521742561851175|2401315386845336624
### the fingerprint of a truth value is refused
select farmfingerprint64(true)
=! FARMFINGERPRINT64 of boolean: cast it
### accounts of AWS
select current_aws_account
=! does not support accounts of AWS
