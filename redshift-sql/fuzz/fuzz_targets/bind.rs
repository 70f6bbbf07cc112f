//! Every statement that is read is bound: with no catalog, and with what those in front of it made.
#![no_main]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use redshift_sql::names::{Binder, Declared, NoCatalog};
use redshift_sql::parse;

fuzz_target!(|text: &str| {
    let parameters = HashMap::new();
    let mut tables = Declared::new();
    tables.complete();
    for statement in &parse(text).statements {
        Binder::new(&NoCatalog, &parameters).statement(statement);
        let found = Binder::new(&tables, &parameters).statement(statement);
        for mistake in &found.mistakes {
            assert!(
                text.get(mistake.span.start as usize..mistake.span.end as usize)
                    .is_some()
            );
        }
        tables.learn(statement, &parameters);
    }
});
