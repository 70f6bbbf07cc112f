//! Stored procedures: PL/pgSQL as Redshift runs it, over the embedded warehouse.
//!
//! The cases are in `redshift/procedures.sql`, in the form that `dialect.rs` describes. What depends on
//! where a transaction ends is here, statement by statement.

use crate::harness;
use crate::harness::Warehouse;

#[tokio::test]
async fn procedures() {
    harness::run(include_str!("redshift/procedures.sql"), 0).await;
}

/// A warehouse on which each of these scripts has run, each in a transaction of its own.
async fn after(scripts: &[&str]) -> Warehouse {
    let warehouse = Warehouse::open();
    for script in scripts {
        warehouse.script(script).await.unwrap();
    }
    warehouse
}

async fn rows(warehouse: &Warehouse, sql: &str) -> String {
    warehouse.script(sql).await.unwrap().unwrap_or_default()
}

const LOGS: &str = "create table employee (firstname varchar, lastname varchar);
    insert into employee values ('Tomas', 'Smith');
    create table log (message varchar(200))";

/// The example of the AWS page `Trapping errors`.
#[tokio::test]
async fn a_handler_runs_in_a_transaction_of_its_own_and_the_error_goes_on() {
    let warehouse = after(&[
        LOGS,
        "create procedure update_employee_sp() as $$
begin
    update employee set firstname = 'Adam' where lastname = 'Smith';
    execute 'select invalid';
exception when others then
    raise info 'An exception occurred.';
    insert into log values ('Error message: ' || sqlerrm);
end;
$$ language plpgsql",
    ])
    .await;
    let error = warehouse
        .script("call update_employee_sp()")
        .await
        .unwrap_err();
    assert_eq!(
        error,
        "ERROR: column \"invalid\" does not exist\n\
         CONTEXT: SQL statement \"select invalid\"\n\
         PL/pgSQL function \"update_employee_sp\" line 3 at execute statement"
    );
    assert_eq!(
        rows(&warehouse, "select * from employee").await,
        "Tomas|Smith"
    );
    assert_eq!(
        rows(&warehouse, "select * from log").await,
        "Error message: column \"invalid\" does not exist"
    );
}

#[tokio::test]
async fn an_outer_handler_catches_what_an_inner_one_raises() {
    let warehouse = after(&[
        LOGS,
        "create procedure inside() as $$ begin raise exception 'first %', 1;
         exception when others then
           insert into log values (sqlstate || ' ' || sqlerrm);
           raise exception 'second';
         end $$ language plpgsql;
         create procedure outside() as $$ begin insert into log values ('gone'); call inside();
         exception when others then insert into log values (sqlstate || ' ' || sqlerrm); end $$ language plpgsql",
    ])
    .await;
    let error = warehouse.script("call outside()").await.unwrap_err();
    assert!(error.starts_with("ERROR: second\n"), "{error}");
    // The inner handler's row goes with its transaction, as its own statement fails.
    assert_eq!(
        rows(&warehouse, "select * from log order by 1").await,
        "P0001 second"
    );
}

#[tokio::test]
async fn a_transaction_of_the_caller_fails_as_a_whole() {
    let warehouse = after(&[
        LOGS,
        "create procedure p() as $$ begin raise exception 'no';
         exception when others then insert into log values ('handled'); end $$ language plpgsql",
    ])
    .await;
    let error = warehouse
        .script("begin; insert into log values ('before'); call p()")
        .await
        .unwrap_err();
    assert!(error.contains("ERROR: no"), "{error}");
    assert_eq!(rows(&warehouse, "select * from log").await, "");
}

#[tokio::test]
async fn a_commit_keeps_what_is_in_front_of_an_error() {
    let warehouse = after(&[
        LOGS,
        "create procedure p() as $$ begin
           insert into log values ('kept'); commit; insert into log values ('gone'); raise exception 'x';
         end $$ language plpgsql",
    ])
    .await;
    assert!(warehouse.script("call p()").await.is_err());
    assert_eq!(rows(&warehouse, "select * from log").await, "kept");
}

