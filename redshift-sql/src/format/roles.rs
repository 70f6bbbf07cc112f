//! What each token is to the layout: the first word of a clause, a link of conditions, an arm of a
//! CASE, and which bracket closes which.

use crate::Span;
use crate::format::Unit;
use crate::token::{Kind, Token};

/// How the body of a clause is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clause {
    /// Its items one a line, behind so many tokens of its head.
    List(usize),
    /// Its common tables, one behind the other.
    With,
    /// Conditions, one a line.
    Conditions,
}

/// Where a line may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nowhere in particular.
    Plain,
    /// The first word of a clause.
    Clause(Clause),
    /// `and`, `or`, and the `on` of a join.
    Link,
    /// `when`, `else` or `end` of a CASE.
    Arm,
}

/// The roles of a script's tokens.
#[derive(Debug)]
pub(crate) struct Roles {
    /// One a token.
    pub role: Vec<Role>,
    /// The closing bracket of an opening one, and `end` of a `case`.
    pub close: Vec<Option<usize>>,
    /// Whether the bracket that opens here holds clauses.
    pub has_clauses: Vec<bool>,
    /// Whether a blank stands in front of the token where both are on one line.
    pub blank: Vec<bool>,
    /// Whether the token is written in lower case.
    pub lower: Vec<bool>,
    /// The comments in front of a token: the first, and the one behind the last.
    pub comments: Vec<(usize, usize)>,
    /// Sum of the widths of the tokens in front, with their blanks.
    pub width: Vec<usize>,
    /// Number of the breaks of the author, and of comments, up to the token.
    pub breaks: Vec<usize>,
}

struct Frame {
    open: usize,
    is_case: bool,
    clauses: bool,
    betweens: usize,
    in_join: bool,
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    words: Vec<String>,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::End, |token| token.kind)
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// What lies between a token and the one before it.
    fn gap(&self, at: usize) -> &str {
        let end = |token: &Token| token.span.end;
        let from = at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(0, end);
        let to = self.tokens.get(at).map_or(from, |token| token.span.start);
        Span::new(from, to).of(self.text)
    }
}

impl Roles {
    pub fn of(text: &str, tokens: &[Token], comments: &[Span], units: &[Unit]) -> Self {
        let words = tokens.iter().map(|token| match token.kind {
            Kind::Word(_) => token.span.of(text).to_ascii_lowercase(),
            _ => String::new(),
        });
        let reader = Reader {
            text,
            tokens,
            words: words.collect(),
        };
        let count = tokens.len();
        let mut roles = Self {
            role: vec![Role::Plain; count],
            close: vec![None; count],
            has_clauses: vec![false; count],
            blank: Vec::with_capacity(count),
            lower: Vec::with_capacity(count),
            comments: Vec::with_capacity(count),
            width: Vec::with_capacity(count + 1),
            breaks: Vec::with_capacity(count),
        };
        let mut after_head = vec![false; count];
        for unit in units.iter().filter(|unit| !unit.is_left) {
            roles.unit(&reader, unit, &mut after_head);
        }
        let (mut comment, mut width, mut breaks) = (0, 0, 0);
        for (at, token) in tokens.iter().enumerate() {
            let first = comment;
            while comments
                .get(comment)
                .is_some_and(|span| span.start < token.span.start)
            {
                comment += 1;
            }
            roles.comments.push((first, comment));
            let blank = blank(&reader, at);
            let role = roles.role.get(at).copied().unwrap_or(Role::Plain);
            let may_break = role != Role::Plain || after_head.get(at) == Some(&true);
            if comment > first || may_break && reader.gap(at).contains('\n') {
                breaks += 1;
            }
            roles.breaks.push(breaks);
            roles.width.push(width);
            width += token.span.of(text).chars().count() + usize::from(blank);
            roles.blank.push(blank);
            let keyword = token.keyword();
            let after_dot = at > 0 && reader.kind(at - 1) == Kind::Dot;
            let is_head = role != Role::Plain
                || reader.word(at) == "by"
                    && matches!(reader.before(at), "group" | "order" | "partition")
                || matches!(
                    reader.word(at),
                    "insert" | "update" | "delete" | "drop" | "begin" | "commit"
                ) && matches!(
                    at.checked_sub(1).map(|at| reader.kind(at)),
                    None | Some(Kind::Semicolon)
                );
            roles
                .lower
                .push(keyword.is_some_and(|word| word.is_reserved() || is_head) && !after_dot);
        }
        roles.width.push(width);
        roles
    }

