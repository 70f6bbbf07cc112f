//! A test that is made from a run: tables that the step needs, and the text of the file.

use std::collections::BTreeSet;

use jiff::Timestamp;
use runtime_lambda::ports::{Field, ResultColumn};

use super::cells::text;
use super::compare::FoundRows;
use super::yaml::{value, written};
use crate::pipeline::{Step, StepSql};

/// Longest value that is looked for in other tables, in characters.
const LONGEST_KEY: usize = 200;

/// Values of a key that are looked for in other tables.
const MOST_KEYS: usize = 200;

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

/// Values of keys that were kept, by the name of the column: rows of other tables that have them belong
/// to the rows that were kept.
#[derive(Debug, Default)]
pub struct KeptKeys {
    kept: Vec<(String, BTreeSet<String>)>,
}

impl KeptKeys {
    /// What rows of a table with these columns must fulfil to belong to those that were kept; none where
    /// it shares no key with them.
    #[must_use]
    pub fn condition(&self, columns: &[ResultColumn]) -> Option<String> {
        let shared = self.kept.iter().filter(|(name, _)| {
            let mut columns = columns.iter();
            columns.any(|column| column.name.eq_ignore_ascii_case(name))
        });
        let conditions: Vec<String> = shared
            .map(|(name, values)| {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| format!("'{}'", runtime_lambda::parameters::literal(value)))
                    .collect();
                format!(
                    "cast(\"{}\" as varchar(65535)) in ({})",
                    name.replace('"', "\"\""),
                    values.join(", ")
                )
            })
            .collect();
        (!conditions.is_empty()).then(|| conditions.join(" and "))
    }

    /// Remembers the keys of rows that are kept.
    pub fn keep(&mut self, found: &FoundRows) {
        for (index, column) in found.columns.iter().enumerate() {
            let name = column.name.to_lowercase();
            if !is_key(&name) || self.kept.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let values: BTreeSet<String> = found
                .rows
                .iter()
                .filter_map(|row| row.get(index))
                .filter(|field| !matches!(field, Field::IsNull(_)))
                .map(text)
                .filter(|value| value.len() <= LONGEST_KEY)
                .take(MOST_KEYS)
                .collect();
            if !values.is_empty() {
                self.kept.push((name, values));
            }
        }
    }
}

/// Whether a column is a key by its name.
fn is_key(name: &str) -> bool {
    ["id", "key", "code", "number", "no", "sk"]
        .iter()
        .any(|end| {
            name.strip_suffix(end)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(columns: &[&str], rows: &[&[&str]]) -> FoundRows {
        let column = |name: &&str| ResultColumn {
            name: (*name).to_owned(),
            type_name: "varchar".to_owned(),
        };
        let field = |value: &&str| Field::StringValue((*value).to_owned());
        FoundRows {
            columns: columns.iter().map(column).collect(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(field).collect())
                .collect(),
        }
    }

    #[test]
    fn rows_belong_together_by_the_keys_that_they_share() {
        let mut keys = KeptKeys::default();
        let orders = found(&["order_id", "item_id", "note"], &[&["1", "a'b", "x"]]);
        keys.keep(&orders);
        let items = found(&["ITEM_ID", "name"], &[]);
        assert_eq!(
            keys.condition(&items.columns).unwrap(),
            "cast(\"item_id\" as varchar(65535)) in ('a''b')"
        );
        assert_eq!(keys.condition(&found(&["note"], &[]).columns), None);
    }

    #[test]
    fn a_name_says_what_is_a_key() {
        for key in ["id", "item_id", "date_key", "zip_code", "order_no"] {
            assert!(is_key(key), "{key}");
        }
        for other in ["paid", "name", "turkey", "keyboard", "casino"] {
            assert!(!is_key(other), "{other}");
        }
    }
}
