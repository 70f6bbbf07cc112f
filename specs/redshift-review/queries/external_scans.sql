-- Scans of files in S3: bytes read for each row returned say whether partitions and columnar files help.
select
    trim(external_table_name) as external_table,
    max(trim(file_format)) as file_format,
    max(is_partitioned) as is_partitioned,
    count(distinct query) as queries,
    sum(s3_scanned_bytes) / 1048576 as scanned_mb,
    sum(s3query_returned_rows) as returned_rows
from svl_s3query_summary
where aborted = 0
group by 1
order by scanned_mb desc, external_table;
