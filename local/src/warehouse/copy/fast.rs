//! Large objects that the engine reads by itself, with several threads.

use super::super::bucket::BucketObject;
use super::super::failure::StatementFailure;
use super::super::path::quote_path;
use super::super::scratch::Room;
use super::Loading;
use super::records::CopyRecords;
use super::source;
use super::staged::Staged;
use super::value;
use crate::warehouse::dialect::{Copy, ObjectFormat, Packing, quote_name, quote_text};
use redshift_sql::tree::TextEncoding;

/// Below, reading them here takes no time that anybody notices; in bytes.
const LARGE: u64 = 4 * 1024 * 1024;
const LARGE_PACKED: u64 = 256 * 1024;

/// Whether the engine reads these objects as COPY would.
pub(super) fn fits(
    records: &CopyRecords<'_>,
    objects: &[BucketObject<'_>],
) -> Result<bool, StatementFailure> {
    let copy = records.copy;
    let is_plain = match &copy.format {
        ObjectFormat::Csv { .. } => true,
        ObjectFormat::Delimited { quotes, escape } => !quotes && !escape,
        _ => false,
    };
    let large = match copy.packing {
        Packing::Plain => LARGE,
        Packing::Gzip | Packing::Zstd => LARGE_PACKED,
        Packing::Bzip2 | Packing::Lzop => return Ok(false),
    };
    let simple = is_plain
        && copy.max_error == 0
        && !copy.no_load
        && !copy.fill_record
        && copy.invalid_as.is_none()
        && copy.encoding == TextEncoding::Utf8
        && copy.delimiter.len() == 1
        && !copy.null.contains('\0')
        && records.targets.len() > 1
        && objects.iter().map(|object| object.size).sum::<u64>() >= large;
    if !simple {
        return Ok(false);
    }
    for object in objects {
        if ends_with_delimiter(records, object)? || has_odd_lines(copy, object)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the first line has a delimiter behind its last field.
fn ends_with_delimiter(
    records: &CopyRecords<'_>,
    object: &BucketObject<'_>,
) -> Result<bool, StatementFailure> {
    if matches!(records.copy.format, ObjectFormat::Csv { .. }) {
        return Ok(false);
    }
    let delimiter = records.copy.delimiter.bytes().next().unwrap_or(b'|');
    let mut found = false;
    records.read(object, &mut |record| {
        let delimiters = record.raw.iter().filter(|byte| **byte == delimiter);
        found = delimiters.count() >= records.targets.len();
        Ok(false)
    })?;
    Ok(found)
}

/// Whether there is a line without a character, which the engine would pass over, or in CSV a blank
/// beside a quote, which the engine would keep.
fn has_odd_lines(copy: &Copy, object: &BucketObject<'_>) -> Result<bool, StatementFailure> {
    let quote = match &copy.format {
        ObjectFormat::Csv { quote } => quote.bytes().next(),
        _ => None,
    };
    if copy.ignore_blank_lines && quote.is_none() {
        return Ok(false);
    }
    let delimiter = copy.delimiter.bytes().next();
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t') && Some(byte) != delimiter;
    let mut source = source::open(object, copy)?;
    let mut last = b'\n';
    loop {
        let buffer = source
            .fill_buf()
            .map_err(|error| source::unreadable(object, copy, &error))?;
        if buffer.is_empty() {
            return Ok(false);
        }
        for byte in buffer {
            match *byte {
                b'\r' => continue,
                b'\n' if last == b'\n' && !copy.ignore_blank_lines => return Ok(true),
                byte if Some(byte) == quote && is_blank(last) => return Ok(true),
                byte if is_blank(byte) && Some(last) == quote => return Ok(true),
                other => last = other,
            }
        }
        let length = buffer.len();
        source.consume(length);
    }
}

/// Loads; the number of rows.
pub(super) fn load(
    loading: &Loading<'_>,
    records: &CopyRecords<'_>,
    room: &mut Room,
) -> Result<u64, StatementFailure> {
    let mut lent = Vec::with_capacity(loading.objects.len());
    for object in loading.objects {
        let path = room.lend(object.folder, object.path(), object.uri())?;
        lent.push(quote_path(&path)?);
    }
    match loading.insert(&query(loading.copy, records, &lent.join(", "))) {
        Ok(loaded) => {
            loading.end(loaded, Some(loaded), &[], &[])?;
            Ok(loaded)
        }
        Err(StatementFailure::Engine(message)) => {
            let staged = Staged::write(records, loading.objects, room, 1)?;
            Err(loading.explained(records, &staged, &message))
        }
        Err(other) => Err(other),
    }
}

/// The rows as the table takes them. Whether the integers of a row have any sign but digits is
/// asked once a row. A cast alone would take `1.5` and `1e3`, too, and blanks would stop it.
fn query(copy: &Copy, records: &CopyRecords<'_>, list: &str) -> String {
    let targets = &records.targets;
    let integers: Vec<String> = targets
        .iter()
        .filter(|column| value::is_integer(column))
        .map(|column| quote_name(&column.name))
        .collect();
    let mut odd = "odd".to_owned();
    while targets.iter().any(|column| column.name == odd) {
        odd.push('?');
    }
    let odd = quote_name(&odd);
    let values: Vec<String> = targets
        .iter()
        .map(|column| {
            let name = quote_name(&column.name);
            let text = format!("nullif({name}, {})", quote_text(&copy.null));
            if value::is_integer(column) {
                // A row that is not odd has no text for NULL, unless that is made of digits.
                let plain = if is_odd(&copy.null) { &name } else { &text };
                value::integer(column, copy, (plain, &text), &odd)
            } else {
                value::of(column, copy, &text)
            }
        })
        .collect();
    let values = values.join(", ");
    let table = table(records, list);
    if integers.is_empty() {
        return format!("select {values} from {table}");
    }
    format!(
        "select {values} from (select *, regexp_matches(concat({}), '[^0-9-]') as {odd} from {table})",
        integers.join(", ")
    )
}

/// Whether a text has any other sign than digits and `-`.
fn is_odd(text: &str) -> bool {
    text.contains(|sign: char| !sign.is_ascii_digit() && sign != '-')
}

fn table(records: &CopyRecords<'_>, list: &str) -> String {
    let copy = records.copy;
    let columns: Vec<String> = records
        .targets
        .iter()
        .map(|column| format!("{}: 'VARCHAR'", quote_text(&column.name)))
        .collect();
    let texts: Vec<String> = records
        .targets
        .iter()
        .filter(|column| column.kind == "VARCHAR")
        .map(|column| quote_text(&column.name))
        .collect();
    let quote = match &copy.format {
        ObjectFormat::Csv { quote } => quote.as_str(),
        _ => "",
    };
    let compression = match copy.packing {
        Packing::Gzip => "gzip",
        Packing::Zstd => "zstd",
        Packing::Plain | Packing::Bzip2 | Packing::Lzop => "none",
    };
    let mut options = vec![
        format!("columns = {{{}}}", columns.join(", ")),
        "auto_detect = false".to_owned(),
        "header = false".to_owned(),
        format!("delim = {}", quote_text(&copy.delimiter)),
        format!("quote = {}", quote_text(quote)),
        format!("escape = {}", quote_text(quote)),
        "nullstr = ['']".to_owned(),
        format!("compression = {}", quote_text(compression)),
        format!("skip = {}", copy.ignore_header),
    ];
    // The engine has one text for NULL in all columns; an empty text is none.
    if !texts.is_empty() {
        options.push(format!("force_not_null = [{}]", texts.join(", ")));
    }
    format!("read_csv([{list}], {})", options.join(", "))
}
