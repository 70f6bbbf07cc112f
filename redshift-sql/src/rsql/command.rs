//! Meta commands: a backslash, a name, and arguments to the end of the line.

use super::argument::{self, ArgumentPart, CommandArgument};
use super::place;
use super::variable::{self, VariableUse};
use crate::Span;
use crate::lexer;

/// A meta command of RSQL with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaCommand {
    /// From its backslash to the end of its arguments.
    pub span: Span,
    /// Its name, without the backslash.
    pub name: Span,
    /// Which command it is.
    pub kind: CommandKind,
    /// What stands behind its name, without blanks around it.
    pub rest: Span,
    /// The same, split; empty for a condition and a label.
    pub arguments: Vec<CommandArgument>,
    /// The variables that are put into it, outside of quotes.
    pub variables: Vec<VariableUse>,
}

/// What a meta command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandKind {
    /// `\if condition`
    If,
    /// `\elseif condition`
    ElseIf,
    /// `\else`
    Else,
    /// `\endif`
    EndIf,
    /// `\goto label`
    Goto,
    /// `\label name`
    Label,
    /// `\exit [code]`
    Exit,
    /// `\echo text`
    Echo,
    /// `\remark text`
    Remark,
    /// `\set [name [value]]`
    Set,
    /// `\unset name`
    Unset,
    /// `\rset setting value`
    Rset,
    /// `\i file`, `\run file=…`
    Include,
    /// `\g`: sends the statement so far.
    Send,
    /// `\gset [prefix]`: sends it, and keeps its row in variables.
    SendAndKeep,
    /// `\r`: forgets the statement so far.
    Reset,
    /// `\p`: writes the statement so far.
    Print,
    /// `\pset` and others that change how the output looks.
    Look,
    /// `\logon` or `\connect`: another connection.
    Connect,
    /// `\export`, `\import`, `\o` and others that read or write files.
    Files,
    /// `\! command`: runs a command of the system.
    Shell,
    /// Another one that RSQL has, such as `\timing` or `\conninfo`.
    Other,
    /// None that is known.
    Unknown,
}

/// The names of commands, in lower case, and what they do.
const COMMANDS: &[(&str, CommandKind)] = &[
    ("!", CommandKind::Shell),
    ("?", CommandKind::Other),
    ("a", CommandKind::Look),
    ("c", CommandKind::Connect),
    ("cd", CommandKind::Files),
    ("connect", CommandKind::Connect),
    ("conninfo", CommandKind::Other),
    ("copy", CommandKind::Files),
    ("copyright", CommandKind::Other),
    ("crosstabview", CommandKind::Other),
    ("e", CommandKind::Files),
    ("echo", CommandKind::Echo),
    ("edit", CommandKind::Files),
    ("ef", CommandKind::Files),
    ("elif", CommandKind::ElseIf),
    ("else", CommandKind::Else),
    ("elseif", CommandKind::ElseIf),
    ("encoding", CommandKind::Other),
    ("endif", CommandKind::EndIf),
    ("errverbose", CommandKind::Other),
    ("ev", CommandKind::Files),
    ("exit", CommandKind::Exit),
    ("export", CommandKind::Files),
    ("f", CommandKind::Look),
    ("g", CommandKind::Send),
    ("gdesc", CommandKind::Other),
    ("gexec", CommandKind::Other),
    ("goto", CommandKind::Goto),
    ("gset", CommandKind::SendAndKeep),
    ("gx", CommandKind::Other),
    ("h", CommandKind::Look),
    ("help", CommandKind::Other),
    ("html", CommandKind::Other),
    ("i", CommandKind::Include),
    ("if", CommandKind::If),
    ("import", CommandKind::Files),
    ("include", CommandKind::Include),
    ("include_relative", CommandKind::Include),
    ("ir", CommandKind::Include),
    ("l", CommandKind::Other),
    ("label", CommandKind::Label),
    ("list", CommandKind::Other),
    ("logoff", CommandKind::Other),
    ("logon", CommandKind::Connect),
    ("o", CommandKind::Files),
    ("out", CommandKind::Files),
    ("p", CommandKind::Print),
    ("password", CommandKind::Other),
    ("print", CommandKind::Print),
    ("prompt", CommandKind::Other),
    ("pset", CommandKind::Look),
    ("q", CommandKind::Exit),
    ("qecho", CommandKind::Other),
    ("quit", CommandKind::Exit),
    ("r", CommandKind::Reset),
    ("remark", CommandKind::Remark),
    ("reset", CommandKind::Reset),
    ("rset", CommandKind::Rset),
    ("run", CommandKind::Include),
    ("s", CommandKind::Files),
    ("set", CommandKind::Set),
    ("setenv", CommandKind::Other),
    ("sf", CommandKind::Other),
    ("show", CommandKind::Other),
    ("sv", CommandKind::Other),
    ("t", CommandKind::Look),
    ("timing", CommandKind::Look),
    ("unset", CommandKind::Unset),
    ("w", CommandKind::Files),
    ("watch", CommandKind::Other),
    ("write", CommandKind::Files),
    ("x", CommandKind::Look),
    ("z", CommandKind::Other),
];

