//! Options by rules: a table says which words may stand there and what each of them takes.
//!
//! `connection limit 10 password 'x'` is two options under the rules of CREATE USER. A word that no
//! rule has is a mistake with the nearest word.

use smol_str::SmolStr;

use super::{Parsed, Parser};
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{Expression, ExpressionKind, Name, OptionValue, StatementOption};

/// An option that may stand somewhere.
pub(super) struct OptionRule {
    /// Its words in lower case, with one blank between them.
    pub words: &'static str,
    /// What stands behind them.
    pub takes: Takes,
}

impl OptionRule {
    pub(super) const fn new(words: &'static str, takes: Takes) -> Self {
        Self { words, takes }
    }
}

/// What stands behind the words of an option.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Nothing: the word alone.
    Nothing,
    /// A string in quotes.
    Text,
    /// A number without a sign.
    Number,
    /// A name, quoted or not.
    Name,
    /// A name or a string.
    NameOrText,
    /// A string or one of these words.
    TextOr(&'static [&'static str]),
    /// A number or one of these words.
    NumberOr(&'static [&'static str]),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, or none.
    Maybe(&'static [&'static str]),
    /// Names with commas between them.
    Names,
    /// `5 gb` or `unlimited`: how much space.
    Quota,
    /// Names and values in brackets: `(num_round '100', eta '0.2')`.
    Parameters,
    /// Options in brackets with commas or blanks between them.
    Options(&'static [OptionRule]),
}

