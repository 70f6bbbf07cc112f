### setup
create table sold (price decimal(8,2), commission decimal(8,2), pieces int, at timestamp, day date, name varchar(20));
insert into sold values (20.10, 6.40, 3, '2008-01-25 14:30:00', '2008-01-25', 'ann'), (10.00, 0.05, 7, '2008-06-01 00:00:00', '2008-06-01', 'ann  ');
select count(*) from sold
=> 2
### decimal division
select price / commission, price / pieces from sold order by price desc
=> 3.140625000|6.7000000000000;200.000000000|1.4285714285714
### decimal division of literals
select 10.0 / 3, -2.0 / 3, 1.0 / 3.0 * 3.0
=> 3.333333333333|-0.666666666666|0.99990
### decimal division by zero
select price / 0 from sold
=! Divide by zero
### division of whole numbers and of doubles stays
select 7 / 2, 7::float / 2
=> 3|3.5
### average of decimals is cut off
select avg(price), avg(pieces), avg(distinct price) from sold
=> 15.05|5|15.05
### average of decimals over nothing
select avg(price) from sold where false
=> NULL
### average over a window
select avg(commission) over (partition by name) from sold order by 1
=> 3.22;3.22
### trailing blanks in comparison
select count(*) from sold where name = 'ann'
=> 2
### trailing blanks in a join
select count(*) from sold a join sold b on a.name = b.name
=> 4
### trailing blanks in a list and in a range
select count(*) from sold where name in ('ann   ', 'bob') and name between 'a' and 'ann'
=> 2
### trailing blanks count once
select count(distinct name) from sold
=> 1
### leading blanks count
select count(*) from sold where name = ' ann'
=> 0
### a date beside a literal in any form
select count(*) from sold where day = '1/25/2008' or day in ('Jun 1, 2008') or at > '20080602'
=> 2
### casts of literals
select '12-31-2008'::date, cast('Jun 1,2008' as date), date '20081231', timestamp 'Jan 1, 2008 04:05 PM'
=> 2008-12-31|2008-06-01|2008-12-31|2008-01-01 16:05:00
### now and today
select 'today'::date = current_date, dateadd(day, 1, 'today') > getdate()
=> true|true
### a date with a time behind it
select date '2008-12-31 04:05:06'
=> 2008-12-31
### trunc of a timestamp
select trunc(at), count(*) from sold group by trunc(at) order by 1
=> 2008-01-25|1;2008-06-01|1
### a number beside a timestamp is days
select at + 1, day + 1, at - pieces from sold order by at limit 1
=> 2008-01-26 14:30:00|2008-01-26|2008-01-22 14:30:00
### functions of texts take numbers and moments
select substring(at, 6, 2), strpos(price, '.'), reverse(pieces), repeat(2::smallint, 3), left(day, 4) from sold order by at limit 1
=> 01|3|3|222|2008
### wherever they stand among the arguments
select position('2' in 12.5::float8), charindex(2, 12.5::float8), sha1(5) = sha1('5'), ascii(7), left(99.5::float8, 1)::int, split_part(12.5::float8, '.', 2), to_date(20260131, 'YYYYMMDD'), replace(101, 0, 7)
=> 2|2|true|55|9|5|2026-01-31|171
### parts of dates
select date_part(sec, '2009-09-21 11:10:03.189717'::timestamp), extract(decade from date '1999-02-16'), extract(decade from date '2010-01-01')
=> 3.189717|200|202
### hashes
select fnv_hash(1), fnv_hash(1::smallint), fnv_hash(1::bigint), fnv_hash('cd', fnv_hash('ab')) = fnv_hash('abcd'), crc32('hello')
=> -5968735742475085980|589727492704079044|-8517097267634966620|true|3610a686
### hashes of other types
select fnv_hash(current_date)
=! FNV_HASH of date
### the hash of a decimal, whose bytes the guide does not say
select fnv_hash(1.50::decimal(5,2))
=! FNV_HASH of numeric
### checksum of a decimal
select checksum(price) from sold order by price
=> 1000;2010
### sounds
select soundex('Robert'), difference('Robert', 'Rupert'), difference('a', ''), difference('%', '@')
=> R163|4|0|1
### regular expressions with parameters
select regexp_substr('the fox', 'FOX', 1, 1, 'i'), regexp_count('aXbx', 'x', 1, 'i'), regexp_instr('abcabc', 'b', 1, 2, 0, 'c'), regexp_replace('one two', 'T(w)', '$1', 1, 'i')
=> fox|2|5|one wo
### regular expressions that look around
select regexp_count('a1 b', '(?=[a-z][0-9])[a-z]', 1, 'p')
=> 1
### look around without the parameter
select regexp_count('a1 b', '(?=[a-z][0-9])[a-z]', 1, 'c')
=! takes the parameter p
### comparisons as functions
select date_cmp(day, '2008-01-26'), timestamp_cmp(at, at), bpcharcmp('a', 'a '), date_part_year(day), interval_cmp('3 days', '1 year') from sold order by day limit 1
=> -1|0|0|2008|-1
### binary values
select to_varbyte('4', 'hex'), to_varbyte('01001101', 'binary'), from_varbyte(to_varbyte('a', 'utf8'), 'binary'), getbit(to_varbyte('4d', 'hex'), 2)
=> 04|4d|01100001|1
### arrays
select array_concat(array(1, 2), array('a')), subarray(array('a', 'b', 'c', 'd'), 1, 2), split_to_array('12|3', '|'), array_flatten(array(1, array(2, array(3, array()))))
=> [1,2,"a"]|["b","c"]|["12","3"]|[1,2,3]
### types of values
select is_array(array(1)), is_object(json_parse('{}')), is_bigint(json_parse('5')), is_smallint(json_parse('70000')), is_varchar(json_parse('"x"')), is_scalar(json_parse('[]'))
=> true|true|true|false|true|false
### rows of a series
select generate_series(1, 3)
=> 1;2;3
### spatial functions
select st_area(st_geomfromtext('POINT(0 0)'))
=! the embedded warehouse does not support spatial functions: ST_
### decimal arithmetic in a procedure
create table quotients (a decimal(20, 10), b decimal(38, 2));
create or replace procedure divide(in x decimal(8,2)) as $$
declare y decimal(8,2) := 3; mean decimal(38, 2);
begin
    select avg(price) into mean from sold where name = 'ann';
    insert into quotients values (x / y, mean);
end; $$ language plpgsql;
call divide(10);
select a, b from quotients
=> 3.3333333330|15.05
### a moment in the session's zone
set timezone to 'America/New_York';
select timestamptz '2008-06-01 12:00:00+00', timestamp '2008-06-01 12:00:00'
=> 2008-06-01 08:00:00-04|2008-06-01 12:00:00
### the zone back to what it was
set timezone to 'America/New_York';
set timezone to default;
show timezone
=> UTC
### texts are joined by a plus
select name + '!' + 'x', 'a' + name from sold where pieces = 3
=> ann!x|aann
### a moment like a text
select count(*) from sold where at like '2008-01-25%' and price like '20.%'
=> 1
### a decimal is no boolean
select 5.0::bool
=! cannot cast type numeric to boolean
### also if it has no digit behind the point
select cast(5::decimal as boolean)
=! cannot cast type numeric to boolean
### a whole number is one, and a SUPER value gives NULL
select 5::bool, 0::bool, 5.0::super::bool
=> true|false|NULL
