//! `docs/reference/files.md`: every object of a run by its key, from the table that forms the keys.

use std::fmt::Write as _;

use runtime_lambda::keys::{ARTIFACTS, KeyForm, OF_A_PIPELINE, OF_A_RUN};

use super::{cell, docs, is_fresh};

/// What no table knows: where the bucket is, and who reads the files.
const HEAD: &str = include_str!("heads/files.md");

#[test]
fn the_page_of_files_is_what_the_program_writes() {
    let mut page = HEAD.to_owned();
    section(
        &mut page,
        "What a run leaves",
        "In `<pipeline>/<run id>/` of the data bucket:",
        ("{pipeline}/{run}/", OF_A_RUN),
    );
    section(
        &mut page,
        "What the runs of a pipeline share",
        "In `<pipeline>/` of the data bucket, beside the runs:",
        ("{pipeline}/", OF_A_PIPELINE),
    );
    section(
        &mut page,
        "What a run reads",
        "In the artifacts' bucket, on this machine `.sfc/artifacts/`, each named by the SHA-256 of its bytes. \
         `sfc build` writes them to `artifacts/` of the bundle:",
        ("", ARTIFACTS),
    );
    is_fresh("reference/files.md", &page);
}

fn section(page: &mut String, title: &str, about: &str, (folder, kinds): (&str, &[KeyForm])) {
    write!(
        page,
        "\n## {title}\n\n{about}\n\n| file | holds |\n|---|---|\n"
    )
    .unwrap();
    for kind in kinds {
        let file = kind.form.strip_prefix(folder).unwrap();
        let holds = cell(kind.holds);
        assert!(
            holds.ends_with('.') && holds.len() > 10,
            "{kind:?} has no sentence"
        );
        writeln!(page, "| `{}` | {holds} |", typed(file)).unwrap();
    }
}

/// A key as the reference writes it: `errors/<step>/round-<n>.json`.
fn typed(form: &str) -> String {
    form.replace("{run}", "<run id>")
        .replace("{round}", "<n>")
        .replace('{', "<")
        .replace('}', ">")
}

#[test]
fn no_key_is_formed_beside_the_table() {
    const ENDS: [&str; 6] = [".json", ".csv", ".txt", ".html", ".hbs", ".rsql"];
    let mut open = vec![docs().join("../runtime-lambda/src")];
    let mut beside = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let formed = code
                .split("format!(")
                .skip(1)
                .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
            for form in formed.filter(|form| ENDS.iter().any(|end| form.ends_with(end))) {
                beside.push(format!("{}: {form}", path.display()));
            }
        }
    }
    assert!(beside.is_empty(), "{beside:?}");
}