impl Parser<'_> {
    /// Reads options until none of the rules' words stands at the position.
    pub(super) fn options_while(
        &mut self,
        rules: &'static [OptionRule],
    ) -> Parsed<Vec<StatementOption>> {
        let mut options: Vec<StatementOption> = Vec::new();
        while let Some(rule) = self.rule_at(rules)? {
            let option = self.option(rule)?;
            if options.iter().any(|other| other.name == option.name) {
                let sentence = format!("`{}` stands here twice", option.name);
                let mistake = Mistake::new(MistakeKind::Syntax, option.span, sentence);
                return Err(Box::new(mistake.help("leave one of them out")));
            }
            options.push(option);
        }
        Ok(options)
    }

    /// Reads options to the end of the statement.
    pub(super) fn options(&mut self, rules: &'static [OptionRule]) -> Parsed<Vec<StatementOption>> {
        let options = self.options_while(rules)?;
        if self.at_statement_end() {
            return Ok(options);
        }
        Err(self.no_option(rules))
    }

    /// A mistake where no rule's words stand.
    pub(super) fn no_option(&self, rules: &[OptionRule]) -> Box<Mistake> {
        let words: Vec<&str> = rules
            .iter()
            .filter_map(|rule| rule.words.split(' ').next())
            .collect();
        self.unexpected(&words)
    }

    /// The rule whose words stand at the position; the one with the most words.
    fn rule_at(&mut self, rules: &'static [OptionRule]) -> Parsed<Option<&'static OptionRule>> {
        let matched = |rule: &OptionRule| {
            let words = rule.words.split(' ').enumerate();
            words
                .take_while(|(index, word)| self.is_word(*index, word))
                .count()
        };
        let whole = rules
            .iter()
            .filter(|rule| matched(rule) == rule.words.split(' ').count());
        if let Some(rule) = whole.max_by_key(|rule| rule.words.len()) {
            return Ok(Some(rule));
        }
        // The first words alone show which options are meant; what is missing is said behind them.
        let most = rules.iter().map(matched).max().unwrap_or(0);
        if most == 0 {
            return Ok(None);
        }
        let next: Vec<&str> = rules
            .iter()
            .filter(|rule| matched(rule) == most)
            .filter_map(|rule| rule.words.split(' ').nth(most))
            .collect();
        for _ in 0..most {
            self.bump();
        }
        Err(self.unexpected(&next))
    }

    fn option(&mut self, rule: &'static OptionRule) -> Parsed<StatementOption> {
        let start = self.span();
        for word in rule.words.split(' ') {
            self.expect_word(word)?;
        }
        let values = self.option_values(rule.takes)?;
        Ok(StatementOption {
            span: start.to(self.previous_span()),
            name: SmolStr::new_static(rule.words),
            values,
        })
    }

    fn option_values(&mut self, takes: Takes) -> Parsed<Vec<OptionValue>> {
        match takes {
            Takes::Nothing => Ok(Vec::new()),
            Takes::Text => {
                self.eat(TokenKind::Equal);
                Ok(vec![OptionValue::Literal(self.text_value("a string")?)])
            }
            Takes::Number => {
                self.eat(TokenKind::Equal);
                Ok(vec![OptionValue::Literal(self.number_value()?)])
            }
            Takes::Name => {
                self.eat(TokenKind::Equal);
                Ok(vec![OptionValue::Word(self.name("a name")?)])
            }
            Takes::NameOrText => {
                self.eat(TokenKind::Equal);
                Ok(vec![self.name_or_text()?])
            }
            Takes::TextOr(words) => {
                self.eat(TokenKind::Equal);
                if let Some(word) = self.one_of(words) {
                    return Ok(vec![word]);
                }
                if self.at_text() {
                    return Ok(vec![OptionValue::Literal(self.text_value("a string")?)]);
                }
                let mut expected = vec!["a string"];
                expected.extend(words);
                Err(self.unexpected(&expected))
            }
            Takes::NumberOr(words) => {
                self.eat(TokenKind::Equal);
                if let Some(word) = self.one_of(words) {
                    return Ok(vec![word]);
                }
                if self.at_number() {
                    return Ok(vec![OptionValue::Literal(self.number_value()?)]);
                }
                let mut expected = vec!["a number"];
                expected.extend(words);
                Err(self.unexpected(&expected))
            }
            Takes::OneOf(words) => {
                self.eat(TokenKind::Equal);
                match self.one_of(words) {
                    Some(word) => Ok(vec![word]),
                    None => Err(self.unexpected(words)),
                }
            }
            Takes::Maybe(words) => Ok(self.one_of(words).into_iter().collect()),
            Takes::Names => self.comma_separated(Self::name_or_text),
            Takes::Quota => {
                if let Some(word) = self.one_of(&["unlimited"]) {
                    return Ok(vec![word]);
                }
                let number = OptionValue::Literal(self.number_value()?);
                let unit = self.one_of(&["mb", "gb", "tb"]);
                Ok(std::iter::once(number).chain(unit).collect())
            }
            Takes::Parameters => {
                let parameters = self.in_parentheses(|parser| {
                    let start = parser.span();
                    let name = parser.any_name("the name of a parameter")?;
                    let value = if parser.at_text() {
                        parser.text_value("a value")?
                    } else {
                        parser.number_value()?
                    };
                    Ok(StatementOption {
                        span: start.to(parser.previous_span()),
                        name: name.text,
                        values: vec![OptionValue::Literal(value)],
                    })
                })?;
                Ok(vec![OptionValue::Options(parameters)])
            }
            Takes::Options(rules) => {
                self.expect(TokenKind::LeftParenthesis, "(")?;
                let mut options = self.options_while(rules)?;
                while self.eat(TokenKind::Comma) {
                    let before = options.len();
                    options.extend(self.options_while(rules)?);
                    if options.len() == before {
                        return Err(self.no_option(rules));
                    }
                }
                if !self.at(TokenKind::RightParenthesis) && !self.at_statement_end() {
                    return Err(self.no_option(rules));
                }
                self.close_parenthesis()?;
                Ok(vec![OptionValue::Options(options)])
            }
        }
    }

    /// A word of these, or an insertion in its place.
    fn one_of(&mut self, words: &[&str]) -> Option<OptionValue> {
        let found = words.iter().any(|word| self.at_word(word)) || self.at(TokenKind::Insertion);
        found.then(|| {
            let token = self.bump();
            OptionValue::Word(self.name_of(token))
        })
    }

    fn name_or_text(&mut self) -> Parsed<OptionValue> {
        if self.at(TokenKind::Text) || self.at(TokenKind::Dollar) || self.at(TokenKind::Parameter) {
            return Ok(OptionValue::Literal(self.text_value("a string")?));
        }
        // Ids of accounts are digits.
        if self.at(TokenKind::Number) {
            return Ok(OptionValue::Literal(self.number_value()?));
        }
        let name = self.object_name("a name")?;
        let [only] = name.parts.as_slice() else {
            let text = SmolStr::from(name.text());
            let (quoted, inserted) = (false, name.is_inserted());
            return Ok(OptionValue::Word(Name {
                span: name.span,
                text,
                quoted,
                inserted,
            }));
        };
        Ok(OptionValue::Word(only.clone()))
    }

    pub(super) fn at_text(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Text
                | TokenKind::Dollar
                | TokenKind::Parameter
                | TokenKind::Position
                | TokenKind::Insertion
        )
    }

    fn at_number(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Number
                | TokenKind::Minus
                | TokenKind::Plus
                | TokenKind::Parameter
                | TokenKind::Position
        ) || self.at(TokenKind::Insertion)
    }

    /// Reads a string, or what stands for one: a parameter or an insertion.
    pub(super) fn text_value(&mut self, what: &str) -> Parsed<Expression> {
        if self.at(TokenKind::Quoted) {
            let written = self.shown_token(self.token());
            let sentence = format!("{written} is a name, and {what} stands here");
            let help = "write it in single quotes";
            let mistake = Mistake::new(MistakeKind::Syntax, self.span(), sentence);
            return Err(Box::new(mistake.help(help)));
        }
        if !self.at_text() {
            return Err(self.unexpected(&[what]));
        }
        if self.at(TokenKind::Insertion) {
            let token = self.bump();
            let kind = ExpressionKind::Insertion(SmolStr::new(self.text_of(token)));
            return Ok(Expression::new(token.span, kind));
        }
        self.primary()
    }

    /// Reads a number with or without a sign, or what stands for one.
    pub(super) fn number_value(&mut self) -> Parsed<Expression> {
        if !self.at_number() {
            return Err(self.unexpected(&["a number"]));
        }
        let start = self.span();
        if self.at(TokenKind::Minus) || self.at(TokenKind::Plus) {
            self.bump();
            if !self.at(TokenKind::Number) {
                return Err(self.unexpected(&["a number"]));
            }
            let token = self.bump();
            let span = start.to(token.span);
            let kind = ExpressionKind::Number(SmolStr::new(span.of(self.text)));
            return Ok(Expression::new(span, kind));
        }
        if self.at(TokenKind::Insertion) {
            let token = self.bump();
            let kind = ExpressionKind::Insertion(SmolStr::new(self.text_of(token)));
            return Ok(Expression::new(token.span, kind));
        }
        self.primary()
    }

    /// `('name' = 'value', …)`
    pub(super) fn properties(&mut self) -> Parsed<Vec<StatementOption>> {
        self.in_parentheses(|parser| {
            let start = parser.span();
            let name = parser.text_value("the name of a property in single quotes")?;
            let name = match &name.kind {
                ExpressionKind::Text(text) => SmolStr::new(text),
                _ => SmolStr::new(name.span.of(parser.text)),
            };
            parser.expect(TokenKind::Equal, "=")?;
            let value = parser.text_value("a value in single quotes")?;
            Ok(StatementOption {
                span: start.to(parser.previous_span()),
                name,
                values: vec![OptionValue::Literal(value)],
            })
        })
    }
}
