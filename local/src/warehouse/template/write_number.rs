//! TO_CHAR of a number: its decimal digits, by a template.

use super::number::{Anchored, Number, NumberPiece};
use super::roman::roman;

/// Writes a number, given as decimal digits with as many behind the point as it has: `-125.80`.
pub(crate) fn write(template: &Number, digits: &str) -> String {
    let expanded = expanded(digits);
    let digits = expanded.as_deref().unwrap_or(digits);
    let rounded = rounded(digits, template.shift, template.fraction);
    if let Some(upper) = template.roman {
        return romans(template, &self::rounded(digits, 0, 0), upper);
    }
    let (negative, digits) = match rounded.strip_prefix('-') {
        Some(digits) => (true, digits.to_owned()),
        None => (false, rounded),
    };
    let places = template.whole + template.shift;
    let whole = digits.split('.').next().map_or(0, str::len);
    let digits = if whole > places {
        // It does not fit.
        let fraction = "#".repeat(template.fraction);
        let point = if template.has_point { "." } else { "" };
        format!("{}{point}{fraction}", "#".repeat(places))
    } else {
        digits
    };
    Writing::new(template, negative, &digits, places.saturating_sub(whole)).run()
}

/// `1e+20` in all its digits.
fn expanded(digits: &str) -> Option<String> {
    let value: f64 = digits.contains(['e', 'E']).then(|| digits.parse().ok())??;
    Some(format!("{value:.20}"))
}

fn romans(template: &Number, digits: &str, upper: bool) -> String {
    let text = digits.parse().ok().and_then(roman);
    let text = text.unwrap_or_else(|| "#".repeat(15));
    let text = if upper { text } else { text.to_lowercase() };
    if template.fill {
        text
    } else {
        format!("{text:>15}")
    }
}

/// A number times tens, with so many digits behind the point; halves go away from zero.
fn rounded(digits: &str, shift: usize, fraction: usize) -> String {
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, digits),
    };
    let (whole, behind) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let kept = shift + fraction;
    let mut all: Vec<u8> = whole
        .bytes()
        .chain(behind.bytes().chain(std::iter::repeat(b'0')).take(kept))
        .collect();
    if behind
        .as_bytes()
        .get(kept)
        .is_some_and(|next| *next >= b'5')
    {
        let mut carry = true;
        for digit in all.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
        if carry {
            all.insert(0, b'1');
        }
    }
    let is_zero = all.iter().all(|digit| *digit == b'0');
    let mut text: String = all.into_iter().map(char::from).collect();
    let point = text.len() - fraction;
    let before = text
        .get(..point)
        .unwrap_or_default()
        .trim_start_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    text = match fraction {
        0 => before.to_owned(),
        _ => format!("{before}.{}", text.get(point..).unwrap_or_default()),
    };
    if negative && !is_zero {
        text.insert(0, '-');
    }
    text
}

/// How far the writing has come.
struct Writing<'a> {
    template: &'a Number,
    negative: bool,
    digits: &'a [u8],
    /// Index of the digit that is written next.
    at: usize,
    /// The place in the template, counted in digits and the point.
    place: usize,
    /// Places in front of the number that stay empty.
    empty: usize,
    sign_written: bool,
    /// A digit was written last.
    in_number: bool,
    /// With `FM`: the last digit that counts, or the point.
    last: Option<usize>,
    places: usize,
    out: String,
}

impl<'a> Writing<'a> {
    fn new(template: &'a Number, negative: bool, digits: &'a str, empty: usize) -> Self {
        let digits = digits.as_bytes();
        let sign_written = if template.plus || template.minus {
            // `MI` and `SG` write the sign; behind `PL` it has its own place.
            template.minus
        } else {
            !negative && template.fill && template.anchored.is_none()
        };
        let forced = template.zeros_to.saturating_sub(empty);
        let last = (template.fill && template.has_point).then(|| last_that_counts(digits, forced));
        let places = (template.whole + template.shift + template.fraction).saturating_sub(1);
        let places = places + usize::from(!sign_written && empty == 0);
        Self {
            template,
            negative,
            digits,
            at: 0,
            place: 0,
            empty,
            sign_written,
            in_number: false,
            last: last.flatten(),
            places,
            out: String::new(),
        }
    }

