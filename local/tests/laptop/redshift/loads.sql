### setup
create table emp (name varchar(20), dept varchar(10), sal numeric(10,2), hired date);
copy emp from 's3://bkt/emp.csv' iam_role default csv ignoreheader 1;
select name, dept, sal, hired from emp order by name
=> ann|eng|100.00|2020-01-15;bob, jr|ops|2.50|NULL
### columns in another order
create table partial (hired date, dept varchar(10), name varchar(20), extra int default 7, sal numeric(4,1));
copy partial (name, dept, sal, hired) from 's3://bkt/emp.csv' iam_role default csv ignoreheader 1 region 'eu-west-1';
select name, extra, sal from partial order by name
=> ann|7|100.0;bob, jr|7|2.5
### a bucket that is not mapped
copy emp from 's3://elsewhere/emp.csv' iam_role default csv
=! the bucket `elsewhere` is not mapped
### a key that is not there
copy emp from 's3://bkt/missing' iam_role default csv
=! The specified S3 prefix 'missing' does not exist
### a key that leaves the folder
copy emp from 's3://bkt/../secret.csv' iam_role default csv
=! is no place in a bucket
### a header that is data
copy emp from 's3://bkt/emp.csv' iam_role default csv
=! Load into table 'emp' failed
### with maxerror the line is left out
truncate emp;
copy emp from 's3://bkt/emp.csv' iam_role default csv maxerror 2;
select count(*) from emp
=> 2
### as many errors as maxerror
create table numbers (a int, b int, c int, d int);
copy numbers from 's3://bkt/emp.csv' iam_role default csv maxerror 2
=! 2 errors, and MAXERROR is 2
### unload text and load it again
unload ('select * from emp order by name') to 's3://bkt/text/emp_' iam_role default delimiter '|' gzip header null as 'NIL';
create table again (like emp);
copy again from 's3://bkt/text/emp_' iam_role default delimiter '|' gzip ignoreheader 1 null as 'NIL';
select count(*), count(hired), sum(sal) from again
=> 2|1|102.50
### unload refuses to overwrite
unload ('select 1') to 's3://bkt/text/emp_' iam_role default
=! Specified unload destination on S3 is not empty
### unload overwrites when allowed
unload ('select 1') to 's3://bkt/text/emp_' iam_role default allowoverwrite;
unload ('select name from emp') to 's3://bkt/clean/' iam_role default csv;
unload ('select dept from emp') to 's3://bkt/clean/' iam_role default csv cleanpath
### partitioned parquet and back
unload ('select name, sal, dept from emp') to 's3://bkt/parts/' iam_role default parquet partition by (dept);
create table from_parts (name varchar(20), sal numeric(10,2));
copy from_parts from 's3://bkt/parts/' iam_role default parquet;
select name, sal from from_parts order by name
=> ann|100.00;bob, jr|2.50
### partition columns inside too
unload ('select name, dept from emp') to 's3://bkt/inside/' iam_role default parquet partition by (dept) include;
create table from_inside (name varchar(20), dept varchar(10));
copy from_inside from 's3://bkt/inside/' iam_role default parquet;
select name, dept from from_inside order by name
=> ann|eng;bob, jr|ops
### manifest
unload ('select name from emp') to 's3://bkt/listed/' iam_role default csv manifest;
create table listed (name varchar(20));
copy listed from 's3://bkt/listed/manifest' iam_role default csv manifest;
select count(*) from listed
=> 2
### truth in text
unload ('select true as t, false as f, 1.0::float as w, 2.5::float as h, sum(1) as s') to 's3://bkt/truth_' iam_role default csv parallel off;
create table truth (t varchar(1), f varchar(1), w varchar(5), h varchar(5), s varchar(5));
copy truth from 's3://bkt/truth_000' iam_role default csv;
select * from truth
=> t|f|1|2.5|1
### too long for its column
create table short (name varchar(2));
copy short from 's3://bkt/listed/0000' iam_role default csv
=! line 1, column name: String length exceeds DDL length (1204)
### truncatecolumns
create table short (name varchar(2));
copy short from 's3://bkt/listed/0000' iam_role default csv truncatecolumns;
select name from short order by name
=> an;bo
### json
unload ('select name, dept from emp') to 's3://bkt/lines_' iam_role default json;
copy from_inside from 's3://bkt/lines_' iam_role default json 'auto';
select count(*) from from_inside
=> 4
### an object that is no ORC
copy emp from 's3://bkt/emp.csv' iam_role default orc
=! emp.csv is no ORC
### something else than s3
copy emp from 'emr://x' iam_role default
=! COPY from Amazon EMR: let the cluster write to a bucket
### a table of DynamoDB, and an option that asks another machine
copy emp from 'dynamodb://t' iam_role default readratio 50
=! COPY from Amazon DynamoDB: export the table to a bucket
### a manifest of SSH
copy emp from 's3://bkt/emp.csv' iam_role default ssh
=! SSH of COPY: write the command's output to a bucket
### a shapefile
copy emp from 's3://bkt/emp.csv' iam_role default format as shapefile
=! SHAPEFILE of COPY: the laptop has no geometry
### null as means NULL in every column, an empty text is none, an empty number is
create table gaps (id int, name varchar(10), day date, amount numeric(6,2));
copy gaps from 's3://bkt/gaps.csv' iam_role default csv ignoreheader 1 null as 'NA';
select id, name is null, name = '', day, amount from gaps order by id
=> 1|false|false|2026-01-02|1.25;2|true|NULL|NULL|NULL;3|false|true|NULL|NULL
### null as together with maxerror
truncate gaps;
copy gaps from 's3://bkt/gaps.csv' iam_role default csv null as 'NA' maxerror 3;
select count(*), count(name) from gaps
=> 3|2
### json by paths
create table nested (id int, name varchar(10), day date, part super);
copy nested from 's3://bkt/nested.json' iam_role default json 's3://bkt/paths.json';
select id, name, day, part from nested order by id
=> 1|x|2026-01-01|{"k":2};2|NULL|NULL|NULL
### as many paths as columns
copy nested (id) from 's3://bkt/nested.json' iam_role default json 's3://bkt/paths.json'
=! Number of jsonpaths and the number of columns should match
### a file that lists no paths
copy nested from 's3://bkt/nested.json' iam_role default json 's3://bkt/no_paths.json'
=! Invalid JSONPath format: `no_paths.json` has no list `jsonpaths`
### whole documents
create table whole (document super);
copy whole from 's3://bkt/nested.json' iam_role default json 'noshred';
select count(*), min(document.a.id::int) from whole
=> 2|1
### whole documents into several columns
copy nested from 's3://bkt/nested.json' iam_role default json 'noshred'
=! loads into one column of type SUPER
### fixed width
create table fixed (id int, name varchar(4), day date);
copy fixed from 's3://bkt/fixed.txt' iam_role default fixedwidth 'id:3,name:4,day:10';
select id, name || '!', day from fixed order by id
=> 1|ann !|2026-01-02;20|bobb!|NULL
### fixed width of other columns
copy fixed from 's3://bkt/fixed.txt' iam_role default fixedwidth 'id:3'
=! FIXEDWIDTH describes 1 columns, and 3 are loaded
### an unload takes no limit outside
unload ('select * from emp limit 1') to 's3://bkt/limited/a_' iam_role default
=! UNLOAD takes no LIMIT in its outer SELECT
### but inside
unload ('select * from (select * from emp order by name limit 1)') to 's3://bkt/limited/b_' iam_role default parallel off;
select 1
=> 1
