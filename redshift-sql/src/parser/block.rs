//! Blocks of PL/pgSQL: label, declarations, statements, handlers.
//!
//! In: `declare n int := 1; begin n := n + 1; end`, out: [`Block`] with a declaration and a step.
//!
//! A mistake in a statement does not hide those behind it: reading goes on at its semicolon.
//!
//! Source: AWS pages `Structure of PL/pgSQL`, `Trapping errors`.

use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    AliasTarget, Argument, ArgumentMode, Block, BodyStep, Declaration, DeclarationKind,
    ExceptionHandler, Name, StepKind,
};

impl Parser<'_> {
    /// The whole text of a body.
    pub(super) fn procedure_body(&mut self) -> Parsed<Block> {
        self.in_procedure = true;
        let label = self.block_label()?;
        if !self.at_keyword(K::Declare) && !self.at_keyword(K::Begin) {
            return Err(self.unexpected(&["declare", "begin"]));
        }
        let block = self.block(label)?;
        self.eat(TokenKind::Semicolon);
        if !self.at_end() && !self.has_noted() {
            return Err(self.unexpected(&["the end of the body"]));
        }
        Ok(block)
    }

    /// Reads `<<label>>`, or nothing if there is none.
    pub(super) fn block_label(&mut self) -> Parsed<Option<Name>> {
        if !self.eat(TokenKind::ShiftLeft) {
            return Ok(None);
        }
        let name = self.name("a label")?;
        self.expect(TokenKind::ShiftRight, ">>")?;
        Ok(Some(name))
    }

    /// From DECLARE or BEGIN to END and the label behind it.
    pub(super) fn block(&mut self, label: Option<Name>) -> Parsed<Block> {
        let start = label.as_ref().map_or(self.span(), |label| label.span);
        let mut declarations = Vec::new();
        if self.eat_keyword(K::Declare) {
            declarations = self.declarations()?;
        }
        let begin = self.expect_keyword(K::Begin)?.span;
        if self.at(TokenKind::Semicolon) {
            let sentence = "no semicolon stands behind BEGIN in a procedure";
            let help = "remove it: this BEGIN begins a block, and no transaction";
            let mistake = Mistake::new(MistakeKind::Syntax, self.span(), sentence).help(help);
            self.note(mistake);
            self.bump();
        }
        let steps = self.steps("block")?;
        let mut handlers = Vec::new();
        if self.at_word("exception") {
            self.bump();
            while self.at_keyword(K::When) {
                handlers.push(self.handler()?);
            }
            if handlers.is_empty() {
                return Err(self.unexpected(&["when others then"]));
            }
        }
        if self.at_keyword(K::End) {
            self.bump();
            if self.at_name() {
                self.bump();
            }
        } else if !self.broken {
            let sentence = "this block has no `end`";
            let mistake = Mistake::new(MistakeKind::Syntax, begin, sentence);
            self.note(mistake.help("write `end;` behind its last statement"));
        }
        Ok(Block {
            span: start.to(self.previous_span()),
            label,
            declarations,
            steps,
            handlers,
        })
    }

    fn declarations(&mut self) -> Parsed<Vec<Declaration>> {
        let mut declarations = Vec::new();
        while !self.at_keyword(K::Begin) && !self.at_end() {
            if self.eat_keyword(K::Declare) {
                continue;
            }
            let depth = self.depth();
            let declared = self.declaration().and_then(|declaration| {
                self.expect(TokenKind::Semicolon, ";")?;
                Ok(declaration)
            });
            match declared {
                Ok(declaration) => declarations.push(declaration),
                Err(mistake) => {
                    self.note(*mistake);
                    self.broken = true;
                    self.resume_at(depth);
                    while !self.at_statement_end() && !self.at_keyword(K::Begin) {
                        self.bump();
                    }
                    self.eat(TokenKind::Semicolon);
                }
            }
        }
        Ok(declarations)
    }

    fn declaration(&mut self) -> Parsed<Declaration> {
        let name = self.name("the name of a variable")?;
        let kind = if self.eat_word("alias") {
            self.expect_keyword(K::For)?;
            DeclarationKind::Alias(self.alias_target()?)
        } else if self.eat_word("cursor") {
            self.declared_cursor()?
        } else {
            self.declared_variable()?
        };
        Ok(Declaration {
            span: name.span.to(self.previous_span()),
            name,
            kind,
        })
    }

    fn alias_target(&mut self) -> Parsed<AliasTarget> {
        match self.position_argument() {
            Some((number, _)) => Ok(AliasTarget::Position(number)),
            None => Ok(AliasTarget::Name(self.name("an argument such as $1")?)),
        }
    }

    /// `$1`, if it stands here.
    pub(super) fn position_argument(&mut self) -> Option<(u32, Span)> {
        let token = self.token();
        if token.kind != TokenKind::Position {
            return None;
        }
        self.bump();
        let digits = self.text_of(token).trim_start_matches('$');
        Some((digits.parse().unwrap_or(u32::MAX), token.span))
    }

    /// `[(name type, …)] for query`
    fn declared_cursor(&mut self) -> Parsed<DeclarationKind> {
        let arguments = if self.at(TokenKind::LeftParenthesis) {
            self.in_parentheses(|parser| {
                let name = parser.name("the name of an argument")?;
                let data_type = parser.type_name()?;
                Ok(Argument {
                    span: name.span.to(data_type.span),
                    name: Some(name),
                    mode: ArgumentMode::In,
                    data_type,
                })
            })?
        } else {
            Vec::new()
        };
        if !self.eat_keyword(K::For) && !self.eat_keyword(K::Is) {
            return Err(self.unexpected(&["for"]));
        }
        if !self.at_query() && !self.at_query_in_parentheses() {
            return Err(self.unexpected(&["select", "with"]));
        }
        let query = Box::new(self.query()?);
        Ok(DeclarationKind::Cursor { arguments, query })
    }

    /// `[constant] type [not null] [default value]`
    fn declared_variable(&mut self) -> Parsed<DeclarationKind> {
        let start = self.span();
        let constant = self.eat_word("constant");
        let data_type = self.type_name()?;
        let not_null = self.eat_keywords(&[K::Not, K::Null]);
        let has_default = self.eat_keyword(K::Default)
            || self.eat(TokenKind::Assign)
            || self.eat(TokenKind::Equal);
        let default = if has_default {
            Some(self.expression()?)
        } else {
            if not_null || constant {
                let what = if not_null { "NOT NULL" } else { "CONSTANT" };
                let sentence = format!("a variable that is {what} needs a value");
                let span = start.to(self.previous_span());
                let mistake = Mistake::new(MistakeKind::Syntax, span, sentence);
                self.note(mistake.help("write `:=` and the value behind its type"));
            }
            None
        };
        Ok(DeclarationKind::Variable {
            constant,
            data_type,
            not_null,
            default,
        })
    }

    /// `when others then …`
    fn handler(&mut self) -> Parsed<ExceptionHandler> {
        let start = self.bump().span;
        let mut conditions = Vec::new();
        loop {
            if !self.at_word("others") {
                let sentence = "Redshift catches every error or none";
                let help = "write `when others then`, and look at `sqlstate` there";
                return Err(self.refused(self.span(), sentence, help));
            }
            conditions.push(self.name("others")?);
            if !self.eat_keyword(K::Or) {
                break;
            }
        }
        self.expect_keyword(K::Then)?;
        let steps = self.steps("handler")?;
        Ok(ExceptionHandler {
            span: start.to(self.previous_span()),
            conditions,
            steps,
        })
    }

    /// Statements up to END, ELSE, WHEN and the like, which are not read. `of` says whose they are:
    /// `if`, `case`, `loop`, `block` or `handler`.
    pub(super) fn steps(&mut self, of: &str) -> Parsed<Vec<BodyStep>> {
        let mut steps = Vec::new();
        loop {
            if self.at_end() {
                return Ok(steps);
            }
            if self.at_list_end() {
                if !self.is_stray(of) {
                    return Ok(steps);
                }
                self.skip_stray();
                continue;
            }
            if self.eat(TokenKind::Semicolon) {
                continue;
            }
            let start = self.span();
            let depth = self.depth();
            let read = self
                .deeper(Self::step)
                .and_then(|kind| self.end_of_step().map(|()| kind));
            let kind = match read {
                Ok(kind) => kind,
                Err(mistake) if mistake.kind == MistakeKind::TooDeep => return Err(mistake),
                Err(mistake) => {
                    self.note(*mistake);
                    self.broken = true;
                    self.resume_at(depth);
                    while !self.at_statement_end() {
                        self.bump();
                    }
                    StepKind::Broken
                }
            };
            steps.push(BodyStep {
                span: start.to(self.previous_span()),
                kind,
            });
            self.eat(TokenKind::Semicolon);
        }
    }

    fn end_of_step(&self) -> Parsed<()> {
        if self.at(TokenKind::Semicolon) {
            return Ok(());
        }
        Err(self.unexpected(&[";"]))
    }

    /// Whether a word that ends a list of statements stands here.
    fn at_list_end(&self) -> bool {
        matches!(self.keyword(), Some(K::End | K::Else | K::When))
            || self.at_word("elsif")
            || self.at_word("elseif")
            || (self.at_word("exception") && self.ahead(1).keyword() == Some(K::When))
    }

    /// Whether what ends a list here ends none of these, because what it belongs to could not be read.
    fn is_stray(&self, of: &str) -> bool {
        if self.at_keyword(K::End) {
            let named = ["if", "loop", "case"]
                .into_iter()
                .find(|word| self.is_word(1, word));
            let in_block = matches!(of, "block" | "handler");
            return named.is_some_and(|word| word != of) && (self.broken || in_block);
        }
        if !self.broken {
            return false;
        }
        match self.keyword() {
            Some(K::Else) => !matches!(of, "if" | "case"),
            Some(K::When) => !matches!(of, "case" | "handler"),
            _ if self.at_word("exception") => false,
            _ => of != "if",
        }
    }

    fn skip_stray(&mut self) {
        if self.eat_keyword(K::Else) {
            return;
        }
        let to_then = !self.at_keyword(K::End);
        if !to_then && !self.broken {
            let span = self.span().to(self.ahead(1).span);
            let sentence = format!("`{}` closes nothing", span.of(self.text));
            self.note(Mistake::new(MistakeKind::Syntax, span, sentence).help("remove it"));
        }
        while !self.at_statement_end() {
            if to_then && self.eat_keyword(K::Then) {
                return;
            }
            self.bump();
        }
        self.eat(TokenKind::Semicolon);
    }
}
