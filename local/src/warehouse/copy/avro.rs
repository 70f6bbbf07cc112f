//! Object container files of Avro, as JSON: a document a record (Apache Avro specification; AWS page:
//! `COPY from Avro format`). For COPY, logical types stay the numbers that they are written as; external
//! tables have what they mean.

mod logical;

use std::collections::HashMap;
use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use serde_json::Value;

pub(super) use logical::Logical;

/// How deep types may be nested.
const DEEPEST: usize = 64;

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

/// The records of a file, a line each.
pub(super) fn documents(file: &[u8], logical: Logical) -> io::Result<Vec<u8>> {
    let mut input = Input { rest: file };
    if input.take(4)? != b"Obj\x01" {
        return Err(broken("it does not begin as a file of Avro does"));
    }
    let mut metadata = HashMap::new();
    input.blocks(|input| {
        let key = input.bytes()?.to_vec();
        metadata.insert(key, input.bytes()?.to_vec());
        Ok(())
    })?;
    let schema = metadata.get(b"avro.schema".as_slice());
    let schema: Value = schema
        .and_then(|schema| serde_json::from_slice(schema).ok())
        .ok_or_else(|| broken("it has no schema"))?;
    let codec = metadata.get(b"avro.codec".as_slice());
    let is_packed = match codec.map_or(b"null".as_slice(), Vec::as_slice) {
        b"null" => false,
        b"deflate" => true,
        other => {
            return Err(broken(&format!(
                "the embedded warehouse does not support its codec `{}`: write it with deflate",
                String::from_utf8_lossy(other)
            )));
        }
    };
    let mut named = HashMap::new();
    name_types(&schema, &mut named, 0);
    let types = Types { named, logical };
    input.take(16)?;
    let mut documents = Vec::new();
    while !input.rest.is_empty() {
        let records = input.long()?;
        let data = input.bytes()?;
        let mut unpacked = Vec::new();
        let mut block = Input { rest: data };
        if is_packed {
            DeflateDecoder::new(data).read_to_end(&mut unpacked)?;
            block = Input { rest: &unpacked };
        }
        for _ in 0..records {
            value(&schema, &types, &mut block, &mut documents, 0)?;
            documents.push(b'\n');
        }
        input.take(16)?;
    }
    Ok(documents)
}

/// What is known of the types of a file.
struct Types<'a> {
    named: HashMap<&'a str, &'a Value>,
    logical: Logical,
}

