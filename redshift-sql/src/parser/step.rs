//! Statements of PL/pgSQL.
//!
//! In: `if n > 1 then raise info 'n is %', n; end if`, out: [`StepKind::If`] with one branch.
//!
//! Source: AWS page `Supported PL/pgSQL statements`.

use super::text::decode;
use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    Body, BodyStep, CaseBranch, CursorSource, Expression, IfBranch, Name, Raise, RaiseLevel,
    Statement, StepKind, Variable,
};

/// How far a variable with fields in front of `:=` is looked at.
const MOST_PARTS: usize = 8;

impl Parser<'_> {
    /// Reads a statement of a body, not its semicolon.
    pub(super) fn step(&mut self) -> Parsed<StepKind> {
        if self.at_assignment() {
            return self.assign();
        }
        if self.at(TokenKind::ShiftLeft) {
            let label = self.block_label()?;
            return match self.keyword() {
                Some(K::Declare | K::Begin) => Ok(StepKind::Block(Box::new(self.block(label)?))),
                _ => self.loop_with(label),
            };
        }
        match self.keyword() {
            Some(K::Declare) => return Ok(StepKind::Block(Box::new(self.block(None)?))),
            Some(K::Begin) => return self.begin_in_body(),
            Some(K::Case) => return self.case_step(),
            Some(K::For) => return self.loop_with(None),
            Some(K::Return) => return self.return_step(),
            Some(K::Open) => return self.open(),
            Some(K::Fetch) => return self.fetch_step(),
            Some(K::Close) => {
                self.bump();
                return Ok(StepKind::Close(self.name("a cursor")?));
            }
            Some(K::Null) => {
                self.bump();
                return Ok(StepKind::Nothing);
            }
            Some(K::Commit) => {
                self.bump();
                return Ok(StepKind::Commit);
            }
            Some(K::Rollback) => {
                self.bump();
                return Ok(StepKind::Rollback);
            }
            Some(K::Start) if self.is_word(1, "transaction") => return self.start_transaction(),
            _ => {}
        }
        let word = self.option_word();
        match word.as_deref() {
            Some("if") => self.if_step(),
            Some("while" | "loop") => self.loop_with(None),
            Some("exit" | "continue") => self.leave(),
            Some("raise") => self.raise(),
            Some("execute") => self.execute_step(),
            Some("perform") => self.perform(),
            Some("get") => self.get_diagnostics(),
            Some("move") => {
                let help = "read rows with FETCH until you are there";
                Err(self.refused(self.span(), "procedures of Redshift have no MOVE", help))
            }
            Some("foreach") => {
                let help = "loop over a query: `for r in select …`";
                Err(self.refused(self.span(), "procedures of Redshift have no FOREACH", help))
            }
            Some("assert") => {
                let help = "write `if not … then raise exception '…'; end if;`";
                Err(self.refused(self.span(), "procedures of Redshift have no ASSERT", help))
            }
            _ => self.sql_step(),
        }
    }

    fn sql_step(&mut self) -> Parsed<StepKind> {
        let start = self.span();
        let kind = match self.statement() {
            Ok(kind) => kind,
            Err(mistake) => return Err(self.or_step(start, mistake)),
        };
        let span = start.to(self.previous_span());
        Ok(StepKind::Sql(Box::new(Statement { span, kind })))
    }

    /// Where a word begins no statement of SQL, it may be one of the body with a typo.
    fn or_step(&self, start: Span, mistake: Box<Mistake>) -> Box<Mistake> {
        const WORDS: &[&str] = &[
            "if",
            "elsif",
            "else",
            "end",
            "loop",
            "while",
            "for",
            "exit",
            "continue",
            "return",
            "raise",
            "execute",
            "perform",
            "get",
            "open",
            "fetch",
            "close",
            "commit",
            "rollback",
            "call",
            "declare",
            "begin",
            "exception",
            "null",
            "case",
        ];
        if mistake.span != start || mistake.kind != MistakeKind::Syntax {
            return mistake;
        }
        let written = start.of(self.text).to_ascii_lowercase();
        let said = mistake.help.as_deref().unwrap_or_default();
        match super::expected::nearest(&written, WORDS) {
            Some(nearest) if !said.starts_with("did you mean") => {
                Box::new(mistake.help(format!("did you mean `{nearest}`?")))
            }
            _ => mistake,
        }
    }

    /// Whether `name :=`, `record.field =` or `$1 :=` begins here.
    fn at_assignment(&self) -> bool {
        let mut ahead = match self.kind() {
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Position | TokenKind::Insertion => {
                1
            }
            _ => return false,
        };
        while ahead < MOST_PARTS * 2 && self.ahead(ahead).kind == TokenKind::Dot {
            ahead += 2;
        }
        matches!(self.ahead(ahead).kind, TokenKind::Assign | TokenKind::Equal)
    }

    fn assign(&mut self) -> Parsed<StepKind> {
        let target = self.variable()?;
        self.bump();
        let value = self.expression()?;
        Ok(StepKind::Assign { target, value })
    }

    /// Reads a variable: `name`, `record.field` or `$1`.
    pub(super) fn variable(&mut self) -> Parsed<Variable> {
        if let Some((number, span)) = self.position_argument() {
            return Ok(Variable::Position(number, span));
        }
        Ok(Variable::Name(self.object_name("the name of a variable")?))
    }

    /// `into a, b`, or nothing.
    fn target_variables(&mut self) -> Parsed<Vec<Variable>> {
        if !self.eat_keyword(K::Into) {
            return Ok(Vec::new());
        }
        self.refuse_strict()?;
        self.comma_separated(Self::variable)
    }

    /// `into strict`, which PostgreSQL got after 8.0.
    pub(super) fn refuse_strict(&self) -> Parsed<()> {
        if self.at_word("strict") && Self::may_be_name(self.ahead(1)) {
            let help = "test behind it: `if not found then raise exception '…'; end if;`";
            return Err(self.refused(self.span(), "Redshift's INTO has no STRICT", help));
        }
        Ok(())
    }

    fn begin_in_body(&mut self) -> Parsed<StepKind> {
        if self.is_word(1, "transaction") || self.is_word(1, "work") {
            let help = "write `start transaction`, in a procedure that is NONATOMIC";
            let sentence = "BEGIN begins a block in a procedure";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(StepKind::Block(Box::new(self.block(None)?)))
    }

    fn start_transaction(&mut self) -> Parsed<StepKind> {
        self.bump();
        self.bump();
        if !self.at(TokenKind::Semicolon) {
            let help = "write `start transaction;`";
            let sentence = "START TRANSACTION takes nothing behind it in a procedure";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(StepKind::StartTransaction)
    }

    /// `if … then … elsif … else … end if`
    fn if_step(&mut self) -> Parsed<StepKind> {
        let opened = self.span();
        let mut branches = Vec::new();
        loop {
            let start = self.bump().span;
            let condition = self.expression()?;
            self.expect_keyword(K::Then)?;
            let steps = self.steps("if")?;
            branches.push(IfBranch {
                span: start.to(self.previous_span()),
                condition,
                steps,
            });
            if !self.at_word("elsif") && !self.at_word("elseif") {
                break;
            }
        }
        let otherwise = if self.eat_keyword(K::Else) {
            Some(self.steps("if")?)
        } else {
            None
        };
        self.close_with("if", opened);
        Ok(StepKind::If {
            branches,
            otherwise,
        })
    }

    /// `case [value] when … then … else … end case`
    fn case_step(&mut self) -> Parsed<StepKind> {
        let opened = self.bump().span;
        let operand = if self.at_keyword(K::When) {
            None
        } else {
            Some(self.expression()?)
        };
        let mut branches = Vec::new();
        while self.at_keyword(K::When) {
            let start = self.bump().span;
            let values = self.expressions()?;
            self.expect_keyword(K::Then)?;
            let steps = self.steps("case")?;
            branches.push(CaseBranch {
                span: start.to(self.previous_span()),
                values,
                steps,
            });
        }
        if branches.is_empty() {
            return Err(self.unexpected(&["when"]));
        }
        let otherwise = if self.eat_keyword(K::Else) {
            Some(self.steps("case")?)
        } else {
            None
        };
        self.close_with("case", opened);
        Ok(StepKind::Case {
            operand,
            branches,
            otherwise,
        })
    }

    /// Reads `end if` and the like. Where it is missing, that is noted, and what stands there is left
    /// to whatever is around.
    pub(super) fn close_with(&mut self, word: &str, opened: Span) {
        if self.at_keyword(K::End) && self.is_word(1, word) {
            self.bump();
            self.bump();
            return;
        }
        let help = format!("write `end {word};` behind its last statement");
        let next = self.ahead(1);
        if self.at_keyword(K::End) && matches!(next.kind, TokenKind::Word(_)) {
            let span = self.span().to(next.span);
            let sentence = format!("`{}` does not close this `{word}`", span.of(self.text));
            self.note(Mistake::new(MistakeKind::Syntax, span, sentence).help(help));
            self.bump();
            self.bump();
        } else if !self.broken {
            let sentence = format!("this `{word}` is not closed");
            self.note(Mistake::new(MistakeKind::Syntax, opened, sentence).help(help));
        }
    }

    /// `exit [label] [when condition]`, `continue …`
    fn leave(&mut self) -> Parsed<StepKind> {
        let exit = self.at_word("exit");
        self.bump();
        let label = if self.at(TokenKind::Semicolon) || self.at_keyword(K::When) {
            None
        } else {
            Some(self.name("a label")?)
        };
        let condition = if self.eat_keyword(K::When) {
            Some(self.expression()?)
        } else {
            None
        };
        Ok(if exit {
            StepKind::Exit { label, condition }
        } else {
            StepKind::Continue { label, condition }
        })
    }

    fn return_step(&mut self) -> Parsed<StepKind> {
        self.bump();
        if !self.at(TokenKind::Semicolon) && !self.at_end() {
            let help = "give the value to an OUT or INOUT argument, and write `return;`";
            let sentence = "a procedure of Redshift returns no value";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(StepKind::Return)
    }

    /// `raise level 'format', values`
    fn raise(&mut self) -> Parsed<StepKind> {
        let start = self.bump().span;
        if self.at(TokenKind::Semicolon) {
            return Ok(StepKind::Raise(Raise {
                level: None,
                format: Box::default(),
                format_span: start,
                values: Vec::new(),
            }));
        }
        const LEVELS: &[&str] = &["notice", "info", "log", "warning", "exception"];
        if self.at(TokenKind::Text) {
            let help = "write a level in front of it: `raise exception '…'`, `raise info '…'`";
            return Err(self.refused(self.span(), "this RAISE has no level", help));
        }
        if self.at_word("sqlstate") || self.at_word("debug") {
            let help = "its levels are notice, info, log, warning and exception";
            return Err(self.refused(self.span(), "Redshift's RAISE has no such level", help));
        }
        let level = match self.expect_one_of(LEVELS)? {
            0 => RaiseLevel::Notice,
            1 => RaiseLevel::Info,
            2 => RaiseLevel::Log,
            3 => RaiseLevel::Warning,
            _ => RaiseLevel::Exception,
        };
        let format_span = self.span();
        if self.at_word("using") {
            return Err(self.raise_using());
        }
        if !matches!(self.kind(), TokenKind::Text | TokenKind::Dollar) {
            if self.at(TokenKind::Semicolon) || self.at_end() {
                return Err(self.unexpected(&["a text in quotes"]));
            }
            let help = "write `raise info '%', value`";
            let sentence = "the format of RAISE is a text in quotes, and nothing else";
            return Err(self.refused(self.span(), sentence, help));
        }
        let format = self.bump();
        let format = decode(self.text_of(format)).into_owned();
        let values = if self.eat(TokenKind::Comma) {
            self.expressions()?
        } else {
            Vec::new()
        };
        if self.at_keyword(K::Using) {
            return Err(self.raise_using());
        }
        if self.at(TokenKind::Concatenate) || self.at(TokenKind::Plus) {
            let help = "write `%` in the text, and the value behind a comma";
            let sentence = "the format of RAISE is one text";
            return Err(self.refused(self.span(), sentence, help));
        }
        self.check_format(&format, format_span, &values);
        Ok(StepKind::Raise(Raise {
            level: Some(level),
            format: format.into_boxed_str(),
            format_span,
            values,
        }))
    }

    fn raise_using(&self) -> Box<Mistake> {
        let help = "put the values into the text: `raise exception '% %', code, hint`";
        self.refused(self.span(), "Redshift's RAISE has no USING", help)
    }

    /// Each `%` takes a value; `%%` is a percent sign.
    fn check_format(&mut self, format: &str, span: Span, values: &[Expression]) {
        if format.contains("{{") {
            return;
        }
        let places = format.replace("%%", "").matches('%').count();
        if places == values.len() {
            return;
        }
        let plural = |count: usize| if count == 1 { "value" } else { "values" };
        let given = values.len();
        let sentence = format!(
            "this text has a place for {places} {}, and {given} {} behind it",
            plural(places),
            if given == 1 { "stands" } else { "stand" },
        );
        let mistake = Mistake::new(MistakeKind::Arguments, span, sentence);
        self.note(mistake.help("write a `%` for each value; `%%` is a percent sign"));
    }

    /// `execute text [into targets]`
    fn execute_step(&mut self) -> Parsed<StepKind> {
        self.bump();
        if self.at_word("immediate") {
            let help = "write `execute` and the text";
            return Err(self.refused(self.span(), "Redshift has no EXECUTE IMMEDIATE", help));
        }
        let statement = self.expression()?;
        let into = self.target_variables()?;
        self.refuse_using()?;
        Ok(StepKind::Execute { statement, into })
    }

    pub(super) fn refuse_using(&self) -> Parsed<()> {
        if self.at_keyword(K::Using) {
            let help = "put the values into the text: `'… = ' || quote_literal(value)`";
            return Err(self.refused(self.span(), "Redshift's EXECUTE has no USING", help));
        }
        Ok(())
    }

    fn perform(&mut self) -> Parsed<StepKind> {
        let start = self.span();
        let select = self.select()?;
        let query = self.behind_body(start, None, Body::Select(Box::new(select)))?;
        Ok(StepKind::Perform(Box::new(query)))
    }

    /// `get diagnostics a := row_count`
    fn get_diagnostics(&mut self) -> Parsed<StepKind> {
        self.bump();
        self.expect_word("diagnostics")?;
        let targets = self.comma_separated(|parser| {
            let target = parser.variable()?;
            if !parser.eat(TokenKind::Assign) && !parser.eat(TokenKind::Equal) {
                return Err(parser.unexpected(&[":="]));
            }
            if !parser.at_word("row_count") {
                let help = "write `get diagnostics n := row_count`";
                let sentence = "Redshift's GET DIAGNOSTICS has `row_count` only";
                return Err(parser.refused(parser.span(), sentence, help));
            }
            parser.bump();
            Ok(target)
        })?;
        Ok(StepKind::GetDiagnostics(targets))
    }

    /// `open cursor`, `open cursor(values)`, `open cursor for query`
    fn open(&mut self) -> Parsed<StepKind> {
        self.bump();
        let cursor = self.name("a cursor")?;
        let source = if self.at(TokenKind::LeftParenthesis) {
            CursorSource::Declared(self.in_parentheses(Self::expression)?)
        } else if self.eat_keyword(K::For) {
            if self.eat_word("execute") {
                let statement = self.expression()?;
                self.refuse_using()?;
                CursorSource::Execute(statement)
            } else if self.at_query() || self.at_query_in_parentheses() {
                CursorSource::Query(Box::new(self.query()?))
            } else {
                return Err(self.unexpected(&["select", "execute", "with"]));
            }
        } else {
            CursorSource::Declared(Vec::new())
        };
        Ok(StepKind::Open { cursor, source })
    }

    /// `fetch cursor into targets`
    fn fetch_step(&mut self) -> Parsed<StepKind> {
        self.bump();
        if self.ahead(1).keyword() != Some(K::Into) && self.at_fetch_direction() {
            let help = "write `fetch cursor into variables`: it reads the next row";
            let sentence = "FETCH takes no direction in a procedure of Redshift";
            return Err(self.refused(self.span(), sentence, help));
        }
        let cursor: Name = self.name("a cursor")?;
        if !self.at_keyword(K::Into) {
            return Err(self.unexpected(&["into"]));
        }
        let into = self.target_variables()?;
        Ok(StepKind::Fetch { cursor, into })
    }

    fn at_fetch_direction(&self) -> bool {
        let words = [
            "next", "prior", "first", "last", "absolute", "relative", "forward", "backward", "all",
            "from", "in",
        ];
        words.into_iter().any(|word| self.at_word(word))
    }

    /// What a loop or IF repeats or does.
    pub(super) fn body_of(&mut self, word: &str, opened: Span) -> Parsed<Vec<BodyStep>> {
        let steps = self.steps(word)?;
        self.close_with(word, opened);
        Ok(steps)
    }
}
