-- Type 1: what changed is overwritten, what is new is added, what is missing in today's file stays.
delete from sales_stage.item;

copy sales_stage.item
from 's3://sales-landing/{{job_run_date}}/item.csv'
iam_role default
csv
ignoreheader 1;

-- Only what is really different is written, so `updated_on` means something and a second run of the
-- same day changes nothing. A day older than what is known is not allowed to overwrite it.
update sales.item
set
    name = s.name,
    brand = s.brand,
    category = s.category,
    price = s.price,
    updated_on = cast(:job_run_date as date)
from sales_stage.item s
where item.item_id = s.item_id
    and item.updated_on <= cast(:job_run_date as date)
    and (
        item.name <> s.name
        or item.brand <> s.brand
        or item.category <> s.category
        or item.price <> s.price
    );

insert into sales.item
select s.item_id, s.name, s.brand, s.category, s.price, cast(:job_run_date as date)
from sales_stage.item s
left join sales.item i on i.item_id = s.item_id
where i.item_id is null;

select
    count(*) as items,
    count(*) - count(distinct item_id) as duplicates,
    sum(case when updated_on = cast(:job_run_date as date) then 1 else 0 end) as changed_today
from sales.item;
