-- Redshift's operators, functions and system views in the engine's terms. Run whenever a database is
-- opened; the file stays readable by any client of the engine.
--
-- The operators lie in `main`, which every session's search path ends with: there they shadow the
-- engine's own. Functions and views lie in `redshift`, and the dialect pass names them with it.

create schema if not exists public;
create schema if not exists redshift;

-- The moment that every function of the clock speaks of: the one at which the warehouse stands still, see
-- `frozen.rs`, or that of the transaction.
create or replace macro redshift.now() as coalesce(cast(getvariable('redshift_now') as timestamptz), now());

create table if not exists redshift.materialized_views (
    schema_name varchar, view_name varchar, query varchar
);
-- What was committed of which execution, see `receipts.rs`.
create table if not exists redshift.receipts (
    token varchar, statement_name varchar, statement_id varchar, parts uinteger,
    first_part uinteger, last_part uinteger, returned uinteger, row_count ubigint, committed timestamp
);
-- What procedures say with RAISE, see `messages.rs`.
create table if not exists redshift.procedure_messages (
    pid bigint, query bigint, recordtime timestamp, loglevel integer, loglevel_text varchar,
    message varchar, linenum integer, querytxt varchar
);
create table if not exists redshift.procedures (
    schema_name varchar, procedure_name varchar, arguments varchar, body varchar
);

-- Databases beside the session's own: their names, and whether they are shared.
create table if not exists redshift.databases (database_name varchar, kind varchar);
-- Functions in SQL of somebody's own, see `own_functions.rs`.
create table if not exists redshift.functions (
    schema_name varchar, function_name varchar, arguments varchar, argument_names varchar,
    returns varchar, volatility varchar, body varchar, macro_name varchar
);

-- Division by zero is an error. `/` reaches the engine as `//` (integer_division).
create or replace macro main."//"(a, b) as
    system.main."//"(a, case when b = 0 then error('Divide by zero') else b end);
create or replace macro main."%"(a, b) as
    system.main."%"(a, case when b = 0 then error('Divide by zero') else b end);

-- Texts. A lambda must not hold a subquery, which an argument may be: `whole` is one that was read before.
create or replace macro redshift.cut(s, n) as
    case when strlen(s) <= n then s
         else list_transform([s::varchar], lambda whole:
             left(whole, list_max(list_filter(range(0, n + 1), lambda k: strlen(left(whole, k::bigint)) <= n))))[1]
    end;
create or replace macro redshift.cut_blank_padded(s, n) as rtrim(redshift.cut(s, n));
-- A text without the blanks at its end that go beyond its column; whatever else does stays, and is refused.
create or replace macro redshift.without_excess(s, n) as
    case when strlen(s) <= n or strlen(rtrim(s, ' ')) > n then s
         else rtrim(s, ' ') || repeat(' ', n - strlen(rtrim(s, ' '))) end;
-- The length of a part must not be negative. The engine's GREATEST and LEAST pass over NULL, which a part of
-- no known place or length is.
create or replace macro redshift.substring
    (s, f) as case when f is not null then system.main.substring(s, greatest(f, 1)) end,
    (s, f, n) as case when f is null or n is null then null
        when n < 0 then error('negative substring length not allowed')
        else system.main.substring(s, greatest(f, 1), greatest(n::bigint + least(f, 1) - 1, 0)) end;
create or replace macro redshift.charindex(needle, s) as strpos(s, needle)::integer;
-- What is empty divides nothing (PostgreSQL).
create or replace macro redshift.split_part(s, delimiter, n) as
    case when n < 1 then error('field position must be greater than zero')
         when delimiter = '' then case when n = 1 then s when s is not null and n is not null then '' end
         else split_part(s, delimiter, n) end;
create or replace macro redshift.len(s) as length(s)::integer;
create or replace macro redshift.length(s) as length(s)::integer;
create or replace macro redshift.textlen(s) as length(s)::integer;
create or replace macro redshift.octet_length(s) as strlen(s)::integer;
create or replace macro redshift.btrim
    (s) as trim(s),
    (s, c) as trim(s, c);
-- Nothing is filled up with an empty text (PostgreSQL 8.0: `oracle_compat.c`), which the engine refuses.
create or replace macro redshift.lpad
    (s, n) as lpad(s, n, ' '),
    (s, n, f) as case when f = '' then left(s, greatest(n, 0))
                      else lpad(s, n, case when f = '' then ' ' else f end) end;
create or replace macro redshift.rpad
    (s, n) as rpad(s, n, ' '),
    (s, n, f) as case when f = '' then left(s, greatest(n, 0))
                      else rpad(s, n, case when f = '' then ' ' else f end) end;
create or replace macro redshift.quote_ident(s) as
    case when regexp_full_match(s, '[a-z_][a-z0-9_$]*') then s
         else '"' || replace(s, '"', '""') || '"' end;
create or replace macro redshift.quote_literal(s) as
    '''' || replace(replace(s::varchar, chr(92), chr(92) || chr(92)), '''', '''''') || '''';
-- Each text where it comes first. NULL and an empty text have no place, and nothing to join is NULL.
create or replace macro redshift.joined_once(texts, delimiter) as
    list_transform([list_filter(texts, lambda one: one is not null and one <> '')], lambda those:
        case when system.main.len(those) > 0
             then list_filter(those, lambda one, place: list_position(those, one) = place) end)[1].array_to_string(delimiter);
