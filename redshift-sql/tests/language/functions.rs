//! The table of functions: every line can be read, calls are found and checked.
use std::collections::{HashMap, HashSet};
use std::path::Path;

use redshift_sql::functions::{
    self, FunctionKind, FunctionStanding, Over, Returns, check, find, result_type, suggest,
};
use redshift_sql::names::{Binder, NoCatalog};
use redshift_sql::tree::{Body, Call, CallForm, Expression, ExpressionKind, StatementKind};
use redshift_sql::types::Type;
use redshift_sql::{Mistake, MistakeKind, parse};

/// The call that a text says.
fn call(text: &str) -> Call {
    let script = parse(&format!("select {text} from t"));
    assert!(script.mistakes.is_empty(), "{text}: {:?}", script.mistakes);
    let StatementKind::Query(query) = &script.statements[0].kind else {
        panic!("{text} is no query");
    };
    let Body::Select(select) = &query.body else {
        panic!("{text} is no SELECT");
    };
    match select.items[0].expression.bare() {
        Expression {
            kind: ExpressionKind::Call(call),
            ..
        } => Call::clone(call),
        other => panic!("{text} is no call: {other:?}"),
    }
}

fn mistake(text: &str) -> Mistake {
    match check(&call(text)) {
        Err(mistake) => mistake,
        Ok(()) => panic!("{text} is taken"),
    }
}

#[test]
fn every_line_of_the_table_can_be_read() {
    let mut names = HashSet::new();
    for function in functions::all() {
        let name = function.name;
        assert!(names.insert(name), "{name} is there twice");
        assert_eq!(name, name.to_lowercase());
        assert!(!function.page.is_empty(), "{name} has no page");
        assert!(
            !function.page.contains(['.', '/', ' ']),
            "{name}: the page is a file name without its ending: {}",
            function.page
        );
        assert_eq!(find(name).map(|found| found.name), Some(name));
        let usage = function.usage();
        assert!(!usage.is_empty(), "{name} has no signature");
        if function.kind != FunctionKind::Grammar {
            let signatures = function.signatures();
            let rows = signatures.iter().any(|one| one.returns == Returns::Rows);
            assert_eq!(rows, function.kind == FunctionKind::Table, "{name}");
        }
        if function.kind == FunctionKind::Window {
            assert_ne!(function.over, Over::Never, "{name} is a window function");
        }
        if matches!(
            function.standing,
            FunctionStanding::Ended | FunctionStanding::Undocumented
        ) {
            assert!(!function.note.is_empty(), "{name} says no reason");
        }
    }
    assert!(names.len() > 400, "{} functions", names.len());
}

#[test]
fn what_is_elsewhere_is_not_here_and_what_it_names_is() {
    let names: Vec<&str> = functions::elsewhere().map(|(name, _)| name).collect();
    assert!(names.len() >= 250, "{} functions", names.len());
    assert!(names.is_sorted(), "the table is searched by halves");
    for (name, instead) in functions::elsewhere() {
        assert!(find(name).is_none(), "Redshift has {name}");
        assert_eq!(suggest(name).instead, Some(instead));
        for code in instead.split('`').skip(1).step_by(2) {
            for called in called_in(code) {
                assert!(
                    find(&called).is_some(),
                    "{name}: `{code}` names {called}, which Redshift has not"
                );
            }
        }
    }
}

