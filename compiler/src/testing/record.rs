//! A test that is made from a run: tables that the step needs, and the text of the file.

use std::collections::BTreeSet;

use jiff::Timestamp;
use runtime_lambda::ports::{Field, ResultColumn};

use super::compare::FoundRows;
use super::yaml::{value, written};
use crate::pipeline::{Step, StepSql};

/// A table that a step needs before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// Its name as catalogs keep it.
    pub name: String,
    /// Whether `sources` or an earlier step declares it.
    pub declared: bool,
}

/// What a recorded test says.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// The step that the test is of.
    pub step: &'a Step,
    /// The run that it is recorded from.
    pub run: &'a str,
    /// Values of the run's parameters that the step uses.
    pub parameters: Vec<(String, String)>,
    /// When the step started.
    pub now: Option<Timestamp>,
    /// Objects that it reads: their addresses and texts.
    pub objects: Vec<(String, String)>,
    /// The tables that it needs, with their rows.
    pub given: Vec<(Needed, FoundRows)>,
    /// Whether it returned rows.
    pub has_result: bool,
    /// Whether its own expectations count.
    pub own_expect: bool,
}

/// Tables whose rows a step leaves behind, in the order of its script.
#[must_use]
pub fn changed(sql: &StepSql) -> Vec<String> {
    let temporary: BTreeSet<&str> = sql
        .lineage
        .temporary
        .iter()
        .map(|table| table.name.as_str())
        .collect();
    let writes = sql.lineage.writes.iter();
    writes
        .filter(|write| !write.files && !write.removed && !write.name.contains("{{"))
        .filter(|write| !temporary.contains(write.name.as_str()))
        .map(|write| write.name.clone())
        .collect()
}

/// The text of the file. Of what the step leaves behind it expects nothing yet: a first run of the test
/// says what that is.
#[must_use]
pub fn file(recorded: &Recorded<'_>) -> String {
    let name = &recorded.step.name;
    let mut text = format!(
        "tests:\n  {}:\n    step: {name}\n",
        written(&format!("{name} as in run {}", recorded.run)),
    );
    if !recorded.parameters.is_empty() {
        let values: Vec<String> = recorded
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}: {}", plain(value)))
            .collect();
        text.push_str(&format!("    parameters: {{ {} }}\n", values.join(", ")));
    }
    if let Some(now) = recorded.now {
        text.push_str(&format!(
            "    now: {}\n",
            now.strftime("%Y-%m-%dT%H:%M:%SZ")
        ));
    }
    if !recorded.own_expect {
        text.push_str("    step_expect: ignored\n");
    }
    if !recorded.objects.is_empty() {
        text.push_str("    objects:\n");
        for (address, object) in &recorded.objects {
            text.push_str(&format!("      {address}: |\n"));
            for line in object.lines() {
                text.push_str(&format!("        {line}\n"));
            }
        }
    }
    if !recorded.given.is_empty() {
        text.push_str("    given:\n");
        for (table, found) in &recorded.given {
            text.push_str(&given(table, found));
        }
    }
    let tables = recorded.step.sql().map(changed).unwrap_or_default();
    if tables.is_empty() && !recorded.has_result {
        text.push_str("    expect: {}\n");
        return text;
    }
    text.push_str("    expect:\n");
    if !tables.is_empty() {
        text.push_str("      tables:\n");
        for table in tables {
            text.push_str(&format!("        {table}: []\n"));
        }
    }
    if recorded.has_result {
        text.push_str("      result: []\n");
    }
    text
}

fn given(table: &Needed, found: &FoundRows) -> String {
    let name = &table.name;
    let (mut text, indentation) = if table.declared {
        if found.rows.is_empty() {
            return format!("      {name}: []\n");
        }
        (format!("      {name}:\n"), "        ")
    } else {
        let types = found.columns.iter().map(|column| {
            let name = written(&column.name.to_lowercase());
            format!("{name}: {}", written(of_column(column)))
        });
        let types: Vec<String> = types.collect();
        let types = types.join(", ");
        if found.rows.is_empty() {
            return format!("      {name}: {{ types: {{ {types} }}, rows: [] }}\n");
        }
        let text = format!("      {name}:\n        types: {{ {types} }}\n        rows:\n");
        (text, "          ")
    };
    for row in &found.rows {
        // A column that is left out is NULL.
        let cells = found.columns.iter().zip(row);
        let cells = cells.filter(|(_, field)| !matches!(field, Field::IsNull(_)));
        let cells: Vec<String> = cells
            .map(|(column, field)| {
                let name = written(&column.name.to_lowercase());
                format!("{name}: {}", value(&column.type_name, field))
            })
            .collect();
        text.push_str(&format!("{indentation}- {{ {} }}\n", cells.join(", ")));
    }
    text
}

/// The type of a column of a table that nobody declares.
fn of_column(column: &ResultColumn) -> &str {
    match column.type_name.as_str() {
        "varchar" | "bpchar" => "varchar(65535)",
        "numeric" => "decimal(38, 10)",
        other => other,
    }
}

/// A value of a parameter.
fn plain(value: &str) -> String {
    let is_plain = value.parse::<f64>().is_ok_and(f64::is_finite)
        || value.parse::<jiff::civil::Date>().is_ok();
    if is_plain {
        value.to_owned()
    } else {
        written(value)
    }
}
