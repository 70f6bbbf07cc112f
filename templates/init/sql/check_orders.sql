select count(*) as orders_without_customer
from orders as o
left join customers as c on c.customer_id = o.customer_id
where c.customer_id is null;
