### logic over a table, and a variable that is called as FOUND is
create table staged (source varchar(20), v int);
insert into staged values ('a.csv', 1), ('a.csv', 2);
create table batches (batch int, source varchar(20), n int);
create or replace procedure load_batch (p_source varchar(20)) as $$
declare
  found int default 0;
  next_batch int;
begin
  select count(*) into found from staged where source = p_source;
  if found = 0 then
    raise notice 'nothing in %', p_source;
  else
    select coalesce(max(batch), 0) + 1 into next_batch from batches;
    insert into batches values (next_batch, p_source, found);
    get diagnostics found := row_count;
    raise notice '% row', found;
  end if;
end;
$$ language plpgsql;
call load_batch('a.csv');
call load_batch('b.csv');
select batch, source, n from batches order by batch
=> 1|a.csv|2
### a table for what procedures say
create table said (n int, t varchar(200));
select count(*) from said
=> 0
### if, elsif, else
create or replace procedure size(v int) as $$ begin
  if v > 5 then insert into said values (v, 'big');
  elsif v > 2 then insert into said values (v, 'mid');
  else insert into said values (v, 'small'); end if;
end; $$ language plpgsql;
call size(9); call size(3); call size(1); call size(null);
select t from said order by n nulls last
=> small;mid;big;small
### defaults, assignments, integer division and the scale of decimals are those of SQL
delete from said;
create or replace procedure arithmetic() as $$
declare
  a int := 7; b int default 2; c decimal(8, 3) := 1.23456; d numeric(6,2);
  e constant varchar(10) := 'x'; f int not null := 1;
begin
  d := c * 2;
  a := a / b;
  insert into said values (a, c || ' ' || d || ' ' || e || f);
end; $$ language plpgsql;
call arithmetic();
select n, t from said
=> 3|1.235 2.47 x1
### a constant gets no other value
create or replace procedure p() as $$ declare a constant int := 1; begin a := 2; end $$ language plpgsql;
call p()
=! CONSTANT
### not null
create or replace procedure p() as $$ declare a int not null := 1; begin a := null; end $$ language plpgsql;
call p()
=! null value cannot be assigned to a variable declared NOT NULL
### a text that is too long
create or replace procedure p() as $$ declare a varchar(3); begin a := 'four'; end $$ language plpgsql;
call p()
=! value too long for type character varying(3)
### the place of an error
create or replace procedure misses() as $$
begin
  insert into said values (1, 'a');

  insert into missing values (1);
end $$ language plpgsql;
call misses()
=! PL/pgSQL function "misses" line 4 at SQL statement
### the place of an error in a nested call
create or replace procedure outside() as $$
begin
  call misses();
end $$ language plpgsql;
call outside()
=! PL/pgSQL function "outside" line 2 at SQL statement
### loops over numbers, EXIT, CONTINUE and labels
delete from said;
create or replace procedure loops() as $$
declare i int := 99; w int := 0;
begin
  for i in 1..3 loop insert into said values (i, 'up'); end loop;
  for i in reverse 3..1 by 2 loop insert into said values (i, 'down'); end loop;
  insert into said values (i, 'outside');
  while w < 2 loop w := w + 1; insert into said values (w, 'while'); end loop;
  <<outer_loop>>
  for a in 1..3 loop
    for b in 1..3 loop
      continue outer_loop when b = 2;
      exit outer_loop when a = 3;
      insert into said values (a * 10 + b, 'label');
    end loop;
  end loop;
  loop
    w := w + 1;
    exit when w > 4;
  end loop;
  insert into said values (w, 'loop');
  for i in 3..1 loop insert into said values (i, 'never'); end loop;
  if not found then insert into said values (0, 'not found'); end if;
