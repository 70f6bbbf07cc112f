-- Type 2: an address that is different today gets a new version; the old one ends yesterday.
--
-- The day's file is compared with the version that was valid *on that day*, not with the newest
-- one. That is what makes a day safe to run again, today or after later days were loaded:
--
--   nothing different              nothing is written
--   different, began that day      a correction: the version is overwritten
--   different, began before        the version ends the day before, and a new one takes over its end
--   no version on that day         a new address, or one that is known only from later
delete from sales_stage.customer_address;

copy sales_stage.customer_address
from 's3://sales-landing/{{job_run_date}}/customer_address.csv'
iam_role default
csv
ignoreheader 1;

create temp table changed (
    address_key bigint,
    address_id varchar(16),
    customer_id varchar(16),
    street varchar(60),
    city varchar(40),
    state char(2),
    zip varchar(10),
    valid_from date,
    valid_to date
);

insert into changed
select
    d.address_key,
    s.address_id,
    s.customer_id,
    s.street,
    s.city,
    s.state,
    s.zip,
    d.valid_from,
    -- Of an address without a version on that day: up to its next one, or for ever.
    nvl(d.valid_to, dateadd(day, -1, later.valid_from)::date, cast('9999-12-31' as date))
from sales_stage.customer_address s
left join sales.customer_address d
    on d.address_id = s.address_id
    and cast(:job_run_date as date) between d.valid_from and d.valid_to
left join (
    select a.address_id, min(a.valid_from) as valid_from
    from sales.customer_address a
    where a.valid_from > cast(:job_run_date as date)
    group by a.address_id
) later
    on later.address_id = s.address_id
where d.address_key is null
    or d.customer_id <> s.customer_id
    or d.street <> s.street
    or d.city <> s.city
    or d.state <> s.state
    or d.zip <> s.zip;

-- A correction of a version that began on this very day.
update sales.customer_address
set customer_id = c.customer_id, street = c.street, city = c.city, state = c.state, zip = c.zip
from changed c
where customer_address.address_key = c.address_key
    and c.valid_from = cast(:job_run_date as date);

-- Versions that end because something moved.
update sales.customer_address
set valid_to = dateadd(day, -1, cast(:job_run_date as date))::date, is_current = false
from changed c
where customer_address.address_key = c.address_key
    and c.valid_from < cast(:job_run_date as date);

insert into sales.customer_address (
    address_id,
    customer_id,
    street,
    city,
    state,
    zip,
    valid_from,
    valid_to,
    is_current
)
select
    c.address_id,
    c.customer_id,
    c.street,
    c.city,
    c.state,
    c.zip,
    cast(:job_run_date as date),
    c.valid_to,
    c.valid_to = cast('9999-12-31' as date)
from changed c
where c.address_key is null
    or c.valid_from < cast(:job_run_date as date);

with version as (
    select
        d.address_id,
        d.valid_from,
        d.valid_to,
        d.is_current,
        lead(d.valid_from) over (partition by d.address_id order by d.valid_from) as next_from
    from sales.customer_address d
)
select
    count(distinct address_id) as addresses,
    count(*) as versions,
    sum(case when valid_from = cast(:job_run_date as date) then 1 else 0 end) as opened_today,
    count(distinct address_id) - sum(case when is_current then 1 else 0 end) as without_current,
    sum(case when next_from <= valid_to then 1 else 0 end) as overlaps
from version;
