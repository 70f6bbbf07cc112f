//! Which steps come before and after which, directly or through others: one row of bits a step.

/// What comes before and what comes after each step.
pub(super) struct Order {
    before: Closure,
    behind: Closure,
}

impl Order {
    pub fn of(after: &[Vec<usize>]) -> Self {
        let mut followers = vec![Vec::new(); after.len()];
        for (step, befores) in after.iter().enumerate() {
            for before in befores {
                if let Some(followers) = followers.get_mut(*before) {
                    followers.push(step);
                }
            }
        }
        Self {
            before: Closure::of(after),
            behind: Closure::of(&followers),
        }
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
struct Closure {
    words: usize,
    bits: Vec<u64>,
}

impl Closure {
    /// `edges` must have no cycle.
    fn of(edges: &[Vec<usize>]) -> Self {
        let words = edges.len().div_ceil(64);
        let mut closure = Self {
            words,
            bits: vec![0; words * edges.len()],
        };
        let mut done = vec![false; edges.len()];
        for root in 0..edges.len() {
            let mut path = vec![root];
            while let Some(&step) = path.last() {
                if done.get(step).copied().unwrap_or(true) {
                    path.pop();
                    continue;
                }
                let nexts = edges.get(step).map_or(&[][..], Vec::as_slice);
                let depth = path.len();
                path.extend(
                    nexts
                        .iter()
                        .filter(|next| !done.get(**next).copied().unwrap_or(true)),
                );
                if path.len() > depth {
                    continue;
                }
                let mut row = closure.row(step).to_vec();
                for next in nexts {
                    for (word, other) in row.iter_mut().zip(closure.row(*next)) {
                        *word |= other;
                    }
                    set_bit(&mut row, *next);
                }
                if let Some(place) = closure.bits.get_mut(step * words..(step + 1) * words) {
                    place.copy_from_slice(&row);
                }
                if let Some(done) = done.get_mut(step) {
                    *done = true;
                }
                path.pop();
            }
        }
        closure
    }

    fn row(&self, step: usize) -> &[u64] {
        self.bits
            .get(step * self.words..(step + 1) * self.words)
            .unwrap_or_default()
    }
}

pub(super) fn has_bit(row: &[u64], index: usize) -> bool {
    row.get(index / 64)
        .is_some_and(|word| word >> (index % 64) & 1 == 1)
}

pub(super) fn set_bit(row: &mut [u64], index: usize) {
    if let Some(word) = row.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_reaches_through_other_steps() {
        let order = Order::of(&[vec![], vec![0], vec![1], vec![0], vec![2, 3]]);
        assert_eq!(order.before(4), [0b1111]);
        assert_eq!(order.before(3), [0b1]);
        assert_eq!(order.behind(1), [0b10100]);
    }
}
