//! Templates of numbers: `$999,999D99`, `S0999`, `FM9.99PR`, `RN`.

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberPiece {
    /// `9`: a digit, or a blank in front of the number.
    Nine,
    /// `0`: a digit, also in front of the number.
    Zero,
    /// `.` or `D`: the decimal point.
    Point,
    /// `,` or `G`: separates groups of digits.
    Group,
    /// `L`: sign of the currency.
    Currency,
    /// `MI`: a minus where the number is negative.
    Minus,
    /// `PL`: a plus where the number is positive.
    Plus,
    /// `SG`: a plus or a minus.
    Sign,
    /// `TH` or `th`: ending of an ordinal number.
    Ordinal {
        /// Whether it is written in upper case.
        upper: bool,
    },
    /// Any other sign, which stands for itself.
    Literal(char),
}

/// Where `S` puts a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchored {
    Before,
    Behind,
}

/// A template of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Number {
    pub(crate) pieces: Vec<NumberPiece>,
    /// Digits in front of the point.
    pub(crate) whole: usize,
    /// Digits behind the point.
    pub(crate) fraction: usize,
    /// `V` has been read: the digits behind it are counted by `shift`.
    shifted: bool,
    /// By how many tens the number is multiplied.
    pub(crate) shift: usize,
    /// The digit from which zeros are written, counted from 0.
    pub(crate) zeros_from: Option<usize>,
    /// The digit up to which they are, counted from 1, those of the fraction included.
    pub(crate) zeros_to: usize,
    pub(crate) has_point: bool,
    /// `FM`: no blanks and no zeros that only fill.
    pub(crate) fill: bool,
    /// `S`: a sign beside the digits; none without it.
    pub(crate) anchored: Option<Anchored>,
    pub(crate) minus: bool,
    pub(crate) plus: bool,
    /// `PR`: angle brackets around a negative number.
    pub(crate) brackets: bool,
    /// `RN` is `Some(true)`, `rn` is `Some(false)`.
    pub(crate) roman: Option<bool>,
}

/// Keywords, longest first. `EEEE`, `SP` and `C` have no meaning in Redshift.
const KEYWORDS: &[&str] = &[
    "EEEE", "CC", "FM", "MI", "PL", "PR", "RN", "SG", "SP", "TH", "9", "0", ".", ",", "D", "G",
    "L", "S", "V",
];

impl Number {
    /// Reads a template; what is wrong with it as a sentence.
    pub(crate) fn parse(template: &str) -> Result<Self, String> {
        let mut number = Self::default();
        // Digits in front of an `S` at the very end belong before it.
        let mut before_sign = None;
        let mut rest = template;
        while let Some(first) = rest.chars().next() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let (text, behind) = super::literal(quoted)?;
                number.pieces.extend(text.chars().map(NumberPiece::Literal));
                rest = behind;
                continue;
            }
            let keyword = KEYWORDS.iter().find(|keyword| {
                let start = rest.get(..keyword.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(keyword))
            });
            let Some(keyword) = keyword else {
                number.pieces.push(NumberPiece::Literal(first));
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
                continue;
            };
            let (written, behind) = rest.split_at_checked(keyword.len()).unwrap_or((rest, ""));
            rest = behind;
            number.keyword(keyword, written, &mut before_sign)?;
        }
        if number.anchored == Some(Anchored::Before) && before_sign == Some(number.whole) {
            number.anchored = Some(Anchored::Behind);
        }
        Ok(number)
    }

    fn keyword(
        &mut self,
        keyword: &str,
        written: &str,
        before_sign: &mut Option<usize>,
    ) -> Result<(), String> {
        let with_sign = self.plus || self.minus || self.brackets;
        match keyword {
            "9" | "0" if self.brackets => return Err("digits stand in front of `PR`".to_owned()),
            "9" => {
                if self.shifted {
                    self.shift += 1;
                } else if self.has_point {
                    self.fraction += 1;
                } else {
                    self.whole += 1;
                }
                self.pieces.push(NumberPiece::Nine);
            }
            "0" => {
                if self.has_point {
                    self.fraction += 1;
                } else {
                    self.zeros_from.get_or_insert(self.whole);
                    self.whole += 1;
                }
                self.zeros_to = self.whole + self.fraction;
                self.pieces.push(NumberPiece::Zero);
            }
            "." | "D" => {
                if self.has_point {
                    return Err("a template has one decimal point".to_owned());
                }
                if self.shifted {
                    return Err("`V` and a decimal point exclude each other".to_owned());
                }
                self.has_point = true;
                self.pieces.push(NumberPiece::Point);
            }
            "," | "G" => self.pieces.push(NumberPiece::Group),
            "FM" => self.fill = true,
            "L" => self.pieces.push(NumberPiece::Currency),
            "S" => {
                if self.anchored.is_some() {
                    return Err("`S` stands once in a template".to_owned());
                }
                if with_sign {
                    return Err("`S` excludes `PL`, `MI`, `SG` and `PR`".to_owned());
                }
                self.anchored = Some(if self.has_point {
                    Anchored::Behind
                } else {
                    Anchored::Before
                });
                *before_sign = Some(self.whole);
            }
            "MI" | "PL" | "SG" | "PR" if self.anchored.is_some() => {
                return Err(format!("`S` excludes `{keyword}`"));
            }
            "PR" if self.plus || self.minus => {
                return Err("`PR` excludes `PL`, `MI` and `SG`".to_owned());
            }
            "MI" => {
                self.minus = true;
                self.pieces.push(NumberPiece::Minus);
            }
            "PL" => {
                self.plus = true;
                self.pieces.push(NumberPiece::Plus);
            }
            "SG" => {
                (self.plus, self.minus) = (true, true);
                self.pieces.push(NumberPiece::Sign);
            }
            "PR" => self.brackets = true,
            "RN" => self.roman = Some(written == "RN"),
            "TH" => self.pieces.push(NumberPiece::Ordinal {
                upper: written.starts_with('T'),
            }),
            "V" if self.has_point => {
                return Err("`V` and a decimal point exclude each other".to_owned());
            }
            "V" => self.shifted = true,
            other => {
                return Err(format!(
                    "Redshift has no `{other}` in a template of numbers"
                ));
            }
        }
        Ok(())
    }
}
