delete from core.dim_date
where year = cast(:year as integer);

insert into core.dim_date
with digit as (
    select 0 as n
    union all
    select 1
    union all
    select 2
    union all
    select 3
    union all
    select 4
    union all
    select 5
    union all
    select 6
    union all
    select 7
    union all
    select 8
    union all
    select 9
),
calendar as (
    select
        dateadd(
            day,
            hundreds.n * 100 + tens.n * 10 + ones.n,
            to_date(cast(:year as varchar(4)) || '0101', 'YYYYMMDD')
        )::date as day
    from digit hundreds
    cross join digit tens
    cross join digit ones
)
select
    to_char(c.day, 'YYYYMMDD')::integer,
    c.day,
    extract(year from c.day),
    extract(quarter from c.day),
    extract(month from c.day),
    extract(dow from c.day),
    decode(
        extract(dow from c.day),
        0, 'Sunday',
        1, 'Monday',
        2, 'Tuesday',
        3, 'Wednesday',
        4, 'Thursday',
        5, 'Friday',
        'Saturday'
    ),
    date_trunc('week', c.day)::date,
    last_day(c.day),
    extract(dow from c.day) in (0, 6),
    decode(
        to_char(c.day, 'MM-DD'),
        '01-01', 'New Year''s Day',
        '07-04', 'Independence Day',
        '11-11', 'Veterans Day',
        '12-25', 'Christmas Day'
    )
from calendar c
where extract(year from c.day) = cast(:year as integer);

select
    count(*) as days,
    sum(case when is_weekend then 1 else 0 end) as weekend_days,
    count(holiday) as holidays
from core.dim_date
where year = cast(:year as integer);
