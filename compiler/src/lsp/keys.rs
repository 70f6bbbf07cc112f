//! What the JSON Schema of a file says of a key: its description, its values, the keys below it.

use serde_json::Value;

use crate::pipeline_yaml;
use crate::testing;

/// The JSON Schema of a file, as it is asked about keys.
#[derive(Debug)]
pub struct SchemaKeys {
    schema: Value,
}

/// The schemas of all files that people write, made once.
#[derive(Debug)]
pub struct Schemas {
    /// Keys of the spec.
    pub spec: SchemaKeys,
    /// Of a file of tests.
    pub tests: SchemaKeys,
}

impl Default for Schemas {
    fn default() -> Self {
        let keys = |schema| SchemaKeys { schema };
        Self {
            spec: keys(pipeline_yaml::schema()),
            tests: keys(testing::schema()),
        }
    }
}

/// A key that may stand somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SchemaKey<'k> {
    pub name: &'k str,
    pub description: Option<&'k str>,
    /// Whether a mapping or a list stands behind it.
    pub nests: bool,
}

/// How many references lead from one to the next at most.
const MAX_REFERENCES: usize = 16;

impl SchemaKeys {
    /// What the schema says at these keys, each way that it may be written.
    fn at<'k>(&'k self, path: &[&str]) -> Vec<&'k Value> {
        let mut nodes = self.ways(&self.schema);
        for key in path {
            let inner = nodes.iter().filter_map(|node| step(node, key));
            let inner: Vec<&Value> = inner.collect();
            nodes = inner.into_iter().flat_map(|node| self.ways(node)).collect();
        }
        nodes
    }

    /// A node without its references and alternatives.
    fn ways<'k>(&'k self, node: &'k Value) -> Vec<&'k Value> {
        let mut ways = Vec::new();
        let mut left = vec![(node, 0)];
        while let Some((node, depth)) = left.pop() {
            ways.push(node);
            if depth > MAX_REFERENCES {
                continue;
            }
            let reference = node.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|reference| {
                let pointer = reference.strip_prefix('#')?;
                self.schema.pointer(pointer)
            });
            left.extend(target.map(|target| (target, depth + 1)));
            for choice in ["anyOf", "oneOf", "allOf"] {
                let choices = node.get(choice).and_then(Value::as_array);
                let choices = choices.into_iter().flatten();
                left.extend(choices.map(|choice| (choice, depth + 1)));
            }
        }
        ways
    }

    /// The description of a key.
    pub(super) fn description(&self, path: &[&str]) -> Option<&str> {
        let (last, before) = path.split_last()?;
        let outer = self.at(before);
        let own = outer.iter().filter_map(|node| step(node, last));
        let texts = own.flat_map(|node| self.ways(node));
        texts
            .filter_map(|node| node.get("description"))
            .find_map(Value::as_str)
    }

    /// Keys that may stand below these.
    pub(super) fn below(&self, path: &[&str]) -> Vec<SchemaKey<'_>> {
        let nodes = self.at(path);
        let maps = nodes.iter().filter_map(|node| node.get("properties"));
        let mut found: Vec<SchemaKey<'_>> = Vec::new();
        for (name, node) in maps.filter_map(Value::as_object).flatten() {
            if found.iter().any(|key| key.name == name) {
                continue;
            }
            let ways = self.ways(node);
            let mut texts = ways.iter().filter_map(|node| node.get("description"));
            found.push(SchemaKey {
                name,
                description: texts.find_map(Value::as_str),
                nests: ways.iter().any(|node| nests(node)),
            });
        }
        found
    }

    /// Words that may stand as the value of these keys, and what each means.
    pub(super) fn values(&self, path: &[&str]) -> Vec<(String, Option<&str>)> {
        let mut found: Vec<(String, Option<&str>)> = Vec::new();
        for node in self.at(path) {
            let description = node.get("description").and_then(Value::as_str);
            let listed = node.get("enum").and_then(Value::as_array);
            let listed = listed.into_iter().flatten().map(|value| (value, None));
            let constant = node.get("const").map(|value| (value, description));
            for (value, description) in listed.chain(constant) {
                if let Some(word) = value.as_str() {
                    found.push((word.to_owned(), description));
                }
            }
            if is(node, "boolean") {
                found.extend(["true", "false"].map(|word| (word.to_owned(), None)));
            }
        }
        found.sort();
        found.dedup_by(|one, other| one.0 == other.0);
        found
    }
}

/// The node of a key below a node.
fn step<'k>(node: &'k Value, key: &str) -> Option<&'k Value> {
    if let Some(own) = node.get("properties").and_then(|below| below.get(key)) {
        return Some(own);
    }
    let named = node
        .get("additionalProperties")
        .filter(|below| below.is_object());
    let listed = node.get("items").filter(|_| key.parse::<usize>().is_ok());
    listed.or(named)
}

fn is(node: &Value, wanted: &str) -> bool {
    match node.get("type") {
        Some(Value::String(kind)) => kind == wanted,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        _ => false,
    }
}

fn nests(node: &Value) -> bool {
    is(node, "object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_tells_keys_words_and_descriptions() {
        let keys = Schemas::default().spec;
        let below = keys.below(&["steps", "load"]);
        let names: Vec<&str> = below.iter().map(|key| key.name).collect();
        assert!(
            names.contains(&"sql") && names.contains(&"after"),
            "{names:?}"
        );
        let expect = below.iter().find(|key| key.name == "expect");
        assert!(expect.is_some_and(|key| key.nests));
        let words = keys.values(&["completion"]);
        let words: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["event", "poll"]);
        let words = keys.values(&["parameters", "day", "secret"]);
        assert_eq!(words.len(), 2);
        let text = keys.description(&["steps", "load", "limit"]);
        assert!(text.is_some_and(|text| text.contains("how long") || text.contains("How long")));
        assert!(keys.description(&["limits", "lanes"]).is_some());
        assert!(keys.below(&["steps", "load", "sql", "x", "y"]).is_empty());
    }
}
