-- Tables without compression, and sort keys with it: a compressed first sort key makes range scans
-- read too much.
select
    trim("schema") || '.' || trim("table") as relation,
    size as size_mb,
    left(encoded, 1) as encoded,
    sortkey1,
    nvl(sortkey1_enc, 'none') as sortkey1_encoding,
    max_varchar
from svv_table_info
where left(encoded, 1) = 'N' or nvl(sortkey1_enc, 'none') <> 'none'
order by size desc, relation;
