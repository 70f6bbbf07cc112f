//! TABLE PROPERTIES of an external table (AWS page: `CREATE EXTERNAL TABLE`, "TABLE PROPERTIES").
//!
//! The catalog shows all of them. Those that change what a query returns act, or are refused by name.

use std::collections::BTreeMap;

use redshift_sql::tree::{OptionValue, StatementOption};

use super::super::Refusal;
use super::super::load::{DEFAULT_NULL, Packing};
use super::{External, ExternalFormat};

/// What reads the objects otherwise where data cleansing is on, and the value that changes nothing
/// here. What is no value of its column is NULL, further fields are passed over.
const CLEANSING: [(&str, &[&str]); 5] = [
    ("invalid_char_handling", &["disabled", "replace"]),
    ("numeric_overflow_handling", &["disabled", "set_to_null"]),
    ("surplus_bytes_handling", &["disabled"]),
    ("surplus_char_handling", &["disabled"]),
    (
        "column_count_mismatch_handling",
        &["disabled", "set_to_null"],
    ),
];

/// Most megabytes of an object, and least (AWS page: `CREATE EXTERNAL TABLE`, `write.maxfilesize.mb`).
const MEGABYTES: std::ops::RangeInclusive<u64> = 5..=6_200;

/// Names and values as a statement writes them.
pub(super) fn given(options: &[StatementOption]) -> Vec<(String, String)> {
    options
        .iter()
        .map(|option| {
            let value = option.values.first().and_then(OptionValue::text);
            (
                option.name.to_string(),
                value.unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

fn wrong(name: &str, value: &str, takes: &str) -> Refusal {
    Refusal::Value(format!(
        "the table property `{name}` takes {takes}, not `{value}`"
    ))
}

impl External {
    /// Takes further properties: one that is there gets another value.
    pub(crate) fn set_properties(&mut self, given: &[(String, String)]) -> Result<(), Refusal> {
        let mut all = self.properties();
        for (name, value) in given {
            let known = all.keys().find(|known| known.eq_ignore_ascii_case(name));
            let name = known.cloned().unwrap_or_else(|| name.clone());
            all.insert(name, value.clone());
        }
        self.header = 0;
        self.null = DEFAULT_NULL.to_owned();
        self.packing = None;
        self.replacement = None;
        let cleansing = all.iter().find(|(name, value)| {
            name.eq_ignore_ascii_case("data_cleansing_enabled")
                && value.eq_ignore_ascii_case("true")
        });
        let cleanses = cleansing.is_some();
        for (name, value) in &all {
            self.act(&name.to_lowercase(), value, cleanses)?;
        }
        let members = all.into_iter().map(|(name, value)| (name, value.into()));
        self.parameters = serde_json::Value::Object(members.collect()).to_string();
        Ok(())
    }

    fn act(&mut self, name: &str, value: &str, cleanses: bool) -> Result<(), Refusal> {
        let word = value.trim().to_lowercase();
        match name {
            "skip.header.line.count" => {
                let lines = value.trim().parse();
                self.header = lines.map_err(|_| wrong(name, value, "a number of lines"))?;
            }
            "serialization.null.format" => value.clone_into(&mut self.null),
            "numrows" => {
                let _: u64 = value
                    .trim()
                    .parse()
                    .map_err(|_| wrong(name, value, "a number of rows"))?;
            }
            "compression_type" => self.packing = self.packed(name, value, &word)?,
            "write.parallel" if !matches!(word.as_str(), "on" | "off" | "true" | "false") => {
                return Err(wrong(name, value, "`on` or `off`"));
            }
            "write.maxfilesize.mb" => {
                let size: Option<u64> = value.trim().parse().ok();
                if !size.is_some_and(|size| MEGABYTES.contains(&size)) {
                    return Err(wrong(name, value, "a number from 5 to 6200"));
                }
            }
            "replacement_char" => {
                let mut characters = value.chars();
                match (characters.next(), characters.next()) {
                    (Some(one), None) => self.replacement = Some(one),
                    _ => return Err(wrong(name, value, "one character")),
                }
            }
            name if cleanses => {
                let known = CLEANSING.iter().find(|(known, _)| *known == name);
                if let Some((_, same)) = known
                    && !same.contains(&word.as_str())
                {
                    return Err(Refusal::Unsupported(format!(
                        "external tables with the table property `{name}` = `{value}`: write `{}`, or \
                         check the values in the query",
                        same.last().unwrap_or(&"disabled").to_uppercase()
                    )));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// How the objects are packed, whatever their names end with.
    fn packed(&self, name: &str, value: &str, word: &str) -> Result<Option<Packing>, Refusal> {
        match (word, &self.format) {
            // Parquet and ORC say themselves how they are packed.
            ("none" | "snappy", ExternalFormat::Parquet)
            | ("none" | "snappy" | "gzip" | "bzip2", ExternalFormat::Orc) => Ok(None),
            (_, ExternalFormat::Parquet) => {
                Err(wrong(name, value, "`none` or `snappy` of Parquet"))
            }
            ("none", _) => Ok(Some(Packing::Plain)),
            ("gzip", _) => Ok(Some(Packing::Gzip)),
            ("bzip2", _) => Ok(Some(Packing::Bzip2)),
            ("snappy", _) => Err(Refusal::Unsupported(format!(
                "external tables with the table property `{name}` = `{value}`: pack the objects with \
                 gzip or bzip2"
            ))),
            _ => Err(wrong(name, value, "`none`, `gzip`, `bzip2` or `snappy`")),
        }
    }

    /// Every property by its name, as it was written.
    pub(crate) fn properties(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.parameters).unwrap_or_default()
    }

    /// A property by its name, whatever the letter case.
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        let all = self.properties().into_iter();
        let mut found = all.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    }

    /// Whether columns of ORC go by their names. They do where nobody says so, and do not for any other word.
    pub(crate) fn maps_by_name(&self) -> bool {
        let by = self.property("orc.schema.resolution");
        by.is_none_or(|by| by.trim().eq_ignore_ascii_case("name"))
    }

    /// Most bytes of an object that is written.
    pub(crate) fn largest(&self) -> u64 {
        let megabytes = self.property("write.maxfilesize.mb");
        let megabytes = megabytes.and_then(|size| size.trim().parse().ok());
        megabytes.unwrap_or(*MEGABYTES.end()) * 1024 * 1024
    }
}
