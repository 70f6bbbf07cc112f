//! Every code has a page, and the example of each page causes what it is about.

use std::collections::BTreeSet;
use std::path::Path;

use sfc::diagnostic::Code;

use crate::folder::Folder;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors")
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name.starts_with("SFC"))
        .collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(pages, codes);
    assert_eq!(codes.len(), Code::ALL.len(), "a code is there twice");
    for code in Code::ALL {
        let page = code.page();
        assert!(
            page.starts_with(&format!("# {code}: ")),
            "{code} has no title"
        );
        assert!(
            page.contains("\n## What to do\n"),
            "{code} does not say what to do"
        );
        assert_eq!(code.as_str().parse(), Ok(*code));
    }
}

/// The files of a page's example: a name in backticks on a line of its own, then its content.
fn example(page: &str) -> Option<Folder> {
    let mut folder = Folder::default();
    let mut found = false;
    let mut lines = page.lines();
    let mut name = "";
    while let Some(line) = lines.next() {
        if let Some(quoted) = line
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
        {
            name = quoted;
        }
        if matches!(line, "```yaml" | "```sql" | "```html") {
            let content: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            folder = folder.with(name, content.join("\n"));
            found = true;
        }
    }
    found.then_some(folder)
}

#[test]
fn examples_cause_what_they_are_about() {
    let mut without = Vec::new();
    for code in Code::ALL {
        match example(code.page()) {
            Some(folder) => {
                let codes = folder.codes();
                assert!(
                    codes.contains(code),
                    "{code} is not caused by its example: {codes:?}"
                );
                assert!(
                    codes.iter().all(|other| other == code),
                    "{code} comes with {codes:?}"
                );
            }
            None => without.push(code.as_str()),
        }
    }
    // What a page cannot show: bytes, sizes, disks and command lines.
    without.retain(|code| {
        !["SFC06", "SFC07", "SFC08", "SFC09", "SFC10", "SFC11"]
            .iter()
            .any(|group| code.starts_with(group))
    });
    assert_eq!(
        without,
        [
            "SFC0001", "SFC0101", "SFC0102", "SFC0103", "SFC0302", "SFC0404", "SFC0505", "SFC0506",
            "SFC0507"
        ]
    );
}
