//! `sfc grants`: the GRANTs that the pipeline's database user needs, as SQL.

use crate::commands::compiled;
use crate::commands::pipeline_at::PipelineAt;
use crate::compile::Overrides;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::grants::{self, GrantRecipient};
use crate::printer::Printer;
use crate::source::SourceFile;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    /// The database user; without it the first of `warehouse.roles`, else the user of the deployed stack.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    account: crate::commands::account::Account,
}

/// Prints GRANT statements; comments stand for what no GRANT gives.
#[must_use]
pub fn grants(arguments: &Arguments, printer: &Printer) -> Exit {
    let environment = arguments.at.environment.as_deref();
    let user = arguments.user.as_deref().map(str::trim);
    if user.is_some_and(str::is_empty) {
        let mut diagnostics = Diagnostics::new();
        diagnostics.push(
            Diagnostic::error(Code::EmptyText, "`--user` is empty")
                .in_file(&SourceFile::unread("command line"))
                .help(
                    "give the name of a database user, such as `IAMR:flights-FunctionRole-1A2B3C`",
                ),
        );
        printer.diagnostics(&diagnostics);
        return Exit::BadInput;
    }
    let compiled = compiled(
        &arguments.at.path,
        environment,
        Overrides::default(),
        printer,
    );
    let (project, compiled) = match compiled {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let grantee = match (user, GrantRecipient::of(&compiled.pipeline)) {
        (Some(user), _) => GrantRecipient::User(user.to_owned()),
        (None, GrantRecipient::Placeholder(name)) => deployed(&project, arguments, printer)
            .map_or(GrantRecipient::Placeholder(name), GrantRecipient::User),
        (None, known) => known,
    };
    printer.data(&grants::script(&compiled.pipeline, &grantee));
    Exit::Success
}

/// The user that the deployed stack names. Where nobody can tell, a note says why.
#[cfg(feature = "aws")]
fn deployed(
    project: &crate::project::Project,
    arguments: &Arguments,
    printer: &Printer,
) -> Option<String> {
    use crate::commands::account;
    use crate::commands::session::{self, KnownPipeline};
    use crate::stack::DATABASE_USER_OUTPUT;

    let asked = session::ended(async {
        let known = KnownPipeline::of(project)?;
        let aws = arguments.account.connect(&known).await?;
        let stack = account::deployed(&aws, &known).await?;
        Ok(stack.outputs.get(DATABASE_USER_OUTPUT).cloned())
    });
    let why = match asked {
        Ok(Some(user)) => return Some(user),
        Ok(None) => "the deployed stack does not name it".to_owned(),
        Err(early) => {
            let sentences = early.diagnostics.iter().map(|one| one.message.clone());
            sentences.collect::<Vec<_>>().join("; ")
        }
    };
    printer.note(&format!(
        "the database user is not known, so a placeholder stands for it: {why}"
    ));
    None
}

#[cfg(not(feature = "aws"))]
fn deployed(_: &crate::project::Project, _: &Arguments, printer: &Printer) -> Option<String> {
    printer.note("the database user is not known, so a placeholder stands for it: this sfc is built without AWS");
    None
}
