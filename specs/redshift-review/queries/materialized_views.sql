-- Materialized views: whether they are behind, and whether they can be refreshed incrementally
-- (state 1) or only anew (0); 101 and above cannot be refreshed at all.
select
    trim(schema) || '.' || trim(name) as view_name,
    is_stale,
    state,
    autorefresh,
    autorewrite
from stv_mv_info
order by 1;
