//! Each mistake in a spec, as its author sees it.

use insta::assert_snapshot;

use crate::folder::{spec, steps};

#[test]
fn unknown_fields_and_choices_suggest_the_nearest() {
    assert_snapshot!(
        spec(
            "nam: flights
warehouse:
  workgruop: analytics
  database: dev
limits: { lane: 4, colour: red }
steps:
  load: { sqll: a.sql, after: [] }
  report: { sql: a.sql, batch: autocommit, expect: { row: 1 } }
parameters:
  day: { type: day }
"
        )
        .with("a.sql", "select :day")
        .shown()
    );
}

#[test]
fn wrong_kinds_and_missing_fields() {
    assert_snapshot!(
        spec(
            "name: [flights]
warehouse: { workgroup: 5 }
parameters:
  day: date
  most: { default: [1, 2] }
limits: { step: 300, run: -5, rounds: many }
steps:
  load:
  clean: { limit: 5m }
  conform: { sql: a.sql, after: { load: true } }
  report: { sql: a.sql, after: [1, clean], description: }
  check: { sql: a.sql, expect: { rows: none, values: { n: [1] } } }
local: data
"
        )
        .with("a.sql", "select :day, :most")
        .shown()
    );
}

#[test]
fn mistakes_of_all_phases_come_together() {
    assert_snapshot!(
        steps(
            "colour: red
parameters: { day: { type: date, default: tomorrow } }
limits: { lanes: 0 }
steps:
  load: { sql: missing.sql }
  clean: { sql: c.sql, after: lod }
  conform: { sql: a.sql, after: conform }
"
        )
        .with("c.sql", "select 'open")
        .shown()
    );
}

#[test]
fn duplicate_keys_show_both_places() {
    assert_snapshot!(
        steps(
            "steps:
  load: { sql: a.sql }
  clean: { sql: b.sql, limit: 5m, limit: 6m }
  load: { sql: b.sql }
"
        )
        .shown()
    );
}

#[test]
fn a_cycle_names_its_members_in_order() {
    assert_snapshot!(
        steps(
            "steps:
  load: { sql: a.sql }
  a: { sql: a.sql, after: [load, b] }
  b:
    sql: a.sql
    after: c
  c:
    sql: a.sql
    after:
      - load
      - a
  d: { sql: a.sql, after: [c, d, d, e, load] }
  e: { sql: a.sql, after: d }
"
        )
        .shown()
    );
}

#[test]
fn a_long_cycle_is_not_listed_to_its_end() {
    let mut text = "steps:\n".to_owned();
    for index in 0..50 {
        let next = (index + 1) % 50;
        text.push_str(&format!("  s{index}: {{ sql: a.sql, after: s{next} }}\n"));
    }
    assert_snapshot!(steps(&text).shown());
}

#[test]
fn unknown_steps_suggest_the_nearest() {
    assert_snapshot!(
        steps(
            "steps:
  load_flights: { sql: a.sql }
  clean: { sql: a.sql, after: load_flihgts }
  report: { sql: a.sql, after: [clean, nothing_like_it] }
"
        )
        .shown()
    );
}

#[test]
fn limits_of_zero_negative_and_over_those_of_aws() {
    assert_snapshot!(
        steps(
            "limits: { step: 0s, run: 366d, rounds: 11, lanes: 41 }
steps:
  a: { sql: a.sql, limit: -5m }
  b: { sql: a.sql, limit: 25h }
  c: { sql: a.sql, limit: 5 minutes }
  d: { sql: a.sql, limit: 99999999999999999999999d }
"
        )
        .shown()
    );
}

#[test]
fn counts_below_one() {
    assert_snapshot!(
        steps("limits: { rounds: 0, lanes: -3 }\nsteps:\n  a: { sql: a.sql }\n").shown()
    );
}

#[test]
fn a_step_that_may_take_longer_than_the_run() {
    assert_snapshot!(
        steps("limits: { run: 1h }\nsteps:\n  a: { sql: a.sql, limit: 2h }\n  b: { sql: a.sql }\n")
            .shown()
    );
}

#[test]
fn names_that_aws_refuses() {
    let long = "n".repeat(67);
    let step = "s".repeat(49);
    assert_snapshot!(
        spec(format!(
            "name: {long}
warehouse: {{ cluster: '', database: ' ' }}
parameters:
  from-day: {{ type: string }}
steps:
  load flights: {{ sql: a.sql }}
  1st: {{ sql: a.sql }}
  {step}: {{ sql: a.sql }}
"
        ))
        .with("a.sql", "select 1")
        .shown()
    );
    assert_snapshot!(
        "name_characters",
        spec("name: my/flights\nwarehouse: { workgroup: a, database: b }\nsteps: { a: { sql: a.sql } }\n")
            .with("a.sql", "select 1")
            .shown()
    );
}

