//! The runs whose pages are looked at.

use indexmap::IndexMap;
use runtime_lambda::picture::{Picture, StepNode};
use runtime_lambda::plan::{
    Expectation, Range, ReportStyle, Section, Severity, Signal, Step, ValueExpectation,
};
use runtime_lambda::report::history::{History, PastRun};
use runtime_lambda::state::{RunStatus, StepStatus};
use serde_json::{Value, json};

use crate::fixture::{Run, error, place, plan, run, start, step};

fn at_least(min: f64) -> ValueExpectation {
    ValueExpectation::Within(Range {
        min: Some(min),
        max: None,
    })
}

fn shop() -> Vec<Step> {
    vec![
        step("create_stage", &[]),
        step("load_orders", &["create_stage"]),
        step("load_customers", &["create_stage"]),
        step("load_returns", &["create_stage"]),
        step("clean_orders", &["load_orders", "load_returns"]),
        step("dim_customer", &["load_customers"]),
        step("revenue", &["clean_orders", "dim_customer"]),
        step("check_revenue", &["revenue"]),
        step("publish", &["check_revenue"]),
    ]
}

fn shop_seconds(name: &str) -> f64 {
    match name {
        "clean_orders" => 14.2,
        "load_orders" => 6.31,
        "revenue" => 4.75,
        "load_returns" => 2.2,
        _ => 0.9,
    }
}

/// Everything went well, as twelve times before.
pub fn finished() -> Run {
    let mut done = run(plan("sales", 3, 2, shop()), shop_seconds, |_, _| None);
    done.state.parameters = IndexMap::from([("since".to_owned(), "2026-11-24".to_owned())]);
    done.result(
        "load_orders",
        &[("orders", "int8"), ("days", "int4")],
        &[json!([{ "longValue": 336_776 }, { "longValue": 365 }])],
    );
    let rows: Vec<Value> = (1..=40)
        .map(|n| {
            json!([
                { "longValue": 20_260_000 + n },
                { "stringValue": format!("customer {n}") },
                { "stringValue": format!("{}.50", n * 12_345) },
                if n % 7 == 0 { json!({ "isNull": true }) } else { json!({ "stringValue": "2026-11-24" }) },
            ])
        })
        .collect();
    done.result(
        "revenue",
        &[
            ("customer_id", "int4"),
            ("name", "varchar"),
            ("revenue", "numeric"),
            ("last_order", "date"),
        ],
        &rows,
    );
    done.script(
        "revenue",
        "create table revenue as\nselect customer_id, sum(amount)\nfrom orders where day >= :since\ngroup by 1",
    );
    done.history = History {
        runs: (0..12)
            .map(|n| PastRun {
                run: format!("202611{:02}T094528Z-00000000", n + 10).into(),
                status: RunStatus::Finished,
                started: start(),
                seconds: 27.0 + f64::from(n % 4),
                rounds: 1,
                resumed: false,
            })
            .collect(),
        steps: shop()
            .iter()
            .map(|step| {
                let usual = shop_seconds(&step.name);
                let slower = if step.name == "clean_orders" {
                    0.45
                } else {
                    1.0
                };
                let times = (0..12).map(|n| Some(usual * slower * (1.0 + f64::from(n % 4) * 0.03)));
                (step.name.clone(), times.collect())
            })
            .collect(),
        ..History::default()
    };
    done
}

/// One statement failed in both rounds, one step was better in the second, one result is not as expected.
pub fn failed() -> Run {
    let mut steps = shop();
    steps[5].expect = Some(Expectation {
        rows: Some(Range {
            min: Some(1.0),
            max: None,
        }),
        values: IndexMap::from([
            ("share".to_owned(), at_least(0.5)),
            ("country".to_owned(), ValueExpectation::Equals("DE".into())),
        ]),
    });
    let mut failed = run(
        plan("sales", 3, 2, steps),
        shop_seconds,
        |name, round| match name {
            "clean_orders" => {
                let mut error = error(
                    "Sfc.StatementFailed",
                    "ERROR: column \"custmer_id\" does not exist in orders",
                );
                error.place = Some(place("sql/clean_orders.sql", 4, 12));
                Some(error)
            }
            "load_returns" if round == 1 => Some(error(
                "Sfc.TimeLimit",
                "the step ran past its limit of 600 seconds",
            )),
            "dim_customer" => Some(error(
                "Sfc.ExpectationFailed",
                "expected `share` to be at least 0.5, but row 2 has `0.12`",
            )),
            _ => None,
        },
    );
    failed.script(
        "clean_orders",
        "-- One row an order.\ninsert into clean_orders\nselect order_id,\n    lower(custmer_id) as customer,\n    amount\nfrom orders\nwhere amount > 0",
    );
    failed.result(
        "dim_customer",
        &[("share", "numeric"), ("country", "varchar")],
        &[
            json!([{ "stringValue": "0.75" }, { "stringValue": "DE" }]),
            json!([{ "stringValue": "0.12" }, { "stringValue": "DE" }]),
            json!([{ "isNull": true }, { "stringValue": "DE" }]),
        ],
    );
    failed
}

