-- How unevenly rows lie on the slices: the fullest slice has `skew` times the rows of the emptiest,
-- and every query waits for it.
select
    trim("schema") || '.' || trim("table") as relation,
    diststyle,
    tbl_rows,
    skew_rows as skew
from svv_table_info
where skew_rows is not null
order by skew_rows desc, relation;