end $$ language plpgsql;
call loops();
select t, listagg(n, ',') within group (order by n) from said group by t order by t
=> down|1,3;label|11,21;loop|5;not found|0;outside|99;up|1,2,3;while|1,2
### loops over queries
delete from said;
create or replace procedure over_rows() as $$
declare r record; a int; b varchar(20); q varchar(200);
begin
  for r in select v, source from staged order by v loop insert into said values (r.v, r.source); end loop;
  for a, b in select v * 10, source from staged loop insert into said values (a, b); end loop;
  q := 'select v * 100 as w from staged where v > ' || 1;
  for r in execute q loop insert into said values (r.w, 'dynamic'); end loop;
  if found then insert into said values (0, 'found'); end if;
end $$ language plpgsql;
call over_rows();
select n, t from said order by n
=> 0|found;1|a.csv;2|a.csv;10|a.csv;20|a.csv;200|dynamic
### a loop within a loop over a query is a second cursor
create or replace procedure p() as $$ declare r record; s record; begin
  for r in select v from staged loop for s in select v from staged loop null; end loop; end loop;
end $$ language plpgsql;
call p()
=! one at a time
### a field that a record has not, and a record without a value
create or replace procedure p() as $$ declare r record; begin select into r v from staged limit 1; insert into said values (r.w, ''); end $$ language plpgsql;
call p()
=! has no field "w"
### a record without a value
create or replace procedure p() as $$ declare r record; begin insert into said values (r.w, ''); end $$ language plpgsql;
call p()
=! not assigned yet
### SELECT INTO: no row, several rows, records, fields
delete from said;
create or replace procedure into_all() as $$
declare r record; row staged%rowtype; n staged.v%type := 5; s varchar(20); m n%type;
begin
  select into r * from staged order by v desc;
  insert into said values (r.v, r.source);
  select v, source into n, s from staged where v = 77;
  if not found then insert into said values (3, 'not found'); end if;
  insert into said values (n, coalesce(s, 'none'));
  select source, v into row from staged order by v limit 1;
  row.v := row.v + 40;
  insert into said values (row.v, row.source);
  select into r * from staged where v = 77;
  if r.source is null then insert into said values (4, 'null'); end if;
  if r is null then insert into said values (5, 'null record'); end if;
  m := 6;
  insert into said values (m, 'type');
end $$ language plpgsql;
call into_all();
select n, t from said order by n nulls first
=> NULL|none;2|a.csv;3|not found;4|null;5|null record;6|type;41|a.csv
### more variables than columns
create or replace procedure p() as $$ declare a int; b int; begin select v into a, b from staged; end $$ language plpgsql;
call p()
=! the query has 1 columns, and 2 variables stand behind INTO
### a name that is no variable
create or replace procedure p() as $$ begin select v into nothing from staged; end $$ language plpgsql;
call p()
=! there is no variable `nothing` (line 1 of procedure "p")
### CASE
delete from said;
create or replace procedure choose(x int) as $$
declare m varchar(20) := 'n';
begin
  case x when 1, 2 then m := 'one or two'; when 3 then m := 'three'; else m := 'other'; end case;
  insert into said values (x, m || '!');
  case when x between 0 and 2 then m := 'low'; else null; end case;
  insert into said values (x + 100, m);
end $$ language plpgsql;
call choose(2); call choose(3); call choose(7);
select n, t from said order by n
=> 2|one or two!;3|three!;7|other!;102|low;103|three;107|other
### CASE without ELSE
create or replace procedure p() as $$ begin case 3 when 1 then null; end case; end $$ language plpgsql;
call p()
=! case not found
### RETURN leaves the procedure, from within a loop too
delete from said;
create or replace procedure early(x int) as $$ begin
  if x is null then return; end if;
  for i in 1..9 loop if i > x then return; end if; insert into said values (i, 'i'); end loop;
  insert into said values (0, 'end');
end $$ language plpgsql;
call early(null); call early(2);
select n from said order by n
=> 1;2
### EXECUTE, with quoted names and values, and INTO
delete from said;
create or replace procedure dynamic_one(tab varchar(30), value varchar(30)) as $$
declare n int; m int;
begin
  execute 'create table ' || quote_ident(tab) || ' (a varchar(30))';
  execute 'insert into ' || quote_ident(tab) || ' values (' || quote_literal(value) || ')';
  get diagnostics m := row_count;
  execute 'select count(*) from ' || quote_ident(tab) into n;
  insert into said select n + m, a from my_dynamic;