/// All went well, and there is something to point at.
pub fn with_signals() -> Run {
    let signal = |column: &str, min, text: &str, advice: Option<&str>, severity| Signal {
        when: IndexMap::from([(column.to_owned(), at_least(min))]),
        signal: text.to_owned(),
        recommendation: advice.map(str::to_owned),
        severity,
    };
    let mut nodes = step("nodes", &[]);
    nodes.signals = vec![signal(
        "used_percent",
        80.0,
        "disks are nearly full",
        Some("Drop what `unused_tables` lists, or resize the cluster."),
        Severity::Critical,
    )];
    let mut health = step("table_health", &["nodes"]);
    health.signals = vec![
        signal(
            "stats_off",
            10.0,
            "statistics are old",
            Some("Run `ANALYZE` on them after each load."),
            Severity::Warning,
        ),
        signal("rows", 1.0, "tables were looked at", None, Severity::Info),
        signal(
            "unsorted",
            20.0,
            "tables are badly sorted",
            None,
            Severity::Warning,
        ),
    ];
    let steps = vec![nodes, health, step("schemas", &["nodes"])];
    let mut seen = run(plan("review", 2, 1, steps), |_| 1.25, |_, _| None);
    seen.result(
        "nodes",
        &[("node", "int4"), ("used_percent", "numeric")],
        &[
            json!([{ "longValue": 0 }, { "stringValue": "91.4" }]),
            json!([{ "longValue": 1 }, { "stringValue": "41.0" }]),
        ],
    );
    let rows: Vec<Value> = (1..=30)
        .map(|n| {
            json!([
                { "stringValue": format!("public.t{n}") },
                { "longValue": n * 1000 },
                { "stringValue": format!("{n}.0") },
                { "stringValue": "1.0" },
            ])
        })
        .collect();
    seen.result(
        "table_health",
        &[
            ("table", "varchar"),
            ("rows", "int8"),
            ("stats_off", "numeric"),
            ("unsorted", "numeric"),
        ],
        &rows,
    );
    seen.state.steps["nodes"].signals = vec![1];
    seen.state.steps["table_health"].signals = vec![21, 30, 0];
    seen
}

/// A failed run with a picture of its order, a title, a logo, and sections of its own choice.
pub fn with_order() -> Run {
    let mut run = failed();
    // Columns and rows as the compiler could place them, in the order of the steps.
    let places = [
        (0, 1),
        (1, 0),
        (1, 2),
        (1, 1),
        (2, 0),
        (2, 2),
        (3, 1),
        (4, 1),
        (5, 1),
    ];
    let nodes = run.plan.steps.iter().zip(places).zip(0..);
    let nodes = nodes.map(|((step, (column, row)), number)| StepNode {
        x: column * 156,
        y: row * 31,
        label: step.name.to_string(),
        steps: vec![number],
    });
    run.plan.picture = Some(Picture {
        width: 5 * 156 + 126,
        height: 84,
        node_width: 126,
        node_height: 22,
        nodes: nodes.collect(),
        edges: vec![
            (0, 1),
            (0, 2),
            (0, 3),
            (1, 4),
            (3, 4),
            (2, 5),
            (4, 6),
            (5, 6),
            (6, 7),
            (7, 8),
        ],
    });
    run.plan.report = ReportStyle {
        title: Some("Nightly sales".to_owned()),
        logo: Some("data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIyMCIgaGVpZ2h0PSIyMCI+PGNpcmNsZSBjeD0iMTAiIGN5PSIxMCIgcj0iOSIgZmlsbD0iIzE3YSIvPjwvc3ZnPg==".to_owned()),
        sections: Some(vec![Section::Order, Section::Failures, Section::Steps]),
    };
    run
}

