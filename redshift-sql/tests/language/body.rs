//! Names in the bodies of procedures: columns, variables and functions that are not there are found at
//! their place, and nothing else is.
use std::collections::HashMap;

use redshift_sql::Mistake;
use redshift_sql::names::{DeclaredTables, procedure};
use redshift_sql::tree::StatementKind;

const TABLES: &str = "
    create table orders (id int, customer int, amount decimal(8, 2), note varchar(20));
    create table daily (day date, total decimal(18, 2));
";

/// What is wrong in the bodies of a script's procedures, behind tables of its own.
fn mistakes(text: &str) -> Vec<(String, Mistake)> {
    let text = format!("{TABLES}{text}");
    let script = redshift_sql::parse(&text);
    assert_eq!(script.mistakes, [], "{text}");
    let parameters = HashMap::new();
    let mut tables = DeclaredTables::new();
    for statement in &script.statements {
        tables.learn(statement, &parameters);
    }
    let tables = tables.settled();
    let bodies = script.statements.iter().filter_map(|statement| {
        let StatementKind::CreateProcedure(create) = &statement.kind else {
            return None;
        };
        Some(procedure(create, &tables, &parameters))
    });
    bodies
        .flatten()
        .map(|mistake| (mistake.span.of(&text).to_owned(), mistake))
        .collect()
}

fn body(declare: &str, steps: &str) -> String {
    format!(
        "create procedure load(since date, inout loaded int) as $$
         {declare} begin {steps} end; $$ language plpgsql;"
    )
}

/// The places of the mistakes of a body.
fn places(declare: &str, steps: &str) -> Vec<String> {
    let found = mistakes(&body(declare, steps));
    found.into_iter().map(|(place, _)| place).collect()
}

#[test]
fn what_a_body_declares_is_no_mistake() {
    let declared = "declare
        n int := 1; total decimal(18, 2); r record; first_order orders%rowtype;
        c cursor (least int) for select amount from orders where amount > least;
        other refcursor; m alias for since;";
    for steps in [
        "n := n + loaded;",
        "select count(*) into n from orders where id > n and note > since;",
        "select into total sum(amount) from orders where id <> loaded;",
        "for r in select id, amount from orders loop
            insert into daily values (since, r.amount); n := r.id;
         end loop;",
        "for i in 1..n loop raise info '% %', i, loaded; end loop;",
        "while n < 10 loop n := n + 1; end loop;",
        "open c(10); fetch c into total; close c;",
        "open other for select id from orders; fetch other into n; close other;",
        "execute 'select ' || n || ' from ' || quote_ident(m) into n;",
        "perform pg_backend_pid(); get diagnostics n := row_count;",
        "if found then n := 0; end if;",
        "if n > 1 and first_order.amount > 3 then return; elsif load.n = 2 then n := 1; end if;",
        "<<inner_block>> declare k int := n; begin k := inner_block.k + n; end;",
        "begin n := 1 / 0; exception when others then raise info '% %', sqlerrm, sqlstate; end;",
        "case n when 1 then n := 2; else n := 3; end case;",
        "select id from orders o where o.customer = n;",
        "update orders set amount = total where id = n; delete from orders where id = r.id;",
        "n := (select max(id) from orders where customer = loaded);",
    ] {
        assert_eq!(mistakes(&body(declared, steps)), [], "{steps}");
    }
}

