//! Reads SQL and prints what is wrong with it. It reads the files that are named, or standard
//! input, where a NUL byte ends a script.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::collections::HashMap;
use std::io::Read as _;

use redshift_sql::names::{Binder, DeclaredTables, NoCatalog, procedure};
use redshift_sql::tree::StatementKind;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut texts: Vec<String> = Vec::new();
    if files.is_empty() {
        let mut all = String::new();
        std::io::stdin().read_to_string(&mut all).unwrap();
        texts.extend(all.split('\0').map(str::to_owned));
    } else {
        texts.extend(
            files
                .iter()
                .map(|file| std::fs::read_to_string(file).unwrap()),
        );
    }
    for (number, text) in texts.iter().enumerate() {
        let script = redshift_sql::parse(text);
        let parameters = HashMap::new();
        let mut tables = DeclaredTables::new();
        for statement in &script.statements {
            tables.learn(statement, &parameters);
        }
        let tables = tables.settled();
        let found = script.statements.iter().flat_map(|statement| {
            let found = Binder::new(&NoCatalog, &parameters).statement(statement);
            let body = match &statement.kind {
                StatementKind::CreateProcedure(create) => procedure(create, &tables, &parameters),
                _ => Vec::new(),
            };
            [found.mistakes, body].concat()
        });
        for mistake in script.mistakes.iter().cloned().chain(found) {
            println!(
                "{number}\t{}\t{:?}\t{}\t{}",
                mistake.span.start,
                mistake.kind,
                mistake.sentence,
                mistake.help.unwrap_or_default()
            );
        }
    }
}
