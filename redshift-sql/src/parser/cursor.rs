//! Where the parser stands among the tokens.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use crate::Span;
use crate::keyword::Keyword;
use crate::mistake::{Mistake, MistakeKind};
use crate::parser::MAX_DEPTH;
use crate::token::{Token, TokenKind};

/// What a parsing function gives: a node, or why there is none.
pub(crate) type Parsed<T> = Result<T, Box<Mistake>>;

/// Tokens, and a position among them.
pub(crate) struct Parser<'a> {
    pub(super) text: &'a str,
    tokens: &'a [Token],
    position: usize,
    /// The token at the position, which is asked for most.
    current: Token,
    depth: u32,
    /// From where to where the opening brackets stand that were looked at last.
    opening: Cell<(usize, usize)>,
    /// Where each round bracket is closed, once somebody has asked.
    closing: OnceCell<HashMap<usize, usize>>,
    /// Position of the last name that became an alias without AS: it may be a keyword with a typo.
    pub(super) bare_alias: Option<usize>,
    /// Mistakes that do not keep the rest of the statement from being read.
    noted: Vec<Mistake>,
    /// Where words begin that were read as names.
    names: Vec<u32>,
    /// Whether this is the body of a procedure, where INTO names variables.
    pub(super) in_procedure: bool,
    /// Whether a statement of this body could not be read, so that ends without beginnings follow.
    pub(super) broken: bool,
    /// Text of literals without their escapes, each at its own place: see [`super::inner`].
    pub(super) plain: String,
}

const END: Token = Token {
    kind: TokenKind::End,
    span: Span::new(0, 0),
};

