### texts of numbers of floating point
select 2::float8::varchar, 2::float8 || 'a', 1e15::float8::varchar, 1.5e-7::float8::varchar, (1 / 3::float8)::varchar, 123456789::float8::varchar, 'NaN'::float8::varchar, '-Infinity'::float8::varchar
=> 2|2a|1e+15|1.5e-07|0.333333333333333|123456789|NaN|-Infinity
### of single precision
select 2.5::real::varchar, (1::real / 3::real)::varchar, 1234567::real::varchar, 2::real::char(5)
=> 2.5|0.333333|1.23457e+06|2
### wherever a text is wanted
create table measured (f float8, r real, t varchar(20));
insert into measured values (2, 0.5, 3::float8), (2.25, 1, null);
insert into measured select f, r, f from measured where t is null;
update measured set t = r where t is null;
select len(f), left(f, 4), f like '2', text(f), t from measured where f = 2
=> 1|2|true|2|3
### in lists
select listagg(f, ',') within group (order by f, t) from measured
=> 2,2.25,2.25
### and in those of others
select listagg(t, ',') within group (order by t) from measured
=> 1,2.25,3
### as many digits as the session says
set extra_float_digits to 2;
select 0.1::float8 || ' m', (1::real / 3::real) || ' m'
=> 0.10000000000000001 m|0.33333334 m
### the digits back
set extra_float_digits to default;
select 0.1::float8 || ' m'
=> 0.1 m
### a truth value is no text
select (1 = 1)::varchar
=! cannot cast type boolean to character varying
### nor joined to one
select (1 = 1) || 'a'
=! Redshift has no boolean || text
### a number with a fraction is no truth value
select 1.5::boolean
=! cannot cast type numeric to boolean: compare it
### nor the other way
select (1 = 1)::float8
=! cannot cast type boolean to double precision: cast it to integer first
### whole numbers beyond BIGINT are decimals
select 9223372036854775808, -9223372036854775808, 9223372036854775807
=> 9223372036854775808|-9223372036854775808|9223372036854775807
### up to 38 digits
select 999999999999999999999999999999999999999
=! out of range for type numeric: it has more than 38 digits
### a number that is too large
select 1e400
=! the number 1e400 is out of range for type double precision
### a text of such a number
select '1e400'::float8
=! "1e400" is out of range for type double precision
### in a column
select v::float8 from (select '1e400'::varchar as v)
=! "1e400" is out of range for type double precision
### of single precision
select '1e39'::real
=! "1e39" is out of range for type real
### a text that is infinite
select ('Infinity'::float8)::varchar, v::float8::varchar from (select '-infinity'::varchar as v)
=> Infinity|-Infinity
### whole numbers in texts
select ' 12 '::int, '+5'::bigint, v::int + 1 from (select ' 7'::varchar as v)
=> 12|5|8
### digits with signs between them
select '1_000'::int
=! invalid input syntax for integer: "1_000"
### digits of another base
select '0x10'::int
=! invalid input syntax for integer: "0x10"
### a fraction in a column
select v::int from (select '1.5'::varchar as v)
=! invalid input syntax for integer: "1.5"
### what cannot be cast is nothing
select try_cast('1.5' as int), try_cast(v as int), try_cast('infinity' as date), try_cast('25:00' as time), try_cast(w as date) from (select '1.5'::varchar as v, '-infinity'::varchar as w)
=> NULL|NULL|NULL|NULL|NULL
### literals beside whole numbers
select mod(10, '3'), mod('10', 3), 10 % '3', 10 / '3', '10' / 3
=> 1|1|1|3|3
### shifted bits
select 1 << 4, -1 << 2, 1 << 31, 1::bigint << 63, 3::smallint << 15, -8 >> 1, null::int << 1
=> 16|-4|-2147483648|-9223372036854775808|-32768|-4|NULL
### beyond the number
select 1 << 40
=! the embedded warehouse does not support a shift by 40 of a number of 32 bits: shift by 0 to 31
### backwards
select 1 >> -1
=! the embedded warehouse does not support a shift by -1 of a number of 32 bits
### filled up with nothing
select lpad('a', 5, ''), rpad('a', 5, ''), lpad('abc', 2, ''), lpad('a', 3, 'xy')
=> a|a|ab|xya
### split at nothing
select split_part('a,b', '', 1), split_part('a,b', '', 2) = '', split_part('a,b', ',', 2)
=> a,b|true|b
### times in every form
select '191119'::time, time '4:05 PM', '10:00:00.50'::time, '24:00:00'::time, '10:00+02'::time, v::time from (select '2003-04-12 04:05:06'::varchar as v)
=> 19:11:19|16:05:00|10:00:00.5|24:00:00|10:00:00|04:05:06
### times with a zone are of UTC
select timetz '10:00+02', '20:41:19 UTC'::timetz, '07:37:16 PST'::timetz, '10:00'::timetz, timetz('11:00+01'), v::timetz from (select '204119 UTC'::varchar as v)
=> 08:00:00+00|20:41:19+00|15:37:16+00|10:00:00+00|10:00:00+00|20:41:19+00
### casts of times
select z::time, z::timetz, p::time, p::timetz, '10:00'::time::timetz, timetz '10:00+02'::time, (timetz '10:00+02')::varchar from (select '2020-01-01 10:00:00+00'::timestamptz as z, '2020-01-01 11:00:00'::timestamp as p)
=> 10:00:00|10:00:00+00|11:00:00|11:00:00+00|10:00:00+00|08:00:00|08:00:00+00
### in the zone of the session
set timezone to 'America/New_York';
select z::time, z::timetz from (select '2020-01-01 10:00:00+00'::timestamptz as z)
=> 05:00:00|10:00:00+00
### the zone back
set timezone to default;
create table timetable (start_time time, end_time timetz);
insert into timetable values ('19:11:19', '20:41:19 UTC'), ('191119', '204119 UTC'), ('9:00 PM', '10:00+02');
insert into timetable select v, v || ' PST' from (select '1:00'::varchar as v);
update timetable set start_time = '210000' where start_time = '21:00:00';
select start_time, end_time from timetable order by 1, 2
=> 01:00:00|09:00:00+00;19:11:19|20:41:19+00;19:11:19|20:41:19+00;21:00:00|08:00:00+00
### compared with literals
select count(*) from timetable where start_time = '7:11:19 PM' and end_time = '22:41:19+02'
=> 2
### unloaded and loaded
unload ('select start_time, end_time from timetable where start_time = ''21:00:00''') to 's3://bkt/times_' iam_role default csv parallel off;
create table clocks (s varchar(20), e varchar(20));
copy clocks from 's3://bkt/times_000' iam_role default csv;
create table loaded_times (s time, e timetz);
copy loaded_times from 's3://bkt/times_000' iam_role default csv;
select c.s, c.e, l.s, l.e from clocks c, loaded_times l
=> 21:00:00|08:00:00+00|21:00:00|08:00:00+00
### what is no time
select '2020-01-01'::varchar::time
=! time field value out of range
### beyond a day
select '25:00:00'::time
=! time field value out of range: "25:00:00"
### a zone of a time
select time '10:00' at time zone 'PST'
=! does not support AT TIME ZONE of a time of day
### between times
select time '10:00' - time '09:30'
=> 0 days 0 hours 30 mins 0.0 secs
### no moment is infinite
select 'infinity'::timestamp
=! invalid input syntax for type timestamp: "infinity"
### nor a date
select date '-infinity'
=! Redshift has no infinite dates
### nor with a zone
select 'Infinity'::timestamptz
=! Redshift has no infinite dates
### nor from a column
select v::date from (select 'infinity'::varchar as v)
=! Redshift has no infinite dates
### nor on its way into one
create table days (d date, p timestamp); insert into days values ('infinity', null)
=! Redshift has no infinite dates
### nor loaded
create table days (d date, p timestamp);
unload ('select ''infinity''::varchar, ''2020-01-01''::varchar') to 's3://bkt/infinite_' iam_role default csv parallel off;
copy days from 's3://bkt/infinite_000' iam_role default csv
=! Invalid Date Format
### there is no year zero
select '0000-01-01'::date
=! date field value out of range: "0000-01-01"
### nor in a column
select d.v::date from (select '0000-01-01'::varchar as v) d
=! date field value out of range: "0000-01-01"
### intervals as texts
select (interval '1-2' year to month)::varchar, interval '1 2:03:04.5' day to second || '', (interval '-1' hour)::text
=> 1 years 2 mons|1 days 2 hours 3 mins 4.5 secs|0 days -1 hours 0 mins 0.0 secs
### whole numbers as bytes
select 5::smallint::varbyte, 5::varbyte, 5::bigint::varbyte, (-5)::int::varbyte
=> 0005|00000005|0000000000000005|fffffffb
### no hexadecimal digits
select to_varbyte('xyz', 'hex')
=! TO_VARBYTE in the format hex takes hexadecimal digits, and no "xyz"
### no binary digits
select to_varbyte('123', 'binary')
=! TO_VARBYTE in the format binary takes the digits 0 and 1, and no "123"
### no such bit
select getbit('a'::varbyte, 100)
=! there is no bit 100 in 1 bytes: the first is 0
### a negated number has no room
select -s from (select (-32768)::smallint as s)
=! the negated number is out of range for its type
### a text with a fraction for a column of whole numbers
create table whole (i int, r real); insert into whole values ('1.5', 1)
=! invalid input syntax for integer: "1.5"
### from a query
create table whole (i int, r real); insert into whole select v, 1 from (select '1.5'::varchar as v)
=! invalid input syntax for integer: "1.5"
### a text that is too large for its column
create table whole (i int, r real); insert into whole values (1, '1e40')
=! "1e40" is out of range for type real
### texts that fit
create table whole (i int, r real);
insert into whole values (' 7', '0.5'), (1.5, 2), (2.5::float8, '3');
insert into whole select v, v from (select '9'::varchar as v);
update whole set i = '8' where i = 7;
select i, r from whole order by r
=> 8|0.5;2|2;2|3;9|9
### a number of single precision beside another number
select 1 / 3::real = 1 / 3::float8, (1 / 3::real)::varchar, 2::real * 0.1 = 0.2::float8
=> true|0.333333333333333|true
### parts of an interval
select extract(hour from interval '25' hour), extract(day from interval '25' hour), date_part(month, interval '14' month), extract(epoch from interval '25' hour)
=> 1|1|2|90000
### what a procedure says of a number
create or replace procedure say_number(f float8) as $$
begin
    raise exception 'found % rows', f / 1;
end; $$ language plpgsql;
call say_number(2)
=! found 2 rows
### and puts into a text
create table said (v varchar(10));
create or replace procedure keep_number(f float8) as $$
declare t varchar(10) := f; i int := ' 3';
begin
    insert into said values (t || i);
end; $$ language plpgsql;
call keep_number(2);
select v from said
=> 23
