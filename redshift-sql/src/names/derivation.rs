//! What lies between a column and a value that depends on it.

/// How a value depends on a column. The first three are direct: the value is made of the column's. Behind
/// the others the column only decides which rows there are, or which value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Derivation {
    /// The value is the column's.
    Identity,
    /// The value is computed from the column's, of the same row.
    Transformation,
    /// The value is computed from the column's, of many rows.
    Aggregation,
    /// CASE: the column decides which value is taken.
    Conditional,
    /// OVER: the column parts or sorts the rows that the value is computed from.
    Window,
    /// WHERE, HAVING or QUALIFY: it decides which rows there are.
    Filter,
    /// The condition of a join.
    Join,
    /// GROUP BY: it decides which rows are put together.
    GroupBy,
    /// ORDER BY: it decides in which order rows come.
    Sort,
}

impl Derivation {
    /// Whether the value is made of the column's.
    pub fn is_direct(self) -> bool {
        self <= Self::Aggregation
    }

    /// This step behind another: what both come to. What is indirect once stays so.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        match (self.is_direct(), before.is_direct()) {
            (true, true) => self.max(before),
            (false, _) => self,
            (true, false) => before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Derivation as D;

    #[test]
    fn steps_come_to_one() {
        assert_eq!(D::Identity.after(D::Identity), D::Identity);
        assert_eq!(D::Transformation.after(D::Identity), D::Transformation);
        assert_eq!(D::Transformation.after(D::Aggregation), D::Aggregation);
        assert_eq!(D::Identity.after(D::Filter), D::Filter);
        assert_eq!(D::Conditional.after(D::Aggregation), D::Conditional);
        assert_eq!(D::Sort.after(D::Join), D::Sort);
    }
}
