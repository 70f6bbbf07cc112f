-- Tables that no query has scanned for as long as the logs go back (about a week).
select
    trim(t."schema") || '.' || trim(t."table") as relation,
    t.size as size_mb,
    t.tbl_rows
from svv_table_info t
left join (
    select distinct tbl from stl_scan where userid > 1
) s
    on s.tbl = t.table_id
where s.tbl is null
order by t.size desc, relation;