create or replace macro redshift.replicate(s, n) as repeat(s, n);
create or replace macro redshift.initcap(s) as
    array_to_string(list_transform(
        regexp_extract_all(lower(s), '[\pL\pN]+|[^\pL\pN]+'),
        lambda word: upper(word[1]) || word[2:]), '');
create or replace macro redshift.strtol(s, base) as redshift_strtol(s::varchar, base::integer);
create or replace macro redshift.cbrt(x) as redshift_cbrt(x::double);
create or replace macro redshift.sha2(s, bits) as redshift_sha2(s, bits::integer);
create or replace macro redshift.sha(s) as sha1(s);
create or replace macro redshift.func_sha1(s) as sha1(s);
create or replace macro redshift.ascii(s) as ascii(s);
create or replace macro redshift.sign(x) as sign(x);
create or replace macro redshift.bytes_part
    (b, f) as case when f is not null then b[greatest(f, 1):] end,
    (b, f, n) as case when f is null or n is null then null
        when n < 0 then error('negative substring length not allowed')
        else b[greatest(f, 1):greatest(f + n::bigint - 1, 0)] end;
create or replace macro redshift.to_hex(x) as lower(to_hex(x));
create or replace macro redshift.regexp_count
    (s, p) as redshift_regexp_count(s, p, 1, 'c'),
    (s, p, f) as redshift_regexp_count(s, p, f::integer, 'c'),
    (s, p, f, m) as redshift_regexp_count(s, p, f::integer, m);
create or replace macro redshift.regexp_instr
    (s, p) as redshift_regexp_instr(s, p, 1, 1, 0, 'c'),
    (s, p, f) as redshift_regexp_instr(s, p, f::integer, 1, 0, 'c'),
    (s, p, f, n) as redshift_regexp_instr(s, p, f::integer, n::integer, 0, 'c'),
    (s, p, f, n, o) as redshift_regexp_instr(s, p, f::integer, n::integer, o::integer, 'c'),
    (s, p, f, n, o, m) as redshift_regexp_instr(s, p, f::integer, n::integer, o::integer, m);
create or replace macro redshift.regexp_substr
    (s, p) as redshift_regexp_substr(s, p, 1, 1, 'c'),
    (s, p, f) as redshift_regexp_substr(s, p, f::integer, 1, 'c'),
    (s, p, f, n) as redshift_regexp_substr(s, p, f::integer, n::integer, 'c'),
    (s, p, f, n, m) as redshift_regexp_substr(s, p, f::integer, n::integer, m);
create or replace macro redshift.regexp_replace
    (s, p) as redshift_regexp_replace(s, p, '', 1, 'c'),
    (s, p, r) as redshift_regexp_replace(s, p, r, 1, 'c'),
    (s, p, r, f) as redshift_regexp_replace(s, p, r, f::integer, 'c'),
    (s, p, r, f, m) as redshift_regexp_replace(s, p, r, f::integer, m);
create or replace macro redshift.crc32(s) as redshift_crc32(s);
create or replace macro redshift.soundex(s) as redshift_soundex(s);
create or replace macro redshift.difference(a, b) as
    case when a = '' or b = '' then 0
         when redshift_soundex(a) = '' and redshift_soundex(b) = '' then 1
         else len(list_filter(range(1, 5), lambda k:
             redshift_soundex(a)[k::bigint] <> '' and redshift_soundex(a)[k::bigint] = redshift_soundex(b)[k::bigint]))::integer
    end;
create or replace macro redshift.quote_literal(s) as
    case when contains(s::varchar, chr(92)) then '''' || replace(replace(s::varchar, chr(92), chr(92) || chr(92)), '''', '''''') || ''''
         else '''' || replace(s::varchar, '''', '''''') || '''' end;
create or replace macro redshift.compared(a, b) as case when a < b then -1 when a > b then 1 when a = b then 0 end;
create or replace macro redshift.bpcharcmp(a, b) as redshift.compared(rtrim(a, ' '), rtrim(b, ' '));
create or replace macro redshift.bttext_pattern_cmp(a, b) as redshift.compared(a, b);
create or replace macro redshift.date_cmp(a, b) as redshift.compared(cast(a as date), cast(b as date));
create or replace macro redshift.date_cmp_timestamp(a, b) as redshift.compared(cast(a as timestamp), cast(b as timestamp));
create or replace macro redshift.timestamp_cmp(a, b) as redshift.compared(cast(a as timestamp), cast(b as timestamp));
create or replace macro redshift.timestamp_cmp_date(a, b) as redshift.compared(cast(a as timestamp), cast(b as timestamp));
create or replace macro redshift.date_cmp_timestamptz(a, b) as
    redshift.compared(cast(cast(a as timestamp) as timestamptz), cast(b as timestamptz));
create or replace macro redshift.timestamp_cmp_timestamptz(a, b) as
    redshift.compared(cast(cast(a as timestamp) as timestamptz), cast(b as timestamptz));
create or replace macro redshift.timestamptz_cmp(a, b) as redshift.compared(cast(a as timestamptz), cast(b as timestamptz));
create or replace macro redshift.timestamptz_cmp_date(a, b) as
    redshift.compared(cast(a as timestamptz), cast(cast(b as timestamp) as timestamptz));
