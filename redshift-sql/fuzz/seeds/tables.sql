create table if not exists stage_{{day}} (id bigint identity(1, 1), name varchar(max) encode zstd, born date default current_date, primary key (id)) diststyle key distkey (id) compound sortkey (born, id);
alter table stage_{{day}} add column note varchar(20); comment on table stage_{{day}} is 'one day'; drop table if exists a, b cascade;
