-- One row about the object; pipeline.yaml says what must be zero.
select
    cast(:object as varchar(1024)) as object,
    count(*) as transactions,
    count(*) - count(distinct s.transaction_id) as doubled,
    sum(case when nvl(trim(s.plate), '') = '' then 1 else 0 end) as without_plate,
    sum(case when s.amount < 0 then 1 else 0 end) as negative,
    sum(case when s.vehicle_class in ('car', 'truck', 'bus') then 0 else 1 end) as wrong_class,
    sum(s.amount) as amount,
    max(s.amount) as largest
from toll_stage s
join toll t on t.transaction_id = s.transaction_id;
