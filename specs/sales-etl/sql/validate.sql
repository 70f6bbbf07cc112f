-- One row; pipeline.yaml wants every column that is not a figure of the day to be zero.
with fact as (
    select f.*
    from sales.store_sales f
    where f.sale_date_key = to_char(cast(:job_run_date as date), 'YYYYMMDD')::integer
),
staged as (
    select count(*) as sales, sum(quantity * sales_price) as net_paid
    from sales_stage.store_sales
)
select
    max(s.sales) as sales,
    sum(f.net_paid) as net_paid,
    max(s.sales) - count(*) as missing,
    count(*) - count(distinct f.ticket::varchar || '/' || f.line::varchar) as doubled,
    sum(case when i.item_id is null then 1 else 0 end) as without_item,
    sum(case when a.address_key is null then 1 else 0 end) as without_address,
    sum(case when c.customer_id is null then 1 else 0 end) as without_customer,
    sum(case when d.date_key is null then 1 else 0 end) as without_day,
    max(s.net_paid) - sum(f.net_paid) as amount_off
from fact f
cross join staged s
left join sales.item i on i.item_id = f.item_id
left join sales.customer_address a on a.address_key = f.address_key
left join sales.customer c on c.customer_id = f.customer_id
left join sales.date_dim d on d.date_key = f.sale_date_key;