end $$ language plpgsql;
call dynamic_one('my_dynamic', 'it''s');
select n, t from said
=> 2|it's
### EXECUTE of nothing
create or replace procedure p() as $$ begin execute null; end $$ language plpgsql;
call p()
=! cannot EXECUTE a null querystring
### an error in a text that EXECUTE runs shows the text
create or replace procedure p() as $$ begin execute 'select ' || 'invalid'; end $$ language plpgsql;
call p()
=! SQL statement "select invalid"
### COMMIT does not run by EXECUTE
create or replace procedure p() as $$ begin execute 'commit'; end $$ language plpgsql;
call p()
=! dynamic SQL
### RAISE EXCEPTION
create or replace procedure p(v int) as $$ begin raise exception 'oops % of 100%%', v; end $$ language plpgsql;
call p(5)
=! ERROR: oops 5 of 100%
### PERFORM and statements whose rows nobody reads
delete from said;
create or replace procedure reads() as $$ begin
  perform v from staged;
  if found then insert into said values (1, 'found'); end if;
  perform v from staged where v = 77;
  if not found then insert into said values (2, 'not found'); end if;
  select 1 a;
  update said set t = t || '!' where n = 77;
  if not found then insert into said values (3, 'no row'); end if;
  null;
end $$ language plpgsql;
call reads();
select n, t from said order by n
=> 1|found;2|not found;3|no row
### blocks, and variables that hide others
delete from said;
create or replace procedure blocks() as $$
<<one>>
declare value integer := 20;
begin
  insert into said values (1, value);
  value := 50;
  declare value integer := 80;
  begin
    insert into said values (2, value || ' ' || one.value);
  end;
  <<two>>
  begin
    exit two when value = 50;
    insert into said values (9, 'never');
  end;
  insert into said values (3, value);
end one;
$$ language plpgsql;
call blocks();
select n, t from said order by n
=> 1|20;2|80 50;3|50
### an alias, arguments by position, and arguments in front of their procedure
delete from said;
create or replace procedure aliases(int, b int) as $$
declare first alias for $1; other alias for b;
begin
  other := other + 1;
  insert into said values ($1 + first, aliases.b || ' ' || $2);
end $$ language plpgsql;
call aliases(1, 2);
select n, t from said
=> 2|3 3
### OUT and INOUT arguments come out as one row
create or replace procedure test_sp2(f1 in int, f2 inout varchar(256), out_var out varchar(256)) as $$
declare loop_var int;
begin
  if f1 is null or f2 is null then raise exception 'input cannot be null'; end if;
  drop table if exists my_etl;
  create temp table my_etl(a int, b varchar);
  for loop_var in 1..f1 loop
    insert into my_etl values (loop_var, f2);
    f2 := f2 || '+' || f2;
  end loop;
  select into out_var count(*) from my_etl;
end $$ language plpgsql;
call test_sp2(2, '2019')
=> 2019+2019+2019+2019|2
### INOUT arguments of a nested call are variables
create or replace procedure inner_proc(inout a int, b int, inout c int) as $$ begin a := b * a; c := b * c; end $$ language plpgsql;
create or replace procedure outer_proc(multiplier int) as $$
declare x int := 3; y int := 4;
begin
  delete from said;
  call inner_proc(x, multiplier, y);
  insert into said values (x, y::varchar);
