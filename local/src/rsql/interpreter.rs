//! Runs a script.

use std::collections::BTreeMap;
use std::sync::Arc;

use redshift_sql::lexer::lex;
use redshift_sql::rsql::{self, CommandKind, MetaCommand, PieceKind, ScriptPiece};
use redshift_sql::token::TokenKind;

use super::arguments::{arguments, named};
use super::condition;
use super::table::table;
use super::variables::{ScriptVariables, TooLong, append};
use super::{EndedScript, RsqlAnswer, RunnableScript, ScriptSession};

/// Severity of an error to which the script gives none.
const ERROR_SEVERITY: i32 = 8;

/// Return code of a script that ON_ERROR_STOP ended, as psql has it.
const STOPPED: i32 = 3;

/// Return code of a script that asks for what is not done for it.
const REFUSED: i32 = 1;

/// Scripts that run each other deeper than this run in a circle.
const DEEPEST: usize = 32;

/// Most bytes of a script's output: it is held in memory until the script has ended.
const MOST_OUTPUT: usize = 10 * 1024 * 1024;

/// Runs a script to its end.
pub async fn run(script: RunnableScript<'_>, session: &mut dyn ScriptSession) -> EndedScript {
    let mut interpreter = Interpreter {
        files: script.files,
        sources: vec![Source::new(script.text.to_owned())],
        variables: ScriptVariables::default(),
        branches: Vec::new(),
        wanted_label: None,
        statement: String::new(),
        severities: BTreeMap::new(),
        most: None,
        highest: 0,
        ended: EndedScript {
            code: 0,
            output: String::new(),
            error: None,
            rows: None,
        },
        over: false,
    };
    for (name, value) in script.variables {
        interpreter.set(name, value);
    }
    interpreter.outcome("00000", "");
    interpreter.count(0);
    interpreter.play(session).await;
    interpreter.ended
}

/// A `\if` whose `\endif` is yet to come.
struct Branch {
    /// Whether what stands here runs.
    active: bool,
    /// Whether one of its parts has run, or none may.
    taken: bool,
}

/// A script that runs.
struct Source {
    text: Arc<str>,
    /// What is left of it.
    pieces: std::vec::IntoIter<ScriptPiece>,
}

impl Source {
    fn new(text: String) -> Self {
        let pieces = rsql::read(&text).pieces.into_iter();
        Self {
            text: text.into(),
            pieces,
        }
    }
}

struct Interpreter<'a> {
    files: &'a (dyn Fn(&str) -> Result<String, String> + Sync),
    /// What is left of the script, and of the scripts that it runs, the innermost last.
    sources: Vec<Source>,
    variables: ScriptVariables,
    branches: Vec<Branch>,
    /// The label that `\goto` looks for; until it is found, nothing runs.
    wanted_label: Option<String>,
    /// The statement so far.
    statement: String,
    /// Severities that the script gave to SQLSTATEs.
    severities: BTreeMap<String, i32>,
    /// MAXERROR: the severity above which the script ends.
    most: Option<i32>,
    /// The highest severity so far.
    highest: i32,
    ended: EndedScript,
    over: bool,
}

