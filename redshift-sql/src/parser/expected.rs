//! What is said where the text is not what the grammar asks for.

use super::Parser;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::{Token, TokenKind};

/// Words that may stand behind a relation or an expression: an alias that is nearly one of them is
/// a typo.
const CLAUSES: &[&str] = &[
    "where",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "qualify",
    "join",
    "inner",
    "left",
    "right",
    "full",
    "cross",
    "natural",
    "union",
    "intersect",
    "except",
    "minus",
    "from",
    "set",
    "values",
    "using",
    "when",
    "start",
    "connect",
    "pivot",
    "unpivot",
    "select",
    "into",
    "on",
    "and",
    "or",
    "between",
    "like",
    "ilike",
    "in",
    "is",
    "not",
    "over",
    "case",
    "then",
    "else",
    "end",
];

/// How many of the things that could stand there are named.
const NAMED: usize = 4;

impl Parser<'_> {
    /// A mistake at the position: what stands there, and what could.
    pub(crate) fn unexpected(&self, expected: &[&str]) -> Box<Mistake> {
        if let Some(mistake) = self.typo_before(expected) {
            return mistake;
        }
        let token = self.token();
        let sentence = if matches!(token.kind, TokenKind::End | TokenKind::Semicolon) {
            match expected {
                [")"] => "a bracket is not closed: `)` is missing".to_owned(),
                [one] => format!("the statement ends where {} is missing", shown(one)),
                _ => "the statement ends too early".to_owned(),
            }
        } else {
            format!("`{}` cannot stand here", self.shown_token(token))
        };
        let mut mistake = Mistake::new(MistakeKind::Syntax, token.span, sentence);
        if token.kind == TokenKind::End {
            mistake.span = self.previous_span();
        }
        let help = self.nearest(token, expected).map_or_else(
            || could_stand(expected),
            |nearest| Some(format!("did you mean `{nearest}`?")),
        );
        mistake.help = help;
        Box::new(mistake)
    }

    /// A mistake at a token of another sentence.
    pub(crate) fn refused(
        &self,
        span: crate::Span,
        sentence: impl Into<String>,
        help: impl Into<String>,
    ) -> Box<Mistake> {
        Box::new(Mistake::new(MistakeKind::NotRedshift, span, sentence).help(help))
    }

    /// Where a word in front of the position became an alias and is nearly a keyword.
    fn typo_before(&self, expected: &[&str]) -> Option<Box<Mistake>> {
        let alias = self.bare_alias?;
        if alias + 1 != self.position() {
            return None;
        }
        let span = self.previous_span();
        let written = span.of(self.text).to_ascii_lowercase();
        let mut words = expected.to_vec();
        words.extend(CLAUSES);
        let nearest = nearest(&written, &words)?;
        let sentence = format!("`{}` cannot stand here", span.of(self.text));
        Some(Box::new(
            Mistake::new(MistakeKind::Syntax, span, sentence)
                .help(format!("did you mean `{nearest}`?")),
        ))
    }

    /// Where a keyword with a typo was read as a name: `delete form sales`.
    pub(super) fn typo_of(&self, span: crate::Span, keyword: &str) -> Option<Box<Mistake>> {
        let written = span.of(self.text);
        nearest(&written.to_ascii_lowercase(), &[keyword])?;
        let sentence = format!("`{written}` cannot stand here");
        let mistake = Mistake::new(MistakeKind::Syntax, span, sentence);
        Some(Box::new(mistake.help(format!("did you mean `{keyword}`?"))))
    }

    fn nearest<'w>(&self, token: Token, expected: &[&'w str]) -> Option<&'w str> {
        if !matches!(token.kind, TokenKind::Word(_)) {
            return None;
        }
        let written = self.text_of(token).to_ascii_lowercase();
        // Where a statement may end, it may go on with a clause too.
        nearest(&written, expected).or_else(|| {
            let typo = expected.contains(&";") && token.keyword().is_none();
            let clauses = typo.then_some(CLAUSES);
            nearest(&written, clauses.unwrap_or_default())
        })
    }

    /// The text of a token, cut where it is long.
    pub(crate) fn shown_token(&self, token: Token) -> String {
        let text = self.text_of(token);
        let line = text.lines().next().unwrap_or_default();
        let mut characters = line.chars();
        let start: String = characters.by_ref().take(30).collect();
        if characters.next().is_some() || line.len() < text.len() {
            format!("{start}…")
        } else {
            start
        }
    }
}

/// The word that is nearest to what was written, if one is near.
///
/// `nearest("valus", &["values", "select"])` is `Some("values")`.
pub(crate) fn nearest<'w>(written: &str, words: &[&'w str]) -> Option<&'w str> {
    let length = written.chars().count();
    if length < 2 {
        return None;
    }
    let most = if length < 5 { 1 } else { 2 };
    words
        .iter()
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|word| (strsim::damerau_levenshtein(written, word), *word))
        .filter(|(distance, word)| *distance > 0 && *distance <= most && word.len() > 1)
        // A letter is left out more often than one is added.
        .min_by_key(|(distance, word)| (*distance, std::cmp::Reverse(word.len())))
        .map(|(_, word)| word)
}

/// A keyword or symbol in backticks; a description as it is.
fn shown(expected: &str) -> String {
    if expected.contains(' ') && !expected.starts_with('`') {
        expected.to_owned()
    } else {
        format!("`{expected}`")
    }
}

fn could_stand(expected: &[&str]) -> Option<String> {
    if expected.is_empty() {
        return None;
    }
    let named: Vec<String> = expected
        .iter()
        .take(NAMED)
        .map(|word| shown(word))
        .collect();
    let (last, others) = named.split_last()?;
    let list = if others.is_empty() {
        last.clone()
    } else {
        format!("{} or {last}", others.join(", "))
    };
    Some(format!("{list} could stand here"))
}
