//! How a step's time compares with its last runs.

use std::fmt::Write as _;

use serde::Serialize;

use super::numbers::rounded;

/// Width and height of the line, in the units of its path.
const WIDTH: f64 = 144.0;
const HEIGHT: f64 = 32.0;

/// Fewest earlier times that tell what is usual.
const FEWEST: usize = 4;

/// How many times the usual distance from the median makes an outlier.
const OUTLYING: f64 = 4.0;

/// The times of the last runs and of this one, as a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Seconds, the oldest first; this run's is the last.
    pub seconds: Vec<f64>,
    /// The median of the runs before this one.
    pub median_seconds: f64,
    /// By how many percent this run differs from the median; none where the median is below 10 ms.
    pub difference_percent: Option<i64>,
    /// Whether this run's time is far from what is usual.
    pub is_outlier: bool,
    /// The line as the `d` of an SVG path, in a box of 144 by 32.
    pub path: String,
    /// Where the median lies in that box, from above.
    pub median_y: f64,
    /// Points that are far from what is usual, in that box.
    pub outliers: Vec<Point>,
}

/// A point of the line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// From the left, in a box 144 wide.
    pub x: f64,
    /// From above, in a box 32 high.
    pub y: f64,
}

/// The trend of these earlier times, the oldest first, and this one; none where there is no earlier one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "thirty runs, and percents that people read"
)]
pub fn trend(earlier: &[f64], this: f64) -> Option<Trend> {
    let median = median(earlier)?;
    let seconds: Vec<f64> = earlier.iter().copied().chain([this]).collect();
    let distances: Vec<f64> = earlier.iter().map(|time| (time - median).abs()).collect();
    // Times of a few milliseconds differ for no reason.
    let usual = self::median(&distances)?.max(median * 0.05).max(0.02);
    let is_outlier =
        |time: f64| earlier.len() >= FEWEST && (time - median).abs() > OUTLYING * usual;
    let greatest = seconds.iter().copied().fold(0.001, f64::max);
    let step = WIDTH / (seconds.len() - 1).max(1) as f64;
    let y = |time: f64| rounded(HEIGHT - 2.0 - time / greatest * (HEIGHT - 4.0), 0);
    let x = |index: usize| rounded(index as f64 * step, 0);
    let mut path = String::new();
    for (index, time) in seconds.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(path, "{command}{} {}", x(index), y(*time));
    }
    Some(Trend {
        median_seconds: rounded(median, 3),
        difference_percent: (median >= 0.01)
            .then(|| ((this - median) / median * 100.0).round() as i64),
        is_outlier: is_outlier(this),
        path,
        median_y: y(median),
        outliers: seconds
            .iter()
            .enumerate()
            .filter(|(_, time)| is_outlier(**time))
            .map(|(index, time)| Point {
                x: x(index),
                y: y(*time),
            })
            .collect(),
        seconds,
    })
}

/// The middle one, or the mean of the two in the middle.
pub fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(*lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_two() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

    #[test]
    fn a_time_far_from_the_usual_stands_out_once_there_is_a_usual() {
        let usual = [1.0, 1.1, 0.9, 1.0, 1.05];
        let slow = trend(&usual, 2.0).unwrap();
        assert!(slow.is_outlier && slow.outliers.len() == 1);
        assert_eq!(slow.difference_percent, Some(100));
        assert!(!trend(&usual, 1.15).unwrap().is_outlier);
        assert!(!trend(&[1.0, 1.0], 2.0).unwrap().is_outlier);
        assert_eq!(trend(&[], 1.0), None);
    }
}
