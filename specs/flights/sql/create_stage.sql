-- Staging: dropped and made anew by every run, so nothing of an earlier one can be left over.
-- Columns stand in the order of the source files.
create schema if not exists stage;

-- One table a quarter (a time-series layout): COPY locks the table that it writes to, so four
-- loads into one table would wait for each other.
drop table if exists stage.flight_q1;
create table stage.flight_q1 (
    year smallint not null encode az64,
    month smallint not null encode az64,
    day smallint not null encode az64,
    dep_time smallint encode az64, -- hhmm, local; null: cancelled
    sched_dep_time smallint not null encode az64, -- hhmm, local
    dep_delay smallint encode az64, -- minutes, negative: early
    arr_time smallint encode az64,
    sched_arr_time smallint not null encode az64,
    arr_delay smallint encode az64,
    carrier char(2) not null encode bytedict,
    flight smallint not null encode az64,
    tailnum varchar(6) encode zstd distkey,
    origin char(3) not null encode bytedict,
    dest char(3) not null encode bytedict,
    air_time smallint encode az64, -- minutes
    distance smallint not null encode az64, -- miles
    hour smallint not null encode az64,
    minute smallint not null encode az64,
    time_hour timestamp not null encode az64 -- scheduled hour of departure, UTC
);

drop table if exists stage.flight_q2;
create table stage.flight_q2 (like stage.flight_q1);

drop table if exists stage.flight_q3;
create table stage.flight_q3 (like stage.flight_q1);

drop table if exists stage.flight_q4;
create table stage.flight_q4 (like stage.flight_q1);

drop table if exists stage.weather;
create table stage.weather (
    origin varchar(3) encode bytedict,
    year integer encode az64,
    month integer encode az64,
    day integer encode az64,
    hour integer encode az64,
    temp_f double precision encode zstd,
    dewp_f double precision encode zstd,
    humid double precision encode zstd,
    wind_dir integer encode az64,
    wind_mph double precision encode zstd,
    gust_mph double precision encode zstd,
    precip_in double precision encode zstd,
    pressure double precision encode zstd,
    visib_mi double precision encode zstd,
    time_hour timestamp encode az64
)
diststyle even;

drop table if exists stage.airport;
create table stage.airport (
    faa char(3) not null,
    name varchar(64) not null,
    lat double precision not null,
    lon double precision not null,
    alt integer not null, -- feet
    tz smallint not null, -- hours from UTC
    dst char(1) not null,
    tzone varchar(32)
)
diststyle all;

drop table if exists stage.airline;
create table stage.airline (
    carrier char(2) not null,
    name varchar(40) not null
)
diststyle all;

drop table if exists stage.aircraft;
create table stage.aircraft (
    tailnum varchar(6) not null,
    year smallint,
    type varchar(24) not null,
    manufacturer varchar(32) not null,
    model varchar(24) not null,
    engines smallint not null,
    seats smallint not null,
    speed smallint,
    engine varchar(16) not null
)
diststyle all;

-- All four quarters, cleaned: written by clean_flights.
drop table if exists stage.flight;
create table stage.flight (
    flight_date date not null encode raw,
    carrier char(2) not null encode bytedict,
    flight_number smallint not null encode az64,
    tailnum varchar(6) encode zstd,
    origin char(3) not null encode bytedict,
    dest char(3) not null encode bytedict,
    status varchar(9) not null encode bytedict, -- flown, diverted, cancelled
    scheduled_departure timestamp not null encode az64, -- local
    scheduled_departure_utc timestamp not null encode az64,
    departure_utc timestamp encode az64,
    departure_delay smallint encode az64,
    arrival_delay smallint encode az64,
    air_time smallint encode az64,
    distance smallint not null encode az64,
    weather_hour timestamp not null encode az64 -- UTC
)
distkey (tailnum)
sortkey (flight_date);
