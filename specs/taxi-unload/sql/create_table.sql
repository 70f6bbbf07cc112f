create schema if not exists taxi;

create table if not exists taxi.trip (
    trip_id bigint not null,
    vendor smallint not null,
    picked_up timestamp not null,
    dropped_off timestamp not null,
    passengers smallint,
    distance decimal(6, 2) not null, -- miles
    pickup_borough varchar(20) not null,
    payment varchar(10) not null,
    fare decimal(8, 2) not null,
    tip decimal(8, 2) not null,
    total decimal(8, 2) not null,
    primary key (trip_id)
)
distkey (trip_id)
sortkey (picked_up);
