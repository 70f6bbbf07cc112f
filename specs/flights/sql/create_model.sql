-- The model outlives a run: later runs merge into it or replace their own year.
-- Redshift does not enforce the keys; its planner uses them, and the checks test them.
create schema if not exists core;
create schema if not exists mart;

create table if not exists core.dim_date (
    date_key integer not null encode raw, -- yyyymmdd
    day date not null encode az64,
    year smallint not null encode az64,
    quarter smallint not null encode az64,
    month smallint not null encode az64,
    weekday smallint not null encode az64, -- 0 is Sunday
    day_name varchar(9) not null encode bytedict,
    week_begins date not null encode az64,
    month_ends date not null encode az64,
    is_weekend boolean not null encode raw,
    holiday varchar(20) encode zstd,
    primary key (date_key)
)
diststyle all
sortkey (date_key);

create table if not exists core.dim_airport (
    airport char(3) not null encode raw,
    name varchar(64) not null encode zstd,
    latitude double precision encode zstd,
    longitude double precision encode zstd,
    altitude_m integer encode az64,
    time_zone varchar(32) encode bytedict,
    is_known boolean not null encode raw, -- false: seen in flights only
    primary key (airport)
)
diststyle all
sortkey (airport);

create table if not exists core.dim_airline (
    carrier char(2) not null encode raw,
    name varchar(40) not null encode zstd,
    primary key (carrier)
)
diststyle all
sortkey (carrier);

-- Type 2: one row for each time that an aircraft flew for one operator.
create table if not exists core.dim_aircraft (
    aircraft_key integer identity(1, 1) not null encode az64,
    tailnum varchar(6) not null encode raw,
    operator char(2) not null encode bytedict,
    manufacturer varchar(32) encode bytedict,
    model varchar(24) encode zstd,
    built smallint encode az64,
    engines smallint encode az64,
    seats smallint encode az64,
    valid_from date not null encode az64,
    valid_to date default '9999-12-31' not null encode az64, -- inclusive
    is_current boolean default true not null encode raw,
    primary key (aircraft_key)
)
diststyle all
sortkey (tailnum, valid_from);

create table if not exists core.weather_hour (
    airport char(3) not null encode bytedict,
    hour_utc timestamp not null encode raw,
    hour_local timestamp not null encode az64,
    temp_c decimal(5, 1) encode az64,
    wind_mph decimal(5, 1) encode az64,
    precip_mm decimal(5, 1) encode az64,
    pressure decimal(6, 1) encode az64,
    visib_mi decimal(4, 2) encode az64,
    sky varchar(8) not null encode bytedict, -- snow, rain, fog, wind, fair
    primary key (airport, hour_utc)
)
diststyle all
sortkey (hour_utc);

create table if not exists core.fact_flight (
    date_key integer not null encode raw references core.dim_date (date_key),
    flight_date date not null encode az64,
    carrier char(2) not null encode bytedict references core.dim_airline (carrier),
    flight_number smallint not null encode az64,
    aircraft_key integer encode az64 references core.dim_aircraft (aircraft_key),
    origin char(3) not null encode bytedict references core.dim_airport (airport),
    dest char(3) not null encode bytedict references core.dim_airport (airport),
    status varchar(9) not null encode bytedict,
    scheduled_departure timestamp not null encode az64,
    scheduled_departure_utc timestamp not null encode az64,
    departure_utc timestamp encode az64,
    departure_delay smallint encode az64,
    arrival_delay smallint encode az64,
    is_delayed boolean encode raw, -- null: never arrived where it should
    air_time smallint encode az64,
    distance smallint not null encode az64,
    weather_hour timestamp not null encode az64
)
distkey (aircraft_key)
compound sortkey (date_key, carrier);

create table if not exists mart.delay_by_carrier_month (
    year smallint not null,
    month smallint not null,
    carrier char(2) not null,
    airline varchar(40) not null,
    flights integer not null,
    cancelled integer not null,
    diverted integer not null,
    delayed integer not null,
    mean_delay decimal(7, 2),
    delayed_share decimal(5, 4),
    change decimal(7, 2), -- of mean_delay, against the month before
    market_share decimal(5, 4) not null
)
diststyle all
sortkey (year, month);

create table if not exists mart.delay_by_route (
    year smallint not null,
    origin char(3) not null,
    dest char(3) not null,
    destination varchar(64) not null,
    carriers varchar(100) not null, -- comma-separated
    flights integer not null,
    cancelled integer not null,
    delayed integer not null,
    median_delay decimal(7, 2),
    p90_delay decimal(7, 2),
    mean_mph decimal(6, 1),
    worst integer not null -- 1: the highest median delay
)
diststyle all
sortkey (year, origin, dest);

create table if not exists mart.delay_by_weather (
    year smallint not null,
    airport char(3) not null,
    sky varchar(8) not null, -- unknown: no observation for that hour
    flights integer not null,
    cancelled integer not null,
    delayed integer not null,
    mean_delay decimal(7, 2),
    delayed_share decimal(5, 4),
    excess decimal(7, 2) -- of mean_delay, over fair weather at the same airport
)
diststyle all
sortkey (year, airport);

create table if not exists mart.delay_by_hour (
    year smallint not null,
    weekday smallint not null,
    day_name varchar(9) not null,
    hour smallint not null, -- local
    flights integer not null,
    aircraft integer not null, -- approximately
    delayed integer not null,
    mean_delay decimal(7, 2)
)
diststyle all
sortkey (year, weekday, hour);