#[test]
fn what_nobody_declared_is_found_at_its_place() {
    let declared = "declare n int; r record; c cursor for select id from orders;";
    for (steps, wrong) in [
        ("n := m + 1;", "m"),
        ("m := 1;", "m"),
        ("select amout into n from orders;", "amout"),
        ("select id into k from orders;", "k"),
        (
            "insert into orders (id, costumer) values (1, 2);",
            "costumer",
        ),
        ("insert into orders (id) values (k);", "k"),
        ("update orders set amount = k where id = n;", "k"),
        ("delete from orders where idd = n;", "idd"),
        ("if k > 1 then n := 1; end if;", "k"),
        ("while k > 1 loop n := 1; end loop;", "k"),
        ("for i in 1..k loop n := i; end loop;", "k"),
        ("for i in 1..2 loop n := i; end loop; n := i;", "i"),
        ("for k in select id from orders loop n := 1; end loop;", "k"),
        (
            "for r in select idd from orders loop n := 1; end loop;",
            "idd",
        ),
        ("case n when k then n := 2; end case;", "k"),
        ("raise info '%', k;", "k"),
        ("execute 'select 1' into k;", "k"),
        ("execute k;", "k"),
        ("fetch k into n;", "k"),
        ("fetch c into k;", "k"),
        ("perform count(idd) from orders;", "idd"),
        ("n := dateadd(day, 1);", "dateadd"),
        ("n := array_agg(n);", "array_agg"),
        ("begin declare k int; begin k := 1; end; k := 2; end;", "k"),
        ("begin n := 1; exception when others then n := k; end;", "k"),
        ("n := q.id;", "q"),
        ("create temp table t as select idd from orders;", "idd"),
        (
            "copy orders (id, nte) from 's3://b/k' iam_role default;",
            "nte",
        ),
    ] {
        assert_eq!(places(declared, steps), [wrong], "{steps}");
    }
    // The query of a cursor, and what a variable begins with.
    assert_eq!(
        places("declare c cursor for select idd from orders;", "null;"),
        ["idd"]
    );
    assert_eq!(places("declare a int := b; b int := 1;", "null;"), ["b"]);
}

#[test]
fn what_no_body_may_say_is_found_at_its_place() {
    let constant = "declare n constant int := 1;";
    let cursor = "declare c cursor (k int) for select id from orders where id = k;";
    for (declared, steps, wrong) in [
        ("", "exit;", "exit"),
        ("", "<<a>> begin exit; end;", "exit"),
        ("", "loop exit nowhere; end loop;", "nowhere"),
        ("", "continue when loaded > 1;", "continue when loaded > 1"),
        ("", "<<a>> begin continue a; end;", "a"),
        ("declare n int; n date;", "null;", "n"),
        (constant, "n := 2;", "n"),
        (constant, "select 1 into n;", "n"),
        (constant, "execute 'select 1' into n;", "n"),
        (constant, "get diagnostics n := row_count;", "n"),
        ("declare m alias for $3;", "null;", "m alias for $3"),
        ("", "raise;", "raise"),
        (
            "",
            "begin null; exception when others then raise; end;",
            "raise",
        ),
        ("", "start transaction;", "start transaction"),
        ("", "vacuum orders;", "vacuum orders"),
        ("", "prepare q as select 1;", "prepare q as select 1"),
        (
            "",
            "set local query_group to 'a';",
            "set local query_group to 'a'",
        ),
        (cursor, "open c;", "c"),
        (cursor, "open c for select 1;", "c"),
        ("declare c refcursor;", "open c;", "c"),
    ] {
        assert_eq!(places(declared, steps), [wrong], "{declared} {steps}");
    }
    let found = mistakes(&body(constant, "n := 2;"));
    let (_, mistake) = found.first().unwrap();
    assert_eq!(
        mistake.sentence,
        "`n` is declared CONSTANT and gets no other value"
    );
}

#[test]
fn labels_handlers_and_inner_names_are_no_mistakes() {
    let declared = "declare n constant int := 1; c cursor (k int) for select id from orders;";
    for steps in [
        "loop exit when n > 0; end loop;",
        "<<a>> for i in 1..2 loop <<b>> begin exit b; continue a; end; end loop;",
        "<<a>> begin loop begin null; exception when others then exit a; end; end loop; end;",
        "declare n int; begin n := 2; end;",
        "for n in 1..3 loop n := n + 1; end loop;",
        "open c(n);",
        "analyze orders; set query_group to 'a';",
    ] {
        assert_eq!(mistakes(&body(declared, steps)), [], "{steps}");
    }
}

/// AWS pages `CREATE PROCEDURE`, `Managing transactions`.
#[test]
fn the_mode_of_a_procedure_says_what_it_may_do() {
    let places = |text: &str| -> Vec<String> {
        let found = mistakes(&format!("{text};"));
        found.into_iter().map(|(place, _)| place).collect()
    };
    let nonatomic = "create procedure p() nonatomic as $$ begin null; end $$ language plpgsql";
    assert_eq!(places(&format!("{nonatomic} security definer")), ["p"]);
    assert_eq!(
        places(&format!("{nonatomic} set timezone to 'UTC'")),
        ["set timezone to 'UTC'"]
    );
    let free = "create procedure p() nonatomic as $$ begin start transaction; commit;
        begin null; exception when others then raise; end; end $$ language plpgsql security invoker";
    assert_eq!(places(free), [""; 0]);
    let ends = "create procedure p() as $$ begin commit; truncate orders; rollback; end $$
        language plpgsql";
    assert_eq!(places(ends), [""; 0]);
    assert_eq!(
        places(&format!("{ends} set timezone to 'UTC'")),
        ["commit", "truncate orders", "rollback"]
    );
}

