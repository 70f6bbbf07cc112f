-- Queries that a query monitoring rule logged, hopped or aborted.
select
    trim(rule) as rule,
    trim(action) as action,
    service_class,
    count(distinct query) as queries
from stl_wlm_rule_action
group by 1, 2, 3
order by queries desc, rule;