create or replace macro redshift.timestamptz_cmp_timestamp(a, b) as
    redshift.compared(cast(a as timestamptz), cast(cast(b as timestamp) as timestamptz));
create or replace macro redshift.timeofday() as strftime(redshift.now()::timestamp, '%a %b %d %H:%M:%S.%f %Y UTC');
create or replace macro redshift.octetindex(part, s) as
    case when strpos(s, part) = 0 then 0 else strlen(left(s, strpos(s, part) - 1)) + 1 end::integer;
-- PostgreSQL's casts by the names of its types.
create or replace macro redshift.bool(a) as cast(a as boolean);
create or replace macro redshift.bpchar(a) as rtrim(cast(a as varchar), ' ');
create or replace macro redshift.float4(a) as cast(a as real);
create or replace macro redshift.float8(a) as cast(a as double);
create or replace macro redshift.int2(a) as cast(a as smallint);
create or replace macro redshift.int4(a) as cast(a as integer);
create or replace macro redshift.int8(a) as cast(a as bigint);
create or replace macro redshift.timestamptz(a) as cast(cast(a as timestamp) as timestamptz);
create or replace macro redshift.text(a) as cast(a as varchar);
create or replace macro redshift.timetz(a) as cast(a as timetz);

-- Values as texts. A number of floating point has 15 significant digits, of REAL 6, and as many more or less as
-- `extra_float_digits` says (AWS page of that name).
create or replace macro redshift.float_text(x, standard) as
    case when isnan(x) then 'NaN'
         when isinf(x) then case when x > 0 then 'Infinity' else '-Infinity' end
         else printf('%.' || greatest(standard + coalesce(try_cast(
             getvariable('redshift_settings')['extra_float_digits'] as integer), 0), 1) || 'g', x) end;
create or replace macro redshift.double_text(x) as redshift.float_text(x::double, 15);
create or replace macro redshift.real_text(x) as redshift.float_text(x::double, 6);

-- Texts as values. The engine rounds `1.5` to a whole number, and takes `1_000` and `0x10`.
create or replace macro redshift.text_integer(s) as
    case when try_cast(s as bigint)::varchar = s or s is null or regexp_full_match(s, '\s*[+-]?[0-9]+\s*') then s
         else error('invalid input syntax for integer: "' || s || '"') end;
-- What there is no room for is no infinity.
create or replace macro redshift.text_double(s) as
    case when isinf(cast(s as double)) and not contains(lower(s), 'inf')
         then error('"' || s || '" is out of range for type double precision') else cast(s as double) end;
create or replace macro redshift.text_real(s) as
    case when isinf(cast(s as real)) and not contains(lower(s), 'inf')
         then error('"' || s || '" is out of range for type real') else cast(s as real) end;

create or replace macro redshift.interval_months(i) as
    (12 * system.main.date_part('year', i::interval) + system.main.date_part('month', i::interval));
create or replace macro redshift.interval_microseconds(i) as
    (86400000000 * system.main.date_part('day', i::interval)
     + 3600000000 * system.main.date_part('hour', i::interval)
     + 60000000 * system.main.date_part('minute', i::interval)
     + system.main.date_part('microsecond', i::interval));
