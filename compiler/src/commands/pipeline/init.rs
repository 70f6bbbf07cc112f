//! `sfc init`: a folder that runs at once.

use std::fs;
use std::io;
use std::path::Path;

use handlebars::Handlebars;
use serde_json::json;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;
use crate::{pipeline_yaml, testing};

/// Files of a new pipeline, as they are.
const FILES: [(&str, &str); 7] = [
    (".gitignore", ".sfc/\n"),
    (
        "sql/create_tables.sql",
        include_str!("../../../../templates/init/sql/create_tables.sql"),
    ),
    (
        "sql/revenue_by_country.sql",
        include_str!("../../../../templates/init/sql/revenue_by_country.sql"),
    ),
    (
        "sql/check_orders.sql",
        include_str!("../../../../templates/init/sql/check_orders.sql"),
    ),
    (
        "tests/revenue.yaml",
        include_str!("../../../../templates/init/tests/revenue.yaml"),
    ),
    (
        "data/customers.csv",
        include_str!("../../../../templates/init/data/customers.csv"),
    ),
    (
        "data/orders.csv",
        include_str!("../../../../templates/init/data/orders.csv"),
    ),
];

/// Files of a new pipeline in which its name stands.
const TEMPLATES: [(&str, &str); 3] = [
    (
        "pipeline.yaml",
        include_str!("../../../../templates/init/pipeline.yaml.hbs"),
    ),
    (
        "sql/load_customers.sql",
        include_str!("../../../../templates/init/sql/load_customers.sql.hbs"),
    ),
    (
        "sql/load_orders.sql",
        include_str!("../../../../templates/init/sql/load_orders.sql.hbs"),
    ),
];

/// Makes a pipeline in `folder`, which must be new or empty.
#[must_use]
pub fn init(folder: &Path, name: Option<&str>, printer: &Printer) -> Exit {
    let shown = folder.display().to_string();
    let name = match name {
        Some(name) => name.to_owned(),
        None => name_of(folder),
    };
    let diagnostic = match create(folder, &name) {
        Ok(()) => {
            printer.note(&format!(
                "made the pipeline `{name}`; `sfc test {shown}` runs its tests; run it with:"
            ));
            printer.data(&format!("sfc run {shown}\n"));
            return Exit::Success;
        }
        Err(Problem::Name) => Diagnostic::error(
            Code::PipelineName,
            format!("`{name}` cannot be the name of a pipeline"),
        )
        .help("use lower-case letters, digits and `-`, at most 58 characters: `sfc init FOLDER --name NAME`"),
        Err(Problem::NotEmpty) => Diagnostic::error(
            Code::FolderNotEmpty,
            format!("`{shown}` is not empty"),
        )
        .help("name a folder that is new or empty"),
        Err(Problem::Unwritable(error)) => Diagnostic::error(
            Code::BundleUnwritable,
            format!("the pipeline cannot be written to `{shown}`"),
        )
        .note(error.to_string())
        .help("check the folder's permissions and the space on its disk"),
    };
    let exit = if diagnostic.code == Code::BundleUnwritable {
        Exit::Trouble
    } else {
        Exit::BadInput
    };
    let diagnostic = diagnostic.in_file(&SourceFile::unread(shown));
    printer.diagnostics(&std::iter::once(diagnostic).collect::<Diagnostics>());
    exit
}

enum Problem {
    Name,
    NotEmpty,
    Unwritable(io::Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(error)
    }
}

/// The folder's own name, as far as it can be a pipeline's.
pub(super) fn name_of(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_default();
    let own = absolute.file_name().unwrap_or_default().to_string_lossy();
    let name: String = own
        .to_lowercase()
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character
            } else {
                '-'
            }
        })
        .collect();
    name.trim_matches('-').to_owned()
}

/// The name is also part of a bucket's, so that rules of both hold. It has lower case, digits and
/// `-`, and with `-data` behind it at most 63 characters (AWS page: "General purpose bucket naming
/// rules").
fn is_name(name: &str) -> bool {
    (1..=58).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
}

fn create(folder: &Path, name: &str) -> Result<(), Problem> {
    if !is_name(name) {
        return Err(Problem::Name);
    }
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => return Err(Problem::NotEmpty),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut registry = Handlebars::new();
    registry.register_escape_fn(handlebars::no_escape);
    let write = |path: &str, text: &str| -> io::Result<()> {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)
    };
    for (path, text) in FILES {
        write(path, text)?;
    }
    for (path, template) in TEMPLATES {
        let text = registry
            .render_template(template, &json!({ "name": name }))
            .map_err(io::Error::other)?;
        write(path, &text)?;
    }
    write("pipeline.schema.json", &pipeline_yaml::render_schema())?;
    write("tests.schema.json", &testing::render_schema())?;
    Ok(())
}
