//! The review's configuration file, in the forms that it has:
//!
//! | form | is |
//! |---|---|
//! | `{"all-serial": ["A:600,B:600"], "mixed": ["A:600,B:60", "C:60"]}` | `config.json`: configurations by name; a string is a connection, on which its queries run one after the other |
//! | `{"Workflow": {"A": {"ScriptName": "scripts/A.sql", "TimeThreshold": 600, …}}}` | the global state that is made of it: one connection |
//! | `[{"name": "A", "script key": "scripts/A.sql", "time threshold": 600, …}]` | queries as objects, alone or as a connection |

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// One way to run the review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReviewConfiguration {
    /// Its name in the file.
    pub name: String,
    /// Queries that run one after the other, connection by connection.
    pub connections: Vec<Vec<ReviewQuery>>,
}

/// One query of the review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReviewQuery {
    pub name: String,
    /// Key of its script in the review's bucket.
    pub script: String,
    /// Most seconds that it may take.
    pub seconds: u64,
}

/// Longest time of a step, in seconds.
const LONGEST: u64 = crate::pipeline::MAX_STEP_SECONDS;

/// Reads them all; every mistake is reported.
pub(super) fn read(file: &Arc<SourceFile>) -> Result<Vec<ReviewConfiguration>, Diagnostics> {
    let value: Value = serde_json::from_str(file.text()).map_err(|error| {
        let at = file.line_start(error.line()) + error.column().saturating_sub(1);
        let at = at.min(file.text().len().saturating_sub(1));
        std::iter::once(
            Diagnostic::error(Code::ImportUnreadable, "the configuration is no JSON")
                .at(file, Span::new(at, at + 1), "")
                .note(error.to_string())
                .help("mend the file; sfc reads what the review's Lambda reads"),
        )
        .collect::<Diagnostics>()
    })?;
    let mut reader = Reader {
        file,
        wrong: Diagnostics::new(),
    };
    let configurations = reader.all(&value);
    if configurations.iter().all(|one| one.connections.is_empty()) && reader.wrong.is_empty() {
        reader.wrong("the configuration has no queries", "", SHAPE);
    }
    if reader.wrong.has_errors() {
        return Err(reader.wrong);
    }
    Ok(configurations)
}

const SHAPE: &str =
    "a configuration is a list of strings such as `\"NodeDetails:600,TableInfo:300\"`";

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    wrong: Diagnostics,
}