/// So many steps in layers of twenty, each after three of the layer before.
pub fn large(count: usize) -> Run {
    let name = |index: usize| {
        let kind = [
            "load_orders",
            "clean_orders",
            "dim_customer",
            "fact_sales",
            "check_totals",
        ][(index / 20) % 5];
        format!("{kind}_{index:04}")
    };
    let steps = (0..count)
        .map(|index| {
            let after: Vec<String> = (0..3)
                .filter_map(|n| {
                    let layer = (index / 20).checked_sub(1)?;
                    Some(name(layer * 20 + (index * 7 + n * 5) % 20))
                })
                .collect();
            let mut after: Vec<&str> = after.iter().map(String::as_str).collect();
            after.sort_unstable();
            after.dedup();
            step(&name(index), &after)
        })
        .collect();
    let seconds = |name: &str| {
        let digits: f64 = name[name.len() - 4..].parse().unwrap();
        0.4 + (digits * 7.31) % 5.0
    };
    let mut large = run(plan("warehouse", 8, 3, steps), seconds, |name, round| {
        (name.ends_with("0007") && round < 3)
            .then(|| error("Sfc.StatementFailed", "ERROR: deadlock detected"))
    });
    let layers = u32::try_from(count / 20).unwrap();
    large.plan.picture = Some(Picture {
        width: layers * 140,
        height: 60,
        node_width: 110,
        node_height: 22,
        nodes: (0..layers)
            .map(|layer| StepNode {
                x: layer * 140,
                y: layer % 2 * 31,
                label: "load".to_owned(),
                steps: (layer * 20..layer * 20 + 20).collect(),
            })
            .collect(),
        edges: (1..layers).map(|layer| (layer - 1, layer)).collect(),
    });
    for (index, step) in large.state.steps.values_mut().enumerate() {
        step.rows = Some(index as u64 * 977);
    }
    large
}

/// A run without steps.
pub fn empty() -> Run {
    let mut empty = run(plan("nothing", 1, 1, Vec::new()), |_| 0.0, |_, _| None);
    empty.plan.description = None;
    empty
}

/// Texts of many writings.
pub fn unicode() -> Run {
    let mut run = run(
        plan(
            "weltweit",
            2,
            1,
            vec![step("namen", &[]), step("prüfung_値", &["namen"])],
        ),
        |_| 2.0,
        |name, _| {
            (name != "namen").then(|| {
                error(
                    "Sfc.StatementFailed",
                    "ERROR: 「値」は 存在しません — ñandú, Ελλάδα, עברית",
                )
            })
        },
    );
    run.plan.description =
        Some("Namen aus aller Welt: 東京, Ελλάδα, עברית, العربية, 👩‍👩‍👧".to_owned());
    run.state.parameters = IndexMap::from([("stadt".to_owned(), "São Paulo / 東京".to_owned())]);
    run.result(
        "namen",
        &[("שם", "varchar"), ("größe", "float8")],
        &[
            json!([{ "stringValue": "Ångström, \"quoted\"\nsecond line" }, { "doubleValue": 12345.678 }]),
            json!([{ "stringValue": "العربية" }, { "isNull": true }]),
        ],
    );
    run
}

/// One step failed, and the run was stopped while two others ran.
pub fn stopped() -> Run {
    let fails = |name: &str, _| match name {
        "load_orders" => Some(error("Sfc.StatementFailed", "ERROR: Divide by zero")),
        "load_customers" | "load_returns" => Some(error("Sfc.Stopped", "its run was stopped")),
        _ => None,
    };
    let mut stopped = run(plan("sales", 3, 1, shop()), shop_seconds, fails);
    stopped.state.status = RunStatus::Stopped;
    stopped
}

/// The failed run, gone on with: what was finished is kept, and the rest goes well this time.
pub fn resumed() -> Run {
    let before = failed();
    let mut resumed = run(before.plan, shop_seconds, |_, _| None);
    resumed.state.run = "20261125T101500Z-0a1b2c3d".into();
    for (name, step) in &before.state.steps {
        if step.status == StepStatus::Finished {
            resumed.state.steps[name.as_str()].kept_from = Some(before.state.run.clone());
        }
    }
    resumed.result(
        "dim_customer",
        &[("share", "numeric"), ("country", "varchar")],
        &[json!([{ "stringValue": "0.75" }, { "stringValue": "DE" }])],
    );
    resumed
}

