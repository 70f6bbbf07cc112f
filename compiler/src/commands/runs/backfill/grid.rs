//! The statuses of a backfill as a grid: a sign a value, days in a row a month. Pure.

use jiff::civil::Date;

use crate::terminal;

/// Signs in a row of values that are no days.
const IN_A_ROW: usize = 40;

/// Columns that the label of a row may take.
const LABEL: usize = 16;

/// Columns that the widest row takes.
pub const WIDTH: usize = LABEL + 2 + IN_A_ROW;

/// How a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumIter)]
pub enum ValueStanding {
    /// An earlier backfill has finished it.
    Earlier,
    /// Its run is FINISHED.
    Finished,
    /// Its run has failed.
    Failed,
    /// Its run was stopped.
    Stopped,
    /// Its run goes on.
    Running,
    /// Nobody has started it.
    Waiting,
}

impl ValueStanding {
    /// Its sign, and its colour as ECMA-48 (SGR) numbers it.
    fn sign(self) -> (char, &'static str) {
        match self {
            Self::Earlier => ('✓', "2"),
            Self::Finished => ('✓', "32"),
            Self::Failed => ('✗', "31"),
            Self::Stopped => ('-', "33"),
            Self::Running => ('▸', "36"),
            Self::Waiting => ('·', "2"),
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Earlier => "finished before",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Running => "running",
            Self::Waiting => "to do",
        }
    }
}

/// The grid, a line a row.
pub fn grid(values: &[(String, ValueStanding)], paints: bool) -> Vec<String> {
    let days: Option<Vec<(Date, ValueStanding)>> = values
        .iter()
        .map(|(value, standing)| Some((value.parse().ok()?, *standing)))
        .collect();
    match days {
        Some(days) => months(&days, paints),
        None => rows(values, paints),
    }
}

fn months(days: &[(Date, ValueStanding)], paints: bool) -> Vec<String> {
    let month = |date: Date| (date.year(), date.month());
    days.chunk_by(|(one, _), (other, _)| month(*one) == month(*other) && one < other)
        .filter_map(|days| {
            let (first, _) = days.first()?;
            let mut line = format!("{:04}-{:02}  ", first.year(), first.month());
            let mut next = 1;
            for (date, standing) in days {
                let blanks = usize::try_from(date.day() - next).unwrap_or(0);
                line.push_str(&" ".repeat(blanks));
                line.push_str(&painted(*standing, paints));
                next = date.day() + 1;
            }
            Some(line)
        })
        .collect()
}

fn rows(values: &[(String, ValueStanding)], paints: bool) -> Vec<String> {
    let labels = values.chunks(IN_A_ROW).filter_map(<[_]>::first);
    let labels: Vec<String> = labels
        .map(|(value, _)| terminal::cut(&terminal::visible(value), LABEL))
        .collect();
    let widths = labels.iter().map(|label| terminal::width(label));
    let width = widths.max().unwrap_or(0);
    values
        .chunks(IN_A_ROW)
        .zip(&labels)
        .map(|(row, label)| {
            let blanks = " ".repeat(width - terminal::width(label) + 2);
            let signs: String = row
                .iter()
                .map(|(_, standing)| painted(*standing, paints))
                .collect();
            format!("{label}{blanks}{signs}")
        })
        .collect()
}

fn painted(standing: ValueStanding, paints: bool) -> String {
    let (sign, colour) = standing.sign();
    match paints {
        true => format!("\u{1b}[{colour}m{sign}\u{1b}[0m"),
        false => sign.to_string(),
    }
}

/// How many values stand how: `88 finished, 2 failed`.
pub fn counts(values: &[(String, ValueStanding)]) -> String {
    use strum::IntoEnumIterator as _;

    let parts: Vec<String> = ValueStanding::iter()
        .filter_map(|standing| {
            let same = values.iter().filter(|(_, own)| *own == standing);
            let count = same.count();
            (count > 0).then(|| format!("{} {count} {}", standing.sign().0, standing.word()))
        })
        .collect();
    parts.join("   ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_in_a_row_a_month() {
        let values: Vec<(String, ValueStanding)> = [
            ("2026-01-30", ValueStanding::Earlier),
            ("2026-01-31", ValueStanding::Finished),
            ("2026-02-01", ValueStanding::Failed),
            ("2026-02-04", ValueStanding::Running),
            ("2026-02-05", ValueStanding::Waiting),
        ]
        .map(|(value, standing)| (value.to_owned(), standing))
        .to_vec();
        assert_eq!(
            grid(&values, false),
            [
                format!("2026-01  {}✓✓", " ".repeat(29)),
                "2026-02  ✗  ▸·".to_owned(),
            ]
        );
        assert_eq!(
            counts(&values),
            "✓ 1 finished before   ✓ 1 finished   ✗ 1 failed   ▸ 1 running   · 1 to do"
        );
    }

    #[test]
    fn other_values_stand_in_rows_behind_their_first() {
        let values: Vec<(String, ValueStanding)> = (8..50)
            .map(|number| (number.to_string(), ValueStanding::Stopped))
            .collect();
        assert_eq!(
            grid(&values, false),
            [format!("8   {}", "-".repeat(40)), "48  --".to_owned()]
        );
        assert_eq!(
            grid(&[("a\u{1b}b".to_owned(), ValueStanding::Waiting)], true),
            ["a␛b  \u{1b}[2m·\u{1b}[0m"]
        );
    }
}
