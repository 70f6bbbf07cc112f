//! Logical types of Avro as the SerDe of Hive reads them (Apache Avro specification, "Logical Types").

use std::io;

use jiff::civil::date;
use jiff::{SignedDuration, Span};
use serde_json::{Map, Value};

use super::{Input, broken};

/// Whether values of logical types are what they mean, or the numbers and bytes that they are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Logical {
    /// As COPY reads them: the number that is stored.
    Written,
    /// As external tables read them: the moment or number that is meant.
    Meant,
}

/// The text of a value; nothing where the type is none of these.
pub(super) fn text(
    kind: &str,
    members: &Map<String, Value>,
    input: &mut Input<'_>,
) -> io::Result<Option<String>> {
    let logical = members.get("logicalType").and_then(Value::as_str);
    let beyond = || broken("it has a day or a moment that is out of range");
    let number = |name: &str| members.get(name).and_then(Value::as_u64);
    let text = match (logical.unwrap_or_default(), kind) {
        ("decimal", "bytes" | "fixed") => {
            let bytes = if kind == "bytes" {
                input.bytes()?
            } else {
                let size = number("size").and_then(|size| usize::try_from(size).ok());
                input.take(size.ok_or_else(|| broken("it has a type without a size"))?)?
            };
            let scale = number("scale").and_then(|scale| usize::try_from(scale).ok());
            decimal(bytes, scale.unwrap_or(0))?
        }
        ("date", "int") => {
            let days = Span::new().try_days(input.long()?);
            let day = days.and_then(|days| date(1970, 1, 1).checked_add(days));
            day.map_err(|_| beyond())?.to_string()
        }
        (
            "timestamp-millis"
            | "local-timestamp-millis"
            | "timestamp-micros"
            | "local-timestamp-micros",
            "long",
        ) => {
            let count = input.long()?;
            let since = if logical.is_some_and(|name| name.ends_with("millis")) {
                SignedDuration::from_millis(count)
            } else {
                SignedDuration::from_micros(count)
            };
            let moment = date(1970, 1, 1).at(0, 0, 0, 0).checked_add(since);
            let moment = moment.map_err(|_| beyond())?;
            moment.strftime("%Y-%m-%d %H:%M:%S%.f").to_string()
        }
        _ => return Ok(None),
    };
    Ok(Some(text))
}

/// A whole number, the highest byte first, whose last `scale` digits stand behind the point.
fn decimal(bytes: &[u8], scale: usize) -> io::Result<String> {
    let wrong = || broken("it has a decimal of more than 38 digits");
    let is_negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let mut whole = [if is_negative { 0xff } else { 0 }; 16];
    let start = whole.len().checked_sub(bytes.len()).ok_or_else(wrong)?;
    let place = whole.get_mut(start..).ok_or_else(wrong)?;
    place.copy_from_slice(bytes);
    let number = i128::from_be_bytes(whole);
    let sign = if is_negative { "-" } else { "" };
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits
        .split_at_checked(digits.len() - scale)
        .ok_or_else(wrong)?;
    Ok(match fraction {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_a_point() {
        for (bytes, scale, expected) in [
            (&b"\x01\x00"[..], 2, "2.56"),
            (b"\xff", 2, "-0.01"),
            (b"\xff\x00", 0, "-256"),
            (b"", 2, "0.00"),
            (b"\x05", 4, "0.0005"),
        ] {
            assert_eq!(decimal(bytes, scale).unwrap(), expected);
        }
        assert!(decimal(&[1; 17], 0).is_err());
    }

    #[test]
    fn days_and_moments() {
        for (logical, kind, bytes, expected) in [
            ("date", "int", &b"\x01"[..], "1969-12-31"),
            ("date", "int", b"\x02", "1970-01-02"),
            (
                "timestamp-millis",
                "long",
                b"\xd0\x0f",
                "1970-01-01 00:00:01",
            ),
            (
                "timestamp-micros",
                "long",
                b"\x03",
                "1969-12-31 23:59:59.999998",
            ),
        ] {
            let members = serde_json::json!({ "logicalType": logical });
            let mut input = Input { rest: bytes };
            let found = text(kind, members.as_object().unwrap(), &mut input).unwrap();
            assert_eq!(found.as_deref(), Some(expected), "{logical}");
        }
        let far = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        let members = serde_json::json!({ "logicalType": "date" });
        assert!(
            text(
                "int",
                members.as_object().unwrap(),
                &mut Input { rest: far }
            )
            .is_err()
        );
    }
}
