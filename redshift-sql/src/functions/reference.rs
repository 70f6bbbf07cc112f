//! The page about functions, for whoever writes SQL.

use std::fmt::Write as _;

use super::{ALL, Chapter, Function, Kind, Standing};

/// Where the Developer Guide stands.
const GUIDE: &str = "https://docs.aws.amazon.com/redshift/latest/dg";

const HEAD: &str = "\
# Functions

The functions of Redshift that sfc knows, by chapter of Amazon's Developer Guide. `[, text]` may be \
left out; `any, …` stands for any number of arguments. A table with the name of a function links to \
the guide.

`sfc validate` refuses a function that is not here, unless a step creates it or a schema stands in \
front of its name.

This file is generated: `UPDATE_DOCS=1 cargo test -p redshift-sql --test functions`.
";

/// The page `docs/reference/functions.md`.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    for chapter in ALL {
        write_chapter(&mut page, chapter);
    }
    page
}

fn write_chapter(page: &mut String, chapter: &Chapter) {
    let _ = writeln!(
        page,
        "\n## {}\n\n| function | called as | kind |\n|---|---|---|",
        chapter.title
    );
    for function in chapter.functions {
        let usage: Vec<String> = function
            .usage()
            .iter()
            .map(|usage| format!("`{usage}`"))
            .collect();
        let _ = writeln!(
            page,
            "| [`{}`]({GUIDE}/{}.html) | {} | {} |",
            function.name,
            function.page,
            usage.join("<br>"),
            kind(function)
        );
    }
}

fn kind(function: &Function) -> String {
    let kind = match function.kind {
        Kind::Scalar => "scalar",
        Kind::Aggregate if function.over != super::Over::Never => "aggregate, window",
        Kind::Aggregate => "aggregate",
        Kind::Window => "window",
        Kind::Table => "table",
        Kind::Grammar => "syntax",
    };
    let standing = match function.standing {
        Standing::Everywhere => "",
        Standing::LeaderNode => ", leader node only",
        Standing::Undocumented => ", undocumented",
        Standing::Ended => ", ended",
    };
    if function.note.is_empty() {
        format!("{kind}{standing}")
    } else {
        format!("{kind}{standing}: {}", function.note)
    }
}
