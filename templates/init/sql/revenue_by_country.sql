-- The rows of a step's last query are its result: look for them in results/ after a run.
select
    c.country,
    count(*)      as orders,
    sum(o.amount) as revenue
from orders as o
join customers as c on c.customer_id = o.customer_id
where o.ordered_on >= cast(:since as date)
group by c.country
order by revenue desc;
