//! COPY of objects whose fields the reader of the engine does not find by itself: by JSONPaths, as whole
//! documents, by the widths of columns (AWS pages: `COPY from JSON format`, `Data format parameters`).

use std::path::Path;

use serde::Deserialize;

use super::super::bucket;
use super::super::columns::Existing;
use super::super::failure::Failure;
use super::super::scope::Scope;
use super::field;
use crate::dialect::{Copy, Location, quote_name, quote_text};

/// A file of JSONPaths.
#[derive(Debug, Deserialize)]
struct Paths {
    jsonpaths: Vec<String>,
}

/// The paths that a file lists, as the engine writes paths.
pub(super) fn paths(scope: &Scope<'_>, location: &Location) -> Result<Vec<String>, Failure> {
    let folder = bucket::folder(scope, &location.bucket)?;
    let text = folder.read(Path::new(&location.key)).map_err(|error| {
        Failure::Refused(format!(
            "the JSONPaths file `{}` cannot be read: {error}",
            location.key
        ))
    })?;
    let wrong =
        |why: &str| Failure::Engine(format!("Invalid JSONPath format: `{}` {why}", location.key));
    let paths: Paths =
        serde_json::from_slice(&text).map_err(|_| wrong("has no list `jsonpaths` of texts"))?;
    let paths = paths.jsonpaths.iter();
    paths
        .map(|path| {
            path_of_engine(path).ok_or_else(|| wrong(&format!("has `{path}`, which is no path")))
        })
        .collect()
}

/// `$['a'].b[0]` is `$."a"."b"[0]`; nothing where it is no path.
fn path_of_engine(path: &str) -> Option<String> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut written = "$".to_owned();
    let key = |written: &mut String, key: &str| {
        written.push_str(&format!(".\"{}\"", key.replace('"', "\\\"")));
    };
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            rest = match inside.chars().next()? {
                quote @ ('\'' | '"') => {
                    let (name, behind) = inside.get(1..)?.split_once(quote)?;
                    key(&mut written, name);
                    behind.strip_prefix(']')?
                }
                _ => {
                    let (index, behind) = inside.split_once(']')?;
                    index.parse::<u32>().ok()?;
                    written.push_str(&format!("[{index}]"));
                    behind
                }
            };
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, behind) = name.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            key(&mut written, name);
            rest = behind;
        }
    }
    Some(written)
}

/// A document for each row, fields by the paths, in the order of the columns.
pub(super) fn by_paths(
    targets: &[&Existing],
    list: &str,
    copy: &Copy,
    paths: &[String],
) -> Result<String, Failure> {
    if paths.len() != targets.len() {
        return Err(Failure::Engine(format!(
            "Number of jsonpaths and the number of columns should match. JSONPath size: {}, \
             Number of columns in table or column list: {}",
            paths.len(),
            targets.len()
        )));
    }
    let texts = targets.iter().zip(paths).map(|(column, path)| {
        let extract = if column.kind == "JSON" {
            "json_extract"
        } else {
            "json_extract_string"
        };
        format!(
            "{extract}(json, {}) as {}",
            quote_text(path),
            quote_name(&column.name)
        )
    });
    let texts: Vec<String> = texts.collect();
    Ok(format!(
        "select {} from (select {} from read_json_objects([{list}], format = 'auto', compression = {}))",
        values(targets, copy).join(", "),
        texts.join(", "),
        compression(copy)
    ))
}

/// What is made of each column's text.
fn values(targets: &[&Existing], copy: &Copy) -> Vec<String> {
    // Documents are read by themselves, so MAXERROR does not ask for the engine's own types.
    let copy = Copy {
        max_error: 0,
        ..copy.clone()
    };
    let value = |column: &&Existing| match column.kind.as_str() {
        "JSON" => quote_name(&column.name),
        _ => field(column, &copy).value,
    };
    targets.iter().map(value).collect()
}

/// Each document into the only column.
pub(super) fn whole(targets: &[&Existing], list: &str, copy: &Copy) -> Result<String, Failure> {
    match targets {
        [column] if column.kind == "JSON" => Ok(format!(
            "select json from read_json_objects([{list}], format = 'auto', compression = {})",
            compression(copy)
        )),
        _ => Err(Failure::Engine(
            "JSON 'noshred' loads into one column of type SUPER".to_owned(),
        )),
    }
}

fn compression(copy: &Copy) -> String {
    quote_text(match copy.compression {
        "none" => "uncompressed",
        other => other,
    })
}

/// A separator that no text file has.
const NOWHERE: char = '\u{1f}';

/// Lines, cut at the widths of the columns.
pub(super) fn fixed_width(
    targets: &[&Existing],
    list: &str,
    copy: &Copy,
    widths: &[(String, u32)],
) -> Result<String, Failure> {
    if widths.len() != targets.len() {
        return Err(Failure::Engine(format!(
            "FIXEDWIDTH describes {} columns, and {} are loaded",
            widths.len(),
            targets.len()
        )));
    }
    let mut start = 1;
    let mut parts = Vec::with_capacity(targets.len());
    for (column, (_, width)) in targets.iter().zip(widths) {
        let part = format!("substring(line, {start}, {width})");
        // Blanks fill a field that is no text.
        let part = if column.kind == "VARCHAR" {
            part
        } else {
            format!("nullif(trim({part}), '')")
        };
        parts.push(format!("{part} as {}", quote_name(&column.name)));
        start += width;
    }
    Ok(format!(
        "select {} from (select {} from read_csv([{list}], columns = {{'line': 'VARCHAR'}}, \
         auto_detect = false, header = false, delim = {}, quote = '', escape = '', \
         compression = {}, skip = {}))",
        values(targets, copy).join(", "),
        parts.join(", "),
        quote_text(&NOWHERE.to_string()),
        quote_text(copy.compression),
        copy.ignore_header
    ))
}

#[cfg(test)]
mod tests {
    use super::path_of_engine;

    #[test]
    fn paths_in_both_notations() {
        for (path, expected) in [
            ("$.a.id", Some(r#"$."a"."id""#)),
            ("$['a b']['c']", Some(r#"$."a b"."c""#)),
            ("$.a[0].b", Some(r#"$."a"[0]."b""#)),
            ("$[1]", Some("$[1]")),
            ("$", Some("$")),
            ("a", None),
            ("$.", None),
            ("$[x]", None),
            ("$['a", None),
        ] {
            assert_eq!(path_of_engine(path).as_deref(), expected, "{path}");
        }
    }
}