#[test]
fn a_warehouse_is_reached_in_one_way() {
    for (name, warehouse) in [
        ("warehouse_none", "{ database: dev }"),
        ("warehouse_null", "{ workgroup: , database: dev }"),
        (
            "warehouse_two",
            "{ workgroup: a, cluster: { identifier: b }, database: dev }",
        ),
        (
            "warehouse_secret",
            "{ secret: { arn: x, cluster: a, workgroup: b }, database: dev }",
        ),
        (
            "warehouse_cluster",
            "{ cluster: { identifer: b }, database: dev }",
        ),
    ] {
        let text = format!("name: x\nwarehouse: {warehouse}\nsteps: {{ a: {{ sql: a.sql }} }}\n");
        assert_snapshot!(name, spec(text).with("a.sql", "select 1").shown());
    }
}

#[test]
fn defaults_and_expectations_that_cannot_be() {
    assert_snapshot!(
        steps(
            "parameters:
  a: { type: integer, default: 1.5 }
  b: { type: date, default: 2013-02-30 }
  c: { type: identifier, default: \"no name\" }
  d: { type: string, default: \"\" }
  e: { type: boolean, default: yes }
steps:
  s: { sql: s.sql, expect: {} }
  t: { sql: a.sql, expect: { rows: { min: 5, max: 1 }, values: { share: {} } } }
  u: { sql: a.sql, expect: { rows: -1 } }
local:
  buckets: { raw: ../data, other: /tmp, good: data }
"
        )
        .with("s.sql", "select :a, :b, '{{c}}', :d, :e")
        .shown()
    );
}

#[test]
fn yaml_that_is_none_of_a_spec() {
    for (name, text) in [
        ("yaml_empty", ""),
        ("yaml_comment", "# nothing\n"),
        ("yaml_list", "- a\n- b\n"),
        ("yaml_syntax", "name: flights\n  warehouse: x\n"),
        ("yaml_bracket", "name: flights\nsteps: { a: [ }\n"),
        ("yaml_two_documents", "name: a\n---\nname: b\n"),
        ("yaml_tag", "name: !env NAME\n"),
        ("yaml_merge", "name: a\nsteps:\n  <<: *x\n"),
        ("yaml_merge_known", "x: &x { sql: a }\nsteps:\n  <<: *x\n"),
        ("yaml_key", "name: a\n? [a, b]\n: c\n"),
        ("yaml_self", "name: a\nsteps: &s\n  a: *s\n"),
        (
            "yaml_no_steps",
            "name: a\nwarehouse: { workgroup: a, database: b }\nsteps: {}\n",
        ),
    ] {
        assert_snapshot!(name, spec(text).shown());
    }
    assert_snapshot!(
        "yaml_not_utf8",
        spec(b"name: flights\ndescription: caf\xe9\n").shown()
    );
}

#[test]
fn places_are_right_behind_other_alphabets_and_windows_lines() {
    assert_snapshot!(
        spec(
            "\u{feff}name: flights # café 航班\r\ndescription: \"Ünïcödé 🛫\"\r\nwarehouse: { workgroup: a, database: b }\r\nsteps:\r\n  ladung: { description: 航班, sql: a.sql, after: 航班 }\r\n"
        )
        .with("a.sql", "select 'é', :größe")
        .shown()
    );
}

#[test]
fn a_stack_that_aws_refuses() {
    assert_snapshot!(
        steps(
            "steps:
  a: { sql: a.sql }
stack:
  tags: { \"aws:team\": data, \"sfc:run\": x, \"\": y, cost: \"<high>\" }
  memory: 64
  log_retention_days: 31
  data: { expire_days: 0 }
"
        )
        .shown()
    );
}

#[test]
fn what_batch_refuses_of_a_queue_and_a_definition() {
    let rsql = |rsql: &str| {
        let text = format!("rsql: {rsql}\nsteps:\n  a: {{ rsql: a.rsql }}\n");
        steps(&text).with("a.rsql", "\\exit 0").shown()
    };
    assert_snapshot!(
        "rsql_wrong",
        rsql(
            "
  queue: { subnets: [subnet-01, private, subnet-], security_groups: [], max_vcpus: 0 }
  definition: { image: \"\", vcpus: 1, memory: 9216, storage: 20 }"
        )
    );
    assert_snapshot!(
        "rsql_too_large",
        rsql(
            "
  queue: { subnets: [subnet-01], security_groups: [sg-01, sg-02, sg-03, sg-04, sg-05, sg-06], max_vcpus: 2 }
  definition: { image: rsql, vcpus: 4, memory: 1024 }"
        )
    );
    assert_snapshot!(
        "rsql_shape",
        rsql("{ queue: { subnet: [subnet-01], security_groups: sg-01 }, definition: 7 }")
    );
    assert_snapshot!(
        "rsql_half",
        rsql("{ queue: { subnets: [subnet-01], security_groups: [sg-01] } }")
    );
    assert_snapshot!(
        "rsql_vcpus",
        rsql("{ queue: etl, definition: { image: rsql, vcpus: 3 } }")
    );
}

#[test]
fn what_is_around_a_run() {
    assert_snapshot!(
        steps(
            "parameters:
  since: { type: date, default: 2026-01-01 }
  object: { type: string }
overlap: wait
notify:
  - { email: the team }
  - { topic: alerts, on: failure }
  - { email: a@example.com, topic: 'arn:aws:sns:eu-central-1:111122223333:ops' }
  - { email: a@example.com, tags: [finanse] }
  - { on: always }
triggers:
  - { schedule: rate(1 day), deploy: true, parameters: { object: none } }
  - { schedule: 0 5 * * *, parameters: { object: none } }
  - { schedule: rate(1 days), parameters: { object: none } }
  - { schedule: cron(0 5 * * * *), parameters: { object: none } }
  - { schedule: cron(60 5 * * ? *), parameters: { object: none } }
  - { schedule: rate(1 day), timezone: Europe/Berlim, parameters: { object: none } }
  - { deploy: true, timezone: Europe/Berlin, parameters: { object: none } }
  - { s3: { bucket: inbox, prefix: in/ }, parameters: { object: $.detail.object.key, sinse: 1 } }
  - { event: { source: [my.app] }, parameters: { since: yesterday } }
  - { schedule: rate(1 day), parameters: { object: $.detail.object.key } }
steps:
  a: { sql: a.sql, tags: [finance] }
"
        )
        .with("a.sql", "select :since, :object")
        .shown()
    );
}

#[test]
fn steps_that_are_not_sql() {
    assert_snapshot!(
        steps(
            "parameters:
  day: { type: date }
steps:
  none: { description: nothing }
  both: { sql: a.sql, rsql: b.rsql }
  script: { rsql: b.rsql, batch: transaction, expect: { rows: 1 } }
  job: { glue_job: { name: load, argument: {} } }
  crawl: { glue_crawler: landing, local: missing.sql, signals: [{ signal: x }] }
  call: { lambda: { function: f, payload: { day: '{{dya}}' } } }
  other: { state_machine: { arn: machine } }
  here: { sql: a.sql, local: a.sql }
  objects: { sql: a.sql, when: deploy }
  load: { sql: a.sql, after: objects }
"
        )
        .with("a.sql", "select 1")
        .with("b.rsql", "\\exit 0")
        .shown()
    );
}

#[test]
fn a_secret_beside_its_warehouse_is_shown_inside() {
    let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:etl-AbCdEf";
    for (warehouse, inside) in [
        (
            format!("workgroup: analytics, secret: '{arn}'"),
            "workgroup: analytics",
        ),
        (
            format!("cluster: main, secret: {{ arn: '{arn}' }}"),
            "cluster: main",
        ),
        (
            format!("cluster: {{ identifier: main, db_user: etl }}, secret: '{arn}'"),
            "cluster: main",
        ),
    ] {
        let shown = spec(format!(
            "name: flights\nwarehouse: {{ {warehouse}, database: dev }}\nsteps:\n  a: {{ sql: a.sql }}\n"
        ))
        .with("a.sql", "select 1")
        .shown();
        let help = format!("`secret: {{ arn: {arn}, {inside} }}`");
        assert!(shown.contains(&help), "{shown}");
    }
}

#[test]
fn schedules_that_do_not_run_when_one_thinks() {
    assert_snapshot!(
        steps(
            "steps:
  a: { sql: a.sql }
triggers:
  - { schedule: cron(30 2 * * ? *), timezone: Europe/Berlin }
  - { schedule: cron(30 2 * * ? *) }
  - { schedule: cron(0 6 31 2 ? *) }
  - { schedule: cron(0 6 31 * ? *) }
"
        )
        .shown()
    );
}

#[test]
fn roles_of_the_database_that_no_tag_can_give() {
    let shown = |warehouse: &str| {
        let text = format!(
            "name: flights\nwarehouse: {{ {warehouse}, database: dev }}\nsteps:\n  load: {{ sql: a.sql }}\n"
        );
        spec(text).with("a.sql", "select 1;").shown()
    };
    assert_snapshot!(shown(
        "workgroup: analytics, roles: [etl_role, ETL_ROLE, '', public, 'sys:operator', 'a:b', \"a\\nb\"]"
    ));
    assert_snapshot!(
        "roles_of_the_database_of_a_cluster",
        shown("cluster: main, roles: [etl_role]")
    );
    let many: Vec<String> = (0..9).map(|number| format!("{:0>30}", number)).collect();
    assert_snapshot!(
        "roles_of_the_database_that_are_too_many",
        shown(&format!(
            "workgroup: analytics, roles: ['{}']",
            many.join("', '")
        ))
    );
}

#[test]
fn words_of_other_tools_are_told_in_ours() {
    assert_snapshot!(
        steps(
            "limits: { timeout: 5m, retries: 3, threads: 4 }
triggers: [{ schedule: 0 4 * * 1-5 }]
steps:
  load: { query: a.sql, timeout: 5m, retries: 2 }
  clean: { sql: a.sql, depends_on: load }
  report: { sql: a.sql, needs: [clean] }
"
        )
        .with("a.sql", "select 1")
        .shown()
    );
}