#[tokio::test]
async fn each_statement_of_a_nonatomic_procedure_is_committed() {
    let warehouse = after(&[
        LOGS,
        "create procedure p() nonatomic as $$ begin
           insert into log values ('one'); insert into log values ('two'); raise exception 'x';
         end $$ language plpgsql",
        "create procedure block() nonatomic as $$ begin
           insert into log values ('three');
           start transaction;
           insert into log values ('gone');
           rollback;
           start transaction;
           insert into log values ('four');
           commit;
           begin
             insert into log values ('five');
             raise exception 'caught';
           exception when others then
             insert into log values ('handled: ' || sqlerrm);
           end;
           insert into log values ('six');
         end $$ language plpgsql",
        "create procedure again() nonatomic as $$ begin
           raise exception 'twice';
         exception when others then
           insert into log values ('seen'); raise;
         end $$ language plpgsql",
    ])
    .await;
    assert!(warehouse.script("call p()").await.is_err());
    let all = "select listagg(message, ',') within group (order by message) from log";
    assert_eq!(rows(&warehouse, all).await, "one,two");
    warehouse.script("delete from log").await.unwrap();
    // What a handler caught is not thrown again.
    warehouse.script("call block()").await.unwrap();
    assert_eq!(
        rows(&warehouse, all).await,
        "five,four,handled: caught,six,three"
    );
    warehouse.script("delete from log").await.unwrap();
    let error = warehouse.script("call again()").await.unwrap_err();
    assert!(error.starts_with("ERROR: twice"), "{error}");
    assert_eq!(rows(&warehouse, all).await, "seen");
}

/// AWS page `CREATE PROCEDURE`, NONATOMIC: an implicit commit closes the cursor of a loop.
#[tokio::test]
async fn a_loop_of_a_nonatomic_procedure_writes_within_start_transaction() {
    let warehouse = after(&[
        LOGS,
        "create procedure bare() nonatomic as $$ declare r record; begin
           for r in select 'a' as m union all select 'b' loop insert into log values (r.m); end loop;
         end $$ language plpgsql",
        "create procedure held() nonatomic as $$ declare r record; begin
           start transaction;
           for r in select 'c' as m union all select 'd' loop insert into log values (r.m); end loop;
           commit;
         end $$ language plpgsql",
        "create procedure reads() nonatomic as $$ declare r record; n int := 0; begin
           for r in select 1 as m union all select 2 loop n := n + r.m; end loop;
           insert into log values (n::varchar);
         end $$ language plpgsql",
    ])
    .await;
    let error = warehouse.script("call bare()").await.unwrap_err();
    assert!(error.contains("write START TRANSACTION"), "{error}");
    assert_eq!(rows(&warehouse, "select count(*) from log").await, "1");
    warehouse.script("delete from log").await.unwrap();
    warehouse.script("call held()").await.unwrap();
    warehouse.script("call reads()").await.unwrap();
    assert_eq!(
        rows(&warehouse, "select message from log order by message").await,
        "3;c;d"
    );
}

/// FETCH behind a CALL, in one session and one transaction: as a batch of the Data API is.
#[tokio::test]
async fn a_cursor_ends_with_the_transaction_of_its_call() {
    let warehouse = after(&[
        "create table fact (id int, name varchar(10)); insert into fact values (1, 'Joe'), (2, 'Mary')",
        "create procedure get_result_set(param in integer, rs_out inout refcursor) as $$
         begin open rs_out for select * from fact where id >= param order by id; end $$ language plpgsql",
    ])
    .await;
    assert_eq!(
        rows(
            &warehouse,
            "begin; call get_result_set(1, 'mycursor'); fetch all from mycursor; commit"
        )
        .await,
        "1|Joe;2|Mary"
    );
    let error = warehouse
        .script("fetch all from mycursor")
        .await
        .unwrap_err();
    assert!(error.contains("does not exist"), "{error}");
    // Its name can be used again.
    assert_eq!(
        rows(
            &warehouse,
            "call get_result_set(2, 'mycursor'); fetch all from mycursor"
        )
        .await,
        "2|Mary"
    );
}

#[tokio::test]
async fn procedures_stay_when_the_warehouse_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warehouse.duckdb");
    let open = || {
        local::warehouse::EmbeddedWarehouse::open(&file, local::warehouse::Options::default())
            .unwrap()
    };
    let first = Warehouse::over(open(), 0);
    first
        .script("create procedure p(inout a int) as $$ begin a := a * 2; end $$ language plpgsql")
        .await
        .unwrap();
    drop(first);
    let second = Warehouse::over(open(), 100);
    assert_eq!(rows(&second, "call p(21)").await, "42");
}
