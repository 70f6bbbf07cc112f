### joined
select 'a'::varbyte || 'b'::varbyte, 'a'::varbyte + 'b'::varbyte
=> 6162|6162
### bits
select from_varbyte(~'a'::varbyte, 'binary'), from_varbyte('a'::varbyte & 'b'::varbyte, 'binary'), from_varbyte('a'::varbyte | 'b'::varbyte, 'binary'), from_varbyte('a'::varbyte # 'b'::varbyte, 'binary')
=> 10011110|01100000|01100011|00000011
### compared
select 'a'::varbyte < 'b'::varbyte, 'a'::varbyte = 'b'::varbyte, null::varbyte & 'a'::varbyte
=> true|false|NULL
### of different lengths
select 'ab'::varbyte & 'a'::varbyte
=! does not support & between VARBYTE values of 2 and 1 bytes
### texts and bytes
select to_hex('ä"'::varbyte), 'ä"'::varbyte::varchar, json_serialize_to_varbyte(json_parse('[1,"abc"]'))::varchar
=> c3a422|ä"|[1,"abc"]
### a char has the blanks that fill it
create table padded (c char(10), v varchar(10));
insert into padded values ('aa', 'aa');
select to_hex(c::varbyte), to_hex(v::varbyte), to_hex('aa'::char(4)::varbyte) from padded
=> 61612020202020202020|6161|61612020
### of a column
select v::varbyte + c::varbyte from padded
=> 616161612020202020202020
### length of bytes
select len('français'::varbyte), length(to_varbyte('616263ff', 'hex')), len(v::varbyte) from padded
=> 9|4|2
### a part of bytes
select from_varbyte(substring('abcdef'::varbyte, 2, 2), 'utf8'), from_varbyte(substring('abc'::varbyte, 0, 2), 'utf8'), from_varbyte(substr('abc'::varbyte, 3), 'utf8'), octet_length(substring('abc'::varbyte, 9))
=> bc|a|c|0
### hexadecimal digits of negative numbers
select to_hex(-1), to_hex(-1::bigint), to_hex(2147676847::bigint)
=> ffffffff|ffffffffffffffff|8002f2af
### lengths in bytes
select len('äb'::varbyte), length(v::varbyte), octet_length(v::varbyte) from (select 'abc'::varchar(4) as v)
=> 3|3|3
### a part of bytes of no known place or length
select substring('abc'::varbyte, n), substring('abc'::varbyte, 1, n) from (select null::int as n)
=> NULL|NULL
### a part of bytes of a negative length
select substring('abc'::varbyte, 1, -1)
=! negative substring length not allowed
### a fixed text has all of its bytes, and as many characters as are no blanks
select octet_length(c), len(c), octet_length('a'::char(3)), octet_length(trim(c)), octet_length(v), octet_length(null::char(3)) from padded
=> 10|2|3|2|2|NULL
