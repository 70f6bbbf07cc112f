//! Which steps come before and after which, directly or through others: one row of bits a step.

use super::topological;

/// What comes before and what comes after each step.
pub(super) struct StepReachability {
    before: Rows,
    behind: Rows,
}

impl StepReachability {
    /// `after` must have no cycle.
    #[expect(
        clippy::indexing_slicing,
        reason = "an order of the steps has only their own places"
    )]
    pub fn of(after: &[Vec<usize>]) -> Self {
        let order = topological::order(after.iter().map(Vec::as_slice));
        let mut before = Rows::new(after.len());
        let mut behind = Rows::new(after.len());
        for &step in &order {
            for &direct in &after[step] {
                before.reaches(step, direct);
            }
        }
        for &step in order.iter().rev() {
            for &direct in &after[step] {
                behind.reaches(direct, step);
            }
        }
        Self { before, behind }
    }

    pub fn words(&self) -> usize {
        self.before.words
    }

    /// The steps that come before a step.
    pub fn before(&self, step: usize) -> &[u64] {
        self.before.row(step)
    }

    /// The steps that come after a step.
    pub fn behind(&self, step: usize) -> &[u64] {
        self.behind.row(step)
    }
}

/// All that can be reached from each step, as one row of bits a step.
struct Rows {
    words: usize,
    rows: Vec<Vec<u64>>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "there is a row for each step, and every step is asked for by its place"
)]
impl Rows {
    fn new(steps: usize) -> Self {
        let words = steps.div_ceil(64);
        Self {
            words,
            rows: vec![vec![0; words]; steps],
        }
    }

    /// `from` reaches `to`, and all that `to` reaches, which must be known by now.
    fn reaches(&mut self, from: usize, to: usize) {
        let beyond = std::mem::take(&mut self.rows[to]);
        let row = &mut self.rows[from];
        for (word, more) in row.iter_mut().zip(&beyond) {
            *word |= more;
        }
        set_bit(row, to);
        self.rows[to] = beyond;
    }

    fn row(&self, step: usize) -> &[u64] {
        &self.rows[step]
    }
}

#[expect(clippy::indexing_slicing, reason = "a row has a bit for each step")]
pub(super) fn has_bit(row: &[u64], index: usize) -> bool {
    row[index / 64] >> (index % 64) & 1 == 1
}

#[expect(clippy::indexing_slicing, reason = "a row has a bit for each step")]
pub(super) fn set_bit(row: &mut [u64], index: usize) {
    row[index / 64] |= 1 << (index % 64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_reaches_through_other_steps() {
        let order = StepReachability::of(&[vec![], vec![0], vec![1], vec![0], vec![2, 3]]);
        assert_eq!(order.before(4), [0b1111]);
        assert_eq!(order.before(3), [0b1]);
        assert_eq!(order.behind(1), [0b10100]);
    }
}
