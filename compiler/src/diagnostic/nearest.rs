//! "Did you mean": the known name that lies nearest to an unknown one.

use std::cell::Cell;

/// Most comparisons that one [`Nearest`] makes: a spec with thousands of wrong names must not cost
/// the square of their number.
const BUDGET: usize = 500_000;

/// Finds nearest names until its budget is spent.
#[derive(Debug)]
pub struct Nearest {
    left: Cell<usize>,
}

impl Default for Nearest {
    fn default() -> Self {
        Self {
            left: Cell::new(BUDGET),
        }
    }
}

impl Nearest {
    /// The candidate with the fewest changes to `name`, if they are few for its length.
    pub fn find<'a>(
        &self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let length = name.chars().count();
        // A name of one or two characters is near to everything.
        let most = if length < 3 { 0 } else { (length / 3).min(4) };
        let name = name.to_lowercase();
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            let left = self.left.get().checked_sub(1)?;
            self.left.set(left);
            if candidate.len().abs_diff(name.len()) > most {
                continue;
            }
            let distance = strsim::osa_distance(&name, &candidate.to_lowercase());
            if distance <= most && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// "did you mean `x`?" for the nearest candidate.
    pub fn suggest<'a>(
        &self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<String> {
        self.find(name, candidates)
            .map(|nearest| format!("did you mean `{nearest}`?"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        let nearest = Nearest::default();
        let fields = ["sql", "after", "limit", "batch"];
        assert_eq!(nearest.find("aftr", fields), Some("after"));
        assert_eq!(nearest.find("Limits", fields), Some("limit"));
        assert_eq!(nearest.find("colour", fields), None);
    }
}