/// Collects the types that have names.
fn name_types<'a>(schema: &'a Value, types: &mut HashMap<&'a str, &'a Value>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match schema {
        Value::Array(union) => union
            .iter()
            .for_each(|one| name_types(one, types, depth + 1)),
        Value::Object(members) => {
            if let Some(name) = members.get("name").and_then(Value::as_str) {
                types.insert(name, schema);
            }
            let fields = members.get("fields").and_then(Value::as_array);
            for field in fields.into_iter().flatten() {
                if let Some(kind) = field.get("type") {
                    name_types(kind, types, depth + 1);
                }
            }
            for part in ["items", "values", "type"] {
                if let Some(part) = members.get(part) {
                    name_types(part, types, depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// Writes a value as JSON.
fn value(
    schema: &Value,
    types: &Types<'_>,
    input: &mut Input<'_>,
    output: &mut Vec<u8>,
    depth: usize,
) -> io::Result<()> {
    if depth > DEEPEST {
        return Err(broken("its types are nested too deep"));
    }
    let unknown = || broken("it has a type that nobody knows");
    let (kind, members) = match schema {
        Value::Array(union) => {
            let number = usize::try_from(input.long()?).ok();
            let chosen = number.and_then(|number| union.get(number));
            let chosen = chosen.ok_or_else(unknown)?;
            return value(chosen, types, input, output, depth + 1);
        }
        Value::String(kind) => (kind.as_str(), None),
        Value::Object(members) => match members.get("type") {
            Some(Value::String(kind)) => (kind.as_str(), Some(members)),
            Some(inner) => return value(inner, types, input, output, depth + 1),
            None => return Err(unknown()),
        },
        _ => return Err(unknown()),
    };
    let part = |name: &str| {
        members
            .and_then(|members| members.get(name))
            .ok_or_else(unknown)
    };
    if let Some(members) = members
        && types.logical == Logical::Meant
        && let Some(text) = logical::text(kind, members, input)?
    {
        string(text.as_bytes(), output);
        return Ok(());
    }
    match kind {
        "null" => output.extend_from_slice(b"null"),
        "boolean" => {
            let text = if input.take(1)? == [0] {
                "false"
            } else {
                "true"
            };
            output.extend_from_slice(text.as_bytes());
        }
        "int" | "long" => output.extend_from_slice(input.long()?.to_string().as_bytes()),
        "float" => number(f32::from_le_bytes(input.array()?).to_string(), output),
        "double" => number(f64::from_le_bytes(input.array()?).to_string(), output),
        "string" | "bytes" => string(input.bytes()?, output),
        "fixed" => {
            let size = part("size")?
                .as_u64()
                .and_then(|size| usize::try_from(size).ok());
            string(input.take(size.ok_or_else(unknown)?)?, output);
        }
        "enum" => {
            let number = usize::try_from(input.long()?).map_err(|_| unknown())?;
            let symbol = part("symbols")?.get(number).and_then(Value::as_str);
            string(symbol.ok_or_else(unknown)?.as_bytes(), output);
        }
        "array" => {
            let items = part("items")?;
            output.push(b'[');
            let mut is_first = true;
            input.blocks(|input| {
                separate(&mut is_first, output);
                value(items, types, input, output, depth + 1)
            })?;
            output.push(b']');
        }
        "map" => {
            let values = part("values")?;
            output.push(b'{');
            let mut is_first = true;
            input.blocks(|input| {
                separate(&mut is_first, output);
                string(input.bytes()?, output);
                output.push(b':');
                value(values, types, input, output, depth + 1)
            })?;
            output.push(b'}');
        }
        "record" => {
            output.push(b'{');
            let mut is_first = true;
            for field in part("fields")?.as_array().into_iter().flatten() {
                let name = field.get("name").and_then(Value::as_str);
                separate(&mut is_first, output);
                string(name.ok_or_else(unknown)?.as_bytes(), output);
                output.push(b':');
                let kind = field.get("type").ok_or_else(unknown)?;
                value(kind, types, input, output, depth + 1)?;
            }
            output.push(b'}');
        }
        name => {
            let named = types.named.get(name.rsplit('.').next().unwrap_or(name));
            return value(named.ok_or_else(unknown)?, types, input, output, depth + 1);
        }
    }
    Ok(())
}

fn separate(is_first: &mut bool, output: &mut Vec<u8>) {
    if !std::mem::take(is_first) {
        output.push(b',');
    }
}

fn string(bytes: &[u8], output: &mut Vec<u8>) {
    let text = Value::from(String::from_utf8_lossy(bytes));
    output.extend_from_slice(text.to_string().as_bytes());
}

/// JSON has no text for what is no number.
fn number(text: String, output: &mut Vec<u8>) {
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        output.extend_from_slice(text.as_bytes());
    } else {
        string(text.as_bytes(), output);
    }
}

/// What has not been read yet.
struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| broken("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| broken("it ends too early"))
    }

    /// A number of seven bits a byte, its sign in the lowest.
    fn long(&mut self) -> io::Result<i64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed());
            }
        }
        Err(broken("it has a number without end"))
    }

    fn bytes(&mut self) -> io::Result<&'a [u8]> {
        let length =
            usize::try_from(self.long()?).map_err(|_| broken("it has a negative length"))?;
        self.take(length)
    }

    /// Items in blocks, each with its number of items; a negative one has its bytes behind it.
    fn blocks(&mut self, mut item: impl FnMut(&mut Self) -> io::Result<()>) -> io::Result<()> {
        loop {
            let count = self.long()?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 {
                self.long()?;
            }
            for _ in 0..count.unsigned_abs() {
                item(self)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Logical, documents};

    fn bytes(text: &[u8]) -> Vec<u8> {
        let mut all = vec![u8::try_from(text.len() * 2).unwrap_or_default() & 0x7f];
        if text.len() >= 64 {
            all = vec![
                0x80 | u8::try_from(text.len() * 2 % 128).unwrap(),
                u8::try_from(text.len() * 2 / 128).unwrap(),
            ];
        }
        all.extend_from_slice(text);
        all
    }

    #[test]
    fn records_with_nested_types() {
        let schema = br#"{"type":"record","name":"r","fields":[{"name":"id","type":"int"},
            {"name":"name","type":["null","string"]},{"name":"l","type":{"type":"array","items":"long"}}]}"#;
        let mut file = b"Obj\x01\x02".to_vec();
        file.extend(bytes(b"avro.schema"));
        file.extend(bytes(schema));
        file.push(0);
        file.extend([7; 16]);
        let data = b"\x02\x02\x04a\"\x04\x01\x04\0\x03\0\0";
        file.push(4);
        file.extend(bytes(data));
        file.extend([7; 16]);
        let found = String::from_utf8(documents(&file, Logical::Written).unwrap()).unwrap();
        assert_eq!(
            found,
            "{\"id\":1,\"name\":\"a\\\"\",\"l\":[-1,2]}\n{\"id\":-2,\"name\":null,\"l\":[]}\n"
        );
        assert!(documents(&file[..file.len() - 1], Logical::Meant).is_err());
        assert!(documents(b"{}", Logical::Written).is_err());
    }
}