/// For each opening round bracket that is closed: by which token.
fn closing_brackets(tokens: &[Token]) -> HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut closing = HashMap::new();
    for (position, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParenthesis => open.push(position),
            TokenKind::RightParenthesis => {
                closing.extend(open.pop().map(|opening| (opening, position)));
            }
            // No bracket goes on behind the end of its statement.
            TokenKind::Semicolon => open.clear(),
            _ => {}
        }
    }
    closing
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            tokens,
            position: 0,
            current: tokens.first().copied().unwrap_or(END),
            depth: 0,
            opening: Cell::new((0, 0)),
            closing: OnceCell::new(),
            bare_alias: None,
            noted: Vec::new(),
            names: Vec::new(),
            in_procedure: false,
            broken: false,
            plain: String::new(),
        }
    }

    /// A parser of a text within a literal of this one: as deep as this one is, and one deeper.
    pub(super) fn inner<'b>(&self, text: &'b str, tokens: &'b [Token]) -> Parser<'b> {
        let mut inner = Parser::new(text, tokens);
        inner.depth = self.depth + 1;
        inner.in_procedure = self.in_procedure;
        inner
    }

    /// The token at the position.
    #[inline]
    pub(crate) fn token(&self) -> Token {
        self.current
    }

    /// A token behind the position.
    #[inline]
    pub(crate) fn ahead(&self, count: usize) -> Token {
        #[cfg(test)]
        super::steps::count();
        let token = self.tokens.get(self.position + count);
        token.or(self.tokens.last()).copied().unwrap_or(END)
    }

    #[inline]
    pub(crate) fn kind(&self) -> TokenKind {
        self.token().kind
    }

    #[inline]
    pub(crate) fn keyword(&self) -> Option<Keyword> {
        self.token().keyword()
    }

    #[inline]
    pub(crate) fn span(&self) -> Span {
        self.token().span
    }

    /// The first token behind the opening brackets that stand here.
    pub(super) fn behind_opening(&self) -> Token {
        self.ahead(self.opening_end() - self.position)
    }

    /// Position of the last of the opening brackets that stand here.
    pub(super) fn last_opening(&self) -> usize {
        self.opening_end().saturating_sub(1)
    }

    /// Position behind the opening brackets that stand here. Each bracket is looked at once, however
    /// often this is asked from within.
    fn opening_end(&self) -> usize {
        let (start, mut end) = self.opening.get();
        if !(start..end).contains(&self.position) {
            end = self.position;
            while self.ahead(end - self.position).kind == TokenKind::LeftParenthesis {
                end += 1;
            }
            self.opening.set((self.position, end));
        }
        end
    }

    /// A token by its position.
    pub(super) fn token_at(&self, position: usize) -> Token {
        self.tokens.get(position).copied().unwrap_or(END)
    }

    /// Position of the bracket that closes the one at a position.
    pub(super) fn closing(&self, opening: usize) -> Option<usize> {
        let closing = self.closing.get_or_init(|| closing_brackets(self.tokens));
        closing.get(&opening).copied()
    }

    /// Place of the token in front of the position.
    pub(crate) fn previous_span(&self) -> Span {
        let before = self.position.checked_sub(1);
        before
            .and_then(|before| self.tokens.get(before))
            .map_or(self.span(), |token| token.span)
    }

    /// The text of a token.
    pub(crate) fn text_of(&self, token: Token) -> &'a str {
        token.span.of(self.text)
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Goes back to a position that was read before. Only for a look ahead of a bounded length:
    /// work must stay linear.
    pub(crate) fn back_to(&mut self, position: usize) {
        self.position = position;
        self.current = self.ahead(0);
    }

    /// Goes on by this many tokens, none of which is the end.
    fn go_on(&mut self, count: usize) {
        self.back_to(self.position + count);
    }

    /// Gives the token at hand and goes on to the next.
    #[inline]
    pub(crate) fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::End {
            self.position += 1;
            self.current = self.ahead(0);
        }
        token
    }

    /// Whether nothing is left.
    pub(crate) fn at_end(&self) -> bool {
        self.kind() == TokenKind::End
    }

    /// Whether the statement ends here.
    #[inline]
    pub(crate) fn at_statement_end(&self) -> bool {
        matches!(self.kind(), TokenKind::Semicolon | TokenKind::End)
    }

    #[inline]
    pub(crate) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// Whether the next token is this keyword.
    #[inline]
    pub(crate) fn at_keyword(&self, keyword: Keyword) -> bool {
        self.keyword() == Some(keyword)
    }

    /// Whether the next tokens are these keywords.
    pub(crate) fn at_keywords(&self, keywords: &[Keyword]) -> bool {
        let mut pairs = keywords.iter().enumerate();
        pairs.all(|(index, keyword)| self.ahead(index).keyword() == Some(*keyword))
    }

    /// Whether a token is this word without quotes, given in lower case. For words that are not in
    /// the table of keywords.
    pub(crate) fn is_word(&self, ahead: usize, word: &str) -> bool {
        let token = self.ahead(ahead);
        // Most words are told apart by their length.
        (token.span.end - token.span.start) as usize == word.len()
            && matches!(token.kind, TokenKind::Word(_))
            && self.text_of(token).eq_ignore_ascii_case(word)
    }

    /// Whether the next token is this word.
    pub(crate) fn at_word(&self, word: &str) -> bool {
        self.is_word(0, word)
    }

    /// Whether the next tokens are these words.
    pub(crate) fn at_words(&self, words: &[&str]) -> bool {
        let mut pairs = words.iter().enumerate();
        pairs.all(|(index, word)| self.is_word(index, word))
    }

    #[inline]
    pub(crate) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    #[inline]
    pub(crate) fn eat_keyword(&mut self, keyword: Keyword) -> bool {
        let found = self.at_keyword(keyword);
        if found {
            self.bump();
        }
        found
    }

    /// Reads all of these keywords, or nothing.
    pub(crate) fn eat_keywords(&mut self, keywords: &[Keyword]) -> bool {
        let found = self.at_keywords(keywords);
        if found {
            self.go_on(keywords.len());
        }
        found
    }

    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump();
        }
        found
    }

    /// Reads all of these words, or nothing.
    pub(crate) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            self.go_on(words.len());
        }
        found
    }

    /// Reads a token of this kind; otherwise it is a mistake that names `what`, such as "`(`".
    pub(crate) fn expect(&mut self, kind: TokenKind, what: &str) -> Parsed<Token> {
        if self.at(kind) {
            Ok(self.bump())
        } else {
            Err(self.unexpected(&[what]))
        }
    }

    pub(crate) fn expect_keyword(&mut self, keyword: Keyword) -> Parsed<Token> {
        if self.at_keyword(keyword) {
            Ok(self.bump())
        } else {
            Err(self.unexpected(&[keyword.text()]))
        }
    }

    pub(crate) fn expect_word(&mut self, word: &str) -> Parsed<Token> {
        if self.at_word(word) {
            Ok(self.bump())
        } else {
            Err(self.unexpected(&[word]))
        }
    }

    /// Reads one of these words; its position in the list.
    pub(crate) fn expect_one_of(&mut self, words: &[&str]) -> Parsed<usize> {
        let found = words.iter().position(|word| self.at_word(word));
        match found {
            Some(index) => {
                self.bump();
                Ok(index)
            }
            None => Err(self.unexpected(words)),
        }
    }

    /// Reads items with commas between them, at least one.
    pub(crate) fn comma_separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        loop {
            items.push(item(self)?);
            if !self.eat(TokenKind::Comma) {
                return Ok(items);
            }
        }
    }

    /// Reads items in round brackets with commas between them, at least one.
    pub(crate) fn in_parentheses<T>(
        &mut self,
        item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let items = self.comma_separated(item)?;
        self.close_parenthesis()?;
        Ok(items)
    }

    /// Reads a closing bracket.
    pub(crate) fn close_parenthesis(&mut self) -> Parsed<Token> {
        self.expect(TokenKind::RightParenthesis, ")")
    }

    /// Parses one level deeper, at most [`MAX_DEPTH`] levels.
    pub(crate) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let sentence = format!("this is nested more than {MAX_DEPTH} levels deep");
            let help = "take a part out: a query of `with`, or a column of a query in brackets";
            let mistake = Mistake::new(MistakeKind::TooDeep, self.span(), sentence).help(help);
            return Err(Box::new(mistake));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Notes a mistake and goes on.
    pub(crate) fn note(&mut self, mistake: Mistake) {
        self.noted.push(mistake);
    }

    pub(super) fn has_noted(&self) -> bool {
        !self.noted.is_empty()
    }

    pub(super) fn take_noted(&mut self) -> Vec<Mistake> {
        std::mem::take(&mut self.noted)
    }

    /// Says that a name begins at a byte.
    pub(super) fn note_name(&mut self, start: u32) {
        self.names.push(start);
    }

    /// Where names begin, in the order in which they were read.
    pub(super) fn take_names(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.names)
    }

    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Goes on at a depth: behind a mistake that was noted.
    pub(super) fn resume_at(&mut self, depth: u32) {
        self.depth = depth;
        self.bare_alias = None;
    }

    /// Goes to the end of the statement.
    pub(super) fn skip_statement(&mut self) {
        self.depth = 0;
        self.bare_alias = None;
        while !self.at_statement_end() {
            self.bump();
        }
    }
}
