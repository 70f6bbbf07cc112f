//! What is wrong with how a script goes on: `\if` without `\endif`, `\goto` without a label, a command
//! with a typo.

use std::collections::HashMap;

use super::RsqlScript;
use super::command::{CommandKind, MetaCommand};
use crate::mistake::{Mistake, MistakeKind};
use crate::parser::nearest;

/// What can be seen of a script without its variables and without the scripts that it runs. A script
/// that runs others may leave its blocks and labels to them.
///
/// `\if :n = 1` without `\endif` is a mistake at `\if`.
pub fn mistakes(script: &RsqlScript, text: &str) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = script.mistake.iter().cloned().collect();
    let includes = script
        .commands()
        .any(|command| command.kind == CommandKind::Include);
    if !includes {
        blocks(script, text, &mut mistakes);
        labels(script, text, &mut mistakes);
    }
    mistakes.extend(
        script
            .commands()
            .filter_map(|command| unknown(command, text)),
    );
    mistakes.sort_by_key(|mistake| mistake.span);
    mistakes
}

fn wrong(command: &MetaCommand, sentence: String, help: String) -> Mistake {
    Mistake::new(MistakeKind::Syntax, command.span, sentence).help(help)
}

/// What is open: the `\if`, and whether its `\else` was there.
struct Open<'s> {
    begun: &'s MetaCommand,
    ended: bool,
}

fn blocks(script: &RsqlScript, text: &str, mistakes: &mut Vec<Mistake>) {
    let mut open: Vec<Open<'_>> = Vec::new();
    for command in script.commands() {
        let name = command.name.of(text).to_ascii_lowercase();
        match command.kind {
            CommandKind::If => open.push(Open {
                begun: command,
                ended: false,
            }),
            CommandKind::ElseIf | CommandKind::Else => match open.last_mut() {
                None => mistakes.push(wrong(
                    command,
                    format!("this `\\{name}` has no `\\if`"),
                    "put `\\if` and its condition in front of it".to_owned(),
                )),
                Some(block) if block.ended => mistakes.push(wrong(
                    command,
                    format!("this `\\{name}` stands behind the `\\else` of its `\\if`"),
                    "put `\\else` last, in front of `\\endif`".to_owned(),
                )),
                Some(block) => block.ended = command.kind == CommandKind::Else,
            },
            CommandKind::EndIf if open.pop().is_none() => mistakes.push(wrong(
                command,
                "this `\\endif` has no `\\if`".to_owned(),
                "remove it, or put `\\if` and its condition in front of it".to_owned(),
            )),
            _ => {}
        }
    }
    mistakes.extend(open.into_iter().map(|block| {
        wrong(
            block.begun,
            "this `\\if` has no `\\endif`".to_owned(),
            "put `\\endif` on a line behind what it decides".to_owned(),
        )
    }));
}

/// Most labels that are looked at for a near one.
const LOOKED_AT: usize = 100;

/// `\goto` goes forward only.
fn labels(script: &RsqlScript, text: &str, mistakes: &mut Vec<Mistake>) {
    let labels: Vec<(usize, &str)> = script
        .commands()
        .enumerate()
        .filter(|(_, command)| command.kind == CommandKind::Label)
        .map(|(at, command)| (at, command.rest.of(text)))
        .collect();
    // Of labels with one name, the last: it is the furthest that can be reached.
    let last: HashMap<&str, usize> = labels.iter().map(|(at, name)| (*name, *at)).collect();
    let gotos = script.commands().enumerate();
    for (at, command) in gotos.filter(|(_, command)| command.kind == CommandKind::Goto) {
        let Some(wanted) = command
            .arguments
            .first()
            .map(super::CommandArgument::literal)
        else {
            mistakes.push(wrong(
                command,
                "`\\goto` does not say where to".to_owned(),
                "name a label behind it: `\\goto end` and `\\label end`".to_owned(),
            ));
            continue;
        };
        // A variable may name any.
        let Some(wanted) = wanted else { continue };
        let help = match last.get(wanted) {
            Some(label) if *label > at => continue,
            Some(_) => format!("`\\goto` goes forward only: put `\\label {wanted}` behind it"),
            None => {
                let behind = labels.iter().filter(|(label, _)| *label > at);
                let names: Vec<&str> = behind.map(|(_, name)| *name).take(LOOKED_AT).collect();
                match nearest(wanted, &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("put `\\label {wanted}` on a line behind it"),
                }
            }
        };
        let sentence = format!("no label `{wanted}` stands behind this `\\goto`");
        mistakes.push(wrong(command, sentence, help));
    }
}

/// A command that nobody knows, where one that RSQL has is near: there may be others.
fn unknown(command: &MetaCommand, text: &str) -> Option<Mistake> {
    if command.kind != CommandKind::Unknown {
        return None;
    }
    let name = command.name.of(text);
    let near = nearest(&name.to_ascii_lowercase(), &CommandKind::names())?;
    let span = crate::Span::new(command.span.start, command.name.end);
    let sentence = format!("RSQL has no command `\\{name}`");
    let mistake = Mistake::new(MistakeKind::Syntax, span, sentence);
    Some(mistake.help(format!("did you mean `\\{near}`?")))
}