impl Interpreter<'_> {
    async fn play(&mut self, session: &mut dyn ScriptSession) {
        while !self.over {
            // A script of commands alone waits for nothing: others need the thread as well, not least
            // whoever stops this script.
            tokio::task::yield_now().await;
            let Some(source) = self.sources.last_mut() else {
                break;
            };
            let text = Arc::clone(&source.text);
            let Some(piece) = source.pieces.next() else {
                self.sources.pop();
                continue;
            };
            match piece.kind {
                PieceKind::Sql(sql) if self.runs() => {
                    let sql = self.variables.put_in(&text, piece.span, &sql.variables);
                    let added = sql.and_then(|sql| append(&mut self.statement, &sql));
                    self.unless_too_long(added);
                }
                PieceKind::End if self.runs() => {
                    let statement = std::mem::take(&mut self.statement);
                    self.execute(session, &statement, None).await;
                }
                PieceKind::Sql(_) | PieceKind::End => {}
                PieceKind::Command(command) => self.command(session, &text, &command).await,
            }
        }
        if self.over {
            return;
        }
        // A last statement without a semicolon is never sent.
        if let Some(label) = self.wanted_label.take() {
            self.refuse(&format!("there is no label {label} behind its \\goto"));
        } else if !self.branches.is_empty() {
            self.refuse("an \\if has no \\endif");
        } else {
            self.ended.code = self.highest;
        }
    }

    /// Whether statements and commands run here, or are passed over.
    fn runs(&self) -> bool {
        self.wanted_label.is_none() && self.branches.last().is_none_or(|branch| branch.active)
    }

    async fn execute(
        &mut self,
        session: &mut dyn ScriptSession,
        statement: &str,
        into: Option<&str>,
    ) {
        if is_blank(statement) {
            return;
        }
        match session.execute(statement.trim()).await {
            RsqlAnswer::Rows {
                columns,
                records,
                total,
            } => {
                self.outcome("00000", "");
                self.count(total);
                self.ended.rows = Some(total);
                match into {
                    Some(prefix) => self.keep(prefix, &columns, &records, total),
                    None => {
                        let room = MOST_OUTPUT.saturating_sub(self.ended.output.len());
                        self.write(&table(&columns, &records, total, room));
                    }
                }
            }
            RsqlAnswer::Done(rows) => {
                self.outcome("00000", "");
                self.count(rows.unwrap_or(0));
                self.ended.rows = rows;
            }
            RsqlAnswer::Failed { code, message } => {
                self.count(0);
                self.failed(&code, &message);
            }
        }
    }

    /// `\gset`: the only row's values as variables.
    fn keep(
        &mut self,
        prefix: &str,
        columns: &[String],
        records: &[Vec<Option<String>>],
        total: u64,
    ) {
        let [record] = records else {
            self.failed("02000", &format!("\\gset takes one row, not {total}"));
            return;
        };
        for (column, value) in columns.iter().zip(record) {
            let name = format!("{prefix}{column}");
            match value {
                Some(value) => self.set(&name, value),
                None => self.variables.unset(&name),
            }
        }
    }

    async fn command(
        &mut self,
        session: &mut dyn ScriptSession,
        script: &str,
        command: &MetaCommand,
    ) {
        // What decides where the script goes on is looked at everywhere.
        match command.kind {
            CommandKind::If => return self.begin_if(script, command),
            CommandKind::ElseIf => return self.next_if(script, Some(command)),
            CommandKind::Else => return self.next_if(script, None),
            CommandKind::EndIf => {
                if self.branches.pop().is_none() {
                    self.refuse("an \\endif has no \\if");
                }
                return;
            }
            CommandKind::Label => return self.label(command.rest.of(script)),
            _ if !self.runs() => return,
            _ => {}
        }
        let given = match arguments(script, command, &self.variables) {
            Ok(given) => given,
            Err(too_long) => return self.unless_too_long(Err(too_long)),
        };
        let first = given.first().map(String::as_str);
        match command.kind {
            CommandKind::Exit => self.exit(first),
            CommandKind::Echo => {
                let unbroken = first == Some("-n");
                let words = given.get(usize::from(unbroken)..).unwrap_or_default();
                self.write(&words.join(" "));
                self.write(if unbroken { "" } else { "\n" });
            }
            CommandKind::Remark => {
                let text = given.join(" ").replace("//", "\n");
                self.write(&format!("{text}\n"));
            }
            CommandKind::Set => match first {
                Some(name) => {
                    let value = given.get(1..).unwrap_or_default().concat();
                    self.set(name, &value);
                }
                None => {
                    let all: String = self
                        .variables
                        .all()
                        .map(|(name, value)| format!("{name} = '{value}'\n"))
                        .collect();
                    self.write(&all);
                }
            },
            CommandKind::Unset => given.iter().for_each(|name| self.variables.unset(name)),
            CommandKind::Goto => match first {
                Some(label) => self.wanted_label = Some(label.to_owned()),
                None => self.refuse("\\goto takes a label"),
            },
            CommandKind::Rset => self.rset(&given),
            CommandKind::Include => self.include(&given),
            CommandKind::Send => {
                let statement = std::mem::take(&mut self.statement);
                self.execute(session, &statement, None).await;
            }
            CommandKind::SendAndKeep => {
                let statement = std::mem::take(&mut self.statement);
                let prefix = first.unwrap_or_default();
                self.execute(session, &statement, Some(prefix)).await;
            }
            CommandKind::Reset => self.statement.clear(),
            CommandKind::Print => {
                let statement = format!("{}\n", self.statement.trim());
                self.write(&statement);
            }
            // The output's looks and the connection mean nothing here.
            CommandKind::Look | CommandKind::Connect => {}
            _ => {
                let name = command.name.of(script);
                self.refuse(&format!("\\{name} is not done on this machine"));
            }
        }
    }

    fn begin_if(&mut self, script: &str, command: &MetaCommand) {
        let branch = if self.runs() {
            let holds = self.condition(script, command);
            Branch {
                active: holds,
                taken: holds,
            }
        } else {
            Branch {
                active: false,
                taken: true,
            }
        };
        self.branches.push(branch);
    }

    /// `\elseif`, or `\else` without a condition.
    fn next_if(&mut self, script: &str, command: Option<&MetaCommand>) {
        let Some(branch) = self.branches.last() else {
            return self.refuse("an \\else or \\elseif has no \\if");
        };
        let holds = !branch.taken
            && self.wanted_label.is_none()
            && command.is_none_or(|command| self.condition(script, command));
        if let Some(branch) = self.branches.last_mut() {
            branch.active = holds;
            branch.taken |= holds;
        }
    }

    /// What cannot be read as a condition does not hold, and is an error.
    fn condition(&mut self, script: &str, command: &MetaCommand) -> bool {
        let text = self
            .variables
            .put_in(script, command.rest, &command.variables);
        let text = match text {
            Ok(text) => text,
            Err(too_long) => {
                self.unless_too_long(Err(too_long));
                return false;
            }
        };
        match condition::holds(&text) {
            Ok(holds) => holds,
            Err(sentence) => {
                let text = text.trim();
                self.failed("42601", &format!("`{text}` is no condition: {sentence}"));
                false
            }
        }
    }

    fn label(&mut self, name: &str) {
        let Some(wanted) = &self.wanted_label else {
            return;
        };
        let name = name.trim();
        if wanted != name {
            return self.write(&format!("\\label {name} ignored\n"));
        }
        self.wanted_label = None;
        // Whoever jumps into a block is in it: its other parts do not run.
        for branch in &mut self.branches {
            branch.active = true;
            branch.taken = true;
        }
        self.write(&format!("\\label {name} processed\n"));
    }

    fn exit(&mut self, code: Option<&str>) {
        self.over = true;
        let code = match code.map(|code| (code, code.parse::<u8>())) {
            None => self.highest,
            Some((_, Ok(code))) => i32::from(code),
            Some((code, Err(_))) => {
                return self.refuse(&format!("`{code}` is no return code: it is 0 to 255"));
            }
        };
        self.ended.code = code;
    }

    fn rset(&mut self, given: &[String]) {
        let word = |position: usize| given.get(position).map(|word| word.to_ascii_lowercase());
        let words: Vec<String> = given.iter().map(|word| word.to_ascii_lowercase()).collect();
        match word(0).as_deref() {
            Some("maxerror") => match word(1).map(|most| most.parse()) {
                Some(Ok(most)) => self.most = Some(most),
                None => self.most = None,
                Some(Err(_)) => self.refuse("\\rset maxerror takes a number"),
            },
            Some("errorlevel") => match words.iter().position(|word| word == "severity") {
                Some(at) => match word(at + 1).map(|severity| severity.parse()) {
                    Some(Ok(severity)) => {
                        for code in given.get(1..at).unwrap_or_default() {
                            for code in code.split([',', '(', ')']).filter(|code| !code.is_empty())
                            {
                                self.severities.insert(code.to_ascii_uppercase(), severity);
                            }
                        }
                        self.write("Errorlevel is on.\n");
                    }
                    _ => self.refuse("\\rset errorlevel … severity takes a number"),
                },
                None if word(1).is_none_or(|word| word == "on" || word == "off") => {}
                None => {
                    self.refuse("\\rset errorlevel takes codes, the word severity and a number")
                }
            },
            // Looks of the output.
            Some("heading" | "rtitle" | "rformat" | "titledashes" | "width") => {}
            _ => self.refuse("\\rset has no such setting"),
        }
    }

    fn include(&mut self, given: &[String]) {
        let file = named(given, "file").or(given.first().map(String::as_str));
        let Some(file) = file else {
            return self.refuse("\\run takes a file");
        };
        if self.sources.len() >= DEEPEST {
            return self.refuse("scripts run each other in a circle");
        }
        let skipped = named(given, "skip").and_then(|lines| lines.parse::<usize>().ok());
        match (self.files)(file) {
            Ok(text) => {
                let lines = skipped.unwrap_or(0);
                let rest: Vec<&str> = text.lines().skip(lines).collect();
                if lines > 0 {
                    self.write(&format!("{lines} records skipped in RUN file.\n"));
                }
                let mut text = rest.join("\n");
                text.push('\n');
                self.sources.push(Source::new(text));
            }
            Err(sentence) => self.failed("58P01", &format!("{file}: {sentence}")),
        }
    }

    /// Something went wrong; the script goes on unless it said otherwise.
    fn failed(&mut self, code: &str, message: &str) {
        self.outcome(code, message);
        self.ended.error = Some(message.to_owned());
        self.write(&format!("rsql: ERROR: {message}\n"));
        let severity = self.severities.get(code).copied().unwrap_or(ERROR_SEVERITY);
        self.highest = self.highest.max(severity);
        let stops = self
            .variables
            .get("ON_ERROR_STOP")
            .is_some_and(|value| condition::holds(value).unwrap_or(true));
        if self.most.is_some_and(|most| severity > most) {
            self.over = true;
            self.ended.code = self.highest;
        } else if stops {
            self.over = true;
            self.ended.code = STOPPED;
        }
    }

    /// What cannot be gone on with.
    fn refuse(&mut self, message: &str) {
        self.ended.error = Some(message.to_owned());
        self.write(&format!("rsql: ERROR: {message}\n"));
        self.over = true;
        self.ended.code = REFUSED;
    }

    fn outcome(&mut self, code: &str, message: &str) {
        self.set("ERRORCODE", code);
        self.set("SQLSTATE", code);
        let failed = code != "00000";
        self.set("ERROR", &failed.to_string());
        if failed {
            self.set("LAST_ERROR_MESSAGE", message);
            self.set("LAST_ERROR_SQLSTATE", code);
        }
    }

    fn count(&mut self, rows: u64) {
        self.set("ACTIVITYCOUNT", &rows.to_string());
        self.set("ROW_COUNT", &rows.to_string());
    }

    fn set(&mut self, name: &str, value: &str) {
        let set = self.variables.set(name, value);
        self.unless_too_long(set);
    }

    fn unless_too_long(&mut self, done: Result<(), TooLong>) {
        if let Err(too_long) = done
            && !self.over
        {
            self.refuse(&too_long.to_string());
        }
    }

    /// Writes what there is room for; a script that writes more ends there.
    fn write(&mut self, text: &str) {
        let room = MOST_OUTPUT.saturating_sub(self.ended.output.len());
        if text.len() <= room {
            return self.ended.output.push_str(text);
        }
        let head: String = text
            .char_indices()
            .take_while(|(at, character)| at + character.len_utf8() <= room)
            .map(|(_, character)| character)
            .collect();
        self.ended.output.push_str(&head);
        if self.over {
            return;
        }
        let message = format!("the script's output is longer than {MOST_OUTPUT} bytes");
        self.ended
            .output
            .push_str(&format!("\nrsql: ERROR: {message}\n"));
        self.ended.error = Some(message);
        self.ended.code = REFUSED;
        self.over = true;
    }
}

/// Whether there is nothing but blanks and comments.
fn is_blank(statement: &str) -> bool {
    let lexed = lex(statement);
    let first = lexed.tokens.first();
    lexed.mistake.is_none() && first.is_none_or(|token| token.kind == TokenKind::End)
}
