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
### a part of a negative length is an error
select substring('abc', 1, n) from (select 0 - 1 as n)
=! negative substring length not allowed
### a part of a negative length by literals
select substr('abc', 2, -1)
=! negative substring length not allowed
### a part of no characters, and of a length that is NULL
select substring('abc', 1, n), substring('abc', 2, null), substring('abc', 2, '1'), substring(s, 0, 2) from (select 0 as n, 'abc' as s)
=> |NULL|b|a
### a part of no known place or length
select substring('abc', n), substring('abc', n, 2), substring('abc', 0, n), substring('abc', 2, n), substring('abc', 0), substring('abc', -1, 3) from (select null::int as n)
=> NULL|NULL|NULL|NULL|abc|a
### whole numbers stay whole where they are rounded
select floor(7) / 2, ceil(x) / 2, ceiling(-x) / 2, floor(7.0) / 2, floor(1.5::float8) / 2, floor(null::int) from (select 7 as x)
=> 3|3|-3|3.5|0.5|NULL
### a number in quotes for a function of several types
select abs('-3')
=! ABS of a text in quotes: cast it
### lengths and places are of type integer
select strpos('abc', 'c') * 2000000000
=! integer out of range
### so are lengths
select len('abc') * 2000000000
=! integer out of range
### an element in front of the first is not there
select json_extract_array_element_text('[1, 2]', -1), json_extract_array_element_text(j, n), json_extract_array_element_text(j, n + 1), json_extract_array_element_text('[1', -1, true), json_array_length(j) / 2 from (select '[1, 2, 3]' as j, -1 as n)
=> NULL|NULL|1|NULL|1
### a truth value has no digits
select to_char(true, '9')
=! function to_char(boolean
### a number in a base without room
select strtol('99999999999999999999', 10)
=! is out of range for STRTOL
### a text that is no number has no digits
select to_char('abc', '9')
=! invalid input syntax for type numeric: "abc"
### what is empty fills nothing
select lpad('abc', 5, ''), rpad('abc', 2, ''), rpad('abc', 5, null), lpad('x', 3, 'ab')
=> abc|ab|NULL|abx
### parts between nothing
select split_part('a,b', '', 1), split_part('a,b', '', 2) = '', split_part('a,b', ',', 2), split_part(null, '', 2)
=> a,b|true|b|NULL
