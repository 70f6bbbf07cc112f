-- The day is taken out and put in again, in one transaction: readers see it whole or not at all,
-- and running it twice is running it once.
delete from sales_stage.store_sales;

copy sales_stage.store_sales
from 's3://sales-landing/{{job_run_date}}/store_sales.csv'
iam_role default
csv
ignoreheader 1;

delete from sales.store_sales
where sale_date_key = to_char(cast(:job_run_date as date), 'YYYYMMDD')::integer;

-- The address as it was on the day of the sale.
insert into sales.store_sales
select
    to_char(cast(:job_run_date as date), 'YYYYMMDD')::integer,
    s.ticket,
    s.line,
    s.item_id,
    s.customer_id,
    a.address_key,
    s.quantity,
    s.sales_price,
    s.quantity * s.sales_price
from sales_stage.store_sales s
left join sales.customer_address a
    on a.address_id = s.address_id
    and cast(:job_run_date as date) between a.valid_from and a.valid_to;

-- A day that is loaded late may have split a version that later sales refer to: each sale refers to
-- the version of its own day. Nothing is written where days come in order.
update sales.store_sales
set address_key = right_one.address_key
from sales.customer_address referred, sales.customer_address right_one, sales.date_dim d
where store_sales.sale_date_key > to_char(cast(:job_run_date as date), 'YYYYMMDD')::integer
    and referred.address_key = store_sales.address_key
    and d.date_key = store_sales.sale_date_key
    and right_one.address_id = referred.address_id
    and d.day between right_one.valid_from and right_one.valid_to
    and right_one.address_key <> referred.address_key;

select count(*) as sales, sum(quantity) as pieces, sum(net_paid) as net_paid
from sales.store_sales
where sale_date_key = to_char(cast(:job_run_date as date), 'YYYYMMDD')::integer;