/// The names in front of brackets.
fn called_in(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices('(') {
        let before = &code[..at];
        let name: String = before
            .chars()
            .rev()
            .take_while(|one| one.is_ascii_alphanumeric() || *one == '_')
            .collect();
        let name: String = name.chars().rev().collect();
        let keywords = ["over", "group", "identity", "numeric"];
        if !name.is_empty() && !keywords.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

#[test]
fn functions_of_the_guide_are_found() {
    for (name, kind, page) in [
        ("listagg", FunctionKind::Aggregate, "r_LISTAGG"),
        ("any_value", FunctionKind::Aggregate, "r_ANY_VALUE"),
        ("row_number", FunctionKind::Window, "r_WF_ROW_NUMBER"),
        (
            "ratio_to_report",
            FunctionKind::Window,
            "r_WF_RATIO_TO_REPORT",
        ),
        ("array_sort", FunctionKind::Scalar, "array_sort"),
        ("convert_timezone", FunctionKind::Scalar, "CONVERT_TIMEZONE"),
        (
            "st_geomfromtext",
            FunctionKind::Scalar,
            "ST_GeomFromText-function",
        ),
        ("h3_toparent", FunctionKind::Scalar, "H3_ToParent-function"),
        ("pg_get_cols", FunctionKind::Table, "PG_GET_COLS"),
        ("sysdate", FunctionKind::Grammar, "r_SYSDATE"),
        ("can_json_parse", FunctionKind::Scalar, "CAN_JSON_PARSE"),
        (
            "hll_combine_sketches",
            FunctionKind::Scalar,
            "r_HLL_COMBINE_SKETCHES",
        ),
    ] {
        let function = find(name).unwrap_or_else(|| panic!("{name} is not there"));
        assert_eq!((function.kind, function.page), (kind, page), "{name}");
    }
    let standing = |name: &str| find(name).map(|function| function.standing);
    assert_eq!(
        standing("current_schema"),
        Some(FunctionStanding::LeaderNode)
    );
    assert_eq!(standing("now"), Some(FunctionStanding::LeaderNode));
    assert_eq!(standing("isfinite"), Some(FunctionStanding::Ended));
    assert_eq!(
        standing("generate_series"),
        Some(FunctionStanding::Undocumented)
    );
    assert_eq!(standing("string_agg"), None);
}

#[test]
fn calls_that_redshift_takes() {
    for text in [
        "count(*)",
        "count(distinct a)",
        "approximate count(distinct a)",
        "sum(a)",
        "sum(distinct a)",
        "SUM(a) over (partition by b)",
        "sum(a) over (order by b rows unbounded preceding)",
        "sum(a) over ()",
        "count(*) over (partition by b)",
        "listagg(a)",
        "listagg(distinct a, ',') within group (order by a)",
        "listagg(a, ',') within group (order by a) over (partition by b)",
        "median(a)",
        "median(a) over (partition by b)",
        "percentile_cont(0.5) within group (order by a)",
        "approximate percentile_disc(0.5) within group (order by a)",
        "rank() over (order by a desc)",
        "row_number() over ()",
        "ntile(4) over (order by a)",
        "lag(a, 1) ignore nulls over (partition by b order by c)",
        "lead(a) over (order by c)",
        "first_value(a ignore nulls) over (order by c rows unbounded preceding)",
        "ratio_to_report(a) over (partition by b)",
        "substring(a from 2 for 3)",
        "substring(a, 2)",
        "trim(both '*' from a)",
        "trim(a)",
        "position('x' in a)",
        "extract(year from a)",
        "dateadd(day, 1, a)",
        "decode(a, 1, 'x', 'y')",
        "coalesce(a)",
        "lpad(a, 5)",
        "to_date(a, 'YYYYMMDD')",
        "trunc(a)",
        "round(a, 2)",
        "object('a', 1, 'b', 2)",
        "json_extract_path_text(a, 'b', 'c', true)",
        "has_table_privilege('u', 't', 'select')",
        "pg_catalog.lower(a)",
        // Somebody's own, and what a step inserts.
        "mine.string_agg(a, ',')",
        "{{function}}(a)",
        "lpad({{arguments}})",
        "lpad(a, :width)",
        "date(a)",
        "\"sysdate\"()",
        "current_namespace()",
        r#"object_transform(a keep '"x"', '"y"' set '"x"', 1, '"z"', upper(b))"#,
        r#"object_transform(a set '"x"', 1)"#,
        "now()",
        "st_collect(a) within group (order by b)",
        "current_setting('app_context.user', false)",
    ] {
        let found = check(&call(text));
        assert!(found.is_ok(), "{text}: {found:?}");
    }
}

#[test]
fn calls_that_redshift_refuses() {
    use MistakeKind::{Arguments, Ended, NotRedshift, UnknownFunction};
    for (text, kind, at, sentence, help) in [
        (
            "string_agg(a, ',')",
            UnknownFunction,
            "string_agg",
            "Redshift has no function `string_agg`",
            "`listagg(value, ', ') within group (order by …)` does this",
        ),
        (
            "IfNull(a, 0)",
            UnknownFunction,
            "IfNull",
            "Redshift has no function `ifnull`",
            "`nvl(…)` does this",
        ),
        (
            "coalsece(a, 0)",
            UnknownFunction,
            "coalsece",
            "Redshift has no function `coalsece`",
            "did you mean `coalesce`?",
        ),
        (
            "score_of_customer(a)",
            UnknownFunction,
            "score_of_customer",
            "Redshift has no function `score_of_customer`",
            "if the function is your own, create it in a step before this one",
        ),
        (
            "pg_catalog.string_agg(a)",
            UnknownFunction,
            "string_agg",
            "Redshift has no function `string_agg`",
            "`listagg(value, ', ') within group (order by …)` does this",
        ),
        (
            "lpad(a)",
            Arguments,
            "lpad",
            "`lpad` does not take 1 argument",
            "it is called as `lpad(text, integer [, text])`",
        ),
        (
            "nullif(a, b, c)",
            Arguments,
            "nullif",
            "`nullif` does not take 3 arguments",
            "it is called as `nullif(any, any)`",
        ),
        (
            "concat(a, b, c)",
            Arguments,
            "concat",
            "`concat` does not take 3 arguments",
            "it is called as `concat(varbyte, varbyte)` or `concat(any, any)`",
        ),
        (
            "count()",
            Arguments,
            "count",
            "`count` needs arguments",
            "it is called as `count(any)`",
        ),
        (
            "getdate(1)",
            Arguments,
            "getdate",
            "`getdate` does not take 1 argument",
            "it is called as `getdate()`",
        ),
        (
            "current_user()",
            Arguments,
            "current_user",
            "`current_user` is written without brackets",
            "write `current_user`",
        ),
        (
            "sum(*)",
            Arguments,
            "*",
            "`sum` does not take `*`",
            "name a column; only `count(*)` takes all of them",
        ),
        (
            "isfinite(a)",
            Ended,
            "isfinite",
            "Redshift no longer supports `isfinite`",
            "compare the value with `'infinity'`",
        ),
        (
            "lower(distinct a)",
            Arguments,
            "lower",
            "`lower` does not take DISTINCT",
            "DISTINCT stands in the brackets of an aggregate function, such as `count`",
        ),
        (
            "approximate count(a)",
            Arguments,
            "count",
            "`count` cannot be approximate here",
            "APPROXIMATE stands in front of `count(distinct …)` and `percentile_disc(…)`",
        ),
        (
            "listagg(a, ',' order by a)",
            NotRedshift,
            "a",
            "Redshift takes no ORDER BY in the brackets of `listagg`",
            "write `listagg(…) within group (order by …)`",
        ),
        (
            "sum(a) within group (order by a)",
            Arguments,
            "a",
            "`sum` does not take WITHIN GROUP",
            "`listagg`, `percentile_cont`, `percentile_disc` and `st_collect` take it",
        ),
        (
            "percentile_cont(0.5)",
            Arguments,
            "percentile_cont",
            "`percentile_cont` needs WITHIN GROUP",
            "write `percentile_cont(…) within group (order by …)`",
        ),
        (
            "max(a) ignore nulls over ()",
            NotRedshift,
            "max",
            "`max` takes neither IGNORE NULLS nor RESPECT NULLS",
            "`first_value`, `last_value`, `nth_value`, `lag` and `lead` take them",
        ),
        (
            "rank()",
            Arguments,
            "rank",
            "`rank` needs OVER",
            "write `rank(…) over (partition by … order by …)`",
        ),
        (
            "upper(a) over ()",
            NotRedshift,
            "over ()",
            "`upper` does not take OVER",
            "leave OVER out: the function looks at one row",
        ),
        (
            "bool_and(a) over (partition by b)",
            NotRedshift,
            "over (partition by b)",
            "`bool_and` does not take OVER",
            "Redshift has no window function of that name: compute it in a query with GROUP BY, \
             and join it",
        ),
        (
            "count(distinct a) over (partition by b)",
            NotRedshift,
            "count",
            "Redshift does not take DISTINCT in `count` with OVER",
            "take the distinct rows in a query first, or count with `dense_rank()`",
        ),
        (
            "sum(a) over (order by b)",
            NotRedshift,
            "over (order by b)",
            "`sum` with ORDER BY in OVER needs a frame",
            "write `over (… order by … rows unbounded preceding)`",
        ),
        (
            "last_value(a) over (order by b)",
            NotRedshift,
            "over (order by b)",
            "`last_value` with ORDER BY in OVER needs a frame",
            "write `over (… order by … rows between unbounded preceding and unbounded following)`",
        ),
        (
            "lag(a) over (partition by b)",
            NotRedshift,
            "over (partition by b)",
            "`lag` needs ORDER BY in OVER",
            "write `lag(…) over (partition by … order by …)`",
        ),
        (
            "lead(a) over (order by b rows unbounded preceding)",
            NotRedshift,
            "over (order by b rows unbounded preceding)",
            "`lead` takes no frame in OVER",
            "write `lead(…) over (partition by … order by …)`",
        ),
        (
            "lag(a, 1, 0) over (order by b)",
            Arguments,
            "lag",
            "`lag` does not take 3 arguments",
            "Redshift takes no default: write `nvl(lag(…) over (…), …)`",
        ),
        (
            "nth_value(a, 0) over (partition by b)",
            Arguments,
            "0",
            "`nth_value` counts the rows of its frame from 1",
            "give a number above 0",
        ),
        (
            "sum(a) over (order by b rows between -1 preceding and current row)",
            NotRedshift,
            "-1",
            "a frame counts rows by a whole number without a sign",
            "write `n preceding` or `n following`",
        ),
        (
            "sum(a) over (order by b rows 1.5 preceding)",
            NotRedshift,
            "1.5",
            "a frame counts rows by a whole number without a sign",
            "write `n preceding` or `n following`",
        ),
        (
            "median(a) over (order by b)",
            NotRedshift,
            "over (order by b)",
            "`median` takes PARTITION BY alone in OVER",
            "write `median(…) over (partition by …)`",
        ),
    ] {
        let found = mistake(text);
        assert_eq!(found.sentence, sentence, "{text}");
        assert_eq!(found.help.as_deref(), Some(help), "{text}");
        assert_eq!(found.kind, kind, "{text}");
        let written = format!("select {text} from t");
        assert_eq!(found.span.of(&written), at, "{text}");
    }
}

#[test]
fn an_object_is_transformed_by_paths() {
    let transform = call(r#"object_transform(a keep '"x"', '"y"' set '"z"', b)"#);
    assert_eq!(transform.form, CallForm::ObjectTransform { kept: 2 });
    assert_eq!(transform.arguments.len(), 5);
    let script = parse("select object_transform(a set '\"z\"') from t");
    assert_eq!(
        script.mistakes[0].sentence,
        "a path behind `set` has no value"
    );
}

#[test]
fn only_names_that_tell_are_refused_where_functions_may_be_made_elsewhere() {
    let sentences = |text: &str| -> Vec<String> {
        let script = parse(text);
        let parameters = HashMap::new();
        script
            .statements
            .iter()
            .flat_map(|one| Binder::new(&NoCatalog, &parameters).statement(one).mistakes)
            .map(|mistake| mistake.sentence)
            .collect()
    };
    assert_eq!(sentences("select f_clean(a) from t"), Vec::<String>::new());
    assert_eq!(
        sentences(
            "select iff(a, 1, 2), coalesc(b, 1), lpad(c) from t where nvl(f_x(ifnull(d, 1)), 1) = 1"
        ),
        [
            "Redshift has no function `iff`",
            "Redshift has no function `coalesc`",
            "`lpad` does not take 1 argument",
            "Redshift has no function `ifnull`",
        ]
    );
}

#[test]
fn results_have_the_types_of_the_pages() {
    for (name, arguments, result) in [
        ("count", vec![Type::VarChar(3)], Some(Type::BigInt)),
        ("sum", vec![Type::Integer], Some(Type::BigInt)),
        ("sum", vec![Type::Decimal(8, 2)], Some(Type::Decimal(38, 2))),
        ("avg", vec![Type::Integer], Some(Type::BigInt)),
        ("lower", vec![Type::VarChar(7)], Some(Type::VarChar(7))),
        ("btrim", vec![Type::Char(7)], Some(Type::VarChar(7))),
        ("md5", vec![Type::Literal], Some(Type::VarChar(32))),
        ("trunc", vec![Type::Timestamp], Some(Type::Date)),
        (
            "trunc",
            vec![Type::Decimal(5, 2)],
            Some(Type::Decimal(5, 2)),
        ),
        (
            "date_trunc",
            vec![Type::Literal, Type::TimestampTz],
            Some(Type::TimestampTz),
        ),
        (
            "date_trunc",
            vec![Type::Literal, Type::Date],
            Some(Type::Timestamp),
        ),
        (
            "dateadd",
            vec![Type::Unknown, Type::Integer, Type::Date],
            Some(Type::Timestamp),
        ),
        (
            "extract",
            vec![Type::Unknown, Type::Timestamp],
            Some(Type::Integer),
        ),
        (
            "nvl",
            vec![Type::SmallInt, Type::BigInt],
            Some(Type::BigInt),
        ),
        (
            "nvl2",
            vec![Type::Date, Type::Integer, Type::BigInt],
            Some(Type::BigInt),
        ),
        (
            "decode",
            vec![
                Type::VarChar(1),
                Type::VarChar(1),
                Type::Integer,
                Type::BigInt,
            ],
            Some(Type::BigInt),
        ),
        ("to_number", vec![Type::Literal, Type::Literal], None),
        // More arguments than any signature takes.
        ("lower", vec![Type::Literal, Type::Literal], None),
    ] {
        let function = find(name).unwrap();
        assert_eq!(
            result_type(function, &arguments),
            result,
            "{name} {arguments:?}"
        );
    }
}

#[test]
fn the_page_of_functions_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/functions.md");
    let page = functions::reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/reference/functions.md is stale: run `UPDATE_DOCS=1 cargo test -p redshift-sql --test language functions`"
    );
}

#[test]
fn the_parts_of_a_text_are_counted_from_one() {
    for text in [
        "split_part(a, ',', -1)",
        "split_part(a, ',', (-2))",
        "split_part(a, ',', 0)",
    ] {
        let mistake = mistake(text);
        assert_eq!(mistake.kind, MistakeKind::Arguments);
        assert_eq!(mistake.sentence, "`split_part` counts its parts from 1");
    }
    for text in [
        "split_part(a, ',', 1)",
        "split_part(a, ',', n - 1)",
        "split_part(a, ',', -n)",
    ] {
        assert_eq!(check(&call(text)), Ok(()), "{text}");
    }
}
