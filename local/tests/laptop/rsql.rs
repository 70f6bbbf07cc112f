//! RSQL scripts over the embedded warehouse.

use std::sync::Arc;

use local::rsql::{EndedScript, RunnableScript, WarehouseSession, run};
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::{Connection, Warehouse};

fn warehouse() -> Arc<EmbeddedWarehouse> {
    Arc::new(EmbeddedWarehouse::in_memory(Options::default()).unwrap())
}

async fn script_in(warehouse: &Arc<EmbeddedWarehouse>, text: &str) -> EndedScript {
    let place = Warehouse {
        database: "dev".to_owned(),
        connection: Connection::Workgroup("w".to_owned()),
    };
    let mut session = WarehouseSession::open(Arc::clone(warehouse), place, "test").unwrap();
    let files = |path: &str| match path {
        "two.sql" => Ok("a header\nselect 2 as two;\n".to_owned()),
        "circle.sql" => Ok("\\i circle.sql\n".to_owned()),
        _ => Err("it does not exist".to_owned()),
    };
    let variables = [("day".to_owned(), "2026-03-01".to_owned())];
    let script = RunnableScript {
        text,
        variables: &variables,
        files: &files,
    };
    run(script, &mut session).await
}

async fn script(text: &str) -> EndedScript {
    script_in(&warehouse(), text).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_exits_3_ends_with_3_and_runs_nothing_behind_it() {
    let ended = script("select 1 as one;\n\\exit 3\nselect 2 as two;\n").await;
    assert_eq!(ended.code, 3);
    assert_eq!(ended.output, " one\n-----\n 1\n(1 row)\n\n");
    assert_eq!(ended.error, None);
    for code in [0, 1, 15, 255] {
        assert_eq!(script(&format!("\\EXIT {code}")).await.code, code);
    }
    assert_eq!(script("\\exit 256").await.code, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_look_at_what_the_last_statement_did() {
    let ended = script(
        "create table t (n int);\ninsert into t values (1), (2), (3);\n\
         \\if :ACTIVITYCOUNT = 3\n\\remark 'three//rows'\n\\else\n\\exit 9\n\\endif\n\
         select * from t where n > 5;\n\
         \\if :activitycount > 0\n\\exit 8\n\\elseif :'ERRORCODE' = '00000' and not (1 = 2)\n\\echo none :day\n\\endif\n\
         select count(*) as rows, max(n) as top from t \\gset t_\n\
         \\if :t_rows = 3 AND :t_top >= 3\n\\exit 4\n\\endif\n",
    )
    .await;
    assert_eq!(ended.code, 4, "{}", ended.output);
    assert!(
        ended.output.starts_with("three\nrows\n"),
        "{}",
        ended.output
    );
    assert!(
        ended.output.ends_with("(0 rows)\n\nnone 2026-03-01\n"),
        "{}",
        ended.output
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_goes_on_and_is_the_return_code_unless_the_script_says_otherwise() {
    let bad = "select * from nowhere;\n";
    let ended = script(&format!("{bad}\\echo :ERRORCODE :LAST_ERROR_MESSAGE\n")).await;
    assert_eq!(ended.code, 8);
    assert_eq!(
        ended.output,
        "rsql: ERROR: relation \"nowhere\" does not exist\n42P01 relation \"nowhere\" does not exist\n"
    );
    assert_eq!(
        ended.error.as_deref(),
        Some("relation \"nowhere\" does not exist")
    );
    let handled = format!("{bad}\\if :'ERRORCODE' <> '00000'\n\\exit 5\n\\endif\n");
    assert_eq!(script(&handled).await.code, 5);
    let mild = format!("\\rset errorlevel 42P01 severity 0\n{bad}");
    assert_eq!(script(&mild).await.code, 0);
    let behind = "\\exit 77\n";
    assert_eq!(
        script(&format!("\\rset maxerror 7\n{bad}{behind}"))
            .await
            .code,
        8
    );
    assert_eq!(
        script(&format!("\\rset maxerror 8\n{bad}{behind}"))
            .await
            .code,
        77
    );
    assert_eq!(
        script(&format!("\\set ON_ERROR_STOP on\n{bad}{behind}"))
            .await
            .code,
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_keeps_its_temporary_tables_and_its_transaction() {
    let warehouse = warehouse();
    let ended = script_in(
        &warehouse,
        "create temp table s (n int);\ninsert into s values (7);\ncreate table kept as select * from s;\n\
         begin;\ninsert into kept values (8);\nrollback;\n\
         begin;\ninsert into kept values (9);\ncommit;\n\
         begin;\ninsert into kept values (10);\n",
    )
    .await;
    assert_eq!(ended.code, 0, "{}", ended.output);
    let ended = script_in(&warehouse, "select n from kept order by n;").await;
    assert_eq!(ended.output, " n\n---\n 7\n 9\n(2 rows)\n\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn goto_goes_forward_over_everything() {
    let ended = script(
        "select 7 as n \\gset\n\\if :n > 5\n\\goto B\n\\else\n\\exit 1\n\\endif\nselect * from nowhere;\n\
         \\label A\n\\exit 2\n\\if 1 = 1\n\\label B\n\\echo here\n\\else\n\\exit 3\n\\endif\n\\exit 6\n",
    )
    .await;
    assert_eq!(
        ended.output,
        "\\label A ignored\n\\label B processed\nhere\n"
    );
    assert_eq!(ended.code, 6);
    let backwards = script("\\label A\n\\goto A\n").await;
    assert_eq!(backwards.code, 1);
    assert_eq!(
        backwards.error.as_deref(),
        Some("there is no label A behind its \\goto")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_put_together_from_branches_and_variables() {
    let ended = script(
        "\\set table things\n\\set text 'it''s'\ncreate table :table (t varchar(10));\n\
         insert into :\"table\" values (:'text');\nselect t\n\\if false\n, nothing\n\\endif\nfrom things;\n",
    )
    .await;
    assert_eq!(ended.output, " t\n------\n it's\n(1 row)\n\n");
    assert_eq!(ended.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_and_quotes_hide_what_is_in_them() {
    let ended = script(
        "/* off: /* why */ select 1 as one; \\exit 3 */ ; -- \\exit 4\n\
         select ':day' as a, 'it\\'s ; \\exit 5' as b, :'day' as c \\gset\n\
         \\echo :a :b :c\n",
    )
    .await;
    assert_eq!(ended.code, 0, "{}", ended.output);
    assert_eq!(ended.output, ":day it's ; exit 5 2026-03-01\n");
    let ended = script("/* /* a */ b */ ;\n-- c\n;\n\\echo 'it''s \\x41 :day' :day\n").await;
    assert_eq!(ended.code, 0, "{}", ended.output);
    assert_eq!(ended.output, "it's A :day 2026-03-01\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_run_scripts() {
    let ended =
        script("\\run file=two.sql skip=1\n\\if :ACTIVITYCOUNT = 1\n\\exit 2\n\\endif\n").await;
    assert_eq!(
        ended.output,
        "1 records skipped in RUN file.\n two\n-----\n 2\n(1 row)\n\n"
    );
    assert_eq!(ended.code, 2);
    assert_eq!(
        script("\\i none.sql").await.error.as_deref(),
        Some("none.sql: it does not exist")
    );
    assert_eq!(script("\\i circle.sql").await.code, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_done_here_ends_the_script() {
    for (text, message) in [
        ("\\! rm -rf /\n\\exit 0", "\\! is not done on this machine"),
        ("\\os date\n\\exit 0", "\\os is not done on this machine"),
        (
            "\\export report file=/etc/passwd\n\\exit 0",
            "\\export is not done on this machine",
        ),
        ("\\endif\n\\exit 0", "an \\endif has no \\if"),
        ("\\if true\n", "an \\if has no \\endif"),
    ] {
        let ended = script(text).await;
        assert_eq!(
            (ended.code, ended.error.as_deref()),
            (1, Some(message)),
            "{text}"
        );
    }
    // A condition that is none does not hold, and is not forgotten.
    let ended = script("\\if :nothing > 1\n\\exit 0\n\\endif\n").await;
    assert_eq!(ended.code, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_nobody_waits_for_is_cancelled() {
    let warehouse = warehouse();
    let slow = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) select count(*) from r;";
    let waiting = script_in(&warehouse, slow);
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(300), waiting).await;
    assert!(given_up.is_err());
    // The session ends with its statement: whoever comes next finds the warehouse idle.
    let ended = script_in(&warehouse, "select 1 as one;").await;
    assert_eq!(ended.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_that_double_each_other_end_the_script() {
    let doubling = "\\set x :x:x:x:x:x:x:x:x\n".repeat(9);
    let ended = script(&format!("\\set x aaaaaaaaaaaaaaaa\n{doubling}\\echo :x\n")).await;
    assert_eq!(ended.code, 1);
    assert_eq!(
        ended.error.as_deref(),
        Some("the variable `x` is longer than 1048576 bytes")
    );
    let large = format!("\\set x {}\n", "x".repeat(1024 * 1024));
    for (line, expected) in [
        (format!("\\echo {}\n", ":x".repeat(100_000)), "put in"),
        (format!("select '{}' as t;\n", ":x".repeat(10)), ""),
        (
            format!("\\if {} = 1\n\\endif\n", ":x".repeat(100_000)),
            "put in",
        ),
        (format!("select {};\n", ":x".repeat(100_000)), "put in"),
        ("\\echo :x\n".repeat(20), "output is longer than"),
        (
            (0..20).map(|n| format!("\\set x{n} :x\n")).collect(),
            "the variables are longer",
        ),
    ] {
        let ended = script(&format!("{large}{line}")).await;
        let error = ended.error.unwrap_or_default();
        assert!(error.contains(expected), "{error}");
        assert_eq!(ended.code, i32::from(!expected.is_empty()), "{error}");
        assert!(ended.output.len() < 11 * 1024 * 1024);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wide_row_is_shown_and_a_table_ends_with_the_output() {
    // RSQL does not read its results through the Data API.
    let ended = script("select repeat('y', 65000) as t, repeat('z', 65000) as u;\n").await;
    assert_eq!((ended.code, ended.error), (0, None));
    let ended = script(
        "select case when n = 1 then repeat('y', 1000000) else 'x' end as t, 'u' as u from generate_series(1, 1000) as s(n);\n",
    )
    .await;
    assert_eq!(ended.code, 1);
    assert!(ended.output.len() < 11 * 1024 * 1024);
}

#[tokio::test]
async fn a_script_without_statements_gives_its_thread_back() {
    // One thread: the script has it, unless it gives it back.
    let commands = "\\set x 1\n".repeat(300_000);
    let warehouse = warehouse();
    let stopped = tokio::time::timeout(std::time::Duration::ZERO, script_in(&warehouse, &commands));
    assert!(stopped.await.is_err(), "the time was over before its end");
}
