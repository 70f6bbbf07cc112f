-- How full each node's disks are. Sizes are blocks of 1 MB.
select
    node,
    capacity / 1024 as capacity_gb,
    used / 1024 as used_gb,
    round(100.0 * used / capacity, 1) as used_percent
from stv_node_storage_capacity
order by node;
