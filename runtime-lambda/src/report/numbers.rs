//! Numbers and durations as people read them.

/// `1,234,567.89` of `1234567.89`: separators from five digits on, so that a year stays a year. `None`
/// if the text is no plain decimal number.
pub fn separated(text: &str) -> Option<String> {
    grouped(text, 5)
}

/// A count, as `2,931`: of a number that is never a year, four digits have a separator too.
pub fn counted(text: &str) -> Option<String> {
    grouped(text, 4)
}

/// The number with a separator between thousands, if it has at least so many digits.
fn grouped(text: &str, least: usize) -> Option<String> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("−", rest),
        None => ("", text),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.is_some_and(|fraction| !digits(fraction)) {
        return None;
    }
    let mut written = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && whole.len() >= least && (whole.len() - index) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    if let Some(fraction) = fraction {
        written.push('.');
        written.push_str(fraction);
    }
    Some(written)
}

/// `0.07 s`, `1.73 s`, `12.4 s`, `3 min 5 s`, `2 h 5 min`.
pub fn duration(seconds: f64) -> String {
    // The sum of no numbers is a negative zero.
    let seconds = seconds + 0.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no run takes 10^19 seconds"
    )]
    let whole = seconds.max(0.0).round() as u64;
    if seconds < 9.995 {
        format!("{seconds:.2} s")
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else if whole < 3600 {
        format!("{} min {} s", whole / 60, whole % 60)
    } else {
        format!("{} h {} min", whole / 3600, whole % 3600 / 60)
    }
}

/// Dollars with two digits that count: `$0.0061`, `$12.30`.
#[must_use]
pub fn money(dollars: f64) -> String {
    let digits = if dollars <= 0.0 || dollars >= 1.0 {
        2
    } else {
        let mut digits = 2;
        let mut rest = dollars;
        while rest < 0.1 && digits < 10 {
            rest *= 10.0;
            digits += 1;
        }
        digits
    };
    format!("${dollars:.digits$}")
}

/// A number with so many decimals, as a number: pages need no more.
pub fn rounded(number: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (number * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_years_are_not() {
        for (text, shown) in [
            ("0", "0"),
            ("2013", "2013"),
            ("12345", "12,345"),
            ("336776", "336,776"),
            ("-1234567.50", "−1,234,567.50"),
            ("0.75", "0.75"),
        ] {
            assert_eq!(separated(text).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(counted("2931").as_deref(), Some("2,931"));
        assert_eq!(counted("977").as_deref(), Some("977"));
        for text in ["", "-", "1e5", "NaN", "12 345", ".5", "1.", "+1", "--1"] {
            assert_eq!(separated(text), None, "{text}");
        }
    }

    #[test]
    fn no_time_has_no_sign() {
        assert_eq!(duration(std::iter::empty::<f64>().sum()), "0.00 s");
    }

    #[test]
    fn two_digits_of_money_count() {
        assert_eq!(money(0.0), "$0.00");
        assert_eq!(money(12.3), "$12.30");
        assert_eq!(money(0.25), "$0.25");
        assert_eq!(money(0.006_12), "$0.0061");
    }

    #[test]
    fn a_duration_has_the_digits_that_matter() {
        for (seconds, shown) in [
            (0.0, "0.00 s"),
            (1.729, "1.73 s"),
            (9.999, "10.0 s"),
            (59.96, "1 min 0 s"),
            (185.0, "3 min 5 s"),
            (3599.7, "1 h 0 min"),
            (7500.0, "2 h 5 min"),
        ] {
            assert_eq!(duration(seconds), shown);
        }
    }
}
