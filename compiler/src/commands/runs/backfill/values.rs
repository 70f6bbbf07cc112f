//! The values of a backfill: one parameter has many, the others have one each.

use std::collections::HashSet;

use jiff::civil::Date;
use runtime_lambda::plan::{Parameter, ParameterType, Plan};
use serde_json::Value;

use crate::commands::runs::parameters::parameters;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::SourceFile;

/// Most values of a backfill.
const MOST: usize = 10_000;

/// What a backfill goes through.
#[derive(Debug, PartialEq)]
pub struct Series {
    /// The parameter that has another value in each run.
    pub parameter: String,
    /// Its values in their order, each once.
    pub values: Vec<String>,
    /// The values of all parameters that were given, with the first one of the series.
    given: Value,
}

impl Series {
    /// What `--param` says.
    ///
    /// # Errors
    /// Not exactly one parameter has several values, or a value is none of its parameter.
    pub fn of(plan: &Plan, given: &[String]) -> Result<Self, Diagnostics> {
        let several: Vec<(&str, &str, &Parameter)> = given
            .iter()
            .filter_map(|text| text.split_once('='))
            .filter_map(|(name, text)| Some((name, text, plan.parameters.get(name)?)))
            .filter(|(_, text, parameter)| has_several(text, parameter))
            .collect();
        // A comma in a text may be just that.
        let certain = |one: &&(&str, &str, &Parameter)| one.2.kind != ParameterType::String;
        let certainly: Vec<_> = several.iter().filter(certain).collect();
        let (name, text, parameter) = match (certainly.as_slice(), several.as_slice()) {
            ([one], _) => **one,
            ([], [one]) => *one,
            ([], []) => {
                return Err(wrong(
                    "no parameter has several values",
                    "write its first and last one: `-p day=2026-01-01..2026-03-31`",
                ));
            }
            _ => {
                let names: Vec<String> = several
                    .iter()
                    .map(|(name, ..)| format!("`{name}`"))
                    .collect();
                return Err(wrong(
                    &format!("{} have several values each", names.join(" and ")),
                    "only one parameter of a backfill has several: start one for each value of the other",
                ));
            }
        };
        let values = expanded(name, text, parameter)?;
        let first = values.first().cloned().unwrap_or_default();
        let given: Vec<String> = given
            .iter()
            .map(|text| match text.split_once('=') {
                Some((own, _)) if own == name => format!("{name}={first}"),
                _ => text.clone(),
            })
            .collect();
        Ok(Self {
            parameter: name.to_owned(),
            given: parameters(plan, &given, false)?,
            values,
        })
    }

    /// The parameters of the run for one value.
    #[cfg(feature = "local")]
    pub fn parameters(&self, value: &str) -> Value {
        let mut values = self.given.clone();
        if let Some(values) = values.as_object_mut() {
            values.insert(self.parameter.clone(), value.into());
        }
        values
    }

    /// The other parameters that were given.
    pub fn others(&self) -> Value {
        let mut values = self.given.clone();
        if let Some(values) = values.as_object_mut() {
            values.remove(&self.parameter);
        }
        values
    }
}

fn has_several(text: &str, parameter: &Parameter) -> bool {
    parameter.secret.is_none()
        && match parameter.kind {
            ParameterType::String => text.contains(','),
            kind => !kind.accepts(text) && (text.contains(',') || text.contains("..")),
        }
}

fn wrong(sentence: &str, help: &str) -> Diagnostics {
    let file = SourceFile::unread("command line");
    let diagnostic = Diagnostic::error(Code::BackfillRange, sentence).in_file(&file);
    std::iter::once(diagnostic.help(help)).collect()
}

/// The values of a text such as `2026-01-01..2026-01-31,2026-03-01`.
fn expanded(name: &str, text: &str, parameter: &Parameter) -> Result<Vec<String>, Diagnostics> {
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for part in text.split(',').map(str::trim) {
        for value in one(name, part, parameter)? {
            if seen.insert(value.clone()) {
                values.push(value);
            }
        }
        if values.len() > MOST {
            return Err(too_many(text));
        }
    }
    Ok(values)
}

fn too_many(text: &str) -> Diagnostics {
    wrong(
        &format!("`{text}` is more than {MOST} values"),
        "start several backfills, one after the other",
    )
}

