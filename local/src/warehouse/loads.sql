-- What COPY needs, and what it tells. Run whenever a database is opened, behind `redshift.sql`.

-- Errors of loads, see `copy/log.rs`.
create table if not exists redshift.load_errors (
    pid bigint, query bigint, starttime timestamp, table_schema varchar, table_name varchar,
    filename varchar, line_number bigint, field integer, colname varchar, type varchar,
    col_length varchar, position integer, raw_line varchar, raw_field_value varchar,
    err_code integer, err_reason varchar, fields varchar
);
-- Records of loads in which ACCEPTINVCHARS replaced a character.
create table if not exists redshift.replacements (
    pid bigint, query bigint, starttime timestamp, table_schema varchar, table_name varchar,
    filename varchar, line_number bigint, colname varchar, raw_line varchar
);
-- Loads that have ended.
create table if not exists redshift.loads (
    pid bigint, query bigint, starttime timestamp, endtime timestamp, status varchar,
    table_name varchar, data_source varchar, file_format varchar, loaded_rows bigint,
    error_count bigint, files varchar
);

-- Schemas that were created as external ones, see `dialect/external.rs`.
create table if not exists redshift.external_schemas (
    schema_name varchar, database_name varchar, role varchar
);

-- Texts of fields as values. The engine rounds a text with a fraction, Redshift refuses it. What is
-- wrong fails as a cast does, which TRY understands, and not by `error`, which it does not.
-- An empty field is NULL. Few fields have blanks, which is seen faster than they are cut.
create or replace macro redshift.loaded_field(s) as
    case when s = '' or starts_with(s, ' ') or ends_with(s, ' ') then nullif(trim(s), '') else s end;
-- The engine would take `1.5` and `1e3` too. Most numbers are written as it writes them.
create or replace macro redshift.loaded_integer(s) as
    case when try_cast(s as bigint)::varchar = s then s
         when regexp_full_match(s, '\s*[+-]?[0-9]+\s*') then s
         when s is null or trim(s) = '' then null else '?' end;
-- The engine would take `1_000` too.
create or replace macro redshift.loaded_number(s) as case when contains(s, '_') then '?' else s end;
create or replace macro redshift.white_space() as
    ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13);
create or replace macro redshift.loaded_boolean(s) as
    (case when lower(s) in ('t', 'true', 'y', 'yes', '1') then 'true'
          when lower(s) in ('f', 'false', 'n', 'no', '0') then 'false'
          when s is not null then '?' end)::boolean;
-- The default format of a day is YYYY-MM-DD, and a time of day behind it is passed over. The engine reads
-- shorter days, what has a day at its start, years before Christ, `infinity` and `epoch`, and a year zero.
create or replace macro redshift.loaded_date(s) as
    case when strlen(s) = 10 and try_cast(s as date)::varchar = s then s
         when starts_with(s, '0000') then '?'
         when regexp_full_match(s, '[0-9]{4,6}[^0-9A-Za-z][0-9]{2}[^0-9A-Za-z][0-9]{2}([ T][0-9].*)?') then s
         when s is not null then '?' end;
create or replace macro redshift.before_christ(s) as
    ends_with(s, ')') or ((ends_with(s, 'C') or ends_with(s, 'c')) and ends_with(upper(s), 'BC'));
create or replace macro redshift.loaded_moment(s) as
    case when s >= '0001' and s < ':' and not redshift.before_christ(s) then s
         when s is not null then '?' end;
-- The days of an external table (AWS page: CREATE EXTERNAL TABLE, data_type): `05-01-2017`, `may-01-2017`,
-- `01-may-2017`, `2017-may-01` beside `2017-05-01`; a year below 70 is one behind 2000.
create or replace macro redshift.external_year(y) as
    case when try_cast(y as integer) < 70 then 2000 when try_cast(y as integer) < 100 then 1900 else 0 end
    + try_cast(y as integer);
create or replace macro redshift.external_month(m) as
    list_position(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], lower(m));
create or replace macro redshift.loaded_external_date(s) as
    case when regexp_full_match(s, '[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,4}')
         then concat(redshift.external_year(split_part(s, '-', 3)), '-', split_part(s, '-', 1), '-', split_part(s, '-', 2))
         when regexp_full_match(s, '[A-Za-z]{3}-[0-9]{1,2}-[0-9]{1,4}')
         then concat(redshift.external_year(split_part(s, '-', 3)), '-',
                     redshift.external_month(split_part(s, '-', 1)), '-', split_part(s, '-', 2))
         when regexp_full_match(s, '[0-9]{1,2}-[A-Za-z]{3}-[0-9]{3,4}')
         then concat(split_part(s, '-', 3), '-', redshift.external_month(split_part(s, '-', 2)), '-', split_part(s, '-', 1))
         when regexp_full_match(s, '[0-9]{3,4}-[A-Za-z]{3}-[0-9]{1,2}')
         then concat(split_part(s, '-', 1), '-', redshift.external_month(split_part(s, '-', 2)), '-', split_part(s, '-', 3))
         else redshift.loaded_moment(s) end;
create or replace macro redshift.loaded_automatic(s) as
    case when (not (s >= '0' and s < ':') and (lower(s) like '%infinity' or lower(s) = 'epoch'))
           or redshift.before_christ(s) then '?' else s end;
create or replace macro redshift.loaded_char(s) as
    case when strlen(s) <> length(s) then '?'::integer::varchar else s end;
-- Blanks at the end may be more than there is room for.
create or replace macro redshift.loaded_text(s, n) as
    case when strlen(s) > n and strlen(rtrim(s)) <= n then redshift.cut(s, n) else s end;
