//! Lengths of time as people write them.

/// What is wrong with a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongDuration {
    /// It does not read as one.
    Syntax,
    /// It is below zero.
    Negative,
    /// It is longer than can be counted.
    Endless,
}

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Seconds of `1d2h3m4s`: each unit at most once, in this order, with a whole number.
pub(super) fn seconds(text: &str) -> Result<u64, WrongDuration> {
    let text = text.trim();
    if let Some(positive) = text.strip_prefix('-') {
        return seconds(positive).and(Err(WrongDuration::Negative));
    }
    if text.is_empty() {
        return Err(WrongDuration::Syntax);
    }
    let mut rest = text;
    let mut sum: u64 = 0;
    for (unit, length) in UNITS {
        let Some((number, behind)) = rest.split_once(unit) else {
            continue;
        };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(WrongDuration::Syntax);
        }
        let number: u64 = number.parse().map_err(|_| WrongDuration::Endless)?;
        sum = number
            .checked_mul(length)
            .and_then(|seconds| sum.checked_add(seconds))
            .ok_or(WrongDuration::Endless)?;
        rest = behind;
    }
    if rest.is_empty() {
        Ok(sum)
    } else {
        Err(WrongDuration::Syntax)
    }
}

/// Seconds of `1h30m`, if it reads as a length of time.
#[must_use]
pub fn of_text(text: &str) -> Option<u64> {
    seconds(text).ok()
}

/// Seconds as the shortest text that reads as the same: `1h30m`, `0s`.
pub fn words(seconds: u64) -> String {
    let mut rest = seconds;
    let mut text = String::new();
    for (unit, length) in UNITS {
        if rest >= length {
            text.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_lengths_of_time() {
        for (text, expected) in [
            ("90s", 90),
            ("5m", 300),
            ("1h30m", 5_400),
            ("1d", 86_400),
            ("0m", 0),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in [
            "", "5", "5 m", "m", "5m1h", "1.5h", "5M", "5m5m", "1h 30m", "+5m",
        ] {
            assert_eq!(seconds(text), Err(WrongDuration::Syntax), "{text}");
        }
        assert_eq!(seconds("-5m"), Err(WrongDuration::Negative));
        assert_eq!(
            seconds("99999999999999999999s"),
            Err(WrongDuration::Endless)
        );
        assert_eq!(seconds("999999999999999999d"), Err(WrongDuration::Endless));
        assert_eq!(words(5_400), "1h30m");
        assert_eq!(words(0), "0s");
    }
}
