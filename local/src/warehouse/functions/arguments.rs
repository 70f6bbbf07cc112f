//! The arguments of a function, as columns of their types.

use duckdb::arrow::array::{
    Array, BinaryArray, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};

fn column<'a, T: Array + 'static>(
    input: &'a RecordBatch,
    number: usize,
    what: &str,
) -> Result<&'a T, String> {
    let array = input.columns().get(number);
    array
        .and_then(|array| array.as_any().downcast_ref())
        .ok_or_else(|| format!("argument {} is no {what}", number + 1))
}

/// A column of texts.
pub(super) fn texts(input: &RecordBatch, number: usize) -> Result<&StringArray, String> {
    column(input, number, "text")
}

/// A column of truth values.
pub(super) fn booleans(input: &RecordBatch, number: usize) -> Result<&BooleanArray, String> {
    column(input, number, "truth value")
}

/// A column of binary values.
pub(super) fn bytes(input: &RecordBatch, number: usize) -> Result<&BinaryArray, String> {
    column(input, number, "binary value")
}

/// A column of whole numbers of 32 bits.
pub(super) fn whole_numbers(input: &RecordBatch, number: usize) -> Result<&Int32Array, String> {
    column(input, number, "whole number")
}

/// A column of whole numbers of 64 bits.
pub(super) fn numbers(input: &RecordBatch, number: usize) -> Result<&Int64Array, String> {
    column(input, number, "number")
}

/// A column of numbers of double precision.
pub(super) fn doubles(input: &RecordBatch, number: usize) -> Result<&Float64Array, String> {
    column(input, number, "number")
}