end $$ language plpgsql;
call outer_proc(5);
select n, t from said
=> 15|20
### and no constants
create or replace procedure p() as $$ declare x int := 3; begin call inner_proc(x, 1, 2); end $$ language plpgsql;
call p()
=! takes a variable
### procedures that share a name
delete from said;
create or replace procedure shared(a int) as $$ begin insert into said values (a, 'int'); end $$ language plpgsql;
create or replace procedure shared(a varchar(10)) as $$ begin insert into said values (2, a); end $$ language plpgsql;
create or replace procedure shared(a int, b int) as $$ begin insert into said values (a + b, 'two'); end $$ language plpgsql;
call shared(1); call shared('text'); call shared(1, 2);
select n, t from said order by n
=> 1|int;2|text;3|two
### one of them is dropped
drop procedure shared(varchar);
drop procedure if exists shared(date);
call shared(1); call shared(1, 2);
select count(*) from said
=> 5
### the others stay, and a name alone means none of them
drop procedure shared(varchar)
=! procedure shared(varchar) does not exist
### a procedure that is there already
create procedure shared(x int) as $$ begin null; end $$ language plpgsql
=! already exists with same argument types
### procedures belong to schemas
create schema px1; create schema px2;
set search_path to px1;
create procedure pz() as $$ begin null; end $$ language plpgsql;
call pz();
set search_path to px2;
call pz()
=! procedure pz does not exist
### and go with them
create schema px3;
create procedure px3.pz() as $$ begin null; end $$ language plpgsql;
drop schema px3 cascade;
create schema px3;
call px3.pz()
=! procedure pz does not exist
### a declared cursor
delete from said;
create or replace procedure cursors() as $$
declare c cursor for select v, source from staged order by v; d cursor (least int) is select v, source from staged where v >= least; a int; b varchar(20); r record;
begin
  open c;
  loop
    fetch c into a, b;
    exit when not found;
    insert into said values (a, b);
  end loop;
  close c;
  open d(2);
  fetch d into r;
  insert into said values (r.v * 10, r.source);
  close d;
end $$ language plpgsql;
call cursors();
select n, t from said order by n
=> 1|a.csv;2|a.csv;20|a.csv
### a cursor that is closed
create or replace procedure p() as $$ declare c refcursor; a int; begin open c for execute 'select 1'; close c; fetch c into a; end $$ language plpgsql;
call p()
=! does not exist
### a cursor that is handed out
create or replace procedure get_result_set(param in int, rs_out inout refcursor) as $$
begin
  open rs_out for select v, source from staged where v >= param order by v;
end $$ language plpgsql;
call get_result_set(1, 'mycursor');
fetch all from mycursor
=> 1|a.csv;2|a.csv
### its name comes out
call get_result_set(1, 'mycursor')
=> mycursor
### rows of a cursor some at a time
begin;
declare c cursor for select v from staged order by v;
fetch next from c;
fetch forward 5 from c
=> 2
### the end of the transaction closes it
begin; declare c cursor for select v from staged; commit; fetch next from c
=! cursor "c" does not exist
### COMMIT and ROLLBACK
delete from said;
create or replace procedure ends() as $$ begin
  insert into said values (1, 'kept'); commit;
  insert into said values (2, 'gone'); rollback;
  insert into said values (3, 'kept');
end $$ language plpgsql;
call ends();
select n from said order by n
=> 1;3
### a transaction of the caller's is the caller's to end
begin; call ends()
=! COMMIT cannot be invoked from a procedure that is executing in an atomic context
### a commit closes the cursors
create or replace procedure p() as $$
declare rec record; cur1 cursor for select v from staged;
begin
  open cur1;
  commit;
  fetch cur1 into rec;
end $$ language plpgsql;
call p()
=! cursor "cur1" does not exist
### and that of a loop
create or replace procedure p() as $$ declare r record; begin for r in select v from staged loop commit; end loop; end $$ language plpgsql;
call p()
=! cursor of this loop does not exist
### calls are at most sixteen deep
create or replace procedure deep(n int) as $$ begin if n > 1 then call deep(n - 1); end if; end $$ language plpgsql;
call deep(16);
select 1
=> 1
### and not seventeen
call deep(17)
=! more than 16 levels
### the language's own settings and rights do not matter
create or replace procedure p() as $$ begin delete from said; insert into said values (1, 'x'); end $$ language plpgsql security definer set work_mem = '256MB';
call p();
select n from said
=> 1
### a procedure with settings ends no transaction
create or replace procedure p() as $$ begin commit; end $$ language plpgsql set work_mem = '256MB';
call p()
=! atomic context
### values are values, and never SQL
delete from said;
create or replace procedure quotes(v varchar(100)) as $$
declare w varchar(100) := v; n int;
begin
  select count(*) into n from said where t = w;
  insert into said values (n, w);
  delete from said where t = v || 'x';
