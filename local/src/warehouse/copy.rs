//! COPY: objects into a table, read by the engine itself.

mod shaped;

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::bucket::{self, Object, quote_path};
use super::columns::{self, Existing};
use super::failure::Failure;
use super::scope::Scope;
use super::scratch::Room;
use crate::dialect::{Copy, DEFAULT_NULL, Format, Location, Pattern, quote_name, quote_text};

/// A manifest of COPY.
#[derive(Debug, Deserialize)]
struct Manifest {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    url: String,
    #[serde(default)]
    mandatory: bool,
}

/// Loads; the number of rows that were loaded.
pub(super) fn run(scope: &Scope<'_>, copy: &Copy) -> Result<u64, Failure> {
    let existing = columns::of(scope, &copy.table)?;
    let targets = targets(copy, &existing)?;
    let files = files(scope, copy)?;
    if files.is_empty() {
        return Ok(0);
    }
    let mut room = scope.shared.scratch.room()?;
    let mut lent = Vec::with_capacity(files.len());
    for file in &files {
        let path = room.lend(file.folder, file.path(), file.uri())?;
        lent.push(quote_path(&path)?);
    }
    let list = lent.join(", ");
    let query = match &copy.format {
        Format::Parquet => format!(
            "select * from read_parquet([{list}], hive_partitioning = false, union_by_name = false)"
        ),
        Format::Json => json(&targets, &list, copy),
        Format::JsonPaths(paths) => {
            shaped::by_paths(&targets, &list, copy, &shaped::paths(scope, paths)?)?
        }
        Format::JsonWhole => shaped::whole(&targets, &list, copy)?,
        Format::FixedWidth(widths) => shaped::fixed_width(&targets, &list, copy, widths)?,
        Format::Csv { .. } | Format::Delimited { .. } => text(&targets, &list, copy)?,
    };
    if copy.no_load {
        let read = scope.texts::<1>(&format!("select count(*)::varchar from ({query})"), &[]);
        read.map_err(|failure| match failure {
            Failure::Engine(message) => Failure::Engine(room.named(&message)),
            other => other,
        })?;
        return Ok(0);
    }
    let names: Vec<String> = targets
        .iter()
        .map(|column| quote_name(&column.name))
        .collect();
    let insert = format!("insert into {} ({}) {query}", copy.table, names.join(", "));
    let loaded = scope.run(insert).map_err(|failure| match failure {
        Failure::Engine(message) => Failure::Engine(format!(
            "Load into table '{}' failed: {}",
            columns::parts(&copy.table).1,
            room.named(&message)
        )),
        other => other,
    })?;
    check_rejected(scope, copy, &room)?;
    Ok(loaded)
}

/// The columns that are loaded, in the order of the fields.
fn targets<'a>(copy: &Copy, existing: &'a [Existing]) -> Result<Vec<&'a Existing>, Failure> {
    if copy.columns.is_empty() {
        return Ok(existing
            .iter()
            .filter(|column| copy.explicit_ids || !column.is_identity())
            .collect());
    }
    copy.columns
        .iter()
        .map(|name| {
            existing
                .iter()
                .find(|column| column.name == *name)
                .ok_or_else(|| {
                    Failure::Engine(format!(
                        "column \"{name}\" of relation \"{}\" does not exist",
                        columns::parts(&copy.table).1
                    ))
                })
        })
        .collect()
}

/// The files to be read, those without a byte left out.
fn files<'a>(scope: &Scope<'a>, copy: &Copy) -> Result<Vec<Object<'a>>, Failure> {
    let found = if copy.manifest {
        manifest(scope, &copy.from)?
    } else {
        bucket::objects(scope, &copy.from)?
    };
    if found.is_empty() {
        return Err(Failure::Engine(format!(
            "The specified S3 prefix '{}' does not exist",
            copy.from.key
        )));
    }
    Ok(found.into_iter().filter(|object| object.size > 0).collect())
}