-- With its hours as days, where there are enough of them: days to seconds are one number.
create or replace macro redshift.interval_whole(i) as
    (to_months(redshift.interval_months(i)::integer)
     + to_days((redshift.interval_microseconds(i) // 86400000000)::integer)
     + to_microseconds(redshift.interval_microseconds(i) % 86400000000));
-- As `rows.rs` shows an interval.
create or replace macro redshift.interval_days_text(u) as
    (u // 86400000000) || ' days ' || (u % 86400000000 // 3600000000) || ' hours '
    || (u % 3600000000 // 60000000) || ' mins '
    || case when u < 0 and u % 60000000 // 1000000 = 0 and u % 1000000 <> 0 then '-' else '' end
    || (u % 60000000 // 1000000) || '.'
    || case when u % 1000000 = 0 then '0' else rtrim(lpad(abs(u % 1000000)::varchar, 6, '0'), '0') end || ' secs';
create or replace macro redshift.interval_text(i) as
    case when redshift.interval_months(i) = 0 then redshift.interval_days_text(redshift.interval_microseconds(i))
         else (redshift.interval_months(i) // 12) || ' years ' || (redshift.interval_months(i) % 12) || ' mons'
              || case when redshift.interval_microseconds(i) = 0 then ''
                      else ' ' || redshift.interval_days_text(redshift.interval_microseconds(i)) end end;
create or replace macro redshift.interval_times(i, factor) as
    (to_months(trunc(redshift.interval_months(i) * factor)::integer)
     + to_microseconds(round(redshift.interval_microseconds(i) * factor)::bigint));
create or replace macro redshift.interval_by(i, divisor) as
    case when divisor = 0 then error('Divide by zero')::interval
         else to_months(trunc(redshift.interval_months(i) / divisor)::integer)
              + to_microseconds(round(redshift.interval_microseconds(i) / divisor)::bigint) end;
create or replace macro redshift.interval_cmp(a, b) as redshift.compared(cast(a as interval), cast(b as interval));
create or replace macro redshift.date_part_year(d) as year(cast(d as date))::integer;

-- Binary values. A CHAR is kept without the blanks that fill it.
create or replace macro redshift.padded(s, n) as s || repeat(' ', greatest(n - strlen(s), 0));
create or replace macro redshift.to_varbyte(s, f) as
    case lower(f)
        when 'hex' then unhex(case
            when not regexp_full_match(s, '[0-9A-Fa-f]*')
                then error('TO_VARBYTE in the format hex takes hexadecimal digits, and no "' || s || '"')
            when length(s) % 2 = 1 then '0' || s else s end)
        when 'binary' then unhex(case when not regexp_full_match(s, '[01]*')
            then error('TO_VARBYTE in the format binary takes the digits 0 and 1, and no "' || s || '"') else array_to_string(list_transform(
            range(0, (length(s) + 7) // 8),
            lambda k: printf('%02x', ('0b' || lpad(s, ((length(s) + 7) // 8 * 8)::integer, '0')[k * 8 + 1:k * 8 + 8])::integer)), '') end)
        when 'utf8' then encode(s)
        when 'utf-8' then encode(s)
        when 'base64' then from_base64(s)
        else error('TO_VARBYTE takes the formats hex, binary, utf8 and base64')
    end;
create or replace macro redshift.from_varbyte(b, f) as
    case lower(f)
        when 'hex' then lower(hex(b))
        when 'binary' then array_to_string(list_transform(
            range(0, octet_length(b)),
            lambda k: lpad(bin(('0x' || hex(b)[k * 2 + 1:k * 2 + 2])::integer), 8, '0')), '')
        when 'utf8' then decode(b)
        when 'utf-8' then decode(b)
        when 'base64' then to_base64(b)
        else error('FROM_VARBYTE takes the formats hex, binary, utf8 and base64')
    end;
create or replace macro redshift.getbit(b, n) as
    case when n < 0 or n >= 8 * octet_length(b::blob)
         then error('there is no bit ' || n || ' in ' || octet_length(b::blob) || ' bytes: the first is 0') else
    ((('0x' || system.main.substring(hex(b), length(hex(b)) - 2 * (n // 8) - 1, 2))::integer >> (n % 8)::integer) & 1)::integer end;
-- A whole number keeps the bytes of its type (AWS page: `VARBYTE type`).
create or replace macro redshift.number_bytes(x, n) as unhex(right(lpad(hex(x::bigint), 16, '0'), 2 * n));

-- Numbers.
create or replace macro redshift.exp(x) as redshift_exp(x::double);
create or replace macro redshift.dexp(x) as redshift_exp(x::double);
create or replace macro redshift.power(x, y) as redshift_power(x::double, y::double);
create or replace macro redshift.pow(x, y) as redshift_power(x::double, y::double);
create or replace macro redshift.dlog1(x) as ln(x);
create or replace macro redshift.dlog10(x) as log10(x);

-- The session: its settings (`configuration.rs`) and its numbers (`numbers.rs`).
create or replace macro redshift.current_setting
    (name) as case when map_contains(getvariable('redshift_settings'), lower(name))
                   then getvariable('redshift_settings')[lower(name)]
                   else error('unrecognized configuration parameter "' || name || '"') end,
    (name, strict) as case when map_contains(getvariable('redshift_settings'), lower(name)) or not strict
                           then getvariable('redshift_settings')[lower(name)]
                           else error('unrecognized configuration parameter "' || name || '"') end;
create or replace macro redshift.session_number(name) as getvariable('redshift_numbers')[name];
-- The engine's own number makes it another one in each row.
create or replace macro redshift.random() as
    redshift_random(coalesce(redshift.session_number('pid'), 0), system.main.random());
create or replace macro redshift.set_seed(seed) as
    redshift_seed(coalesce(redshift.session_number('pid'), 0), seed);

-- Moments.
create or replace macro redshift.styled_moment
    (t, front) as strftime(t, front)
        || case when microsecond(t) % 1000000 <> 0 then rtrim(strftime(t, '.%f'), '0') else '' end,
    (t, front, back) as strftime(t, front)
        || case when microsecond(t) % 1000000 <> 0 then rtrim(strftime(t, '.%f'), '0') else '' end
        || strftime(t, back);
-- The page of GETDATE prints whole seconds, the page of SYSDATE microseconds.
create or replace macro redshift.getdate() as date_trunc('second', cast(redshift.now() as timestamp));
create or replace macro redshift.sysdate() as cast(redshift.now() as timestamp);
create or replace macro redshift.today() as cast(redshift.now() as date);
-- Times of day. One with a zone is kept in UTC (AWS page: `Datetime types`, "TIMETZ").
create or replace macro redshift.clock_tz(t) as
    cast(cast(cast(t as timestamptz) at time zone 'UTC' as time) as timetz);
-- One without a zone is of the session's.
create or replace macro redshift.clock_in_zone(t) as redshift.clock_tz(redshift.today() + cast(t as time));
create or replace macro redshift.text_timetz(s) as
    case when ends_with(redshift_clock_form(s), '+00') then cast(redshift_clock_form(s) as timetz)
         else redshift.clock_in_zone(redshift_clock_form(s)) end;
create or replace macro redshift.times_apart(a, b) as (date '2000-01-01' + a) - (date '2000-01-01' + b);
-- A century begins with its year 1, as the page of DATE_TRUNC shows it of a millennium.
create or replace macro redshift.date_trunc(part, d) as
    case part
        when 'century' then date_trunc('year', d + to_days(0)) - to_years(((year(d + to_days(0)) - 1) % 100)::integer)
        when 'millennium' then date_trunc('year', d + to_days(0)) - to_years(((year(d + to_days(0)) - 1) % 1000)::integer)
        else date_trunc(part, d + to_days(0)) end;
-- The boundaries between two moments (AWS page: DATEDIFF function); a week begins on Monday (AWS page: DATE_TRUNC
-- function).
create or replace macro redshift.weeks_between(a, b) as
    date_diff('day', date_trunc('week', a), date_trunc('week', b)) // 7;
create or replace macro redshift.parts_between(part, a, b) as (date_part(part, b) - date_part(part, a));
create or replace macro redshift.add_months(d, n) as
    case when last_day(cast(d as timestamp)) = cast(cast(d as timestamp) as date)
         then last_day(cast(d as timestamp) + to_months(n::integer))
              + (cast(d as timestamp) - date_trunc('day', cast(d as timestamp)))
         else cast(d as timestamp) + to_months(n::integer) end;
create or replace macro redshift.months_between(a, b) as
    case when day(cast(a as timestamp)) = day(cast(b as timestamp))
           or (last_day(cast(a as timestamp)) = cast(cast(a as timestamp) as date)
               and last_day(cast(b as timestamp)) = cast(cast(b as timestamp) as date))
         then date_diff('month', cast(b as timestamp), cast(a as timestamp))::double
         else (year(cast(a as timestamp)) - year(cast(b as timestamp))) * 12
            + month(cast(a as timestamp)) - month(cast(b as timestamp))
            + (day(cast(a as timestamp)) - day(cast(b as timestamp))
               + (epoch(cast(cast(a as timestamp) as time)) - epoch(cast(cast(b as timestamp) as time))) / 86400.0) / 31.0::double end;
create or replace macro redshift.convert_timezone
    (target, t) as (cast(t as timestamp) at time zone 'UTC') at time zone redshift_zone(target),
    (source, target, t) as
        (cast(t as timestamp) at time zone redshift_zone(source)) at time zone redshift_zone(target);
-- The page of NEXT_DAY knows M, W and F in one letter, the other days from two.
create or replace macro redshift.week_day(name) as
    list_position(['su', 'm', 'tu', 'w', 'th', 'f', 'sa'],
        lower(left(name, case when lower(left(name, 1)) in ('m', 'w', 'f') then 1 else 2 end)));
create or replace macro redshift.next_day(d, name) as
    case when name is null or redshift.week_day(name) is not null
         then cast(d as date) + (((redshift.week_day(name) - 1 - dayofweek(cast(d as date)) + 6) % 7) + 1)::integer
         else error('invalid day of the week for NEXT_DAY: "' || name || '"') end;
-- `J2451187`: the number of a day (AWS page: Using automatic recognition with DATEFORMAT and TIMEFORMAT).
create or replace macro redshift.julian_day(s) as
    case when regexp_full_match(s, 'J[0-9]{1,7}') then date '2000-01-01' + (try_cast(substr(s, 2) as integer) - 2451545) end;
create or replace macro redshift.automatic_date(s) as
    coalesce(try_cast(s as date), try_cast(s as timestamp)::date, redshift.julian_day(s),
        case when trim(s) <> '' then strptime(s, [
        '%Y%m%d', '%Y%m%d %H%M%S', '%y%m%d %H%M%S', '%Y.%j', '%m/%d/%Y', '%m/%d/%y', '%Y/%m/%d', '%d-%b-%Y', '%b %d, %Y', '%B %d, %Y',
        '%d %b %Y', '%d %B %Y', '%m-%d-%Y', '%m.%d.%Y', '%b-%d-%Y', '%Y-%b-%d'])::date end);
create or replace macro redshift.automatic_timestamp(s) as
    coalesce(try_cast(s as timestamp), redshift.julian_day(s)::timestamp,
        case when trim(s) <> '' then strptime(s, [
        '%y%m%d %H%M%S', '%Y.%j', '%m/%d/%Y %H:%M:%S.%f', '%Y%m%d %H%M%S', '%Y%m%d', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y',
        '%b %d, %Y %H:%M:%S', '%d-%b-%Y %H:%M:%S', '%d %b %Y %H:%M:%S',
        '%m-%d-%Y %H:%M:%S', '%a %b %d %H:%M:%S %Y', '%m/%d/%Y %I:%M:%S %p']) end);

-- SUPER and JSON.
create or replace macro redshift.json_parse(s) as cast(redshift_super_parse(cast(s as varchar)) as json);
create or replace macro redshift.json_serialize(j) as cast(j as varchar);
create or replace macro redshift.can_json_parse(s) as redshift_super_valid(cast(s as varchar));
create or replace macro redshift.is_valid_json(s) as redshift_super_valid(s) and left(ltrim(s), 1) = '{';
create or replace macro redshift.is_valid_json_array(s) as redshift_super_valid(s) and left(ltrim(s), 1) = '[';
create or replace macro redshift.valid_or_error(s) as
    case when redshift_super_valid(s) then s else error('JSON parsing error: ' || left(s, 200)) end;
create or replace macro redshift.valid_or_null(s) as case when redshift_super_valid(s) then s end;
create or replace macro redshift.json_array_length
    (s) as json_array_length(redshift.valid_or_error(s))::integer,
    (s, lenient) as json_array_length(
        case when lenient then redshift.valid_or_null(s) else redshift.valid_or_error(s) end)::integer;
create or replace macro redshift.get_array_length(s) as
    case when json_type(s) = 'ARRAY' then json_array_length(s)::integer end;
create or replace macro redshift.json_path(s, path) as json_extract_string(redshift.valid_or_error(s), path);
create or replace macro redshift.json_path_or_null(s, path) as json_extract_string(redshift.valid_or_null(s), path);
-- There is nothing at a place in front of the first; the engine would count it from the end.
create or replace macro redshift.json_place(n) as
    '$[' || case when n::bigint < 0 then 2147483647 else n::bigint end || ']';
create or replace macro redshift.json_extract_array_element_text
    (s, n) as json_extract_string(redshift.valid_or_error(s), redshift.json_place(n)),
    (s, n, lenient) as json_extract_string(
        case when lenient then redshift.valid_or_null(s) else redshift.valid_or_error(s) end,
        redshift.json_place(n));
create or replace macro redshift.json_typeof(j) as redshift_super_type(cast(j as varchar));
create or replace macro redshift.json_size(j) as strlen(cast(j as varchar))::integer;
create or replace macro redshift.super_of_double(x) as
    case when x = trunc(x) and abs(x) < 1e15 then cast(cast(x::bigint as varchar) as json) else to_json(x) end;
create or replace macro redshift.super_of_decimal(x) as
    cast(rtrim(rtrim(cast(x as varchar), '0'), '.') as json);
-- Each is false of NULL (AWS page: Querying semistructured data, "Types of introspection").
create or replace macro redshift.super_is(j, name) as
    coalesce(redshift_super_type(cast(j as varchar)) = name, false);
create or replace macro redshift.is_array(j) as redshift.super_is(j, 'array');
create or replace macro redshift.is_object(j) as redshift.super_is(j, 'object');
create or replace macro redshift.is_boolean(j) as redshift.super_is(j, 'boolean');
create or replace macro redshift.is_char(j) as redshift.super_is(j, 'string');
create or replace macro redshift.is_varchar(j) as redshift.super_is(j, 'string');
create or replace macro redshift.is_scalar(j) as
    coalesce(redshift_super_type(cast(j as varchar)) in ('number', 'string', 'boolean'), false);
create or replace macro redshift.super_whole(j) as
    redshift.super_is(j, 'number') and regexp_full_match(cast(j as varchar), '-?[0-9]+');
create or replace macro redshift.is_bigint(j) as
    redshift.super_whole(j) and try_cast(cast(j as varchar) as bigint) is not null;
create or replace macro redshift.is_integer(j) as
    redshift.super_whole(j) and try_cast(cast(j as varchar) as integer) is not null;
create or replace macro redshift.is_smallint(j) as
    redshift.super_whole(j) and try_cast(cast(j as varchar) as smallint) is not null;
create or replace macro redshift.is_decimal(j) as
    redshift.super_is(j, 'number') and not contains(lower(cast(j as varchar)), 'e');
create or replace macro redshift.is_float(j) as
    redshift.super_is(j, 'number') and contains(lower(cast(j as varchar)), 'e');
create or replace macro redshift.decimal_precision(j) as
    case when redshift.is_decimal(j)
         then length(ltrim(replace(replace(cast(j as varchar), '-', ''), '.', ''), '0'))::integer end;
create or replace macro redshift.decimal_scale(j) as
    case when redshift.is_decimal(j) then length(split_part(cast(j as varchar), '.', 2))::integer end;
create or replace macro redshift.arrays(name, a, b, option) as
    redshift_super_array(name, cast(a as varchar), coalesce(cast(b as varchar), 'null'), option);
create or replace macro redshift.object_transform(object, kept, given, given_values) as
    cast(redshift_object_transform(object::varchar, kept, given, given_values::varchar) as json);
create or replace macro redshift.array_concat(a, b) as cast(redshift.arrays('concat', a, b, '') as json);
create or replace macro redshift.subarray
    (a, f) as cast(redshift.arrays('subarray', a, '[' || f || ']', '') as json),
    (a, f, n) as cast(redshift.arrays('subarray', a, '[' || f || ',' || n || ']', '') as json);
create or replace macro redshift.array_contains
    (a, v) as cast(redshift.arrays('contains', a, v, 'true') as boolean),
    (a, v, m) as cast(redshift.arrays('contains', a, v, cast(m as varchar)) as boolean);
create or replace macro redshift.array_position
    (a, v) as cast(redshift.arrays('position', a, v, 'true') as integer),
    (a, v, m) as cast(redshift.arrays('position', a, v, cast(m as varchar)) as integer);
create or replace macro redshift.array_positions
    (a, v) as cast(redshift.arrays('positions', a, v, 'true') as json),
    (a, v, m) as cast(redshift.arrays('positions', a, v, cast(m as varchar)) as json);
create or replace macro redshift.array_distinct(a) as cast(redshift.arrays('distinct', a, null, '') as json);
create or replace macro redshift.array_sort
    (a) as cast(redshift.arrays('sort', a, 'true', '') as json),
    (a, u) as cast(redshift.arrays('sort', a, cast(u as varchar), '') as json),
    (a, u, n) as cast(redshift.arrays('sort', a, cast(u as varchar), cast(n as varchar)) as json);
create or replace macro redshift.array_union(a, b) as cast(redshift.arrays('union', a, b, 'true') as json);
create or replace macro redshift.array_intersection
    (a, b) as cast(redshift.arrays('intersection', a, b, 'false') as json),
    (a, b, d) as cast(redshift.arrays('intersection', a, b, cast(d as varchar)) as json);
create or replace macro redshift.array_except
    (a, b) as cast(redshift.arrays('except', a, b, 'false') as json),
    (a, b, d) as cast(redshift.arrays('except', a, b, cast(d as varchar)) as json);
create or replace macro redshift.arrays_overlap(a, b) as cast(redshift.arrays('overlap', a, b, '') as boolean);
create or replace macro redshift.lower_attribute_names(j) as
    cast(redshift_super_lower_names(cast(j as varchar)) as json);
create or replace macro redshift.upper_attribute_names(j) as
    cast(redshift_super_upper_names(cast(j as varchar)) as json);
create or replace macro redshift.split_to_array
    (s) as to_json(string_split(s, ',')),
    (s, d) as to_json(string_split(s, d));
create or replace macro redshift.array_flatten(a) as cast(redshift.arrays('flatten', a, null, '') as json);
create or replace macro redshift.json_serialize_to_varbyte(j) as encode(cast(j as varchar));

-- The catalog. What a statement said of a relation lies in the engine's comment on it, as JSON
-- (`dialect/declaration.rs`), so that renaming, dropping and rolling back need nothing more. The views that Redshift has
-- are written into the queries that name them (`dialect/catalog.sql`); these are what they are written with.
create or replace macro redshift.engine_type(data_type, bytes, blank_padded) as
    case
        when starts_with(data_type, 'DECIMAL(') then 'numeric' || lower(data_type[8:])
        when data_type = 'VARCHAR' and blank_padded then 'character(' || coalesce(bytes, 256) || ')'
        when data_type = 'VARCHAR' then 'character varying(' || coalesce(bytes, 65535) || ')'
        else case data_type
            when 'BOOLEAN' then 'boolean'
            when 'TINYINT' then 'smallint'
            when 'SMALLINT' then 'smallint'
            when 'INTEGER' then 'integer'
            when 'BIGINT' then 'bigint'
            when 'HUGEINT' then 'numeric(38,0)'
            when 'FLOAT' then 'real'
            when 'DOUBLE' then 'double precision'
            when 'DATE' then 'date'
            when 'TIME' then 'time without time zone'
            when 'TIME WITH TIME ZONE' then 'time with time zone'
            when 'TIMESTAMP' then 'timestamp without time zone'
            when 'TIMESTAMP WITH TIME ZONE' then 'timestamp with time zone'
            when 'INTERVAL' then 'interval day to second'
            when 'BLOB' then 'varbyte(64000)'
            else 'super'
        end
    end;
create or replace macro redshift.diststyle(distribution, distkey) as
    case distribution
        when 'even' then 'EVEN'
        when 'all' then 'ALL'
        when 'key' then 'KEY(' || distkey || ')'
        else 'AUTO(ALL)'
    end;
create or replace macro redshift.sort_type(interleaved, sortkey) as
    case when interleaved then 'INTERLEAVED' when system.main.len(sortkey) > 0 then 'COMPOUND' end;
create or replace macro redshift.type_oid(name) as
    case name
        when 'boolean' then 16 when 'bigint' then 20 when 'smallint' then 21 when 'integer' then 23 when 'real' then 700
        when 'double precision' then 701 when 'character' then 1042 when 'character varying' then 1043 when 'date' then 1082
        when 'time without time zone' then 1083 when 'timestamp without time zone' then 1114
        when 'timestamp with time zone' then 1184 when 'interval year to month' then 1188
        when 'interval day to second' then 1190 when 'time with time zone' then 1266 when 'numeric' then 1700
        when 'hllsketch' then 2935 when 'geometry' then 3000 when 'geography' then 3001 when 'super' then 4000
        when 'varbyte' then 6551
    end::bigint;
create or replace macro redshift.type_length(name) as
    case name
        when 'boolean' then 1 when 'smallint' then 2 when 'integer' then 4 when 'real' then 4 when 'date' then 4
        when 'time with time zone' then 12 when 'character' then -1 when 'character varying' then -1 when 'numeric' then -1
        when 'super' then -1 when 'varbyte' then -1 when 'geometry' then -1 when 'geography' then -1 when 'hllsketch' then -1
        else 8
    end;
create or replace macro redshift.encoding_number(name) as
    coalesce(list_position(['none', 'bytedict', 'delta', 'lzo', 'runlength', 'delta32k', 'mostly8', 'mostly16', 'mostly32',
                            'text255', 'text32k', 'zstd', 'az64'], name) - 1, 0)::integer;
create or replace macro redshift.current_schemas(implicit) as
    '{' || array_to_string(list_filter(list_concat(case when implicit then ['pg_catalog'] else []::varchar[] end,
        list_filter(string_split(replace(replace(current_setting('search_path'), 'sfc_database.', ''), '"', ''), ','),
                    lambda name: name <> 'main')), lambda name: name <> ''), ',') || '}';
create or replace macro redshift.format_type(id, modifier) as
    case id::bigint
        when 16 then 'boolean' when 18 then '"char"' when 19 then 'name' when 20 then 'bigint' when 21 then 'smallint'
        when 23 then 'integer' when 25 then 'text' when 26 then 'oid' when 700 then 'real' when 701 then 'double precision'
        when 1042 then 'character' || case when modifier > 4 then '(' || modifier - 4 || ')' else '' end
        when 1043 then 'character varying' || case when modifier > 4 then '(' || modifier - 4 || ')' else '' end
        when 1082 then 'date' when 1083 then 'time without time zone' when 1114 then 'timestamp without time zone'
        when 1184 then 'timestamp with time zone' when 1188 then 'interval year to month'
        when 1190 then 'interval day to second' when 1266 then 'time with time zone'
        when 1700 then 'numeric' || case when modifier > 4
            then '(' || ((modifier - 4) >> 16) || ',' || ((modifier - 4) & 65535) || ')' else '' end
        when 2935 then 'hllsketch' when 3000 then 'geometry' when 3001 then 'geography' when 4000 then 'super'
        when 6551 then 'varbyte' else '???'
    end;
create or replace macro redshift.short_type_oid(name) as
    case name
        when 'bool' then 16 when 'int8' then 20 when 'name' then 19 when 'int2' then 21 when 'int4' then 23 when 'oid' then 26
        when 'float4' then 700 when 'float8' then 701 when 'bpchar' then 1042 when 'varchar' then 1043 when 'date' then 1082
        when 'time' then 1083 when 'timestamp' then 1114 when 'timestamptz' then 1184 when 'interval' then 1190
        when 'timetz' then 1266 when 'numeric' then 1700 when 'refcursor' then 1790 when 'regclass' then 2205
        when 'hllsketch' then 2935 when 'geometry' then 3000 when 'geography' then 3001 when 'super' then 4000
        when 'varbyte' then 6551
    end::bigint;
create or replace macro redshift.oidvectortypes(oids) as
    array_to_string(list_transform(from_json(cast(oids as json), '["BIGINT"]'), lambda id: redshift.format_type(id, null)), ', ');
-- Arrays of the catalog begin with 1 and have one dimension.
create or replace macro redshift.numbered_from_one(a) as
    case when typeof(a) like '%[]' then regexp_replace(to_json(a)::varchar, '^\[', '[null,') else a::varchar end;
create or replace macro redshift.array_upper(a, dimension) as
    case when dimension = 1 and system.main.len(a) > 0 then system.main.len(a)::integer end;
create or replace macro redshift.array_lower(a, dimension) as
    case when dimension = 1 and system.main.len(a) > 0 then 1 end;
create or replace macro redshift.array_dims(a) as
    case when system.main.len(a) > 0 then '[1:' || system.main.len(a) || ']' end;
create or replace macro redshift.pg_encoding_to_char(number) as
    case number when 0 then 'SQL_ASCII' when 6 then 'UNICODE' else '' end;
create or replace macro redshift.format_encoding(number) as
    ['none', 'bytedict', 'delta', 'lzo', 'runlength', 'delta32k', 'mostly8', 'mostly16', 'mostly32', 'text255', 'text32k',
     'zstd', 'az64'][number + 1];
create or replace macro redshift.pg_get_userbyid(id) as
    case id::bigint when 1 then 'rdsdb' when 100 then 'awsuser' else 'unknown (UID=' || id || ')' end;
-- Privileges as they are kept: `user=ar*/grantor`, `group readers=r/grantor`, `=r/grantor` for everybody.
create or replace macro redshift.privilege_letter(name) as
    case upper(name)
        when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' when 'DELETE' then 'd' when 'RULE' then 'R'
        when 'REFERENCES' then 'x' when 'TRIGGER' then 't' when 'EXECUTE' then 'X' when 'USAGE' then 'U' when 'CREATE' then 'C'
        when 'TEMP' then 'T' when 'TEMPORARY' then 'T' when 'DROP' then 'D' when 'ALTER' then 'A' when 'TRUNCATE' then 'P'
        else error('unrecognized privilege type: "' || name || '"')
    end;
create or replace macro redshift.makeaclitem(grantee, grantee_group, grantor, privilege, grantable) as
    case when grantee <> 0 then redshift.pg_get_userbyid(grantee)
         when grantee_group <> 0 then 'group ' || grantee_group
         else '' end
    || '=' || redshift.privilege_letter(privilege) || case when grantable then '*' else '' end
    || '/' || redshift.pg_get_userbyid(grantor);
create or replace macro redshift.aclcontains(acl, item) as
    list_transform([[cast(acl as varchar), cast(item as varchar)]], lambda pair:
        system.main.len(list_filter(string_split(trim(pair[1], '{}"'), ','), lambda held:
            split_part(held, '=', 1) = split_part(pair[2], '=', 1)
            and contains(split_part(split_part(held, '=', 2), '/', 1), split_part(split_part(pair[2], '=', 2), '/', 1))
            and split_part(held, '/', 2) = split_part(pair[2], '/', 2))) > 0)[1];