impl Reader<'_> {
    /// Reports a mistake at the first place where `text` stands.
    fn wrong(&mut self, message: impl Into<String>, text: &str, help: &str) {
        let start = self.file.text().find(text).unwrap_or(0);
        let diagnostic = Diagnostic::error(Code::ImportShape, message)
            .at(self.file, Span::new(start, start + text.len()), "")
            .help(help);
        self.wrong.push(diagnostic);
    }

    fn all(&mut self, value: &Value) -> Vec<ReviewConfiguration> {
        let single = |connections| {
            vec![ReviewConfiguration {
                name: "review".to_owned(),
                connections,
            }]
        };
        match value {
            Value::Array(items) => single(self.connections("the file", items)),
            Value::Object(entries) => match field(entries, &["workflow", "queries"]) {
                Some(Value::Object(queries)) => {
                    let connection = queries
                        .iter()
                        .filter_map(|(name, query)| self.object(Some(name), query))
                        .collect();
                    single(vec![self.distinct("the workflow", connection)])
                }
                Some(Value::Array(items)) => single(self.connections("the workflow", items)),
                Some(_) => {
                    self.wrong("the workflow is no list of queries", "", SHAPE);
                    Vec::new()
                }
                None => entries
                    .iter()
                    .filter_map(|(name, value)| self.configuration(name, value))
                    .collect(),
            },
            _ => {
                self.wrong(
                    "the configuration is neither a mapping nor a list",
                    "",
                    SHAPE,
                );
                Vec::new()
            }
        }
    }

    fn configuration(&mut self, name: &str, value: &Value) -> Option<ReviewConfiguration> {
        let Value::Array(items) = value else {
            self.wrong(format!("`{name}` is no list of connections"), name, SHAPE);
            return None;
        };
        if items.is_empty() {
            self.wrong(format!("`{name}` has no queries"), name, SHAPE);
        }
        Some(ReviewConfiguration {
            name: name.to_owned(),
            connections: self.connections(&format!("`{name}`"), items),
        })
    }

    /// A list of connections; query objects that stand in it alone are one connection.
    fn connections(&mut self, place: &str, items: &[Value]) -> Vec<Vec<ReviewQuery>> {
        let mut connections = Vec::new();
        let mut objects = Vec::new();
        for item in items {
            match item {
                Value::String(text) => connections.push(self.listed(place, text)),
                Value::Array(queries) => connections.push(
                    queries
                        .iter()
                        .filter_map(|query| self.object(None, query))
                        .collect(),
                ),
                query => objects.extend(self.object(None, query)),
            }
        }
        if !objects.is_empty() {
            connections.push(objects);
        }
        let mut seen = Vec::new();
        connections
            .into_iter()
            .map(|connection| {
                let (fresh, twice): (Vec<ReviewQuery>, Vec<ReviewQuery>) = connection
                    .into_iter()
                    .partition(|query| !seen.contains(&query.name));
                seen.extend(fresh.iter().map(|query| query.name.clone()));
                for query in twice {
                    self.twice(place, &query.name);
                }
                self.distinct(place, fresh)
            })
            .collect()
    }

    fn twice(&mut self, place: &str, name: &str) {
        let sentence = format!("{place} has the query `{name}` twice");
        self.wrong(sentence, name, "leave one of them out");
    }

    fn distinct(&mut self, place: &str, queries: Vec<ReviewQuery>) -> Vec<ReviewQuery> {
        let mut distinct: Vec<ReviewQuery> = Vec::with_capacity(queries.len());
        for query in queries {
            if distinct.iter().any(|known| known.name == query.name) {
                self.twice(place, &query.name);
            } else {
                distinct.push(query);
            }
        }
        distinct
    }

    /// Reads a list of queries and seconds: `A:600,B:300`.
    fn listed(&mut self, place: &str, text: &str) -> Vec<ReviewQuery> {
        let mut queries = Vec::new();
        for part in text.split(',') {
            let part = part.trim();
            let (name, seconds) = part.split_once(':').unwrap_or((part, ""));
            let name = name.trim();
            if name.is_empty() {
                self.wrong(format!("{place} has a query without a name"), text, SHAPE);
                continue;
            }
            let seconds = seconds.trim();
            if seconds.is_empty() {
                let sentence = format!("the query `{name}` has no time limit");
                self.wrong(sentence, part, "write `name:seconds`");
            } else if let Some(seconds) = self.seconds(name, seconds, part) {
                queries.push(ReviewQuery {
                    name: name.to_owned(),
                    script: format!("scripts/{name}.sql"),
                    seconds,
                });
            }
        }
        queries
    }

    fn seconds(&mut self, name: &str, text: &str, at: &str) -> Option<u64> {
        match text.parse::<u64>() {
            Ok(seconds) if (1..=LONGEST).contains(&seconds) => Some(seconds),
            Ok(_) => {
                let sentence = format!("the time limit of `{name}` is out of range");
                let help = format!(
                    "give 1 to {LONGEST} seconds: a statement of the Data API runs 24 hours at the most"
                );
                self.wrong(sentence, at, &help);
                None
            }
            Err(_) => {
                let sentence = format!("`{text}` is no time limit of `{name}`");
                self.wrong(sentence, at, "give a whole number of seconds");
                None
            }
        }
    }

    /// A query as an object; in the global state its name is the key.
    fn object(&mut self, key: Option<&str>, value: &Value) -> Option<ReviewQuery> {
        let Value::Object(fields) = value else {
            let sentence = format!("`{value}` is no query");
            self.wrong(sentence, "", SHAPE);
            return None;
        };
        let text = |names: &[&str]| field(fields, names).and_then(Value::as_str);
        let script = text(&["scriptkey", "scriptname", "script"]);
        let name = key.or_else(|| text(&["name", "query"])).or_else(|| {
            let file = script?.rsplit('/').next()?;
            Some(file.strip_suffix(".sql").unwrap_or(file))
        });
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            self.wrong(
                "a query has neither a name nor a script",
                "",
                "give it a `name`",
            );
            return None;
        };
        let seconds = match field(fields, &["timethreshold", "timeout", "threshold"]) {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.clone(),
            _ => {
                let sentence = format!("the query `{name}` has no time limit");
                self.wrong(sentence, name, "give it a `time threshold` in seconds");
                return None;
            }
        };
        Some(ReviewQuery {
            name: name.to_owned(),
            script: script.map_or_else(|| format!("scripts/{name}.sql"), str::to_owned),
            seconds: self.seconds(name, &seconds, name)?,
        })
    }
}

/// A field under any of these names, however it is written: `TimeThreshold`, `time threshold`.
fn field<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    let plain = |name: &str| {
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_lowercase())
            .collect::<String>()
    };
    fields
        .iter()
        .find(|(name, _)| names.contains(&plain(name).as_str()))
        .map(|(_, value)| value)
}