    fn run(mut self) -> String {
        for piece in &self.template.pieces {
            match piece {
                NumberPiece::Nine => self.digit(false),
                NumberPiece::Zero => self.digit(true),
                NumberPiece::Point => self.digit(false),
                NumberPiece::Group if self.in_number => self.out.push(','),
                NumberPiece::Group if self.template.fill => {}
                NumberPiece::Group => self.out.push(' '),
                NumberPiece::Currency => self.out.push('$'),
                NumberPiece::Minus => self.blank_or('-', self.negative),
                NumberPiece::Plus => self.blank_or('+', !self.negative),
                NumberPiece::Sign => self.out.push(if self.negative { '-' } else { '+' }),
                NumberPiece::Ordinal { upper } => self.ordinal(*upper),
                NumberPiece::Literal(sign) => self.out.push(*sign),
            }
        }
        self.out
    }

    fn blank_or(&mut self, sign: char, shown: bool) {
        if shown {
            self.out.push(sign);
        } else if !self.template.fill {
            self.out.push(' ');
        }
    }

    fn ordinal(&mut self, upper: bool) {
        if self.negative || self.template.has_point || self.digits.first() == Some(&b'#') {
            return;
        }
        let (tens, ones) = match self.digits {
            [.., tens, ones] => (*tens, *ones),
            [ones] => (b'0', *ones),
            [] => return,
        };
        let text = match (tens, ones) {
            (b'1', _) => "th",
            (_, b'1') => "st",
            (_, b'2') => "nd",
            (_, b'3') => "rd",
            _ => "th",
        };
        self.out.push_str(&if upper {
            text.to_uppercase()
        } else {
            text.to_owned()
        });
    }

    /// `0.1` with `9.9` is ` .1`: the zero in front of the point is not written.
    fn hides_zero(&self) -> bool {
        self.template.zeros_from.is_none()
            && self.at == 0
            && self.digits.first() == Some(&b'0')
            && self.template.fraction != 0
    }

    /// All digits behind the point are zeros that `FM` leaves out.
    fn ends_at_point(&self) -> bool {
        self.last.and_then(|last| self.digits.get(last)) == Some(&b'.')
    }

    fn sign(&mut self) {
        let template = self.template;
        let begins = self.place >= self.empty || template.zeros_from == Some(self.place);
        if self.sign_written || !begins || self.hides_zero() && !self.ends_at_point() {
            return;
        }
        match template.anchored {
            Some(Anchored::Behind) => return,
            Some(Anchored::Before) => self.out.push(if self.negative { '-' } else { '+' }),
            None if template.brackets && self.negative => self.out.push('<'),
            None if self.negative => self.out.push('-'),
            None if !template.fill => self.out.push(' '),
            None => {}
        }
        self.sign_written = true;
    }

    /// A place of the template: a digit or the point.
    fn digit(&mut self, forced: bool) {
        self.in_number = false;
        self.sign();
        let template = self.template;
        let zeros = template.zeros_from.is_some_and(|from| from <= self.place);
        if self.place < self.empty {
            if zeros {
                self.out.push('0');
                self.in_number = true;
            } else if !template.fill {
                self.out.push(' ');
            }
        } else {
            self.number(forced);
        }
        let point = usize::from(template.has_point);
        if self.place + 1 == self.places + usize::from(self.empty > 0) + point {
            self.end();
        }
        self.place += 1;
    }

    fn number(&mut self, forced: bool) {
        let Some(digit) = self.digits.get(self.at).copied() else {
            return;
        };
        if digit == b'.' {
            self.out.push('.');
        } else if self.last.is_some_and(|last| self.at > last) && !forced {
            // `FM` leaves it out.
        } else if self.hides_zero() {
            if !self.template.fill {
                self.out.push(' ');
            } else if self.ends_at_point() {
                self.out.push('0');
            }
        } else {
            self.out.push(char::from(digit));
            self.in_number = true;
        }
        self.at += 1;
    }

