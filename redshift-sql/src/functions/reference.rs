//! The page about functions, for whoever writes SQL.

use std::fmt::Write as _;

use super::{ALL, Chapter, Function, FunctionKind, FunctionStanding};

/// Where the Developer Guide stands.
pub(super) const GUIDE: &str = "https://docs.aws.amazon.com/redshift/latest/dg";

const HEAD: &str = "\
# Functions

The functions of Redshift by chapter of Amazon's Developer Guide. The name of a function links to its \
page there. `[, text]` may be left out; `any, …` stands for any number of arguments.

`sfc validate` refuses a call whose arguments or whose OVER do not fit, and a name that is nearly one \
of these or that [another database](#functions-of-other-databases) has, unless a step creates such a \
function or a schema stands in front of the name.

This file is generated: `UPDATE_DOCS=1 cargo test -p redshift-sql --test language functions`.
";

/// Makes the page `docs/reference/functions.md` from the table.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    for chapter in ALL {
        write_chapter(&mut page, chapter);
    }
    page.push_str("\n## Functions of other databases\n\n| function | in Redshift |\n|---|---|\n");
    for (name, instead) in super::elsewhere() {
        let _ = writeln!(page, "| `{name}` | {} |", instead.replace('|', "\\|"));
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

/// What a function makes of rows, where it runs, and what is to be noted about it.
pub(super) fn kind(function: &Function) -> String {
    let kind = match function.kind {
        FunctionKind::Scalar => "scalar",
        FunctionKind::Aggregate if function.over != super::Over::Never => "aggregate, window",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window",
        FunctionKind::Table => "table",
        FunctionKind::Grammar => "syntax",
    };
    let standing = match function.standing {
        FunctionStanding::Everywhere => "",
        FunctionStanding::LeaderNode => ", leader node only",
        FunctionStanding::Undocumented => ", undocumented",
        FunctionStanding::Ended => ", ended",
    };
    if function.note.is_empty() {
        format!("{kind}{standing}")
    } else {
        format!("{kind}{standing}: {}", function.note)
    }
}
