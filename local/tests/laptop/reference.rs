//! Generates `docs/reference/redshift.md`, the page of what the embedded warehouse does, by running it.
//!
//! Each command of the SQL reference, each option of COPY and UNLOAD and each function of the table
//! either runs or is refused by name. Anything else fails this test.
use std::fmt::Write as _;

use crate::harness::Warehouse;
use redshift_sql::functions::{
    self, Accepts, Clause, Function, FunctionKind, FunctionStanding, Over,
};

const GUIDE: &str = "https://docs.aws.amazon.com/redshift/latest/dg";

/// What stands in the tables that the examples use.
const TABLES: &str = "
create table t (a int, b varchar(10));
create table u (a int, b varchar(10));
insert into t values (1, 'x');
insert into u values (1, 'y');
";

/// How the error of something begins that Redshift has and the warehouse has not.
const REFUSED: &str = "the embedded warehouse does not support ";

/// What became of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Runs,
    /// An option is taken; there was nothing to be loaded.
    Taken,
    /// Refused by name: what is said.
    Refused(String),
}

/// Runs an example; neither running nor refusing it by name is an error.
async fn outcome(warehouse: &Warehouse, sql: &str) -> Result<Outcome, String> {
    let Err(error) = warehouse.script(sql).await else {
        return Ok(Outcome::Runs);
    };
    let first = error.lines().next().unwrap_or_default();
    match first.split_once(REFUSED) {
        Some((_, what)) if !what.starts_with("the statement as it is") => {
            Ok(Outcome::Refused(what.to_owned()))
        }
        _ => Err(format!("{sql}: {error}")),
    }
}

/// The lines `name | example` of a list.
fn examples(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().map(|line| line.split_once(" | ").unwrap())
}

fn cell(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Runs => "runs".to_owned(),
        Outcome::Taken => "taken".to_owned(),
        Outcome::Refused(what) => format!("refused: {}", what.replace('|', "\\|")),
    }
}

/// A value of a type, for an argument.
fn argument(accepts: Accepts) -> &'static str {
    match accepts {
        Accepts::Any | Accepts::Integer => "1",
        Accepts::Number => "0.5",
        Accepts::Text | Accepts::Bytes => "'a'",
        Accepts::Boolean => "true",
        Accepts::Date => "date '2026-01-02'",
        Accepts::Timestamp | Accepts::Moment => "timestamp '2026-01-02 03:04:05'",
        Accepts::TimestampTz => "timestamptz '2026-01-02 03:04:05+00'",
        Accepts::Time => "time '03:04:05'",
        Accepts::TimeTz => "timetz '03:04:05+00'",
        Accepts::Interval => "interval '1 day'",
        Accepts::DatePart => "day",
        Accepts::Super => "json_parse('[1, 2]')",
        Accepts::VarByte => "'a'::varbyte",
        Accepts::Geometry => "null::geometry",
        Accepts::Geography => "null::geography",
        Accepts::Sketch => "null::hllsketch",
    }
}

/// A query for each way to call a function: as `calls.txt` has them where the grammar or the values need
/// more than the types.
fn calls(function: &Function) -> Vec<String> {
    let own = include_str!("reference/calls.txt");
    let own: Vec<String> = examples(own)
        .filter(|(name, _)| *name == function.name)
        .map(|(_, call)| format!("select {call}"))
        .collect();
    if !own.is_empty() {
        return own;
    }
    let behind = [
        match function.within_group {
            Clause::Required => " within group (order by a)",
            Clause::Optional | Clause::Never => "",
        },
        match (function.kind, function.over) {
            (FunctionKind::Window, Over::Partitioned) => " over ()",
            (FunctionKind::Window, Over::Framed) => {
                " over (order by a rows between unbounded preceding and unbounded following)"
            }
            (FunctionKind::Window, _) => " over (order by a)",
            _ => "",
        },
    ]
    .concat();
    let from = match function.kind {
        FunctionKind::Window | FunctionKind::Aggregate => " from t",
        _ => "",
    };
    let signatures = function.signatures();
    signatures
        .iter()
        .map(|signature| {
            let needed = signature.parameters.iter().filter(|one| !one.optional);
            let arguments: Vec<&str> = needed.map(|one| argument(one.accepts)).collect();
            let call = format!("{}({})", function.name, arguments.join(", "));
            match function.kind {
                FunctionKind::Table => format!("select * from {call}"),
                _ => format!("select {call}{behind}{from}"),
            }
        })
        .collect()
}