    fn end(&mut self) {
        if self.sign_written && self.template.brackets {
            if self.negative {
                self.out.push('>');
            } else if !self.template.fill {
                self.out.push(' ');
            }
        } else if self.template.anchored == Some(Anchored::Behind) && !self.sign_written {
            self.out.push(if self.negative { '-' } else { '+' });
            self.sign_written = true;
        }
    }
}

/// The last digit behind the point that is no zero, or the point; nothing where there is no point.
fn last_that_counts(digits: &[u8], forced: usize) -> Option<usize> {
    let point = digits.iter().position(|digit| *digit == b'.')?;
    let mut behind = digits.iter().enumerate().skip(point + 1);
    let last = behind.rfind(|(_, digit)| **digit != b'0');
    let last = last.map_or(point, |(at, _)| at);
    // A `0` behind the point keeps all of them.
    (forced <= point).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::super::number::Number;
    use super::write;

    #[test]
    fn numbers_by_their_templates() {
        for (digits, template, expected) in [
            ("485", "999", " 485"),
            ("-485", "999", "-485"),
            ("485", "9 9 9", " 4 8 5"),
            ("1485", "9,999", " 1,485"),
            ("1485", "9G999", " 1,485"),
            ("148.5", "999.999", " 148.500"),
            ("148.5", "FM999.999", "148.5"),
            ("148.5", "FM999.990", "148.500"),
            ("148.5", "999D999", " 148.500"),
            ("3148.5", "9G999D999", " 3,148.500"),
            ("-485", "999S", "485-"),
            ("-485", "999MI", "485-"),
            ("485", "999MI", "485 "),
            ("485", "FM999MI", "485"),
            ("485", "PL999", "+ 485"),
            ("485", "SG999", "+485"),
            ("-485", "SG999", "-485"),
            ("-485", "9SG99", "4-85"),
            ("-485", "999PR", "<485>"),
            ("485", "L999", "$ 485"),
            ("485", "RN", "        CDLXXXV"),
            ("485", "FMRN", "CDLXXXV"),
            ("5.2", "FMRN", "V"),
            ("482", "999th", " 482nd"),
            ("485", "\"Good number:\"999", "Good number: 485"),
            ("485.8", "\"Pre:\"999\" Post:\" .999", "Pre: 485 Post: .800"),
            ("12", "99V999", " 12000"),
            ("12.4", "99V999", " 12400"),
            ("12.45", "99V9", " 125"),
            ("0.1", "0.9", " 0.1"),
            ("0.1", "9.9", "  .1"),
            ("-0.1", "99.99", "  -.10"),
            ("-0.1", "FM9.99", "-.1"),
            ("0.1", "FM9.9", ".1"),
            ("0.0", "FM9.9", "0."),
            ("12", "9990999.9", "    0012.0"),
            ("12", "FM9990999.9", "0012."),
            ("485", "000999", " 000485"),
            ("-125.8", "999D99S", "125.80-"),
            ("-125.88", "$S999D99", "$-125.88"),
            ("-125.88", "$999D99PR", "$<125.88>"),
            ("125.88", "999D99PR", " 125.88 "),
            ("618.80", "l99999D99", "$   618.80"),
            ("12345", "999", " ###"),
            ("1.23456", "9D99", " 1.23"),
            ("0.995", "9.99", " 1.00"),
            ("12.5", "FM99.00", "12.50"),
            ("1234567.891", "FM9,999,999.00", "1,234,567.89"),
            ("12", "FM9,999,999", "12"),
            ("-7", "S99", " -7"),
            ("7", "S99", " +7"),
            ("7", "99S", " 7+"),
            ("0", "999", "   0"),
            ("0", "FM000", "000"),
            ("1", "FM09", "01"),
        ] {
            let parsed = Number::parse(template).unwrap();
            assert_eq!(write(&parsed, digits), expected, "{digits} {template}");
        }
    }

    #[test]
    fn bad_templates() {
        for template in [
            "9.9.9", "9V9.9", "S9S", "S9MI", "9PR9", "9EEEE", "SG9PR", "CC",
        ] {
            assert!(Number::parse(template).is_err(), "{template}");
        }
    }
}