/// AWS page `CALL`: "You can't use queries as CALL arguments".
#[test]
fn call_takes_no_query() {
    let text = "call refill((select 1))";
    let found = redshift_sql::parse(text).mistakes;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span.of(text), "(select 1)");
    let value = redshift_sql::parse("call refill(length('a'))");
    assert_eq!(value.mistakes, []);
}

#[test]
fn the_sentence_names_what_is_near() {
    let found = mistakes(&body("declare counted int;", "countd := 1;"));
    let (_, mistake) = found.first().unwrap();
    assert_eq!(mistake.sentence, "there is no variable `countd`");
    assert_eq!(mistake.help.as_deref(), Some("did you mean `counted`?"));
    let found = mistakes(&body("", "select amout from orders;"));
    let (_, mistake) = found.first().unwrap();
    assert_eq!(
        mistake.sentence,
        "there is no column and no variable `amout`"
    );
    assert_eq!(mistake.help.as_deref(), Some("did you mean `amount`?"));
}

#[test]
fn a_name_means_the_variable_before_it_means_a_column() {
    // Both tables have `id`; `orders` is a record here.
    let declared = "declare id int; orders record;";
    let steps = "select 1 from orders a join orders b on a.id = b.id where id = 1;
                 select orders.anything from orders;";
    assert_eq!(mistakes(&body(declared, steps)), []);
}

#[test]
fn tables_that_a_body_makes_are_there_behind_them() {
    let made = "create temp table part as select id, amount from orders;";
    let used = "select amout from part;";
    assert_eq!(places("", &format!("{made} {used}")), ["amout"]);
    // On one way only, by a text, or in a loop: nobody knows.
    for steps in [
        format!(
            "if since is null then {made} else create temp table part (amout int); end if; {used}"
        ),
        format!("if since is null then {made} end if; {used}"),
        format!("{made} call other(); {used}"),
        format!("{made} execute 'alter table ' || 'part' || ' add column amout int'; {used}"),
        format!(
            "{made} for i in 1..2 loop {used} drop table part; create temp table part (amout int); end loop;"
        ),
        format!("begin drop table part; {made} exception when others then {used} end;"),
        format!(
            "alter table orders add column amout int; {}",
            "select amout from orders;"
        ),
    ] {
        assert_eq!(mistakes(&body("", &steps)), [], "{steps}");
    }
    // A text that only moves rows changes no table.
    let rows = "execute 'insert into daily select ' || quote_literal(since) || ', 1';";
    assert_eq!(places("", &format!("{made} {rows} {used}")), ["amout"]);
}

#[test]
fn a_table_that_changes_between_calls_may_be_anything() {
    let procedure = body("", "select amout from orders; select dey from daily;");
    let changed = format!("{procedure} alter table orders add column amout int;");
    let found = mistakes(&changed);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "dey");
    let kept = body(
        "",
        "create table if not exists rates (a int); select b from rates;",
    );
    let two = format!("create table rates (a int); alter table rates add column b int; {kept}");
    assert_eq!(mistakes(&two), []);
    assert_eq!(mistakes(&kept), [], "it may be there as something else");
    let dropped = format!("{procedure} drop table orders; drop table daily;");
    assert_eq!(mistakes(&dropped), []);
    let again = format!(
        "drop table if exists rates; create table rates (a int); {}",
        body("", "select b from rates;")
    );
    assert_eq!(mistakes(&again).len(), 1);
}

#[test]
fn the_query_of_a_function_is_bound() {
    let parameters = HashMap::new();
    let text =
        "create function twice(int) returns int stable as $$ select nosuch + $1 $$ language sql";
    let script = redshift_sql::parse(text);
    let tables = DeclaredTables::new();
    let binder = redshift_sql::names::Binder::new(&tables, &parameters);
    let found = binder.statement(&script.statements[0]).mistakes;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span.of(text), "nosuch");
}
