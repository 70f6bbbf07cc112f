//! The grammar of a choice: `[@ | [N]+] [METHOD:]VALUE [+[N]]`, several of them joined by commas.

/// How far a choice goes from a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// To the last step that can be reached.
    All,
    /// At most so many steps away.
    Steps(usize),
}

impl Depth {
    /// How many steps; none where it goes to the end.
    pub fn steps(self) -> Option<usize> {
        match self {
            Self::All => None,
            Self::Steps(steps) => Some(steps),
        }
    }
}

/// By what steps are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By the names of steps, globs among them.
    Name,
    /// A tag of theirs.
    Tag,
    /// Whether they changed since the last run.
    Modified,
}

/// One part of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atom {
    /// By what it finds steps.
    pub method: Method,
    /// A name or a tag; `*` in it stands for any characters.
    pub value: String,
    /// How far steps before those are meant as well.
    pub before: Option<Depth>,
    /// How far steps behind those are meant as well.
    pub after: Option<Depth>,
    /// Whether all steps behind those are meant as well, with everything that these come after.
    pub with_all_before: bool,
}

/// What is chosen by all of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The parts, at least one.
    pub atoms: Vec<Atom>,
}

/// What is wrong with a text, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongChoice {
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

/// Reads one word of a choice: atoms with commas between them, all of which must hold.
pub fn term(word: &str) -> Result<Term, WrongChoice> {
    let atoms = word.split(',').map(|text| atom(text, word));
    Ok(Term {
        atoms: atoms.collect::<Result<_, _>>()?,
    })
}

fn atom(text: &str, word: &str) -> Result<Atom, WrongChoice> {
    let wrong = |message: String, help| Err(WrongChoice { message, help });
    let (with_all_before, rest) = match text.strip_prefix('@') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (before, rest) = rest
        .split_once('+')
        .and_then(|(number, rest)| Some((Some(depth(number)?), rest)))
        .unwrap_or((None, rest));
    let (after, rest) = rest
        .rsplit_once('+')
        .and_then(|(rest, number)| Some((Some(depth(number)?), rest)))
        .unwrap_or((None, rest));
    if with_all_before && (before.is_some() || after.is_some()) {
        return wrong(
            format!("`{text}` has both `@` and `+`"),
            "`@a` means `a`, all behind it, and everything that these come after",
        );
    }
    let (method, value) = match rest.split_once(':') {
        None => (Method::Name, rest),
        Some(("tag", value)) => (Method::Tag, value),
        Some(("state", "modified")) => (Method::Modified, "modified"),
        Some(("state", other)) => {
            return wrong(
                format!("there is no state `{other}` to choose by"),
                "`state:modified` chooses what the last run did not finish as it is now",
            );
        }
        Some((method, _)) => {
            return wrong(
                format!("steps cannot be chosen by `{method}:`"),
                "choose by name, by `tag:` or by `state:modified`",
            );
        }
    };
    if value.is_empty() {
        return wrong(
            format!("`{word}` names no step"),
            "write a name, such as `+revenue`, `revenue+2`, `@revenue` or `tag:nightly`",
        );
    }
    let is_strange = |character: char| !is_of_name(character, method);
    if let Some(strange) = value.chars().find(|character| is_strange(*character)) {
        return wrong(
            format!("`{text}` has a `{strange}` where a name or a tag is expected"),
            "write `[N+]NAME[+N]`, join parts by commas, and separate choices by blanks",
        );
    }
    Ok(Atom {
        method,
        value: value.to_owned(),
        before,
        after,
        with_all_before,
    })
}

/// A tag may be any text, a name has only few signs.
fn is_of_name(character: char, method: Method) -> bool {
    match method {
        Method::Tag => character != '+' && character != '@',
        Method::Name | Method::Modified => {
            character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '*')
        }
    }
}

/// What stands before or behind a `+`: nothing, or a number.
fn depth(number: &str) -> Option<Depth> {
    match number {
        "" => Some(Depth::All),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            // More than anybody has steps is as good as all.
            Some(number.parse().map_or(Depth::All, Depth::Steps))
        }
        _ => None,
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any characters.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}
