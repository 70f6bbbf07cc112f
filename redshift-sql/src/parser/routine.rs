//! CREATE PROCEDURE, CALL, and what ALTER and DROP do to procedures and functions.
//!
//! In: `create procedure p(a in int) as $$ begin null; end; $$ language plpgsql`, out:
//! [`CreateProcedure`] whose body is a tree.
//!
//! Source: AWS pages `CREATE PROCEDURE`, `CALL`, `ALTER PROCEDURE`, `DROP PROCEDURE`,
//! `DROP FUNCTION`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::{Token, TokenKind};
use crate::tree::{
    AlterRoutine, AlterRoutineAction, Argument, ArgumentMode, CallProcedure, CreateProcedure,
    DropRoutine, ExpressionKind, ObjectName, RoutineKind, RoutineSetting, RoutineSettingValue,
    RoutineSignature, StatementKind,
};

/// Most arguments that go in, and most that go out (AWS page: `CREATE PROCEDURE`).
const MOST_ARGUMENTS: usize = 32;

impl Parser<'_> {
    /// Whether CREATE, ALTER or DROP of a procedure or function begins here.
    pub(super) fn at_routine(&self) -> bool {
        let mut ahead = 1;
        if self.is_word(ahead, "or") && self.is_word(ahead + 1, "replace") {
            ahead += 2;
        }
        if self.is_word(ahead, "external") {
            ahead += 1;
        }
        self.is_word(ahead, "procedure") || self.is_word(ahead, "function")
    }

    /// `create [or replace] procedure | function | external function`
    pub(super) fn create_routine(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let or_replace = self.eat_words(&["or", "replace"]);
        let external = self.eat_word("external");
        if external {
            self.expect_word("function")?;
            return self.create_external_function(or_replace);
        }
        if self.eat_word("function") {
            return self.create_function(or_replace);
        }
        self.expect_word("procedure")?;
        self.create_procedure(or_replace)
    }

    fn create_procedure(&mut self, or_replace: bool) -> Parsed<StatementKind> {
        self.refuse_if_not_exists("PROCEDURE")?;
        let name = self.object_name("the name of a procedure")?;
        let arguments = self.routine_arguments()?;
        self.check_arguments(&arguments, &name);
        let mut nonatomic = false;
        let mut security_definer = None;
        let mut settings = Vec::new();
        let mut body = None;
        let mut language = false;
        while !self.at_statement_end() {
            if self.eat_word("nonatomic") {
                nonatomic = true;
            } else if self.at_keyword(K::As) && body.is_none() {
                self.bump();
                let literals = self.body_literals()?;
                let read = self.within(&literals, |inner| inner.procedure_body())?;
                body = Some((literals, read));
            } else if self.at_word("language") && !language {
                self.bump();
                self.procedure_language()?;
                language = true;
            } else if self.at_word("security") && security_definer.is_none() {
                self.bump();
                security_definer = Some(self.expect_one_of(&["definer", "invoker"])? == 0);
            } else if self.at_keyword(K::Set) {
                settings.push(self.routine_setting()?);
            } else if self.at_word("returns") {
                let help = "give values with OUT arguments, or make a function";
                let sentence = "a procedure of Redshift returns nothing";
                return Err(self.refused(self.span(), sentence, help));
            } else {
                return Err(self.unexpected(&["as", "language", "nonatomic", "security"]));
            }
        }
        let Some((literals, body)) = body else {
            return Err(self.unexpected(&["as $$ … $$"]));
        };
        if !language {
            let sentence = "this procedure does not say its language";
            let mistake = Mistake::new(MistakeKind::Syntax, self.previous_span(), sentence);
            self.note(mistake.help("write `language plpgsql` behind the body"));
        }
        Ok(StatementKind::CreateProcedure(Box::new(CreateProcedure {
            or_replace,
            name,
            arguments,
            nonatomic,
            security_definer,
            settings,
            body_span: Self::span_of(&literals),
            body,
        })))
    }

    pub(super) fn refuse_if_not_exists(&self, what: &str) -> Parsed<()> {
        if self.at_words(&["if", "not", "exists"]) {
            let sentence = format!("CREATE {what} has no IF NOT EXISTS");
            let help = format!("write `create or replace {}`", what.to_lowercase());
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(())
    }

    /// The literal behind AS.
    pub(super) fn body_literals(&mut self) -> Parsed<Vec<Token>> {
        if self.at_keyword(K::Begin) || self.at_keyword(K::Declare) {
            let help = "write `as $$ begin … end; $$`";
            let sentence = "the body of a procedure is a text";
            return Err(self.refused(self.span(), sentence, help));
        }
        self.literal("a body in `$$`")
    }

    pub(super) fn span_of(literals: &[Token]) -> crate::Span {
        match (literals.first(), literals.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => crate::Span::default(),
        }
    }

    fn procedure_language(&mut self) -> Parsed<()> {
        let token = self.token();
        let written = super::text::decode(self.text_of(token));
        let plain = match token.kind {
            TokenKind::Word(_) => self.text_of(token),
            TokenKind::Text => &written,
            _ => return Err(self.unexpected(&["plpgsql"])),
        };
        if !plain.eq_ignore_ascii_case("plpgsql") {
            let nearest = super::expected::nearest(&plain.to_ascii_lowercase(), &["plpgsql"]);
            if nearest.is_some() {
                return Err(self.unexpected(&["plpgsql"]));
            }
            let sentence = "a procedure of Redshift is written in PL/pgSQL only";
            return Err(self.refused(token.span, sentence, "write `language plpgsql`"));
        }
        self.bump();
        Ok(())
    }

    /// `set name to value`, `set name = value, …`
    fn routine_setting(&mut self) -> Parsed<RoutineSetting> {
        let start = self.bump().span;
        let name = self.object_name("the name of a setting")?;
        if !self.eat(TokenKind::Equal) && !self.eat_keyword(K::To) {
            return Err(self.unexpected(&["to", "="]));
        }
        let values = self.comma_separated(Self::setting_value)?;
        Ok(RoutineSetting {
            span: start.to(self.previous_span()),
            name,
            values,
        })
    }

    fn setting_value(&mut self) -> Parsed<RoutineSettingValue> {
        let start = self.span();
        self.eat(TokenKind::Minus);
        let token = self.token();
        let text = match token.kind {
            TokenKind::Word(_)
            | TokenKind::Number
            | TokenKind::Quoted
            | TokenKind::Insertion
            | TokenKind::Parameter => {
                self.bump();
                start.to(token.span).of(self.text).trim_matches('"').into()
            }
            TokenKind::Text | TokenKind::Dollar => {
                self.bump();
                super::text::decode(self.text_of(token)).into()
            }
            _ => return Err(self.unexpected(&["a value"])),
        };
        Ok(RoutineSettingValue {
            span: start.to(token.span),
            text,
        })
    }

    /// Arguments in brackets; none is allowed.
    pub(super) fn routine_arguments(&mut self) -> Parsed<Vec<Argument>> {
        if self.at(TokenKind::LeftParenthesis) && self.ahead(1).kind == TokenKind::RightParenthesis
        {
            self.bump();
            self.bump();
            return Ok(Vec::new());
        }
        self.in_parentheses(Self::routine_argument)
    }

    /// `[name] [mode] type`, `[mode] [name] type`
    fn routine_argument(&mut self) -> Parsed<Argument> {
        let start = self.span();
        let mut mode = self.argument_mode();
        let mut name = None;
        if self.at_argument_name() {
            name = Some(self.name("the name of an argument")?);
            mode = mode.or_else(|| self.argument_mode());
        }
        let data_type = self.type_name()?;
        if self.at_keyword(K::Default) || self.at(TokenKind::Equal) || self.at(TokenKind::Assign) {
            let help = "make a second procedure of the same name with fewer arguments";
            let sentence = "arguments have no default values in Redshift";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(Argument {
            span: start.to(self.previous_span()),
            name,
            mode: mode.unwrap_or_default(),
            data_type,
        })
    }

    fn argument_mode(&mut self) -> Option<ArgumentMode> {
        let stands_alone = matches!(
            self.ahead(1).kind,
            TokenKind::Comma | TokenKind::RightParenthesis | TokenKind::Dot | TokenKind::Percent
        );
        if stands_alone {
            return None;
        }
        let mode = match self.option_word()?.as_str() {
            "in" => ArgumentMode::In,
            "out" => ArgumentMode::Out,
            "inout" => ArgumentMode::InOut,
            _ => return None,
        };
        self.bump();
        Some(mode)
    }

    /// Whether a name stands here, and a mode or a type behind it.
    fn at_argument_name(&self) -> bool {
        if !self.at_name() {
            return false;
        }
        let next = self.ahead(1);
        if !matches!(
            next.kind,
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
        ) {
            return false;
        }
        let compound: &[(&str, &[&str])] = &[
            ("double", &["precision"]),
            ("character", &["varying"]),
            ("char", &["varying"]),
            ("nchar", &["varying"]),
            ("binary", &["varying"]),
            ("time", &["with", "without"]),
            ("timestamp", &["with", "without"]),
        ];
        !compound.iter().any(|(first, second)| {
            self.at_word(first) && second.iter().any(|word| self.is_word(1, word))
        }) && !matches!(next.keyword(), Some(K::Default))
    }

    fn check_arguments(&mut self, arguments: &[Argument], name: &ObjectName) {
        let count = |unlike: ArgumentMode| {
            arguments
                .iter()
                .filter(|argument| argument.mode != unlike)
                .count()
        };
        if count(ArgumentMode::Out) > MOST_ARGUMENTS || count(ArgumentMode::In) > MOST_ARGUMENTS {
            let sentence =
                format!("a procedure has at most {MOST_ARGUMENTS} arguments in each direction");
            let mistake = Mistake::new(MistakeKind::Arguments, name.span, sentence);
            self.note(mistake.help("pass several values as one SUPER value"));
        }
        for (index, argument) in arguments.iter().enumerate() {
            let Some(name) = &argument.name else { continue };
            let before = arguments.iter().take(index);
            let mut names = before.filter_map(|argument| argument.name.as_ref());
            if !name.inserted && names.any(|other| other.text == name.text) {
                let sentence = format!("two arguments are called `{}`", name.text);
                let mistake = Mistake::new(MistakeKind::Arguments, name.span, sentence);
                self.note(mistake.help("give one of them another name"));
            }
        }
    }

    /// Reads `call name(values)`; brackets must be there.
    pub(super) fn call_procedure(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let name = self.object_name("the name of a procedure")?;
        if !self.at(TokenKind::LeftParenthesis) {
            return Err(self.unexpected(&["("]));
        }
        let arguments = if self.ahead(1).kind == TokenKind::RightParenthesis {
            self.bump();
            self.bump();
            Vec::new()
        } else {
            self.in_parentheses(Self::value_of_call)?
        };
        Ok(StatementKind::Call(Box::new(CallProcedure {
            name,
            arguments,
        })))
    }

    fn value_of_call(&mut self) -> Parsed<crate::tree::Expression> {
        if matches!(self.ahead(1).kind, TokenKind::Arrow | TokenKind::Assign) {
            let help = "give the values in the order of the arguments";
            let sentence = "Redshift's CALL takes no names of arguments";
            return Err(self.refused(self.span(), sentence, help));
        }
        let value = self.expression()?;
        // AWS page `CALL`: "You can't use queries as CALL arguments".
        if matches!(
            value.bare().kind,
            ExpressionKind::Subquery(_) | ExpressionKind::Exists(_)
        ) {
            let help = "read it into a variable of a procedure, or write the value";
            let sentence = "no query stands in the arguments of Redshift's CALL";
            return Err(self.refused(value.span, sentence, help));
        }
        Ok(value)
    }

    /// `procedure` or `function` behind ALTER or DROP.
    fn routine_kind(&mut self) -> Parsed<RoutineKind> {
        self.bump();
        Ok(match self.expect_one_of(&["procedure", "function"])? {
            0 => RoutineKind::Procedure,
            _ => RoutineKind::Function,
        })
    }

    fn signature(&mut self) -> Parsed<RoutineSignature> {
        let name = self.object_name("the name of a procedure or function")?;
        let arguments = if self.at(TokenKind::LeftParenthesis) {
            Some(self.routine_arguments()?)
        } else {
            None
        };
        Ok(RoutineSignature {
            span: name.span.to(self.previous_span()),
            name,
            arguments,
        })
    }

    /// `drop procedure [if exists] name[(types)] [, …] [cascade | restrict]`
    pub(super) fn drop_routine(&mut self) -> Parsed<StatementKind> {
        let kind = self.routine_kind()?;
        let if_exists = self.eat_words(&["if", "exists"]);
        let signatures = self.comma_separated(Self::signature)?;
        if kind == RoutineKind::Function
            && let Some(bare) = signatures
                .iter()
                .find(|signature| signature.arguments.is_none())
        {
            let sentence = "DROP FUNCTION needs the types of the arguments";
            let mistake = Mistake::new(MistakeKind::Syntax, bare.span, sentence);
            let help = format!("write `{}(…)`, or `()` if it takes none", bare.name.text());
            return Err(Box::new(mistake.help(help)));
        }
        let cascade = self.eat_word("cascade");
        if !cascade {
            self.eat_word("restrict");
        }
        Ok(StatementKind::DropRoutine(Box::new(DropRoutine {
            kind,
            if_exists,
            signatures,
            cascade,
        })))
    }

    /// `alter procedure name[(types)] rename to name | owner to name`
    pub(super) fn alter_routine(&mut self) -> Parsed<StatementKind> {
        let kind = self.routine_kind()?;
        let signature = self.signature()?;
        let action = match self.expect_one_of(&["rename", "owner"])? {
            0 => {
                self.expect_keyword(K::To)?;
                AlterRoutineAction::RenameTo(self.name("a name")?)
            }
            _ => {
                self.expect_keyword(K::To)?;
                AlterRoutineAction::OwnerTo(self.any_name("the name of a user")?)
            }
        };
        Ok(StatementKind::AlterRoutine(Box::new(AlterRoutine {
            kind,
            signature,
            action,
        })))
    }
}