fn manifest<'a>(scope: &Scope<'a>, from: &Location) -> Result<Vec<Object<'a>>, Failure> {
    let folder = bucket::folder(scope, &from.bucket)?;
    let text = folder.read(Path::new(&from.key)).map_err(|error| {
        Failure::Refused(format!(
            "the manifest `{}` cannot be read: {error}",
            from.key
        ))
    })?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| {
        Failure::Refused(format!("the manifest `{}` is not one: {error}", from.key))
    })?;
    let mut all = Vec::new();
    for entry in manifest.entries {
        match bucket::object(scope, Location::parse(&entry.url)?) {
            Ok(object) => all.push(object),
            Err(Failure::Io(error)) if error.kind() == ErrorKind::NotFound && !entry.mandatory => {}
            Err(Failure::Io(error)) => {
                return Err(Failure::Refused(format!(
                    "`{}` cannot be read: {error}",
                    entry.url
                )));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(all)
}

/// How a field is read, and what is made of it.
struct Field {
    kind: String,
    value: String,
}

/// A field is read as text, so that the engine's idea of NULL, which is one for all columns, does not
/// meet Redshift's: there an empty text is no NULL. Lines that MAXERROR forgives are found by the
/// engine's reader, which then has to know the types.
fn field(column: &Existing, copy: &Copy) -> Field {
    let name = quote_name(&column.name);
    let as_kind = |kind: &str| {
        let text = format!("nullif({name}, {})", quote_text(&copy.null));
        let (kind, value) = match kind {
            "VARCHAR" => (kind, text),
            _ if copy.max_error > 0 => (kind, name.clone()),
            _ => ("VARCHAR", format!("{text}::{kind}")),
        };
        Field {
            kind: kind.to_owned(),
            value,
        }
    };
    let made_of = |kind: &str, make: &dyn Fn(String) -> String| {
        let field = as_kind(kind);
        Field {
            value: make(field.value),
            ..field
        }
    };
    let by_pattern = |pattern: &Pattern, automatic: &str, kind: &str| match pattern {
        Pattern::Iso => as_kind(kind),
        Pattern::Auto => made_of("VARCHAR", &|text| {
            format!("redshift.{automatic}({text})::{kind}")
        }),
        Pattern::Strptime(format) => made_of("VARCHAR", &|text| {
            format!("strptime({text}, {})::{kind}", quote_text(format))
        }),
        Pattern::EpochSeconds => made_of("DOUBLE", &|seconds| {
            format!("to_timestamp({seconds})::{kind}")
        }),
        Pattern::EpochMilliseconds => made_of("DOUBLE", &|milliseconds| {
            format!("to_timestamp(({milliseconds}) / 1000.0)::{kind}")
        }),
    };
    match column.kind.as_str() {
        "DATE" => by_pattern(&copy.dates, "automatic_date", "DATE"),
        kind @ ("TIMESTAMP" | "TIMESTAMP WITH TIME ZONE") => {
            by_pattern(&copy.times, "automatic_timestamp", kind)
        }
        "VARCHAR" => made_of("VARCHAR", &|text| text_value(column, copy, text)),
        kind => match decimal(kind).filter(|_| !copy.round_decimals) {
            // Digits beyond the scale are cut, not rounded, unless ROUNDEC says so.
            Some((precision, scale)) => {
                let wider = (scale + 4).min(38);
                let kept = (precision + 4).clamp(wider, 38);
                made_of(&format!("DECIMAL({kept},{wider})"), &|value| {
                    format!("trunc({value}, {scale})::{kind}")
                })
            }
            None => as_kind(kind),
        },
    }
}

fn decimal(kind: &str) -> Option<(u8, u8)> {
    let (precision, scale) = kind
        .strip_prefix("DECIMAL(")?
        .strip_suffix(')')?
        .split_once(',')?;
    Some((precision.trim().parse().ok()?, scale.trim().parse().ok()?))
}

/// A text: an empty field is an empty text unless an option says that it is NULL.
fn text_value(column: &Existing, copy: &Copy, mut value: String) -> String {
    if copy.trim_blanks || column.blank_padded {
        value = format!("rtrim({value})");
    }
    if copy.blanks_as_null {
        value =
            format!("case when trim({value}) = '' and {value} <> '' then null else {value} end");
    }
    if copy.empty_as_null {
        value = format!("nullif({value}, '')");
    }
    if copy.truncate_columns
        && let Some(limit) = column.limit
    {
        value = format!("redshift.cut({value}, {limit})");
    }
    value
}

fn text(targets: &[&Existing], list: &str, copy: &Copy) -> Result<String, Failure> {
    let fields: Vec<Field> = targets.iter().map(|column| field(column, copy)).collect();
    let kinds: Vec<String> = targets
        .iter()
        .zip(&fields)
        .map(|(column, field)| format!("{}: {}", quote_text(&column.name), quote_text(&field.kind)))
        .collect();
    let texts: Vec<String> = targets
        .iter()
        .zip(&fields)
        .filter(|(column, field)| field.kind == "VARCHAR" && column.kind == "VARCHAR")
        .map(|(column, _)| quote_text(&column.name))
        .collect();
    let values: Vec<&str> = fields.iter().map(|field| field.value.as_str()).collect();
    if copy.max_error > 0 && !matches!(copy.null.as_str(), "" | DEFAULT_NULL) {
        return Err(Failure::Refused(
            "the embedded warehouse cannot do NULL AS and MAXERROR in one COPY: leave one out"
                .to_owned(),
        ));
    }
    let (quote, escape) = match &copy.format {
        Format::Csv { quote } => (quote.as_str(), quote.as_str()),
        Format::Delimited { quotes, escape } => (
            if *quotes { "\"" } else { "" },
            if *escape { "\\" } else { "" },
        ),
        _ => ("", ""),
    };
    if !copy.delimiter.is_ascii() {
        return Err(Failure::Refused(
            "a delimiter is an ASCII character".to_owned(),
        ));
    }
    let mut options = vec![
        format!("columns = {{{}}}", kinds.join(", ")),
        "auto_detect = false".to_owned(),
        "header = false".to_owned(),
        format!("delim = {}", quote_text(&copy.delimiter)),
        format!("quote = {}", quote_text(quote)),
        format!("escape = {}", quote_text(escape)),
        "nullstr = ['']".to_owned(),
        format!("compression = {}", quote_text(copy.compression)),
        format!("skip = {}", copy.ignore_header),
    ];
    if !texts.is_empty() {
        options.push(format!("force_not_null = [{}]", texts.join(", ")));
    }
    if copy.fill_record {
        options.push("null_padding = true".to_owned());
    }
    if copy.max_error > 0 {
        options.push("store_rejects = true".to_owned());
        options.push("rejects_table = 'rejected_lines'".to_owned());
        options.push("rejects_scan = 'rejected_scans'".to_owned());
        options.push("rejects_limit = 0".to_owned());
    }
    Ok(format!(
        "select {} from read_csv([{list}], {})",
        values.join(", "),
        options.join(", ")
    ))
}

fn json(targets: &[&Existing], list: &str, copy: &Copy) -> String {
    let kinds: Vec<String> = targets
        .iter()
        .map(|column| format!("{}: {}", quote_text(&column.name), quote_text(&column.kind)))
        .collect();
    let names: Vec<String> = targets
        .iter()
        .map(|column| quote_name(&column.name))
        .collect();
    format!(
        "select {} from read_json([{list}], columns = {{{}}}, compression = {}, hive_partitioning = false)",
        names.join(", "),
        kinds.join(", "),
        quote_text(match copy.compression {
            "none" => "uncompressed",
            other => other,
        })
    )
}

/// With MAXERROR, lines that cannot be read are left out, but not more than it says.
fn check_rejected(scope: &Scope<'_>, copy: &Copy, room: &Room) -> Result<(), Failure> {
    if copy.max_error == 0 || !matches!(copy.format, Format::Csv { .. } | Format::Delimited { .. })
    {
        return Ok(());
    }
    let rejected = scope.texts::<1>(
        "select count(distinct (file_id, line))::varchar from rejected_lines",
        &[],
    )?;
    let count: u64 = rejected
        .into_iter()
        .next()
        .and_then(|[count]| count)
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let first = scope.texts::<1>("select first(error_message) from rejected_lines", &[])?;
    scope.run("drop table if exists rejected_lines")?;
    scope.run("drop table if exists rejected_scans")?;
    if count > copy.max_error {
        let first = first
            .into_iter()
            .next()
            .and_then(|[first]| first)
            .map(|first| room.named(&first))
            .unwrap_or_default();
        return Err(Failure::Engine(format!(
            "Load into table '{}' failed: {count} lines cannot be read, more than MAXERROR {}: {first}",
            columns::parts(&copy.table).1,
            copy.max_error
        )));
    }
    Ok(())
}
