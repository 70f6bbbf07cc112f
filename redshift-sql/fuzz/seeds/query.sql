with recent as (select id, amount from shop.orders where placed_at >= dateadd(day, -7, getdate()))
select o.id, sum(r.amount)::decimal(12, 2) as total, row_number() over (partition by o.id order by total desc) as place
from shop.orders o left join recent r on r.id = o.id
where o.note like 'a\'b%' and o.id in (1, 2) group by 1 having count(*) > 1
qualify place = 1 order by total desc limit 10;
