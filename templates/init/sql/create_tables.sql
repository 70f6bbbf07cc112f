-- One transaction, safe to run again.
drop table if exists orders;
drop table if exists customers;

create table customers (
    customer_id integer not null,
    country     varchar(2) not null,
    primary key (customer_id)
) diststyle all sortkey (customer_id);

create table orders (
    order_id    integer not null,
    customer_id integer not null,
    ordered_on  date not null,
    amount      numeric(10, 2) not null,
    primary key (order_id)
) distkey (customer_id) sortkey (ordered_on);