async fn commands(warehouse: &Warehouse, page: &mut String, wrong: &mut Vec<String>) {
    page.push_str("\n## Commands\n\n| command | here |\n|---|---|\n");
    for (name, example) in examples(include_str!("reference/commands.txt")) {
        match outcome(warehouse, example).await {
            Ok(outcome) => writeln!(page, "| {name} | {} |", cell(&outcome)).unwrap(),
            Err(why) => wrong.push(why),
        }
    }
}

async fn options(warehouse: &Warehouse, page: &mut String, wrong: &mut Vec<String>) {
    page.push_str("\n## Options of COPY and UNLOAD\n\n| option | here |\n|---|---|\n");
    for (at, (command, option)) in examples(include_str!("reference/options.txt")).enumerate() {
        let sql = if command == "COPY" {
            format!("copy t from 's3://bkt/nothing/' iam_role default {option}")
        } else {
            format!("unload ('select a, b from t') to 's3://bkt/{at}/' iam_role default {option}")
        };
        // Nothing is there to be loaded, and the option was taken.
        let outcome = match outcome(warehouse, &sql).await {
            Err(why)
                if why.contains("prefix 'nothing/' does not exist")
                    || why.contains("the manifest `nothing/`") =>
            {
                Ok(Outcome::Taken)
            }
            other => other,
        };
        match outcome {
            Ok(outcome) => {
                let option = option.replace('|', "\\|");
                writeln!(page, "| {command} … `{option}` | {} |", cell(&outcome)).unwrap();
            }
            Err(why) => wrong.push(why),
        }
    }
}

async fn functions(warehouse: &Warehouse, page: &mut String, wrong: &mut Vec<String>) {
    page.push_str(
        "\n## Functions\n\n[All functions](functions.md) of the guide run but these:\n\n\
         | function | refused |\n|---|---|\n",
    );
    let (mut all, mut runs) = (0_usize, 0_usize);
    for function in functions::all() {
        if function.standing == FunctionStanding::Ended {
            continue;
        }
        all += 1;
        let mut refused = None;
        for call in calls(function) {
            match outcome(warehouse, &call).await {
                Ok(Outcome::Runs | Outcome::Taken) => {}
                Ok(Outcome::Refused(what)) => refused = Some(what),
                Err(why) => wrong.push(why),
            }
        }
        match refused {
            None => runs += 1,
            Some(what) => writeln!(
                page,
                "| [`{}`]({GUIDE}/{}.html) | {} |",
                function.name,
                function.page,
                what.replace('|', "\\|")
            )
            .unwrap(),
        }
    }
    writeln!(page, "\n{runs} of {all} functions run.").unwrap();
}

#[tokio::test]
async fn the_page_of_the_warehouse_is_what_it_does() {
    let warehouse = Warehouse::open();
    warehouse.seed().await;
    warehouse.script(TABLES).await.unwrap();
    std::fs::write(warehouse.path("t.csv"), "5,five\n").unwrap();
    let mut page = include_str!("reference/head.md").to_owned();
    let mut wrong = Vec::new();
    page.push('\n');
    page.push_str(include_str!("reference/figures.md"));
    commands(&warehouse, &mut page, &mut wrong).await;
    options(&warehouse, &mut page, &mut wrong).await;
    functions(&warehouse, &mut page, &mut wrong).await;
    page.push('\n');
    page.push_str(include_str!("reference/differs.md"));
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/redshift.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        page,
        "docs/reference/redshift.md is stale: run `UPDATE_DOCS=1 cargo test -p local --test laptop reference`"
    );
}