/// The values of one part: a value, or all from the first to the last one.
fn one(name: &str, part: &str, parameter: &Parameter) -> Result<Vec<String>, Diagnostics> {
    let kind = parameter.kind;
    let no_value = |text: &str| {
        wrong(
            &format!("`{text}` is no value of the parameter `{name}`"),
            &format!("it must be {}", kind.description()),
        )
    };
    let ends = part
        .split_once("..")
        .filter(|_| kind != ParameterType::String);
    let Some((first, last)) = ends else {
        return match kind.accepts(part) {
            true => Ok(vec![part.to_owned()]),
            false => Err(no_value(part)),
        };
    };
    for end in [first, last] {
        if !kind.accepts(end) {
            return Err(no_value(end));
        }
    }
    let backwards = || {
        wrong(
            &format!("`{part}` ends before it begins"),
            &format!("write `{last}..{first}`"),
        )
    };
    match kind {
        ParameterType::Date => {
            let day = |text: &str| text.parse::<Date>().map_err(|_| no_value(text));
            let (first, last) = (day(first)?, day(last)?);
            if last < first {
                return Err(backwards());
            }
            let days = first.series(jiff::Span::new().days(1));
            let days = days.take_while(|day| *day <= last).take(MOST + 1);
            Ok(days.map(|day| day.to_string()).collect())
        }
        ParameterType::Integer => {
            let number = |text: &str| text.parse::<i64>().map_err(|_| no_value(text));
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return Err(backwards());
            }
            let numbers = (first..=last).take(MOST + 1);
            Ok(numbers.map(|number| number.to_string()).collect())
        }
        _ => Err(wrong(
            &format!("the parameter `{name}` has no range: nothing says what lies between"),
            "list its values with commas: `-p country=DE,FR,IT`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plan() -> Plan {
        let parameter = |kind: &str| json!({ "type": kind, "default": "x" });
        serde_json::from_value(json!({
            "format": 1,
            "pipeline": "demo",
            "warehouse": { "database": "dev", "workgroup": "w" },
            "limits": { "run_seconds": 60, "rounds": 1, "lanes": 1 },
            "report_template": "t",
            "parameters": {
                "day": { "type": "date" },
                "shop": parameter("integer"),
                "country": parameter("string"),
                "rate": parameter("number"),
            },
            "steps": [],
        }))
        .unwrap()
    }

    fn values(given: &[&str]) -> Result<String, String> {
        let given: Vec<String> = given.iter().map(|text| (*text).to_owned()).collect();
        match Series::of(&plan(), &given) {
            Ok(series) => Ok(format!("{}: {}", series.parameter, series.values.join(" "))),
            Err(said) => Err(said.into_iter().map(|one| one.message).collect()),
        }
    }

    #[test]
    fn ranges_and_lists_are_values() {
        let read = |given: &[&str]| values(given).unwrap();
        assert_eq!(
            read(&["day=2024-02-28..2024-03-01"]),
            "day: 2024-02-28 2024-02-29 2024-03-01"
        );
        assert_eq!(
            read(&["shop=-1..1,7,0..1", "day=2026-01-01"]),
            "shop: -1 0 1 7"
        );
        assert_eq!(
            read(&["country=DE, FR", "day=2026-01-01"]),
            "country: DE FR"
        );
        assert_eq!(
            read(&["country=a,b", "day=2026-01-01..2026-01-01"]),
            "day: 2026-01-01"
        );
        assert_eq!(read(&["rate=1.5,2", "day=2026-01-01"]), "rate: 1.5 2");
    }

    #[test]
    fn what_is_no_range_is_said() {
        let said = |given: &[&str]| values(given).unwrap_err();
        assert_eq!(said(&["day=2026-01-01"]), "no parameter has several values");
        assert_eq!(
            said(&["day=2026-02-01..2026-01-01"]),
            "`2026-02-01..2026-01-01` ends before it begins"
        );
        assert_eq!(
            said(&["day=2026-01-01..2026-02-30"]),
            "`2026-02-30` is no value of the parameter `day`"
        );
        assert_eq!(
            said(&["day=2026-01-01,2026-01-02", "shop=1..2"]),
            "`day` and `shop` have several values each"
        );
        assert_eq!(
            said(&["rate=1..2", "day=2026-01-01"]),
            "the parameter `rate` has no range: nothing says what lies between"
        );
        assert_eq!(
            said(&["shop=1..9999999", "day=2026-01-01"]),
            "`1..9999999` is more than 10000 values"
        );
        assert_eq!(
            said(&["shop=1..3"]),
            "the parameter `day` has no default and was not given"
        );
    }

    #[test]
    fn each_run_has_its_value_and_the_others() {
        let series = Series::of(
            &plan(),
            &["day=2026-01-01..2026-01-02".to_owned(), "shop=3".to_owned()],
        );
        let series = series.unwrap();
        assert_eq!(
            series.parameters("2026-01-02"),
            json!({ "day": "2026-01-02", "shop": "3" })
        );
        assert_eq!(series.others(), json!({ "shop": "3" }));
    }
}
