copy stage (a, b) from 's3://bucket/key' iam_role default format as csv ignoreheader 1 timeformat 'auto';
unload ($$select * from stage where a = 'x'$$) to 's3://bucket/out_' iam_role default parquet partition by (a);
