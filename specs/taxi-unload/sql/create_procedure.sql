-- Everything between loading and reading: whoever calls it gets all of it or nothing. DELETE and not
-- TRUNCATE, which would commit.
create or replace procedure taxi.load_trips() as $$
begin
    delete from taxi.trip;

    copy taxi.trip
    from 's3://taxi-landing/yellow/'
    iam_role default
    csv
    ignoreheader 1
    emptyasnull;

    -- A trip of no distance, or one that ended before it began, was none.
    delete from taxi.trip
    where distance <= 0 or dropped_off <= picked_up;

    refresh materialized view taxi.daily_volume;
end;
$$ language plpgsql;
