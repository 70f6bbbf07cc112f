//! Promise 5: every FINISHED step that returns rows has all of them in JSON and in CSV.

use runtime_lambda::keys;
use runtime_lambda::state::{GlobalState, StepStatus};
use serde_json::Value;

use crate::promise::Promise;
use crate::world::World;

pub fn settled(world: &World, state: &GlobalState) {
    for (name, step) in state.each_step() {
        if step.status != StepStatus::Finished || !step.has_result {
            continue;
        }
        let holder = step.kept_from.as_ref().unwrap_or(&state.run);
        let (json, csv) = (
            keys::result_json(&state.pipeline, holder, name),
            keys::result_csv(&state.pipeline, holder, name),
        );
        let (json, csv) = {
            let objects = world.objects.lock();
            let body = |key: &str| objects.get(key).map(|stored| stored.body.bytes());
            (body(&json), body(&csv))
        };
        let (Some(json), Some(csv)) = (json, csv) else {
            world.breaks(Promise::AllRows, "a result is not there", name.as_str());
            continue;
        };
        let rows = step.rows.unwrap_or(0);
        let document: Value = serde_json::from_slice(&json).unwrap_or_default();
        let records = document.get("Records").and_then(Value::as_array);
        let first = |record: &Value| {
            let field = record.get(0)?.get("stringValue")?;
            field.as_str().map(str::to_owned)
        };
        let own = step.statement_id.as_deref().unwrap_or_default();
        let in_json = records.map_or(0, |records| {
            records
                .iter()
                .filter(|record| first(record).as_deref() == Some(own))
                .count() as u64
        });
        let text = String::from_utf8_lossy(&csv);
        let in_csv = text
            .lines()
            .skip(1)
            .filter(|line| line.starts_with(own))
            .count() as u64;
        if (in_json, in_csv) != (rows, rows) {
            let counts = format!("{name}: {rows} rows, {in_json} in JSON, {in_csv} in CSV");
            world.breaks(
                Promise::AllRows,
                "a result lacks rows of its statement",
                counts,
            );
        }
    }
}
