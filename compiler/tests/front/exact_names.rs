//! Names that a policy would take for more than one thing, events that mean all events, and texts
//! that an RSQL script pastes. The tests look wherever a spec may have them.

use sfc::diagnostic::Code;

use crate::folder::{Folder, spec};

const WAREHOUSE: &str = "warehouse: { workgroup: w, database: dev }";

fn folder(text: &str) -> Folder {
    spec(format!("name: demo\n{text}\n")).with("a.sql", "select 1")
}

#[test]
fn a_name_that_means_more_than_one_thing_is_refused_wherever_it_stands() {
    let step = "steps: { a: { sql: a.sql } }";
    for wild in ["x*", "?", "${aws:username}"] {
        let arn = format!("arn:aws:secretsmanager:eu-central-1:1:secret:{wild}");
        let warehouses = [
            format!("{{ workgroup: '{wild}', database: dev }}"),
            format!("{{ workgroup: w, database: '{wild}' }}"),
            format!("{{ cluster: '{wild}', database: dev }}"),
            format!("{{ cluster: {{ identifier: '{wild}' }}, database: dev }}"),
            format!("{{ cluster: {{ identifier: c, db_user: '{wild}' }}, database: dev }}"),
            format!("{{ secret: '{arn}', database: dev }}"),
            format!("{{ secret: {{ arn: '{arn}', cluster: c }}, database: dev }}"),
            format!("{{ secret: {{ arn: a, cluster: '{wild}' }}, database: dev }}"),
            format!("{{ secret: {{ arn: a, workgroup: '{wild}' }}, database: dev }}"),
        ]
        .map(|warehouse| format!("warehouse: {warehouse}\n{step}"));
        let works = [
            format!("lambda: '{wild}'"),
            format!("lambda: {{ function: 'arn:aws:lambda:r:1:function:{wild}' }}"),
            format!("glue_job: '{wild}'"),
            format!("glue_job: {{ name: '{wild}' }}"),
            format!("glue_crawler: '{wild}'"),
            format!("state_machine: 'arn:aws:states:r:1:stateMachine:{wild}'"),
            format!("state_machine: {{ arn: 'arn:aws:states:r:1:stateMachine:{wild}' }}"),
        ]
        .map(|work| format!("{WAREHOUSE}\nsteps: {{ a: {{ {work} }} }}"));
        let others = [
            format!("notify: [{{ topic: 'arn:aws:sns:r:1:{wild}' }}]"),
            format!("triggers: [{{ s3: {{ bucket: '{wild}' }} }}]"),
        ]
        .map(|other| format!("{WAREHOUSE}\n{other}\n{step}"));
        let rsqls = [
            format!("{{ queue: '{wild}', definition: d }}"),
            format!("{{ queue: q, definition: '{wild}' }}"),
            format!("{{ queue: q, definition: {{ image: '{wild}' }} }}"),
        ]
        .map(|rsql| format!("{WAREHOUSE}\nrsql: {rsql}\nsteps: {{ a: {{ rsql: a.rsql }} }}"));
        for text in warehouses.iter().chain(&works).chain(&others).chain(&rsqls) {
            let folder = folder(text).with("a.rsql", "\\exit 0");
            assert_eq!(
                folder.codes(),
                [Code::InexactName],
                "{text}\n{}",
                folder.shown()
            );
        }
    }
}

#[test]
fn an_event_of_a_trigger_means_some_events() {
    let codes = |event: &str| {
        let text = format!(
            "{WAREHOUSE}\ntriggers: [{{ event: {event} }}]\nsteps: {{ a: {{ sql: a.sql }} }}"
        );
        folder(&text).codes()
    };
    for every in [
        "{}",
        "{ source: [] }",
        "{ source: [shop], detail: {} }",
        "{ source: [shop], detail: { kind: [] } }",
        "{ source: [{ prefix: '' }] }",
        "{ source: [shop, { wildcard: '*' }] }",
        "{ account: ['111122223333'] }",
        "{ detail: [{ exists: true }], region: [eu-central-1] }",
    ] {
        assert_eq!(codes(every), [Code::EveryEvent], "{every}");
    }
    for some in [
        "{ source: [shop] }",
        "{ source: [{ prefix: 'shop.' }] }",
        "{ detail: { kind: [{ exists: true }] } }",
        "{ source: [{ prefix: '' }], detail-type: [Sold] }",
    ] {
        assert_eq!(codes(some), Vec::<Code>::new(), "{some}");
    }
}

#[test]
fn an_rsql_script_puts_texts_into_quotes() {
    let codes = |script: &str| {
        let text = format!(
            "{WAREHOUSE}\nrsql: {{ queue: q, definition: d }}\nparameters:\n  who: {{ type: string, default: x }}\n  day: {{ type: date, default: 2026-01-01 }}\n  n: {{ type: integer, default: 1 }}\n  t: {{ type: identifier, default: x }}\nsteps: {{ a: {{ rsql: a.rsql }} }}"
        );
        folder(&text).with("a.rsql", script).codes()
    };
    assert_eq!(codes("select :who;"), [Code::PastedText]);
    assert_eq!(
        codes("\\if :who = 'x'\nselect 1 where d < :day;\n\\endif\n"),
        [Code::PastedText, Code::PastedText]
    );
    assert_eq!(
        codes("select :'who', :\"who\", :n, ':who' from :t; -- :who\n\\echo :who\n"),
        Vec::<Code>::new()
    );
}

#[test]
fn guardrails_that_aws_refuses() {
    let codes = |stack: &str| {
        folder(&format!(
            "{WAREHOUSE}\nstack: {{ {stack} }}\nsteps: {{ a: {{ sql: a.sql }} }}"
        ))
        .codes()
    };
    let long = format!("role_prefix: {}", "p".repeat(43));
    for (stack, code) in [
        ("permissions_boundary: boundary", Code::RoleGuardrail),
        ("role_path: data/", Code::RoleGuardrail),
        ("role_prefix: 'a b'", Code::RoleGuardrail),
        ("role_prefix: ''", Code::RoleGuardrail),
        (long.as_str(), Code::RoleGuardrail),
        (
            "vpc: { subnets: [], security_groups: [sg-0] }",
            Code::LambdaNetwork,
        ),
        (
            "vpc: { subnets: [subnet-0], security_groups: [x] }",
            Code::LambdaNetwork,
        ),
        ("kms_key: alias/data", Code::KmsKey),
        ("kms_key: 'arn:aws:kms:r:111122223333:key/*'", Code::KmsKey),
        ("data: { bucket: 's3://team' }", Code::DataBucket),
        ("data: { bucket: team, retain: false }", Code::DataBucket),
        ("data: { bucket: team, expire_days: 9 }", Code::DataBucket),
        ("account: '12'", Code::StackAccount),
    ] {
        assert_eq!(codes(stack), [code], "{stack}");
    }
    let fits = format!("role_prefix: {}", "p".repeat(42));
    assert_eq!(codes(&fits), Vec::<Code>::new());
}
