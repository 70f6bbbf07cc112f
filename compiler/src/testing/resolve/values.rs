//! The moment at which a test stands still, and the values of its parameters.

use indexmap::IndexMap;
use jiff::Timestamp;
use runtime_lambda::parameters;
use runtime_lambda::plan::When;

use super::Resolver;
use crate::diagnostic::{Code, Diagnostic, Nearest};

impl Resolver<'_, '_> {
    pub(super) fn now(&mut self) -> Option<Timestamp> {
        let text = self.test.now.as_ref()?;
        let moment = text.parse::<Timestamp>().ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        });
        if moment.is_none() {
            let span = self.span(&["now"]);
            self.error(
                Code::TestValue,
                format!("`{text}` is no moment"),
                span,
                "write it as `2026-03-01T04:00:00Z`; without a zone it is UTC",
            );
        }
        moment
    }

    /// The parameters' values. A step needs only those that it uses.
    pub(super) fn parameters(
        &mut self,
        is_step: bool,
    ) -> (IndexMap<String, String>, Vec<(String, String)>) {
        let plan = &self.cases.compiled.plan;
        let mut given = serde_json::Map::new();
        let mut secrets = Vec::new();
        for name in self.test.parameters.keys() {
            let place = self.at(&["parameters", name]);
            let written = self.file.slice(place.span());
            let value = match place.value() {
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(number) if written.parse::<f64>().is_err() => {
                    number.to_string()
                }
                serde_json::Value::Number(_) => written.to_owned(),
                value => value.to_string(),
            };
            let Some(parameter) = plan.parameters.get(name) else {
                let names = plan.parameters.keys().map(String::as_str);
                let help = Nearest::default().suggest(name, names);
                let help = help.unwrap_or_else(|| {
                    "declare it under `parameters:` in pipeline.yaml".to_owned()
                });
                let span = place.key().unwrap_or_default();
                self.found.push(
                    Diagnostic::error(
                        Code::RunParameter,
                        format!("the pipeline has no parameter `{name}`"),
                    )
                    .at(self.file, span, "")
                    .help(help),
                );
                continue;
            };
            if parameter.secret.is_some() {
                secrets.push((name.clone(), value));
            } else if parameter.kind.accepts(&value) {
                given.insert(name.clone(), value.into());
            } else {
                let problem = Diagnostic::error(
                    Code::RunParameter,
                    format!("`{value}` is no value of the parameter `{name}`"),
                )
                .at(self.file, place.shown(), "")
                .help(format!("it must be {}", parameter.kind.description()));
                self.found.push(problem);
            }
        }
        // As for steps of a deploy, those without a value are left out.
        let when = if is_step { When::Deploy } else { When::Run };
        let given = serde_json::Value::Object(given);
        let values = parameters::resolve(plan, Some(&given), when).unwrap_or_else(|problem| {
            if !self.found.has_errors() {
                let span = self.at(&["parameters"]).shown();
                let problem = Diagnostic::error(Code::RunParameter, problem.to_string())
                    .at(self.file, span, "");
                self.found
                    .push(problem.help("give it a value under `parameters:`"));
            }
            IndexMap::new()
        });
        (values, secrets)
    }
}