end $$ language plpgsql;
call quotes('''; delete from staged; --');
select t, (select count(*) from staged) from said
=> '; delete from staged; --|2
### types stay what they are
delete from said;
create or replace procedure types(d date, ts timestamp, b boolean, f float8, s super) as $$
declare e date := d + 1; x boolean := not b; y float8 := f / 3; z decimal(10, 4) := 1;
begin
  if x then raise exception 'true'; end if;
  z := z / 3;
  insert into said values (datediff(day, d, e), e || ' ' || ts || ' ' || (y > 0.3) || ' ' || z);
  insert into said values (s.a::int + 1, 'field');
end $$ language plpgsql;
call types('2026-02-28', '2026-01-02 03:04:05', true, 1, json_parse('{"a": 5}'));
select n, t from said order by n
=> 1|2026-03-01 2026-01-02 03:04:05 true 0.3333;6|field
### what the warehouse does not do is refused when the procedure is created
create or replace procedure later() as $$
begin
  if false then
    create external table spec.t (id int) stored as rcfile location 's3://bkt/x/';
  end if;
end $$ language plpgsql
=! (line 3 of procedure "later")
### EXIT stands in a loop
create or replace procedure p() as $$ begin exit; end $$ language plpgsql;
call p()
=! EXIT cannot be used outside a loop
### a variable of the body in a temporary table, COPY and UNLOAD
create or replace procedure files(day date) as $$ begin
  drop table if exists loaded;
  create temp table loaded as select day as d, 1 as n;
  unload ('select v from staged order by v') to 's3://bkt/out_' iam_role default csv parallel off;
  create table back (v int);
  copy back from 's3://bkt/out_' iam_role default csv;
end $$ language plpgsql;
call files('2026-05-06');
select d, n, (select sum(v) from back) from loaded
=> 2026-05-06|1|3
### names and values in quotes
select quote_ident('plain_1'), quote_ident('Upper'), quote_ident('a"b'), quote_literal('it''s'), quote_literal(5)
=> plain_1|"Upper"|"a""b"|'it''s'|'5'
### another name
create procedure before(a int) as $$ begin null; end $$ language plpgsql;
alter procedure before(int) owner to somebody;
alter procedure before(int) rename to behind;
call behind(1);
call before(1)
=! procedure before does not exist
### an INOUT argument of another type
create or replace procedure p() as $$
declare d decimal(8, 1) := 2.5; i int := 4; t varchar(20);
begin
  delete from said;
  call inner_proc(i, 2, i);
  call text_out(d);
  insert into said values (i, d);
end $$ language plpgsql;
create or replace procedure text_out(inout v varchar) as $$ begin v := v || '4'; end $$ language plpgsql;
call p();
select n, t from said
=> 8|2.5
### a variable in the definition of a view
create or replace procedure p() as $$ declare a int := 1; begin create view seen as select a as b; end $$ language plpgsql;
call p()
=! EXECUTE
### blocks deep in each other, in calls deep in each other
create or replace procedure nested(n int) as $$ begin
if n > 0 then if n > 0 then if n > 0 then if n > 0 then if n > 0 then if n > 0 then if n > 0 then if n > 0 then
begin begin begin begin begin begin begin begin for i in 1..1 loop for j in 1..1 loop while n > 0 loop loop
  if n > 1 then call nested(n - 1); end if; return;
end loop; end loop; end loop; end loop; end; end; end; end; end; end; end; end;
end if; end if; end if; end if; end if; end if; end if; end if;
end $$ language plpgsql;
call nested(16);
select 1
=> 1
### messages
create or replace procedure speaks(n int) as $$
begin
  raise info 'a % and %', n, true;
  raise warning 'b';
end $$ language plpgsql;
call speaks(3);
select 1
=> 1
### can be read behind the statement, also those of a cursor's loop
select loglevel_text, trim(message), linenum from svl_stored_proc_messages where querytext like 'call speaks(3)%' order by recordtime, linenum
=> INFO|a 3 and t|2;WARNING|b|3
### and in the newer view
select m.log_level, trim(m.message), m.line_number, m.query_id = s.query from sys_procedure_messages m join svl_stored_proc_messages s on s.message_xid = m.transaction_id and s.linenum = m.line_number where s.querytext like 'call speaks(3)%' order by m.record_time, m.line_number
=> INFO|a 3 and t|2|true;WARNING|b|3|true
### a setting of a procedure holds while it runs
create schema elsewhere; create table elsewhere.there (a int); insert into elsewhere.there values (7);
create or replace procedure looks(inout a int) as $$ begin select t.a into a from there t; end $$ language plpgsql set search_path to elsewhere;
call looks(1)
=> 7
### and no longer
call looks(1); select * from there
=! relation "there" does not exist
### a setting that means something, and that the warehouse has not
create or replace procedure p() as $$ begin null; end $$ language plpgsql set enable_case_sensitive_identifier to true
=! enable_case_sensitive_identifier
### a hierarchy, level by level, with dynamic SQL
create table emp (id int, boss int, name varchar(10));
insert into emp values (1, null, 'a'), (2, 1, 'b'), (3, 1, 'c'), (4, 2, 'd');
create or replace procedure levels(table_name in varchar(128), max_level in integer, result in varchar(128)) as $$
declare
  rows integer;
  level integer := 1;
  sql varchar(max) := '';
begin
  if table_name = '' then raise exception 'parameters cannot be empty'; end if;
  sql := ' select name, ' || level || ' as level, ' || quote_ident('id') || ', boss from ' || table_name || ' where boss is null';
  execute 'drop table if exists ' || result || ';';
  execute 'create temporary table ' || result || ' as ' || sql || ';';
  execute 'select count(*) from ' || result || ' ;' into rows;
  <<get_children>>
  while level < max_level loop
    level := (level + 1);
    sql := 'insert into ' || quote_ident(result) || ' select name, ' || level || ' as level, id, boss from ' || table_name
        || ' where boss in (select id from ' || quote_ident(result) || ' where level = ' || (level - 1) || ')';
    execute sql || ';';
    get diagnostics rows := row_count;
    if rows = 0 then exit get_children; end if;
  end loop;
end
$$ language plpgsql;
call levels('emp', 10, 'found_levels');
select listagg(name || level, ',') within group (order by name) from found_levels
=> a1,b2,c2,d3
### a variable that nobody declared is refused at create
create procedure undeclared() as $$ begin x := 1; end $$ language plpgsql
=! there is no variable `x` (line 1 of procedure "undeclared"): declare it behind DECLARE
### nor one that only a condition names
create procedure undeclared(amount int) as $$ begin
  if amout > 1 then null; end if;
end $$ language plpgsql
=! there is no variable `amout` (line 2 of procedure "undeclared"): did you mean `amount`?
### a table that is made where it is not there may be another one
create table audited (id int, note varchar(20));
create procedure audits() as $$ begin
  create table if not exists audited (id int);
  insert into audited (id, note) values (1, 'x');
end $$ language plpgsql;
call audits(); select note from audited
=> x
### a label that is not there is refused at create
create procedure leaves() as $$ begin loop exit nowhere; end loop; end $$ language plpgsql
=! no loop and no block around EXIT has the label `nowhere` (line 1 of procedure "leaves")
### START TRANSACTION where all is one transaction
create procedure starts() as $$ begin start transaction; commit; end $$ language plpgsql
=! START TRANSACTION stands in a procedure that is NONATOMIC (line 1 of procedure "starts")
### RAISE alone outside of a handler
create procedure raises() nonatomic as $$ begin raise; end $$ language plpgsql
=! RAISE without a level stands in an exception handler (line 1 of procedure "raises")
### and in the handler of a procedure that throws the error again anyway
create procedure raises() as $$ begin null; exception when others then raise; end $$ language plpgsql
=! RAISE without a level stands in a procedure that is NONATOMIC
### NONATOMIC and SECURITY DEFINER
create procedure defined() nonatomic as $$ begin null; end $$ language plpgsql security definer
=! a procedure that is NONATOMIC takes no SECURITY DEFINER: leave one of the two out
### a statement that needs a transaction of its own
create procedure cleans() as $$ begin
  vacuum staged;
end $$ language plpgsql
=! VACUUM cannot run in a procedure (line 2 of procedure "cleans")
### also as a text that EXECUTE runs
create or replace procedure p() as $$ begin execute 'vacuum staged'; end $$ language plpgsql;
call p()
=! VACUUM cannot run in a procedure
### a record as a text
create or replace procedure p() as $$ declare r record; begin
  select 1 as a, 'x, "y"'::varchar as b, null::int as c, true as d, ''::varchar as e, 'plain'::varchar as f into r;
  raise exception '%', r;
end $$ language plpgsql;
call p()
=! (1,"x, ""y""",,t,"",plain)
### procedures that call each other share a mode
create procedure by_itself() nonatomic as $$ begin null; end $$ language plpgsql;
create or replace procedure p() as $$ begin call by_itself(); end $$ language plpgsql;
call p()
=! procedure "by_itself" is NONATOMIC, and the procedure that calls it is not: create both in the same mode
### OR REPLACE keeps the types of what a procedure gives back
create or replace procedure gives(a int, b out int) as $$ begin b := a; end $$ language plpgsql;
create or replace procedure gives(a int, b out varchar(5)) as $$ begin b := a; end $$ language plpgsql
=! cannot change what procedure "gives" gives back
### and takes another body
create or replace procedure gives(a int, b out int) as $$ begin b := a; end $$ language plpgsql;
create or replace procedure gives(a int, b out int) as $$ begin b := a * 2; end $$ language plpgsql;
call gives(4)
=> 8
### no query stands in the arguments of CALL
call size((select 1))
=! no query stands in the arguments of Redshift's CALL
### NULL without a type is a text where one of the procedures takes one
create or replace procedure shares_null(a int) as $$ begin insert into said values (1, 'int'); end $$ language plpgsql;
create or replace procedure shares_null(a varchar(10)) as $$ begin insert into said values (1, 'text'); end $$ language plpgsql;
delete from said;
call shares_null(null);
call shares_null(null::int);
select listagg(t, ',') within group (order by t) from said
=> int,text
### SELECT INTO TEMP in a body makes a table
create or replace procedure p(least int) as $$ begin drop table if exists into_temp; select v as w into temp into_temp from staged where v >= least; end $$ language plpgsql;
call p(2);
select w from into_temp
=> 2
### an argument that is not there
create procedure beyond(a int) as $$ begin raise info '%', $2; end $$ language plpgsql
=! there is no parameter $2 (line 1 of procedure "beyond")
### a star of a record stands for nothing
create procedure starred() as $$ declare r record; begin select r.*; end $$ language plpgsql
=! no table of this query is called `r` (line 1 of procedure "starred")
### nor does one among VALUES
create or replace procedure p() as $$ declare r record; begin select 1 as a into r; insert into said values (r.*); end $$ language plpgsql;
call p()
=! `*` stands for columns in a select list only
### a record that nobody declared
create procedure nameless() as $$ declare n int; begin n := q.id; end $$ language plpgsql
=! no table of this query and no record is called `q` (line 1 of procedure "nameless")
