//! `redshift_taken(number, condition)`: the condition, and the witness hears of the branch where it holds.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::super::witness::Witness;
use super::arguments::{booleans, numbers};

pub(super) fn register(connection: &Connection, witness: &Witness) -> duckdb::Result<()> {
    connection.register_scalar_function_with_state::<Taken>("redshift_taken", witness)
}

struct Taken;

impl VArrowScalar for Taken {
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

    // Or the engine asks once, when it plans.
    fn volatile() -> bool {
        true
    }
}
