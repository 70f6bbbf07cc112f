-- Tables whose rows are out of order, or whose statistics are old: the planner guesses, scans read
-- blocks that they need not.
select
    trim("schema") || '.' || trim("table") as relation,
    tbl_rows,
    size as size_mb,
    unsorted as unsorted_percent,
    stats_off as stats_off_percent,
    vacuum_sort_benefit
from svv_table_info
where tbl_rows > 0
order by size desc, relation;
