-- An object that comes twice is loaded once: its transactions replace what they were.
delete from toll
using toll_stage
where toll.transaction_id = toll_stage.transaction_id;

insert into toll
select *
from toll_stage;
