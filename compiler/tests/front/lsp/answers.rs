//! Answers about a pipeline in memory. The cursor stands at `▮`, which is no part of the text.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

use gen_lsp_types::CompletionItem;
use serde_json::Value;
use sfc::lsp::{self, AskedPlace, Model, PositionEncoding, Schemas};
use sfc::source::SourceFile;

use crate::folder::Folder;

const SPEC: &str = "name: shop
warehouse: { workgroup: analytics, database: dev }
parameters:
  day: { type: date, default: 2024-01-31, description: The day to load. }
  schema_name: { type: identifier, default: stage }
steps:
  create:
    sql: sql/create.sql
    description: All tables.
  load:
    sql: sql/load.sql
    after: create
    tags: [nightly]
  report:
    sql: sql/report.sql
    after: [create, load]
    expect:
      values: { total: 1 }
";

const CREATE: &str = "create table if not exists orders (id int, customer int, amount decimal(8, 2), day date);
create table if not exists stage.lines (id int, \"Odd name\" varchar(20));
create or replace procedure refill(a int) as $$ begin delete from orders where id = 1; end $$ language plpgsql;
";

const LOAD: &str = "insert into orders (id, amount) select 1, 2.5 where :day > '2020-01-01';
call refill(1);
delete from {{schema_name}}.lines;
";

const REPORT: &str = "with big as (select o.id, o.amount * 2 as twice from orders o)
select sum(twice) as total from big;
";

/// The pipeline, with these files instead of its own; the cursor stands in one of them.
struct Shop {
    folder: Folder,
    spec: String,
    at: Option<(String, usize)>,
}

impl Shop {
    fn with(changes: &[(&str, &str)]) -> Self {
        let mut shop = Self {
            folder: Folder::default(),
            spec: String::new(),
            at: None,
        };
        for (path, own) in [
            ("pipeline.yaml", SPEC),
            ("sql/create.sql", CREATE),
            ("sql/load.sql", LOAD),
            ("sql/report.sql", REPORT),
        ] {
            let text = changes.iter().find(|(changed, _)| *changed == path);
            let text = text.map_or(own, |(_, text)| text);
            if let Some(at) = text.find('▮') {
                shop.at = Some((path.to_owned(), at));
            }
            let text = text.replacen('▮', "", 1);
            if path == "pipeline.yaml" {
                shop.spec.clone_from(&text);
            }
            shop.folder = shop.folder.with(path, text);
        }
        let own = [
            "pipeline.yaml",
            "sql/create.sql",
            "sql/load.sql",
            "sql/report.sql",
        ];
        for (path, text) in changes.iter().filter(|(path, _)| !own.contains(path)) {
            shop.folder = shop.folder.with(path, *text);
        }
        shop
    }

    fn ask<T>(&self, answer: impl FnOnce(&Model, AskedPlace<'_>) -> T) -> T {
        let file = |text: &str| SourceFile::new("pipeline.yaml", text.as_bytes().to_vec());
        let before = Model::new(&file(SPEC), &self.folder);
        let model = Model::behind(&file(&self.spec), &self.folder, Some(before));
        let (path, at) = self.at.as_ref().unwrap();
        match model.scripts.get(path) {
            Some(script) => answer(&model, AskedPlace::Script(script, *at)),
            None => answer(&model, AskedPlace::Spec(*at)),
        }
    }
}

fn hover(path: &str, text: &str) -> Option<String> {
    let keys = Schemas::default();
    Shop::with(&[(path, text)]).ask(|model, asked| {
        let found = lsp::hover(model, &keys, asked, PositionEncoding::Utf16)?;
        let found: Value = serde_json::to_value(found).unwrap();
        Some(found["contents"]["value"].as_str().unwrap().to_owned())
    })
}

/// Hover in a script in the place of the report.
fn hover_sql(text: &str) -> String {
    hover("sql/report.sql", text).unwrap_or_default()
}

fn definitions(path: &str, text: &str) -> Vec<String> {
    Shop::with(&[(path, text)]).ask(|model, asked| {
        let places = lsp::definition(model, asked);
        let places = places.iter().map(|place| {
            let line = place.file.line(place.span.start);
            format!(
                "{}:{line} {}",
                place.file.path(),
                place.file.slice(place.span)
            )
        });
        places.collect()
    })
}

fn complete(path: &str, text: &str) -> Vec<CompletionItem> {
    let keys = Schemas::default();
    let files = || vec!["sql/create.sql".to_owned(), "sql/new.sql".to_owned()];
    Shop::with(&[(path, text)])
        .ask(|model, asked| lsp::complete(model, &keys, asked, PositionEncoding::Utf16, &files))
}

fn labels(path: &str, text: &str) -> Vec<String> {
    let mut items = complete(path, text);
    items.sort_by(|one, other| one.sort_text.cmp(&other.sort_text));
    items.into_iter().map(|item| item.label).collect()
}

fn labels_sql(text: &str) -> Vec<String> {
    labels("sql/report.sql", text)
}

#[test]
fn hover_tells_a_columns_type_and_where_it_comes_from() {
    let text = hover_sql("select o.am▮ount from orders o");
    assert!(text.contains("amount numeric(8,2)"), "{text}");
    assert!(
        text.contains(
            "from `orders.amount`: table `orders`, made by `create` in `sql/create.sql:1`"
        ),
        "{text}"
    );
    let text =
        hover_sql("with big as (select amount * 2 as twice from orders) select ▮twice from big");
    assert!(text.contains("twice numeric(19,2)"), "{text}");
    let text = hover_sql("unload ('select am▮ount from orders') to 's3://b/k' iam_role default");
    assert!(text.contains("amount numeric(8,2)"), "{text}");
    let text = hover_sql("update orders set ▮amount = 1");
    assert!(text.contains("amount numeric(8,2)"), "{text}");
}

#[test]
fn hover_tells_a_tables_columns_and_what_an_alias_stands_for() {
    let text = hover_sql("select 1 from orde▮rs");
    assert!(text.contains("customer integer"), "{text}");
    assert!(text.contains("made by `create`"), "{text}");
    let text = hover_sql("select ▮o.id from orders o");
    assert!(text.starts_with("`o` stands for table `orders`"), "{text}");
    let text = hover_sql("select 1 from elsewher▮e");
    assert!(text.contains("no step of this pipeline makes"), "{text}");
    // A statement that cannot be read, and one that nobody binds.
    let text = hover_sql("selct 1 from orde▮rs");
    assert!(text.contains("customer integer"), "{text}");
    let text = hover_sql("truncate orde▮rs");
    assert!(text.contains("customer integer"), "{text}");
    let text = hover(
        "sql/create.sql",
        &CREATE.replace("delete from orders", "delete from ▮orders"),
    );
    assert!(text.unwrap().contains("customer integer"));
}

#[test]
fn hover_tells_functions_and_parameters_and_says_nothing_in_comments() {
    let text = hover_sql("select s▮um(amount) from orders");
    assert!(
        text.contains("sum(number)") && text.contains("r_SUM.html"),
        "{text}"
    );
    let text = hover_sql("selct dateadd▮(day, 1, sysdate)");
    assert!(text.contains("r_DATEADD"), "{text}");
    let text = hover_sql("select 1 where :d▮ay is null");
    assert_eq!(
        text,
        "parameter `day`: date, default `2024-01-31`\n\nThe day to load."
    );
    let text = hover_sql("select 1 from {{schema_▮name}}.t");
    assert!(
        text.starts_with("parameter `schema_name`: identifier"),
        "{text}"
    );
    assert_eq!(hover_sql("select 1 -- su▮m(orders)"), "");
    assert_eq!(hover_sql("select 'su▮m(orders)'"), "");
}

#[test]
fn hover_in_the_spec() {
    let at = |from: &str, to: &str| hover("pipeline.yaml", &SPEC.replacen(from, to, 1)).unwrap();
    let text = at("after: create", "after: cre▮ate");
    assert!(text.starts_with("step `create`: All tables."), "{text}");
    assert!(text.contains("`sql/create.sql`: 3 statements"), "{text}");
    assert!(text.contains("- before `load`, `report`"), "{text}");
    assert!(text.contains("- at most 1h"), "{text}");
    let text = at("  load:", "  lo▮ad:");
    assert!(text.contains("- writes `orders`"), "{text}");
    let text = at("sql: sql/create", "sql: sql/cre▮ate");
    assert!(
        text.contains("makes `orders`, `refill`, `stage.lines`"),
        "{text}"
    );
    let text = at("day: {", "da▮y: {");
    assert!(text.starts_with("parameter `day`: date"), "{text}");
    let text = at("total: 1", "to▮tal: 1");
    assert!(text.contains("total numeric(38,2)"), "{text}");
    let text = at("tags:", "ta▮gs:");
    assert!(
        text.contains("Words by which others choose steps"),
        "{text}"
    );
}

#[test]
fn definitions_lead_to_where_a_name_is_made() {
    let spec = |from: &str, to: &str| definitions("pipeline.yaml", &SPEC.replacen(from, to, 1));
    assert_eq!(
        spec("[create, load]", "[create, lo▮ad]"),
        ["pipeline.yaml:10 load"]
    );
    assert_eq!(
        spec("after: create", "after: ▮create"),
        ["pipeline.yaml:7 create"]
    );
    assert_eq!(spec("sql: sql/load", "sql: sql/lo▮ad"), ["sql/load.sql:1 "]);
    let sql = |text: &str| definitions("sql/report.sql", text);
    assert_eq!(sql("select 1 from ▮orders"), ["sql/create.sql:1 orders"]);
    assert_eq!(
        sql("select ▮o.id from orders o"),
        ["sql/create.sql:1 orders"]
    );
    assert_eq!(sql("select o.i▮d from orders o"), ["sql/create.sql:1 id"]);
    assert_eq!(
        sql("select * from stage.li▮nes"),
        ["sql/create.sql:2 stage.lines"]
    );
    assert_eq!(
        sql("copy ▮orders from 's3://b/k' iam_role default"),
        ["sql/create.sql:1 orders"]
    );
    assert_eq!(sql("call ▮refill(1)"), ["sql/create.sql:3 refill"]);
    assert_eq!(sql("select :▮day"), ["pipeline.yaml:4 day"]);
    assert_eq!(
        sql("select '{{schema▮_name}}'"),
        ["pipeline.yaml:5 schema_name"]
    );
    assert!(sql("select su▮m(1)").is_empty());
    assert!(sql("select 1 from nowhe▮re").is_empty());
}

#[test]
fn columns_are_completed_behind_a_relation() {
    let all = ["id", "customer", "amount", "day"];
    assert_eq!(labels_sql("select o.▮ from orders o"), all);
    assert_eq!(
        labels_sql("select o.am▮ from orders o where 1 = 1;\nselect 2;"),
        all
    );
    assert_eq!(labels_sql("select 1 from orders o where o.▮"), all);
    assert_eq!(
        labels_sql("select 1 from orders o join stage.lines l on l.id = o.▮"),
        all
    );
    assert_eq!(labels_sql("update orders set ▮ = 1"), all);
    assert_eq!(labels_sql("insert into orders (id, ▮) values (1, 2)"), all);
    assert_eq!(
        labels_sql("with b as (select 1 as one) select b.▮ from b"),
        ["one"]
    );
    // A statement that cannot be read yet.
    assert_eq!(labels_sql("select o.▮, frm x from orders o whre"), all);
    assert_eq!(labels_sql("select (o.▮ from orders as o"), all);
    assert!(labels_sql("select x.▮ from orders o").is_empty());
    let odd = complete("sql/report.sql", "select l.▮ from stage.lines l");
    let odd: Value = serde_json::to_value(&odd[1]).unwrap();
    assert_eq!(odd["textEdit"]["newText"], "\"odd name\"");
    assert_eq!(odd["detail"], "character varying(20) · l");
}

#[test]
fn values_tables_parameters_and_functions_are_completed() {
    let found = labels_sql("select ▮ from orders o");
    assert_eq!(found[..5], ["id", "customer", "amount", "day", "o"]);
    assert!(found.contains(&"coalesce".to_owned()));
    let found = labels_sql("with big as (select 1 as x) select * from ▮");
    assert_eq!(found, ["big", "orders", "stage.lines"]);
    assert_eq!(labels_sql("select * from stage.▮"), ["lines"]);
    assert_eq!(labels_sql("insert into ▮"), ["orders", "stage.lines"]);
    assert_eq!(labels_sql("call ▮"), ["refill"]);
    assert_eq!(labels_sql("select 1 where :▮"), ["day", "schema_name"]);
    assert_eq!(labels_sql("select '{{▮'"), ["day", "schema_name"]);
    assert!(labels_sql("select 'a▮'").is_empty());
    assert!(labels_sql("select 1 -- o▮").is_empty());
    assert!(labels_sql("sel▮").contains(&"select".to_owned()));
    assert!(labels_sql("select 1; ▮").contains(&"insert into".to_owned()));
    // Within a procedure.
    let text = CREATE.replace("where id = 1", "where ▮");
    assert!(labels("sql/create.sql", &text).contains(&"customer".to_owned()));
}

#[test]
fn keys_and_values_of_the_spec_are_completed() {
    let at = |from: &str, to: &str| labels("pipeline.yaml", &SPEC.replacen(from, to, 1));
    assert_eq!(at("after: create", "after: ▮"), ["create", "report"]);
    assert_eq!(at("[create, load]", "[create, ▮]"), ["create", "load"]);
    assert_eq!(at("[create, load]", "[create, lo▮"), ["create", "load"]);
    assert_eq!(
        at("sql: sql/load.sql", "sql: sql/▮"),
        ["sql/create.sql", "sql/new.sql"]
    );
    let found = at("    tags: [nightly]", "    ▮");
    assert!(
        found.contains(&"limit".to_owned()) && !found.contains(&"sql".to_owned()),
        "{found:?}"
    );
    let found = at("parameters:", "▮\nparameters:");
    assert!(
        found.contains(&"triggers".to_owned()) && !found.contains(&"steps".to_owned()),
        "{found:?}"
    );
    let found = at("  report:\n", "  other:\n    ▮\n  report:\n");
    assert!(found.contains(&"sql".to_owned()), "{found:?}");
    assert_eq!(
        at("parameters:", "completion: ▮\nparameters:"),
        ["event", "poll"]
    );
    assert_eq!(at("type: date,", "type: ▮,").len(), 6);
    let found = at("values: { total: 1 }", "values: { ▮ }");
    assert_eq!(found, ["total"]);
}

#[test]
fn a_file_has_an_outline() {
    let (spec, script) = Shop::with(&[("sql/report.sql", "▮")]).ask(|model, _| {
        (
            lsp::spec_symbols(model, PositionEncoding::Utf16),
            lsp::script_symbols(
                model.scripts.get("sql/load.sql").unwrap(),
                PositionEncoding::Utf16,
            ),
        )
    });
    let names: Vec<&str> = spec.iter().map(|symbol| symbol.name.as_str()).collect();
    assert_eq!(names, ["day", "schema_name", "create", "load", "report"]);
    assert_eq!(script[1].name, "call refill(1)");
    assert_eq!(script[1].range.start.line, 1);
}

#[test]
fn tables_of_sources_are_known() {
    let spec = format!("{SPEC}sources: [sources.sql]\n");
    let shop = |report| {
        Shop::with(&[
            ("pipeline.yaml", spec.as_str()),
            (
                "sources.sql",
                "create table billing.invoices (price decimal(9, 2));",
            ),
            ("sql/report.sql", report),
        ])
    };
    let keys = Schemas::default();
    let text = shop("select i.pr▮ice from billing.invoices i").ask(|model, asked| {
        let found = lsp::hover(model, &keys, asked, PositionEncoding::Utf16).unwrap();
        serde_json::to_value(found).unwrap()["contents"]["value"].to_string()
    });
    assert!(text.contains("price numeric(9,2)"), "{text}");
    let places = shop("select 1 from billing.invo▮ices").ask(|model, asked| {
        let places = lsp::definition(model, asked);
        places
            .iter()
            .map(|place| place.file.path().to_owned())
            .collect::<Vec<_>>()
    });
    assert_eq!(places, ["sources.sql"]);
}
