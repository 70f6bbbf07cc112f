//! `docs/reference/errors.md` and the table of contents: the mistakes by code, each with its page.

use std::fmt::Write as _;

use sfc::diagnostic::Code;

use super::{cell, docs, is_fresh};

#[test]
fn the_list_of_mistakes_is_whole() {
    let mut page = "# Mistakes\n\n`sfc explain CODE` prints the page of one.\n\n\
                    ## Of a pipeline or a command line\n\n| code | is |\n|---|---|\n"
        .to_owned();
    let mut entries = String::new();
    for code in Code::ALL {
        let name = code.to_string();
        row(&mut page, &name, code.page());
        entry(&mut entries, &name, code.page());
    }
    page.push_str("\n## Of a run\n\n| error | is |\n|---|---|\n");
    let mut names: Vec<String> = std::fs::read_dir(docs().join("errors"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()))
        .filter(|name| name.starts_with("Sfc."))
        .collect();
    names.sort();
    for name in names {
        let text = std::fs::read_to_string(docs().join(format!("errors/{name}.md"))).unwrap();
        row(&mut page, &name, &text);
        entry(&mut entries, &name, &text);
    }
    is_fresh("reference/errors.md", &page);
    is_fresh("SUMMARY.md", &with_entries(&entries));
}

/// The table of contents with these entries below the list of mistakes.
fn with_entries(entries: &str) -> String {
    let contents = std::fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let mut renewed = String::new();
    for line in contents.lines().filter(|line| !line.contains("](errors/")) {
        writeln!(renewed, "{line}").unwrap();
        if line.ends_with("](reference/errors.md)") {
            renewed.push_str(entries);
        }
    }
    renewed
}

fn entry(entries: &mut String, name: &str, text: &str) {
    let title = text.lines().next().unwrap_or_default();
    let title = title.trim_start_matches("# ");
    writeln!(entries, "  - [{title}](errors/{name}.md)").unwrap();
}

fn row(page: &mut String, name: &str, text: &str) {
    let title = text.lines().next().unwrap_or_default();
    let title = title.split_once(": ").map_or(title, |(_, title)| title);
    writeln!(page, "| [{name}](../errors/{name}.md) | {} |", cell(title)).unwrap();
}
