//! `redshift_taken(number, condition)`: the condition, and the witness hears of the branch where it holds.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::core::DataChunkHandle;
use duckdb::vscalar::{ArrowFunctionSignature, ScalarFunctionSignature, VArrowScalar, VScalar};
use duckdb::vtab::arrow::WritableVector;

use super::super::witness::Witness;
use super::arguments::{booleans, numbers};

pub(super) fn register(connection: &Connection, witness: &Witness) -> duckdb::Result<()> {
    connection.register_scalar_function_with_state::<Taken>("redshift_taken", witness)
}

struct Taken;

/// The engine asks for each row, and not once when it plans. An arrow function has no say in that, so this one
/// is of the other kind.
impl VScalar for Taken {
    type State = Witness;

    fn invoke(
        witness: &Witness,
        input: &mut DataChunkHandle,
        output: &mut dyn WritableVector,
    ) -> Result<(), Box<dyn Error>> {
        <OfColumns as VScalar>::invoke(witness, input, output)
    }

    fn signatures() -> Vec<ScalarFunctionSignature> {
        <OfColumns as VScalar>::signatures()
    }

    fn volatile() -> bool {
        true
    }
}

struct OfColumns;

impl VArrowScalar for OfColumns {
    type State = Witness;

    fn invoke(witness: &Witness, input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let conditions = booleans(&input, 1)?;
        if conditions.true_count() > 0 {
            let rows = numbers(&input, 0)?.iter().zip(conditions);
            let held = rows.filter(|(_, holds)| *holds == Some(true));
            // One of each: a column has many rows and few branches.
            let held: HashSet<i64> = held.filter_map(|(number, _)| number).collect();
            witness.take_numbers(held);
        }
        Ok(Arc::new(conditions.clone()))
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Int64, DataType::Boolean],
            DataType::Boolean,
        )]
    }
}
