-- Everything is made only if it is not there, so this may run before every load.
create schema if not exists sales;
create schema if not exists sales_stage;

create table if not exists sales.customer (
    customer_id varchar(16) not null,
    first_name varchar(40),
    last_name varchar(40),
    email varchar(80),
    primary key (customer_id)
)
diststyle all;

-- Type 2: `is_current` is the version of today; `valid_to` of it is the end of time.
create table if not exists sales.customer_address (
    address_key bigint identity(1, 1),
    address_id varchar(16) not null,
    customer_id varchar(16) not null,
    street varchar(60) not null,
    city varchar(40) not null,
    state char(2) not null,
    zip varchar(10) not null,
    valid_from date not null,
    valid_to date not null,
    is_current boolean not null,
    primary key (address_key)
)
distkey (address_id)
sortkey (address_id, valid_from);

-- Type 1: one row an item. `updated_on` is the last day on which something of it changed.
create table if not exists sales.item (
    item_id varchar(16) not null,
    name varchar(60) not null,
    brand varchar(30) not null,
    category varchar(30) not null,
    price decimal(7, 2) not null,
    updated_on date not null,
    primary key (item_id)
)
diststyle all;

create table if not exists sales.date_dim (
    date_key integer not null,
    day date not null,
    year smallint not null,
    month smallint not null,
    weekday varchar(9) not null,
    primary key (date_key)
)
diststyle all
sortkey (date_key);

create table if not exists sales.store_sales (
    sale_date_key integer not null references sales.date_dim (date_key),
    ticket bigint not null,
    line smallint not null,
    item_id varchar(16) not null references sales.item (item_id),
    customer_id varchar(16) not null references sales.customer (customer_id),
    address_key bigint references sales.customer_address (address_key),
    quantity integer not null,
    sales_price decimal(7, 2) not null,
    net_paid decimal(9, 2) not null
)
distkey (item_id)
sortkey (sale_date_key);

-- What a day's files hold, as they hold it.
create table if not exists sales_stage.item (
    item_id varchar(16),
    name varchar(60),
    brand varchar(30),
    category varchar(30),
    price decimal(7, 2)
);

create table if not exists sales_stage.customer_address (
    address_id varchar(16),
    customer_id varchar(16),
    street varchar(60),
    city varchar(40),
    state char(2),
    zip varchar(10)
);

create table if not exists sales_stage.store_sales (
    ticket bigint,
    line smallint,
    item_id varchar(16),
    customer_id varchar(16),
    address_id varchar(16),
    quantity integer,
    sales_price decimal(7, 2)
);

-- Three years of days, once.
insert into sales.date_dim
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
            thousands.n * 1000 + hundreds.n * 100 + tens.n * 10 + ones.n,
            cast('2025-01-01' as date)
        )::date as day
    from digit thousands
    cross join digit hundreds
    cross join digit tens
    cross join digit ones
)
select
    to_char(c.day, 'YYYYMMDD')::integer,
    c.day,
    extract(year from c.day),
    extract(month from c.day),
    decode(
        extract(dow from c.day),
        0, 'Sunday',
        1, 'Monday',
        2, 'Tuesday',
        3, 'Wednesday',
        4, 'Thursday',
        5, 'Friday',
        'Saturday'
    )
from calendar c
where c.day <= cast('2027-12-31' as date)
    and not exists (select 1 from sales.date_dim);

-- The customers are few: all of them are loaded every time.
delete from sales.customer;

copy sales.customer
from 's3://sales-landing/customer/'
iam_role default
csv
ignoreheader 1;

select
    (select count(*) from sales.customer) as customers,
    (select count(*) from sales.date_dim) as days;
