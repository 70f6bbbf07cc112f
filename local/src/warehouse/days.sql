-- Days beside moments, where the engine has no operator of its own: looked at only for a statement
-- that needs them. They live in memory, not in the database's file: an older file would not take
-- macros whose parameters have types.
create schema memory.plus_days;
create schema memory.minus_days;
create macro memory.plus_days."+"
    (a date, b bigint) as system.main."+"(a, b::integer),
    (a bigint, b date) as system.main."+"(b, a::integer),
    (a timestamp, b bigint) as system.main."+"(a, to_days(b::integer)),
    (a timestamptz, b bigint) as system.main."+"(a, to_days(b::integer)),
    (a, b) as system.main."+"(a, b);
create macro memory.minus_days."-"
    (a date, b bigint) as system.main."-"(a, b::integer),
    (a timestamp, b bigint) as system.main."-"(a, to_days(b::integer)),
    (a timestamptz, b bigint) as system.main."-"(a, to_days(b::integer)),
    (a, b) as system.main."-"(a, b),
    (a) as system.main."-"(a);
