drop procedure if exists taxi.load_trips();
drop materialized view if exists taxi.daily_volume;
drop table if exists taxi.trip;
