//! The functions that Step Functions adds to JSONata ("JSONata functions
//! provided by Step Functions"), and those of JSONata's own that must read the
//! host's clock.

use std::fmt::Write as _;
use std::sync::Arc;

use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::convert;
use super::environment::Host;

/// Every function registered here.
pub const NAMES: [&str; 8] = [
    "partition",
    "range",
    "hash",
    "random",
    "uuid",
    "parse",
    "now",
    "millis",
];

/// No array that could leave a state has more items than this.
const MOST_ITEMS: f64 = 262_144.0;

/// 2 to the power of 53: the random numbers that a fraction can tell apart.
const FRACTIONS: f64 = 9_007_199_254_740_992.0;

/// Makes the function callable in `evaluator`.
pub fn register(
    evaluator: &mut Evaluator,
    name: &str,
    host: &Arc<dyn Host>,
) -> Result<(), EvaluatorError> {
    let host = Arc::clone(host);
    match name {
        "partition" => evaluator.register_fn_override(name, partition),
        "range" => evaluator.register_fn_override(name, range),
        "hash" => evaluator.register_fn_override(name, hash),
        "parse" => evaluator.register_fn_override(name, parse),
        "random" => evaluator.register_fn_override(name, move |arguments: &[JValue]| {
            random(arguments, host.as_ref())
        }),
        "uuid" => evaluator.register_fn_override(name, move |_: &[JValue]| {
            let uuid = crate::random::uuid(host.random(), host.random());
            Ok(JValue::string(uuid))
        }),
        "now" => evaluator.register_fn_override(name, move |arguments: &[JValue]| {
            now(arguments, host.as_ref())
        }),
        "millis" => evaluator.register_fn_override(name, move |_: &[JValue]| {
            Ok(JValue::from_i64(host.milliseconds()))
        }),
        _ => Ok(()),
    }
}

fn wrong(sentence: &str) -> EvaluatorError {
    EvaluatorError::EvaluationError(sentence.to_owned())
}

fn number(arguments: &[JValue], index: usize) -> Option<f64> {
    arguments.get(index).and_then(JValue::as_f64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be between one and the largest array"
)]
fn partition(arguments: &[JValue]) -> Result<JValue, EvaluatorError> {
    let items = match arguments.first() {
        Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::Array(items)) => items,
        _ => return Err(wrong("$partition needs an array as its first argument")),
    };
    let size = number(arguments, 1)
        .map(f64::trunc)
        .filter(|size| *size >= 1.0)
        .ok_or_else(|| wrong("$partition needs a positive number as its second argument"))?;
    let chunks = items.chunks(size.min(MOST_ITEMS) as usize);
    Ok(JValue::array(
        chunks.map(|chunk| JValue::array(chunk.to_vec())).collect(),
    ))
}

fn range(arguments: &[JValue]) -> Result<JValue, EvaluatorError> {
    let (Some(first), Some(last), Some(step)) = (
        number(arguments, 0),
        number(arguments, 1),
        number(arguments, 2),
    ) else {
        return Err(wrong("$range needs three numbers"));
    };
    if step == 0.0 {
        return Err(wrong("$range needs a step that is not zero"));
    }
    if (last - first) / step >= MOST_ITEMS {
        return Err(wrong("$range would give more items than a state can hold"));
    }
    let mut items = Vec::new();
    let mut count = 0_u32;
    loop {
        let item = f64::from(count).mul_add(step, first);
        if (step > 0.0 && item > last) || (step < 0.0 && item < last) {
            break;
        }
        items.push(JValue::from_f64(item));
        count = count.saturating_add(1);
    }
    // A sequence: Step Functions gives the item itself when there is just one.
    Ok(JValue::sequence(items))
}

fn hash(arguments: &[JValue]) -> Result<JValue, EvaluatorError> {
    let text = match arguments.first() {
        Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::String(text)) => text,
        _ => return Err(wrong("$hash needs a string as its first argument")),
    };
    let digest: Vec<u8> = match arguments.get(1).and_then(JValue::as_str) {
        Some("MD5") => Md5::digest(text.as_bytes()).to_vec(),
        Some("SHA-1") => Sha1::digest(text.as_bytes()).to_vec(),
        Some("SHA-256") => Sha256::digest(text.as_bytes()).to_vec(),
        Some("SHA-384") => Sha384::digest(text.as_bytes()).to_vec(),
        Some("SHA-512") => Sha512::digest(text.as_bytes()).to_vec(),
        _ => {
            return Err(wrong(
                "$hash needs MD5, SHA-1, SHA-256, SHA-384 or SHA-512 as its second argument",
            ));
        }
    };
    Ok(JValue::string(digest.iter().fold(
        String::with_capacity(digest.len() * 2),
        |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        },
    )))
}

fn parse(arguments: &[JValue]) -> Result<JValue, EvaluatorError> {
    match arguments.first() {
        Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) => serde_json::from_str(text)
            .map(|value| convert::whole(&value))
            .map_err(|error| wrong(&format!("$parse got a string that is no JSON: {error}"))),
        _ => Err(wrong("$parse needs a string")),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits are what a fraction can hold"
)]
fn random(arguments: &[JValue], host: &dyn Host) -> Result<JValue, EvaluatorError> {
    let bits = match arguments.first() {
        None | Some(JValue::Undefined) => host.random(),
        Some(JValue::Number(seed)) => crate::random::mix(seed.to_bits()),
        Some(_) => return Err(wrong("$random needs a number as its seed")),
    };
    Ok(JValue::Number((bits >> 11) as f64 / FRACTIONS))
}

/// `$now` is `$fromMillis` of the host's time: the same pictures, the same
/// time zones.
fn now(arguments: &[JValue], host: &dyn Host) -> Result<JValue, EvaluatorError> {
    let tree = parser::parse("$fromMillis($at, $picture, $zone)")
        .map_err(|error| wrong(&error.to_string()))?;
    let mut context = jsonata_core::evaluator::Context::new();
    context.bind("at".to_owned(), JValue::from_i64(host.milliseconds()));
    for (name, argument) in ["picture", "zone"].iter().zip(arguments) {
        context.bind((*name).to_owned(), argument.clone());
    }
    Evaluator::with_context(context).evaluate(&tree, &JValue::Undefined)
}
