### setup
create table d (t varchar(40), day date, at timestamp);
insert into d (t) values ('12/31/2008'), ('Jan 1,2008'), ('J2451187'), ('2008-02-03'), (null);
select count(*) from d
=> 5
### texts of a column as dates
select t::date from d order by 1;
select cast(t as date), cast(t as timestamp) from d order by 1
=> 1999-01-08|1999-01-08 00:00:00;2008-01-01|2008-01-01 00:00:00;2008-02-03|2008-02-03 00:00:00;2008-12-31|2008-12-31 00:00:00;NULL|NULL
### computed texts as timestamps
select ('12/31/' || '2008 04:05 PM')::timestamp, cast(trim(' 20080215 040506 ') as timestamp), try_cast('x' || t as date) is null from d where t like '12%'
=> 2008-12-31 16:05:00|2008-02-15 04:05:06|true
### literals of other forms
select 'J2345678 04:05:06.789'::timestamp, date 'J2451187', 'Thu Jan 08 04:05:06 1996'::timestamp, '080215'::date
=> 1710-02-23 04:05:06.789|1999-01-08|1996-01-08 04:05:06|2008-02-15
### what is no date
select ('x' || t)::date from d where t is not null
=! invalid input syntax for type date: "x
### inserts of other forms
insert into d (day, at) values ('12/31/2008', 'Jan 2, 2008 04:05:06'), ('2008.001', '20080103');
insert into d (at, day) select t, t from d where t = 'J2451187';
select day, at from d where day is not null order by 1, 2
=> 1999-01-08|1999-01-08 00:00:00;2008-01-01|2008-01-03 00:00:00;2008-12-31|2008-01-02 04:05:06
### intervals without fields
select date '2008-12-31' + interval '3 hours, 35 minutes', date '2008-12-31' + interval '1w, 1h, 1m, 1s', date '2008-12-31' + interval '0.5 days', date '2023-03-31' - interval '4 months', date '2008-12-31' + interval '59'
=> 2008-12-31 03:35:00|2009-01-07 01:01:01|2008-12-31 12:00:00|2022-11-30 00:00:00|2008-12-31 00:00:59
### intervals with fields
select interval '1-2' year to month, interval '23' month, interval '1 2:03:04' day to second, interval '-2' day, interval '1 2:03:04.5' day to hour
=> 1 years 2 mons|1 years 11 mons|1 days 2 hours 3 mins 4.0 secs|-2 days 0 hours 0 mins 0.0 secs|1 days 2 hours 0 mins 0.0 secs
### intervals in columns
create table spans (m interval year to month, s interval day to second);
insert into spans values (interval '14' month, interval '1 day 30 minutes' day to second);
select m, s, timestamp '2020-01-31' + m, timestamp '2020-01-31' + s from spans
=> 1 years 2 mons|1 days 0 hours 30 mins 0.0 secs|2021-03-31 00:00:00|2020-02-01 00:30:00
### an interval of both kinds
select interval '1 year 1 day' day to second
=! cannot contain year-month parts
### no interval
select interval '1 parsec'
=! interval units "parsec" not recognized
### no interval either
select interval '1:2:3:4'
=! invalid input syntax for type interval
### times of an interval
select timestamp 'epoch' + 1199217600 * interval '1 second', 2 * interval '1 day'
=> 2008-01-01 20:00:00|2 days 0 hours 0 mins 0.0 secs
### parts of a second
select extract(sec from timestamp '2009-09-21 11:10:03.189717'), date_part(sec, timestamp '2009-09-21 11:10:03.189717'), extract(ms from timestamp '2009-09-21 11:10:03.189717'), extract(us from timestamp '2009-09-21 11:10:03.189717')
=> 3|3.189717|189|189717
### every part by its names
select date_part(mil, d), date_part(cent, d), date_part(decs, d), date_part(yr, d), date_part(qtr, d), date_part(mon, d), date_part(w, d), date_part(dw, d), date_part(dy, d), date_part(d, d), date_part(hr, d), date_part(mins, d) from (select timestamp '2008-02-15 13:14:15' as d)
=> 3|21|201|2008|1|2|7|5|46|15|13|14
### a part that there is not
select extract(yearweek from date '2008-02-01')
=! does not support the date part `yearweek`
### the name of the column
create table named as select date_part(epoch, timestamp '2008-01-01 20:00:00'), extract(year from date '2008-01-01');
select pgdate_part, date_part from named;
select pgdate_part from named
=> 1199217600
### intervals as columns
create table pauses (id int, y2m interval year to month, d2s interval day to second);
insert into pauses values (1, '1-2', '3 04:05:06'), (2, interval '10' month, interval '20' hour), (3, '1 year', '-1 day'), (4, null, null);
select * from pauses order by id
=> 1|1 years 2 mons|3 days 4 hours 5 mins 6.0 secs;2|0 years 10 mons|0 days 20 hours 0 mins 0.0 secs;3|1 years 0 mons|-1 days 0 hours 0 mins 0.0 secs;4|NULL|NULL
### their sums and averages
select sum(y2m), avg(y2m), sum(d2s), max(d2s), min(y2m), avg(d2s) from pauses
=> 3 years 0 mons|1 years 0 mons|3 days 0 hours 5 mins 6.0 secs|3 days 4 hours 5 mins 6.0 secs|0 years 10 mons|1 days 0 hours 1 mins 42.0 secs
### a sum over a window
select id, sum(d2s) over (order by id rows unbounded preceding) from pauses order by id limit 2
=> 1|3 days 4 hours 5 mins 6.0 secs;2|4 days 0 hours 5 mins 6.0 secs
### products and quotients
select interval '6' hour / 4, interval '3' day * 2, 1.5 * interval '1' hour, interval '7' month / 2, interval '1-1' year to month * 2
=> 0 days 1 hours 30 mins 0.0 secs|6 days 0 hours 0 mins 0.0 secs|0 days 1 hours 30 mins 0.0 secs|0 years 3 mons|2 years 2 mons
### casts of texts
select '1-2'::interval year to month, cast('36' as interval hour), '1 day 2 hours'::interval day to second, 'P'::varchar || ''
=> 1 years 2 mons|1 days 12 hours 0 mins 0.0 secs|1 days 2 hours 0 mins 0.0 secs|P
### a number for a column needs its unit
insert into pauses values (5, '20', null)
=! the number `20` without a unit for a column of intervals
### an update
update pauses set y2m = '2-0' where id = 1; select y2m from pauses where id = 1
=> 2 years 0 mons
### differences of times with a zone
select datediff(minute, timetz '10:00:00+00', timetz '10:30:00+01')
=> -30
### boundaries of weeks
select datediff(week, '2024-01-07', '2024-01-08'), datediff(week, '2024-01-06', '2024-01-07'), datediff(w, date '2019-12-31', date '2019-12-27'), datediff(week, '2009-01-01', '2009-12-31'), datediff(week, null, '2009-12-31')
=> 1|0|-1|52|NULL
### boundaries of centuries
select datediff(century, '2000-12-31', '2001-01-01'), datediff(mil, '1999-12-31', '2000-01-01'), datediff(decade, '2019-12-31', '2020-01-01')
=> 1|0|1
### a century begins with its year 1
select date_trunc('millennium', timestamp '2020-04-30 04:05:06'), date_trunc('century', timestamp '2000-05-05 10:00:00'), date_trunc('cent', date '2020-04-30')
=> 2001-01-01 00:00:00|1901-01-01 00:00:00|2001-01-01 00:00:00
### weeks are a number
select trunc(datediff(week, '2024-01-01', '2024-01-15')) + 1, dateadd(day, datediff(week, '2024-01-01', '2024-01-15')::int, '2024-01-01')
=> 3|2024-01-03 00:00:00
