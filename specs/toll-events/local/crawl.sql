-- What the crawler would find: the columns of the files. The tables are there once it has been here.
create table if not exists toll_stage (
    transaction_id bigint,
    plaza varchar(40),
    plate varchar(12),
    vehicle_class varchar(10),
    passed_at timestamp,
    amount decimal(8, 2)
);

create table if not exists toll (like toll_stage);
