//! Conditions of `\if` and `\elseif`: comparisons with AND, OR, NOT and brackets.

/// Brackets nested deeper than this are refused: they are read by recursion.
const DEEPEST: usize = 100;

/// Whether a condition holds; variables are in it already. Two numbers compare as numbers, anything
/// else as text.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub(super) fn holds(text: &str) -> Result<bool, String> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let value = parser.either()?;
    match parser.tokens.get(parser.at) {
        None => Ok(value),
        Some(token) => Err(format!("`{}` is not expected there", token.text)),
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Token {
    text: String,
    /// In quotes: never an operator or a keyword.
    quoted: bool,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(first) = characters.next() {
        let mut token = String::new();
        let mut quoted = false;
        match first {
            _ if first.is_whitespace() => continue,
            '\'' | '"' => {
                quoted = true;
                loop {
                    match characters.next() {
                        None => return Err("a quote is not closed".to_owned()),
                        Some(end) if end == first => {
                            if characters.peek() != Some(&first) {
                                break;
                            }
                            characters.next();
                            token.push(first);
                        }
                        Some(other) => token.push(other),
                    }
                }
            }
            '(' | ')' => token.push(first),
            '=' | '<' | '>' | '!' => {
                token.push(first);
                while let Some(next) = characters.next_if(|next| matches!(next, '=' | '>')) {
                    token.push(next);
                }
            }
            _ => {
                token.push(first);
                while let Some(next) = characters.next_if(|next| {
                    !next.is_whitespace()
                        && !matches!(next, '(' | ')' | '=' | '<' | '>' | '!' | '\'' | '"')
                }) {
                    token.push(next);
                }
            }
        }
        tokens.push(Token {
            text: token,
            quoted,
        });
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// Brackets that are open.
    depth: usize,
}

impl Parser {
    fn take(&mut self, word: &str) -> bool {
        let found = self
            .tokens
            .get(self.at)
            .is_some_and(|token| !token.quoted && token.text.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<bool, String> {
        let mut value = self.both()?;
        while self.take("or") {
            // Both sides are read, whatever the first is worth.
            value |= self.both()?;
        }
        Ok(value)
    }

    fn both(&mut self) -> Result<bool, String> {
        let mut value = self.one()?;
        while self.take("and") {
            value &= self.one()?;
        }
        Ok(value)
    }

    fn one(&mut self) -> Result<bool, String> {
        let mut negated = false;
        while self.take("not") {
            negated = !negated;
        }
        let value = if self.take("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err("brackets are nested too deeply".to_owned());
            }
            let value = self.either()?;
            self.depth -= 1;
            if !self.take(")") {
                return Err("a bracket is not closed".to_owned());
            }
            value
        } else {
            self.comparison()?
        };
        Ok(value != negated)
    }

    fn operand(&mut self) -> Result<Token, String> {
        let token = self
            .tokens
            .get(self.at)
            .cloned()
            .ok_or_else(|| "the condition ends too early".to_owned())?;
        if !token.quoted && token.text.starts_with(':') {
            return Err(format!("the variable `{}` is not set", token.text));
        }
        if !token.quoted && token.text.starts_with(['=', '<', '>', '!', '(', ')']) {
            return Err(format!("`{}` is not expected there", token.text));
        }
        self.at += 1;
        Ok(token)
    }

    fn comparison(&mut self) -> Result<bool, String> {
        let left = self.operand()?;
        let operator = self
            .tokens
            .get(self.at)
            .filter(|token| !token.quoted)
            .map(|token| token.text.clone());
        let wanted: fn(std::cmp::Ordering) -> bool = match operator.as_deref() {
            Some("=" | "==") => std::cmp::Ordering::is_eq,
            Some("<>" | "!=") => std::cmp::Ordering::is_ne,
            Some("<") => std::cmp::Ordering::is_lt,
            Some("<=") => std::cmp::Ordering::is_le,
            Some(">") => std::cmp::Ordering::is_gt,
            Some(">=") => std::cmp::Ordering::is_ge,
            _ => return truth(&left.text),
        };
        self.at += 1;
        let right = self.operand()?;
        let order = match (number(&left), number(&right)) {
            (Some(left), Some(right)) => left
                .partial_cmp(&right)
                .unwrap_or(std::cmp::Ordering::Equal),
            _ => left.text.cmp(&right.text),
        };
        Ok(wanted(order))
    }
}

/// The number that an operand is. `true` is 1 and `false` is 0, as `\if :ERROR <> 0` asks for.
fn number(operand: &Token) -> Option<f64> {
    if !operand.quoted {
        match operand.text.to_ascii_lowercase().as_str() {
            "true" => return Some(1.0),
            "false" => return Some(0.0),
            _ => {}
        }
    }
    let number = operand.text.parse::<f64>().ok();
    number.filter(|number| !number.is_nan())
}

/// `true`, `on`, `yes`, `1`, and the beginnings of them that no other word has.
fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "on" | "yes" | "y" | "1" => Ok(true),
        "false" | "f" | "off" | "no" | "n" | "0" => Ok(false),
        _ => Err(format!("`{text}` is neither true nor false")),
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn numbers_texts_and_operators() {
        for (condition, expected) in [
            ("9 < 10", true),
            ("'9' < 'a'", true),
            ("00000 = '00000'", true),
            ("'42P01' = '00000'", false),
            ("1 = 1 AND NOT (2 <> 2 or 3 >= 4)", true),
            ("true or false and false", true),
            ("'it''s' = \"it's\"", true),
            ("5!=5", false),
            ("on", true),
            ("false <> 0", false),
            ("true <> 0", true),
            ("false = 0", true),
            ("TRUE = true", true),
            ("true = false", false),
            ("false = 'false'", true),
            ("a = true", false),
        ] {
            assert_eq!(holds(condition), Ok(expected), "{condition}");
        }
    }

    #[test]
    fn what_is_no_condition_is_said() {
        for condition in [
            "",
            "maybe",
            ":unset > 1",
            "1 =",
            "(1 = 1",
            "1 = 1 2",
            "'a",
            "= 1",
        ] {
            assert!(holds(condition).is_err(), "{condition}");
        }
        let nested = |depth| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(holds(&nested(100)), Ok(true));
        assert!(holds(&nested(1_000_000)).is_err());
    }
}
