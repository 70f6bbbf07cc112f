//! Every statement that is read is bound: with no catalog, and with what those in front of it made. The
//! bodies of procedures with what is there at the end.
#![no_main]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use redshift_sql::names::{Binder, DeclaredTables, NoCatalog, procedure};
use redshift_sql::parse;
use redshift_sql::tree::StatementKind;

fuzz_target!(|text: &str| {
    let parameters = HashMap::new();
    let mut tables = DeclaredTables::new();
    tables.complete();
    let script = parse(text);
    for statement in &script.statements {
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
    let settled = tables.settled();
    for statement in &script.statements {
        let StatementKind::CreateProcedure(create) = &statement.kind else {
            continue;
        };
        for mistake in procedure(create, &settled, &parameters) {
            let (start, end) = (mistake.span.start as usize, mistake.span.end as usize);
            assert!(text.get(start..end).is_some(), "{mistake:?}");
        }
    }
});
