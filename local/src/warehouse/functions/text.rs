//! Functions of texts: each takes texts and gives a text, or NULL where an argument is NULL.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use redshift_sql::types::MAX_VARCHAR;

use super::arguments::texts;
use crate::warehouse::dialect::{IntervalOf, engine_zone, interval_form, similar};

/// A function of one text.
trait OfText {
    fn value(text: &str) -> Result<Option<String>, String>;
}

/// How a function of one text is registered.
struct One<F>(std::marker::PhantomData<F>);

impl<F: OfText> VArrowScalar for One<F> {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let values = texts(&input, 0)?.iter();
        let values = values.map(|text| text.map_or(Ok(None), F::value));
        let values: StringArray = values.collect::<Result<_, String>>()?;
        Ok(Arc::new(values) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8],
            DataType::Utf8,
        )]
    }
}

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<One<Crc32>>("redshift_crc32")?;
    connection.register_scalar_function::<One<Listagg>>("redshift_listagg")?;
    connection.register_scalar_function::<IntervalForm>("redshift_interval_form")?;
    connection.register_scalar_function::<Similar>("redshift_similar")?;
    connection.register_scalar_function::<One<Soundex>>("redshift_soundex")?;
    connection.register_scalar_function::<One<Zone>>("redshift_zone")
}

/// A time zone as the engine names it.
struct Zone;

impl OfText for Zone {
    fn value(text: &str) -> Result<Option<String>, String> {
        let zone = engine_zone(text).map_err(|refusal| refusal.to_string())?;
        Ok(Some(zone))
    }
}

/// The cyclic redundancy check of a text's bytes, as hexadecimal digits (AWS page: `CRC32 function`).
struct Crc32;

impl OfText for Crc32 {
    fn value(text: &str) -> Result<Option<String>, String> {
        let mut check = flate2::Crc::new();
        check.update(text.as_bytes());
        Ok(Some(format!("{:x}", check.sum())))
    }
}

/// What LISTAGG joined, which is no longer than the longest VARCHAR (AWS page: `LISTAGG function`).
struct Listagg;

impl OfText for Listagg {
    fn value(text: &str) -> Result<Option<String>, String> {
        if text.len() > MAX_VARCHAR as usize {
            return Err("Result size exceeds LISTAGG limit".to_owned());
        }
        Ok(Some(text.to_owned()))
    }
}

/// `redshift_similar(pattern, escape)`: the regular expression that a pattern of SIMILAR TO is.
struct Similar;

impl VArrowScalar for Similar {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let patterns = rows.map(|(pattern, escape)| Some(similar(pattern?, escape?)));
        Ok(Arc::new(patterns.collect::<StringArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Utf8],
            DataType::Utf8,
        )]
    }
}

/// `redshift_interval_form(text, fields)`: an interval in the engine's own form.
struct IntervalForm;

impl VArrowScalar for IntervalForm {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let forms = rows.map(|row| match row {
            (Some(text), Some(code)) => {
                let of = IntervalOf::read(code).unwrap_or(IntervalOf::Any);
                let form = interval_form(text, of).map_err(|refusal| refusal.to_string())?;
                Ok(Some(form))
            }
            _ => Ok(None),
        });
        let forms: StringArray = forms.collect::<Result<_, String>>()?;
        Ok(Arc::new(forms) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Utf8],
            DataType::Utf8,
        )]
    }
}

/// The first letter and three digits for how an English word sounds (AWS page: `SOUNDEX
/// function`). Characters that are no letters of English do not count.
struct Soundex;

impl OfText for Soundex {
    fn value(text: &str) -> Result<Option<String>, String> {
        let mut code = String::with_capacity(4);
        let mut before = 0;
        for letter in text.bytes().filter(u8::is_ascii_alphabetic) {
            let sound = sound(letter.to_ascii_lowercase());
            if code.is_empty() {
                code.push(char::from(letter.to_ascii_uppercase()));
            } else if let Some(sound) = sound.filter(|sound| *sound > 0 && *sound != before) {
                code.push(char::from(b'0' + sound));
            }
            // H and W do not part two letters of one sound, vowels do.
            before = sound.unwrap_or(before);
            if code.len() == 4 {
                break;
            }
        }
        if code.is_empty() {
            return Ok(Some(String::new()));
        }
        Ok(Some(format!("{code:0<4}")))
    }
}

/// The digit of a consonant, 0 of a vowel, nothing of H and W.
fn sound(letter: u8) -> Option<u8> {
    Some(match letter {
        b'b' | b'f' | b'p' | b'v' => 1,
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => 2,
        b'd' | b't' => 3,
        b'l' => 4,
        b'm' | b'n' => 5,
        b'r' => 6,
        b'h' | b'w' => return None,
        _ => 0,
    })
}

#[cfg(test)]
mod tests {
    use super::{Crc32, OfText, Soundex};

    #[test]
    fn checks_and_sounds() {
        let crc32 = |text| Crc32::value(text).unwrap().unwrap();
        assert_eq!(crc32("hello"), "3610a686");
        assert_eq!(crc32(""), "0");
        let soundex = |text| Soundex::value(text).unwrap().unwrap();
        for (word, code) in [
            ("Amazon", "A525"),
            ("Robert", "R163"),
            ("Ashcraft", "A261"),
            ("Tymczak", "T522"),
            ("Pfister", "P236"),
            ("a", "A000"),
            ("1", ""),
            ("ä", ""),
            ("AWS Amazon", "A252"),
        ] {
            assert_eq!(soundex(word), code, "{word}");
        }
    }
}
