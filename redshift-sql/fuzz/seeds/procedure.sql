create or replace procedure p(n in int, total inout bigint) as $$ declare r record; i int := 0; begin for r in select a from t loop i := i + r.a; if i > n then raise info 'at %', i; exit; end if; end loop; execute 'delete from ' || quote_ident('t'); exception when others then raise; end $$ language plpgsql;
call p(1, :total);