/// Far more columns than a window has room for, long texts, and texts of those writings that one font has.
pub fn wide() -> Run {
    let steps = vec![step("namen", &[]), step("prüfung_Ω", &["namen"])];
    let message = "ERROR: «Ω» δεν υπάρχει — ñandú, Ελλάδα, Москва, עברית";
    let fails = |name: &str, _| (name != "namen").then(|| error("Sfc.StatementFailed", message));
    let mut wide = run(plan("weltweit", 2, 1, steps), |_| 2.0, fails);
    wide.plan.description = Some("Namen aus aller Welt: Ελλάδα, Москва, עברית, العربية".to_owned());
    let columns: Vec<String> = (1..=40).map(|n| format!("größe_{n:02}")).collect();
    let columns: Vec<(&str, &str)> = columns.iter().map(|name| (&**name, "varchar")).collect();
    let row = |row: usize| {
        let cell = |column: usize| match (row + column) % 5 {
            0 => json!({ "isNull": true }),
            1 => {
                json!({ "stringValue": "Donaudampfschifffahrtsgesellschaft".repeat(column % 3 + 1) })
            }
            2 => json!({ "stringValue": "Москва — Ελλάδα" }),
            _ => json!({ "stringValue": format!("{}", row * 100 + column) }),
        };
        Value::Array((0..40).map(cell).collect())
    };
    wide.result("namen", &columns, &(0..12).map(row).collect::<Vec<_>>());
    wide
}

/// A text that would like to be markup, script, a template or an address.
pub const HOSTILE: &str = "</script></style><script>window.hit=1</script><img src=x onerror=\"window.hit=1\">'\"`{{pipeline}}--><svg/onload=window.hit=1>";

/// The hostile text in every field that anybody can fill.
pub fn hostile() -> Run {
    let mut one = step(HOSTILE, &[]);
    one.signals = vec![Signal {
        when: IndexMap::from([(HOSTILE.to_owned(), ValueExpectation::Equals(HOSTILE.into()))]),
        signal: HOSTILE.to_owned(),
        recommendation: Some(format!("`{HOSTILE}` {HOSTILE}")),
        severity: Severity::Critical,
    }];
    let mut two = step("two", &[HOSTILE]);
    two.expect = Some(Expectation {
        rows: None,
        values: IndexMap::from([(HOSTILE.to_owned(), ValueExpectation::Equals("x".into()))]),
    });
    let three = step("three", &[HOSTILE]);
    let mut hostile = run(
        plan(
            HOSTILE,
            2,
            2,
            vec![one, two, three, step("four", &["three"])],
        ),
        |_| 1.0,
        |name, _| match name {
            "two" => Some(error("Sfc.ExpectationFailed", HOSTILE)),
            "three" => {
                let mut error = error(HOSTILE, HOSTILE);
                let mut place = place(HOSTILE, 1, 1);
                place
                    .parameters
                    .insert(HOSTILE.to_owned(), HOSTILE.to_owned());
                place.snippet = HOSTILE.to_owned();
                error.place = Some(place);
                Some(error)
            }
            _ => None,
        },
    );
    hostile.plan.description = Some(HOSTILE.to_owned());
    hostile.plan.warehouse.database = HOSTILE.to_owned();
    hostile.state.parameters = IndexMap::from([(HOSTILE.to_owned(), HOSTILE.to_owned())]);
    hostile.state.run = HOSTILE.into();
    hostile.state.execution = format!("arn:aws:states:{HOSTILE}:{HOSTILE}:execution:x:y").into();
    for step in ["two", HOSTILE] {
        hostile.result(
            step,
            &[(HOSTILE, HOSTILE)],
            &[json!([{ "stringValue": HOSTILE }])],
        );
        hostile.script(step, HOSTILE);
    }
    hostile.script("three", HOSTILE);
    let first = &mut hostile.state.steps[HOSTILE];
    first.signals = vec![1];
    first.statement_id = Some(HOSTILE.to_owned());
    hostile
}
