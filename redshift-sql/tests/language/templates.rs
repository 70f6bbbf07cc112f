//! Placeholders of other tools: each is named, at its place, with what sfc has instead.
use redshift_sql::{MistakeKind, parse};

/// A script, what is underlined, a part of the sentence, a part of the help.
const PLACEHOLDERS: &[(&str, &str, &str, &str)] = &[
    (
        "select a from {{ ref('orders') }} o",
        "{{ ref('orders') }}",
        "is dbt's `ref`",
        "write the name of the table",
    ),
    (
        "select a from {{ source(\"raw\", 'x') }}",
        "{{ source(\"raw\", 'x') }}",
        "is dbt's `source`",
        "`{{name}}` inserts",
    ),
    ("select a from {{ this }}.b", "", "", ""),
    (
        "{{ config(materialized='table') }} select 1",
        "{{ config(materialized='table') }}",
        "is dbt's `config`",
        "create table … as",
    ),
    (
        "select '1' from t where a > {{ var('since') }}",
        "{{ var('since') }}",
        "is dbt's `var`",
        "`:name` binds one",
    ),
    (
        "select a from t where b = {{ params.day }}",
        "{{ params.day }}",
        "expression of Jinja",
        "`{{name}}` inserts",
    ),
    (
        "select a from t where b = {{ day | upper }}",
        "{{ day | upper }}",
        "expression of Jinja",
        "`:name` binds",
    ),
    (
        "select a from stage_{{ ds.nodash }}",
        "{{ ds.nodash }}",
        "expression of Jinja",
        "`{{name}}`",
    ),
    (
        "{% if full %} delete from t; {% endif %}",
        "{% if full %}",
        "block of Jinja",
        "write the SQL out",
    ),
    (
        "select a {%- for x in y -%} , b {% endfor %} from t",
        "{%- for x in y -%}",
        "block of Jinja",
        "`{{name}}`",
    ),
    (
        "{# a note #} select 1",
        "{# a note #}",
        "comment of Jinja",
        "`/* … */`",
    ),
    (
        "{# it's a note #}\nselect 1",
        "{# it's a note #}",
        "comment of Jinja",
        "`/* … */`",
    ),
    (
        "select a from ${SCHEMA}.t",
        "${SCHEMA}",
        "variable of a shell",
        "`{{schema}}` inserts",
    ),
    (
        "select a from stage_${DAY}",
        "${DAY}",
        "variable of a shell",
        "`:day` binds",
    ),
    (
        "select a from t where b = ${DAY:-today}",
        "${DAY:-today}",
        "variable of a shell",
        "`:day` binds",
    ),
    (
        "select a from $SCHEMA.t",
        "$SCHEMA",
        "variable of a shell",
        "`{{schema}}` inserts",
    ),
    (
        "select a from $(schema).t",
        "$(schema)",
        "variable of a shell",
        "`{{schema}}` inserts",
    ),
    (
        "select a from t where b = $(date +%F)",
        "$(date +%F)",
        "command of a shell",
        "pass its result",
    ),
    (
        "select a from t where b = %(day)s",
        "%(day)s",
        "placeholder of a Python client",
        "`:day` binds",
    ),
    (
        "select a from {schema}.t",
        "{schema}",
        "placeholder of a Python client",
        "`{{schema}}` inserts",
    ),
    (
        "drop table if exists {{ ref('x') }}",
        "{{ ref('x') }}",
        "is dbt's `ref`",
        "write the name",
    ),
    (
        "insert into {{ ref('x') }} values (1)",
        "{{ ref('x') }}",
        "is dbt's `ref`",
        "write the name",
    ),
    (
        "create table {{ target.schema }}.t (a int)",
        "{{ target.schema }}",
        "expression of Jinja",
        "`{{name}}`",
    ),
    (
        "copy t from ${URI} iam_role default",
        "${URI}",
        "variable of a shell",
        "`{{uri}}` inserts",
    ),
    (
        "create table t (a varchar(${N}))",
        "${N}",
        "variable of a shell",
        "`{{n}}`",
    ),
    (
        "select a::${TYPE} from t",
        "${TYPE}",
        "variable of a shell",
        "`{{type}}`",
    ),
    (
        "select a from t limit ${N}",
        "${N}",
        "variable of a shell",
        "`:n` binds",
    ),
    (
        "create procedure p() as $$ begin delete from ${T}; end $$ language plpgsql",
        "${T}",
        "variable of a shell",
        "`{{t}}`",
    ),
];

#[test]
fn placeholders_of_other_tools_are_named() {
    for (text, underlined, sentence, help) in PLACEHOLDERS {
        let mistakes = parse(text).mistakes;
        if underlined.is_empty() {
            assert!(
                mistakes.is_empty(),
                "{text}: an insertion of sfc: {mistakes:?}"
            );
            continue;
        }
        let first = mistakes
            .first()
            .unwrap_or_else(|| panic!("{text}: no mistake"));
        assert_eq!(first.span.of(text), *underlined, "{text}: {first:?}");
        assert_eq!(first.kind, MistakeKind::Syntax, "{text}");
        assert!(
            first.sentence.contains(sentence),
            "{text}: {}",
            first.sentence
        );
        let said = first.help.as_deref().unwrap();
        assert!(said.contains(help), "{text}: {said}");
    }
}

#[test]
fn a_placeholder_with_a_quote_in_it_is_the_only_mistake() {
    let mistakes = parse("{# it's a note #}\nselect 1").mistakes;
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
}

#[test]
fn what_only_looks_like_a_placeholder_is_read() {
    for text in [
        "select {{a}}, :b, '{{ c }}', '${X}', '$(x)', '%(x)s', $1 from stage_{{ d }}.t",
        "select a % (b) from t",
        "select a$ from t$x",
        "select $$ ${X} $$",
        "select $x$ {% if %} $x$",
        "-- {% if %} ${X}\nselect 1 /* {{ ref('x') }} */",
    ] {
        let mistakes = parse(text).mistakes;
        assert!(mistakes.is_empty(), "{text}: {mistakes:?}");
    }
}

#[test]
fn many_placeholders_that_are_not_closed_end_quickly() {
    for open in ["{{ ;", "{% ;", "${ ;", "$( ;", "{# ;"] {
        let text = open.repeat(5_000);
        let start = std::time::Instant::now();
        assert!(!parse(&text).mistakes.is_empty());
        assert!(
            start.elapsed() < std::time::Duration::from_secs(3),
            "{open}"
        );
    }
}