    fn unit(&mut self, reader: &Reader<'_>, unit: &Unit, after_head: &mut [bool]) {
        let first = reader.word(unit.start).to_owned();
        let frame = |open, is_case, clauses| Frame {
            open,
            is_case,
            clauses,
            betweens: 0,
            in_join: false,
        };
        let clauses = matches!(
            first.as_str(),
            "select"
                | "with"
                | "insert"
                | "update"
                | "delete"
                | "merge"
                | "create"
                | "copy"
                | "unload"
        );
        let mut frames = vec![frame(unit.start, false, clauses)];
        let mut mark = |at: usize| {
            if let Some(mark) = after_head.get_mut(at) {
                *mark = true;
            }
        };
        for at in unit.start..unit.end {
            let Some(top) = frames.last_mut() else { return };
            let word = reader.word(at);
            let quoted = at > unit.start && reader.kind(at - 1) == Kind::Dot;
            match reader.kind(at) {
                Kind::LeftParenthesis => {
                    let clauses = matches!(
                        reader.word(at + 1),
                        "select" | "with" | "partition" | "order"
                    );
                    if let Some(flag) = self.has_clauses.get_mut(at) {
                        *flag = clauses;
                    }
                    if reader.kind(at + 1) != Kind::RightParenthesis {
                        mark(at + 1);
                    }
                    frames.push(frame(at, false, clauses));
                    continue;
                }
                Kind::RightParenthesis => {
                    while frames.len() > 1 {
                        let Some(closed) = frames.pop() else { break };
                        if !closed.is_case {
                            if let Some(close) = self.close.get_mut(closed.open) {
                                *close = Some(at);
                            }
                            break;
                        }
                    }
                    continue;
                }
                Kind::Word(_) if !quoted => {}
                _ => continue,
            }
            let role = match word {
                "case" if reader.before(at) != "end" => {
                    frames.push(frame(at, true, false));
                    continue;
                }
                "when" | "else" if top.is_case => Role::Arm,
                "end" if top.is_case => {
                    if let Some(close) = self.close.get_mut(top.open) {
                        *close = Some(at);
                    }
                    frames.pop();
                    Role::Arm
                }
                "between" => {
                    top.betweens += 1;
                    continue;
                }
                "and" if top.betweens > 0 => {
                    top.betweens -= 1;
                    continue;
                }
                "and" => Role::Link,
                "or" if reader.before(at) != "create" => Role::Link,
                "on" if top.in_join => {
                    top.in_join = false;
                    Role::Link
                }
                _ if top.clauses => match clause(reader, at, &first, top) {
                    Some(clause) => {
                        if let Clause::List(head) = clause {
                            mark(at + head);
                        }
                        top.betweens = 0;
                        Role::Clause(clause)
                    }
                    None => continue,
                },
                _ => continue,
            };
            if let Some(slot) = self.role.get_mut(at) {
                *slot = role;
            }
        }
    }
}

fn clause(reader: &Reader<'_>, at: usize, first: &str, frame: &mut Frame) -> Option<Clause> {
    let (before, word, next) = (reader.before(at), reader.word(at), reader.word(at + 1));
    let is_load = matches!(first, "copy" | "unload");
    let is_join_prefix = |word: &str| {
        matches!(
            word,
            "left" | "right" | "full" | "inner" | "cross" | "natural" | "outer"
        )
    };
    if before == "as" && !matches!(word, "select" | "with") {
        return None;
    }
    let clause = match word {
        "select" => Clause::List(match next {
            "distinct" | "all" if reader.word(at + 2) == "top" => 4,
            "distinct" | "all" => 2,
            "top" => 3,
            _ => 1,
        }),
        "group" | "order" | "partition" if next == "by" && before != "within" => Clause::List(2),
        "values" => Clause::List(1),
        "set" if matches!(first, "update") => Clause::List(1),
        "with" if next == "recursive" || reader.word(at + 2) == "as" => Clause::With,
        "with" if reader.kind(at + 2) == Kind::LeftParenthesis && !is_load => Clause::With,
        "from" if before == "delete" || before == "distinct" => return None,
        "from" | "where" | "having" | "qualify" | "limit" | "offset" => Clause::Conditions,
        "union" | "intersect" | "except" | "minus" => Clause::Conditions,
        "using" if matches!(first, "delete" | "merge") && !frame.in_join => Clause::Conditions,
        "when" if first == "merge" => Clause::Conditions,
        "connect" if next == "by" => Clause::Conditions,
        "start" if next == "with" => Clause::Conditions,
        "join" if !is_join_prefix(before) => Clause::Conditions,
        "left" | "right" | "full" | "inner" | "cross" | "natural"
            if !is_join_prefix(before)
                && (next == "join"
                    || reader.word(at + 2) == "join"
                    || reader.word(at + 3) == "join" && next != "on") =>
        {
            Clause::Conditions
        }
        _ if is_load && is_load_option(word, before) => Clause::Conditions,
        _ => return None,
    };
    frame.in_join = word == "join" || is_join_prefix(word) || word == "using" && first == "merge";
    Some(clause)
}

/// Whether an option of COPY or UNLOAD begins with a word.
fn is_load_option(word: &str, before: &str) -> bool {
    before != "format"
        && matches!(
            word,
            "to" | "iam_role"
                | "credentials"
                | "format"
                | "csv"
                | "json"
                | "avro"
                | "parquet"
                | "orc"
                | "delimiter"
                | "fixedwidth"
                | "gzip"
                | "bzip2"
                | "lzop"
                | "zstd"
                | "ignoreheader"
                | "null"
                | "timeformat"
                | "dateformat"
                | "compupdate"
                | "statupdate"
                | "region"
                | "manifest"
                | "maxerror"
                | "acceptinvchars"
                | "acceptanydate"
                | "blanksasnull"
                | "emptyasnull"
                | "escape"
                | "removequotes"
                | "truncatecolumns"
                | "trimblanks"
                | "encoding"
                | "fillrecord"
                | "ignoreblanklines"
                | "header"
                | "addquotes"
                | "allowoverwrite"
                | "cleanpath"
                | "parallel"
                | "maxfilesize"
                | "rowgroupsize"
                | "extension"
                | "encrypted"
        )
}

/// Whether a blank stands in front of a token on one line.
fn blank(reader: &Reader<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|at| reader.kind(at)) else {
        return false;
    };
    let is_operator = |kind| {
        matches!(
            kind,
            Kind::Equal | Kind::NotEqual | Kind::LessEqual | Kind::GreaterEqual | Kind::Concatenate
        )
    };
    let kind = reader.kind(at);
    if matches!(
        kind,
        Kind::Comma | Kind::Semicolon | Kind::RightParenthesis | Kind::RightBracket
    ) || matches!(
        before,
        Kind::LeftParenthesis | Kind::LeftBracket | Kind::DoubleColon
    ) || kind == Kind::DoubleColon
    {
        return false;
    }
    before == Kind::Comma || is_operator(before) || is_operator(kind) || !reader.gap(at).is_empty()
}
