### setup
create table n (i int, d decimal(10,2), f float, at timestamp, z timestamptz, day date);
insert into n values (485, -125.88, 0.1, '2009-12-31 23:15:59.325143', '2009-12-31 23:15:59+00', '2009-01-01'), (null, null, null, null, null, null);
select count(*) from n
=> 2
### numbers by their types
select to_char(i, '999'), to_char(d, '999D99S'), to_char(f, '0.99'), to_char(i, 'RN'), to_char(d, '$999D99PR'), to_char(i, 'FM999th') from n order by i nulls last
=>  485|125.88-| 0.10|        CDLXXXV|$<125.88>|485th;NULL|NULL|NULL|NULL|NULL|NULL
### computed numbers
select to_char(728.00 - 109.20, 'l99999D99'), to_char(618.80, 'rn'), to_char(1e3::float, '9,999'), to_char(-0.1, '99.99'), to_char(12345678901234567890.5, 'FM99999999999999999999.9')
=> $   618.80|          dcxix| 1,000|  -.10|12345678901234567890.5
### moments by their types
select to_char(at, 'MONTH-DY-DD-YYYY HH12:MIPM'), to_char(at, 'HH24:MI:SS.MS US'), to_char(day, 'IYYY-IW D J CC Q'), to_char(z, 'HH24 TZ OF'), to_char(at, 'HH12 TZ') from n where i is not null
=> DECEMBER -THU-31-2009 11:15PM|23:15:59.325 325143|2009-01 5 2454833 21 1|23 UTC +00|11 UTC
### a moment in the zone of the session
set timezone to 'America/New_York';
select to_char(z, 'YYYY-MM-DD HH24:MI TZ OF') from n where i is not null
=> 2009-12-31 18:15 EST -05
### back again
set timezone to default;
select to_char('2009-12-31 23:15:59', 'DDD') 
=> 365
### a template in a column
create table m (t varchar(20)); insert into m values ('YYYY'), ('FMMonth');
select to_char(at, t) from n, m where i is not null order by 1
=> 2009;December
### bad templates are refused by name
select to_char(1, '9.9.9')
=! invalid format "9.9.9": a template has one decimal point
### bad templates of numbers
select to_char(1.5, '9EEEE')
=! Redshift has no `EEEE`
### numbers are read
select to_number('12,454.8-', '99G999D9S'), to_number('$ 12,454.88', 'L 99G999D99'), to_number('$ 2,012,454.88', 'L 9,999,999.99'), to_number('485', '999') + 1
=> -12454.8|12454.88|2012454.88|486
### what is no number
select to_number('abc', '999')
=! invalid input syntax for type numeric: "abc"
### dates are read
select to_date('02 Oct 2001', 'DD Mon YYYY'), to_date('20010631', 'YYYYMMDD', FALSE), to_date('20010631', 'YYYYMMDD'), to_timestamp('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS')
=> 2001-10-02|2001-07-01|2001-07-01|2011-12-19 00:38:15+00
### strictly
select to_date('20010631', 'YYYYMMDD', TRUE)
=! date/time field value out of range
### strictly a time
select to_timestamp('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS', TRUE)
=! date/time field value out of range
### a zone is not read
select to_timestamp('2011-12-18 +01', 'YYYY-MM-DD OF')
=! "OF" is a format of TO_CHAR only
### dates of columns
create table texts (t varchar(20)); insert into texts values ('01/31/99'), (null);
select to_date(t, 'MM/DD/YY') from texts order by 1
=> 1999-01-31;NULL
### what is no date
select to_date('abc', 'YYYY-MM-DD')
=! invalid value "abc" for "YYYY"
