//! Reads SQL and prints what is wrong with it: of the files that are named, or of standard input,
//! where a NUL byte ends a script.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::io::Read as _;

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
        for mistake in redshift_sql::parse(text).mistakes {
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
