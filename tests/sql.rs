//! `sfc sql`: statements in the local warehouse, given and typed.

use insta::assert_snapshot;
use std::process::Stdio;

use crate::program::{Folder, SLOW, sfc, spec};
use crate::screen::Terminal;

fn folder() -> Folder {
    Folder::new(
        &spec("rounds: 1", "  fill: { sql: fill.sql }\n"),
        &[(
            "fill.sql",
            "create schema sales;\n\
             create table sales.customers (id int not null, name varchar(20));\n\
             create table orders (id int, customer int, amount decimal(8,2));\n\
             insert into orders values (1, 1, 10.50), (2, 1, null), (3, 2, 7.25)",
        )],
    )
}

#[test]
fn statements_print_what_a_result_prints() {
    let folder = folder();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let two = folder.sfc(&[
        "sql",
        "select * from orders order by id;\n\
         create temp table big as select * from orders where amount > 8;\n\
         insert into big values (9, 9, 9); delete from big where id = 1;\n\
         select count(*) as n, max(amount) as most from big",
    ]);
    assert_eq!(two.code, Some(0), "{two:?}");
    assert_snapshot!(format!("{}\n-- stderr\n{}", two.stdout, two.stderr));

    folder.write(
        "check.sql",
        "select id, amount from orders where id <= :most order by 1",
    );
    let file = folder.sfc(&["sql", "--csv", "-f", "check.sql", "-p", "most=2"]);
    assert_eq!(file.stdout, "id,amount\n1,10.50\n2,\n", "{file:?}");
    let json = folder.sfc(&["sql", "--json", "select 1 as a; drop table sales.customers"]);
    assert_eq!(
        json.stdout,
        "{\n  \"version\": 1,\n  \"statements\": [\n    {\n      \"statement\": 1,\n      \"verb\": \"SELECT\",\n      \"columns\": [\n        {\"name\":\"a\",\"type\":\"int4\"}\n      ],\n      \"rows\": [\n        [1]\n      ],\n      \"total_rows\": 1\n    },\n    {\"statement\":2,\"verb\":\"DROP TABLE\",\"changed_rows\":null}\n  ]\n}\n",
        "{json:?}"
    );
    let mut piped = sfc(folder.path(), &["sql", "--csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut piped.stdin.take().unwrap(), b"select 1 as one").unwrap();
    assert_eq!(piped.wait_with_output().unwrap().stdout, b"one\n1\n");
}

#[test]
fn a_failure_is_the_warehouses_with_the_place_marked() {
    let folder = folder();
    let failing = |code, arguments: &[&str]| {
        let ended = folder.sfc(&[&["sql"], arguments].concat());
        assert_eq!(ended.code, Some(code), "{ended:?}");
        format!("{}{}", ended.stdout, ended.stderr)
    };
    let empty = failing(1, &["select * from orders"]);
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    folder.write(
        "bad.sql",
        "select 1 as one;\n\nselect id,\n       amout\nfrom orders;\nselect 2",
    );
    let all = [
        empty,
        failing(1, &["--csv", "-f", "bad.sql"]),
        failing(1, &["select 1 +; select 2"]),
        failing(1, &["select 1 / 0"]),
        failing(1, &["insert into orders values (1, 2, 'x')"]),
        failing(2, &["select 1; select 'open"]),
        failing(2, &["select :day"]),
        failing(2, &["-f", "gone.sql"]),
        failing(2, &[" -- nothing"]),
    ];
    assert_snapshot!(all.join("\n"));
}

#[test]
fn somebody_talks_to_the_warehouse() {
    let folder = folder();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let terminal = Terminal::start(folder.path(), (40, 100), &["sql"]);
    terminal.has("demo=>");
    let prompts = |count: usize| {
        move |shown: &str| {
            shown.matches("demo=>").count() == count && shown.trim_end().ends_with("demo=>")
        }
    };
    terminal.types("\\d\r");
    terminal.shows(prompts(2));
    terminal.types("\\d sales.customers\r");
    terminal.shows(prompts(3));
    // Over two lines, with words completed: a table, and a column of it.
    terminal.types("select am\t as total\rfrom ord\t where id = 1;\r");
    terminal.shows(prompts(4));
    terminal.types("\\x\rselect amount from orders where amount is null;\r");
    terminal.shows(prompts(6));
    terminal.types("select nothing;\r");
    let shown = terminal.shows(prompts(7));
    terminal.types("\\q\r");
    let (code, _) = terminal.ended();
    assert_eq!(code, Some(0));
    let timeless: Vec<String> = shown
        .lines()
        .map(|line| match line.strip_suffix(" s") {
            Some(time) if time.parse::<f64>().is_ok() => "0.00 s".to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    assert_snapshot!(timeless.join("\n"));

    // What was typed is there the next time.
    let again = Terminal::start(folder.path(), (40, 100), &["sql"]);
    again.has("demo=>");
    again.types("\u{1b}[A\u{1b}[A");
    again.has("select nothing;");
    again.types("\u{3}");
    again.shows(|shown| shown.matches("demo=>").count() == 2);
    again.types("\u{4}");
    assert_eq!(again.ended().0, Some(0));
    assert!(folder.read(".sfc/sql_history").contains("select nothing;"));
}

#[test]
fn ctrl_c_cancels_the_statement_and_not_the_session() {
    let folder = folder();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let terminal = Terminal::start(folder.path(), (40, 100), &["sql"]);
    terminal.has("demo=>");
    terminal.types("create temp table kept as select 41 as n;\r");
    terminal
        .shows(|shown| shown.contains("CREATE TABLE") && shown.trim_end().ends_with("\ndemo=>"));
    terminal.types(&format!("{SLOW};\r"));
    terminal.takes("from r;");
    terminal.interrupts("cancelled");
    terminal.shows(|shown| shown.trim_end().ends_with("\ndemo=>"));
    terminal.types("select n + 1 as answer from kept;\r");
    // Whoever types Ctrl-D before the prompt types it to the terminal, which is no editor yet.
    terminal
        .shows(|shown| shown.contains("    42\n1 row") && shown.trim_end().ends_with("\ndemo=>"));
    terminal.types("\u{4}");
    assert_eq!(terminal.ended().0, Some(0));

    // Without a conversation, the verb ends.
    folder.write("slow.sql", &format!("select 'begun' as sign; {SLOW}"));
    let terminal = Terminal::start(folder.path(), (40, 100), &["sql", "-f", "slow.sql"]);
    terminal.has("begun");
    terminal.interrupts("cancelled");
    let (code, shown) = terminal.ended();
    assert_eq!(code, Some(130), "{shown}");
    assert!(
        shown.contains("cancelled; what was not committed is taken back"),
        "{shown}"
    );
}
