//! `docs/reference/files.md`: every object of a run by its key, from the table that forms the keys.

use std::fmt::Write as _;

use runtime_lambda::keys::{ARTIFACTS, KeyForm, OF_A_PIPELINE, OF_A_RUN};

use super::{cell, is_fresh};

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
