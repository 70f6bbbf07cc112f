-- Type 1: a new name replaces the old one.
merge into core.dim_airline
using stage.airline
    on dim_airline.carrier = airline.carrier
when matched then update set name = airline.name
when not matched then insert (carrier, name) values (airline.carrier, airline.name);

select count(*) as airlines from core.dim_airline;