impl CommandKind {
    /// The command of a name, in any case. Everything from `\d` on with three letters describes
    /// something.
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match COMMANDS.binary_search_by_key(&name.as_str(), |(known, _)| *known) {
            Ok(at) => COMMANDS.get(at).map_or(Self::Unknown, |(_, kind)| *kind),
            Err(_) if name.starts_with('d') && name.len() <= LONGEST_DESCRIPTION => Self::Other,
            Err(_) => Self::Unknown,
        }
    }

    /// Names of all commands that have more than two letters, for "did you mean".
    pub(super) fn names() -> Vec<&'static str> {
        let names = COMMANDS.iter().map(|(name, _)| *name);
        names.filter(|name| name.len() > 2).collect()
    }
}

/// Bytes of the longest name that describes something: `\drds`.
const LONGEST_DESCRIPTION: usize = 4;

/// Reads the command that begins at a place, and gives the place behind it. That is behind its
/// line's last byte, at the next command, or behind `\\`.
pub(super) fn read(text: &str, start: u32) -> (MetaCommand, u32) {
    let whole = text.get(start as usize..).unwrap_or_default();
    let line = whole.split('\n').next().unwrap_or_default();
    let behind = line.get(1..).unwrap_or_default();
    let name_length = match behind.strip_prefix(['!', '?']) {
        Some(_) => 1,
        None => behind
            .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
            .unwrap_or(behind.len()),
    };
    let name = behind.get(..name_length).unwrap_or_default();
    let kind = CommandKind::of(name);
    let arguments = behind.get(name_length..).unwrap_or_default();
    // These take the rest of the line as it is.
    let as_it_is = kind == CommandKind::Shell || name.eq_ignore_ascii_case("copy");
    let length = if as_it_is {
        arguments.len()
    } else {
        argument::length(arguments)
    };
    let taken = arguments.get(..length).unwrap_or_default();
    let rest_start = name_length + 1 + (taken.len() - taken.trim_start().len());
    let name = Span::new(start + 1, start + 1 + place(name_length));
    let rest = Span::new(
        start + place(rest_start),
        start + place(rest_start + taken.trim().len()),
    );
    let end = name.end + place(length);
    let mut command = MetaCommand {
        span: Span::new(start, rest.end.max(name.end)),
        name,
        kind,
        rest,
        arguments: Vec::new(),
        variables: Vec::new(),
    };
    match kind {
        CommandKind::If | CommandKind::ElseIf => {
            let (lexed, _) = lexer::lex_rsql(text, rest);
            command.variables = variable::of_tokens(text, &lexed.tokens);
        }
        CommandKind::Label => {}
        _ => command.arguments = argument::read(text, rest),
    }
    for part in command.arguments.iter().flat_map(|one| &one.parts) {
        if let ArgumentPart::Variable(variable) = part {
            command.variables.push(variable.clone());
        }
    }
    let separated = !as_it_is
        && text
            .get(end as usize..)
            .is_some_and(|at| at.starts_with("\\\\"));
    (command, if separated { end + 2 } else { end })
}
