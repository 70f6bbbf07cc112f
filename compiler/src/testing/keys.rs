//! Which rows of several tables belong together: by the columns that the step compares for equality, or by
//! keys of the same name.
//!
//! ```text
//! from sales s join days d on d.date_key = s.sale_date_key      -- the step's SQL
//!
//! sales   select * from "sales" where … in (select … from "days") limit 5
//! days    select * from "days" where cast("date_key" as …) in ('20260301') limit 5
//! ```

use std::collections::{BTreeMap, BTreeSet};

use redshift_sql::lineage::InputColumn;
use runtime_lambda::parameters::literal;
use runtime_lambda::ports::{Field, ResultColumn};

use super::cells::text;
use super::compare::FoundRows;

/// Rows of a table that are asked for.
const ROWS: usize = 5;

/// Most rows of a table that are asked for because rows of other tables refer to them.
const MOST_ROWS: usize = 20;

/// Longest value that is looked for in other tables, in characters.
const LONGEST_KEY: usize = 200;

/// Values of a key that are looked for in other tables.
const MOST_KEYS: usize = 200;

/// Types of columns whose values are no texts.
const NO_TEXTS: &[&str] = &[
    "bool",
    "super",
    "varbyte",
    "geometry",
    "geography",
    "hllsketch",
];

/// A table whose rows are still to be chosen.
#[derive(Debug)]
struct OpenTable {
    name: String,
    columns: Vec<ResultColumn>,
}

impl OpenTable {
    /// Whether it has a column whose values can be looked for.
    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|one| {
            one.name.eq_ignore_ascii_case(column) && !NO_TEXTS.contains(&one.type_name.as_str())
        })
    }
}

/// Chooses rows table by table: those that belong to the rows that were kept.
#[derive(Debug)]
pub struct KeptKeys<'a> {
    /// What the step compares for equality.
    equalities: &'a BTreeSet<[InputColumn; 2]>,
    open: Vec<OpenTable>,
    /// Values of the rows that were kept, by table and column, of columns that are compared.
    compared: BTreeMap<(String, String), BTreeSet<String>>,
    /// Those of keys, by the name of the column.
    by_name: Vec<(String, BTreeSet<String>)>,
}

impl<'a> KeptKeys<'a> {
    /// Nothing is kept yet.
    #[must_use]
    pub fn new(equalities: &'a BTreeSet<[InputColumn; 2]>) -> Self {
        Self {
            equalities,
            open: Vec::new(),
            compared: BTreeMap::new(),
            by_name: Vec::new(),
        }
    }

    /// Adds a table whose rows are to be chosen.
    pub fn open(&mut self, table: &str, columns: Vec<ResultColumn>) {
        self.open.push(OpenTable {
            name: table.to_owned(),
            columns,
        });
    }

    /// The table whose rows are to be chosen next: one that is joined to rows that were kept. Else
    /// it is the one that is joined by most columns, as a table of facts is. Of equals the one that
    /// was added first.
    #[must_use]
    pub fn next_table(&self) -> Option<&str> {
        let rank = |table: &&OpenTable| {
            let joined = !self.joined(table).is_empty();
            let columns: BTreeSet<&str> = self
                .pairs(table)
                .filter(|(_, other)| self.values(other).is_some() || self.opened(other).is_some())
                .map(|(own, _)| own)
                .collect();
            (joined, columns.len())
        };
        // Of equals the last one is the maximum.
        let next = self.open.iter().rev().max_by_key(rank)?;
        Some(&next.name)
    }

    /// Queries for a few rows of a table that is open, the best in front: the first that returns rows counts.
    #[must_use]
    pub fn queries(&self, table: &str) -> Vec<String> {
        let select = format!("select * from {}", quoted(table));
        let Some(open) = self.open.iter().find(|open| open.name == table) else {
            return vec![format!("{select} limit {ROWS}")];
        };
        let mut queries: Vec<String> = Vec::new();
        let mut add = |condition: &str, rows: usize| {
            let query = format!("{select} where {condition} limit {rows}");
            if !queries.contains(&query) {
                queries.push(query);
            }
        };
        let joined = self.joined(open);
        if !joined.is_empty() {
            let most = joined.values().map(BTreeSet::len).max().unwrap_or(ROWS);
            let rows = most.clamp(ROWS, MOST_ROWS);
            let one_of: Vec<String> = joined
                .iter()
                .map(|(column, values)| one_of(column, values))
                .collect();
            add(&one_of.join(" and "), rows);
            // A table may be joined twice, each time by another column.
            add(&one_of.join(" or "), rows);
        }
        let by_name = self.by_name.iter().filter(|(name, _)| {
            let mut columns = open.columns.iter();
            columns.any(|column| column.name.eq_ignore_ascii_case(name))
        });
        let by_name: Vec<String> = by_name.map(|(name, values)| one_of(name, values)).collect();
        if joined.is_empty() {
            let partners = self.partners(open);
            let both: Vec<String> = by_name.iter().chain(&partners).cloned().collect();
            if !both.is_empty() {
                add(&both.join(" and "), ROWS);
            }
        }
        if !by_name.is_empty() {
            add(&by_name.join(" and "), ROWS);
        }
        queries.push(format!("{select} limit {ROWS}"));
        queries
    }

    /// Remembers the keys of rows that are kept, and that their table needs no others.
    pub fn keep(&mut self, table: Option<&str>, found: &FoundRows) {
        self.open.retain(|open| Some(open.name.as_str()) != table);
        for (index, column) in found.columns.iter().enumerate() {
            let name = column.name.to_lowercase();
            let is_compared = table.filter(|table| self.is_compared(table, &name));
            let is_new = is_key(&name) && self.by_name.iter().all(|(known, _)| *known != name);
            if is_compared.is_none() && !is_new {
                continue;
            }
            let values: BTreeSet<String> = found
                .rows
                .iter()
                .filter_map(|row| row.get(index))
                .filter(|field| !matches!(field, Field::IsNull(_)))
                .map(text)
                .filter(|value| value.len() <= LONGEST_KEY)
                .take(MOST_KEYS)
                .collect();
            if values.is_empty() {
                continue;
            }
            if let Some(table) = is_compared {
                let column = (table.to_owned(), name.clone());
                self.compared.insert(column, values.clone());
            }
            if is_new {
                self.by_name.push((name, values));
            }
        }
    }

    fn is_compared(&self, table: &str, column: &str) -> bool {
        let mut all = self.equalities.iter().flatten();
        all.any(|one| one.dataset.name() == table && one.column == column)
    }

    /// Columns of a table, each with one of another table that it is compared with.
    fn pairs<'s>(
        &'s self,
        table: &'s OpenTable,
    ) -> impl Iterator<Item = (&'s str, &'s InputColumn)> + 's {
        let both = self.equalities.iter();
        both.flat_map(|[one, other]| [(one, other), (other, one)])
            .filter(move |(own, _)| own.dataset.name() == table.name && table.has(&own.column))
            .map(|(own, other)| (own.column.as_str(), other))
    }

    /// Values of a column in the rows that were kept.
    fn values(&self, column: &InputColumn) -> Option<&BTreeSet<String>> {
        let column = (column.dataset.name().to_owned(), column.column.to_string());
        self.compared.get(&column)
    }

    /// The table of a column, if its rows are still to be chosen.
    fn opened(&self, column: &InputColumn) -> Option<&OpenTable> {
        let mut open = self.open.iter();
        open.find(|open| open.name == column.dataset.name() && open.has(&column.column))
    }

    /// Columns of a table that rows that were kept refer to, with the values that they have there.
    fn joined<'s>(&'s self, table: &'s OpenTable) -> BTreeMap<&'s str, BTreeSet<&'s str>> {
        let mut joined: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (own, other) in self.pairs(table) {
            if let Some(values) = self.values(other) {
                let all = joined.entry(own).or_default();
                all.extend(values.iter().map(String::as_str));
            }
        }
        joined
    }

    /// Conditions that a row has partners in the tables that are still to come.
    fn partners(&self, table: &OpenTable) -> Vec<String> {
        self.pairs(table)
            .filter_map(|(own, other)| {
                let of = self.opened(other)?;
                Some(format!(
                    "{} in (select {} from {})",
                    as_text(own),
                    as_text(&other.column),
                    quoted(&of.name)
                ))
            })
            .collect()
    }
}

/// A table's name as a query has it.
#[must_use]
pub fn quoted(table: &str) -> String {
    let parts = table.split('.').map(quoted_part);
    parts.collect::<Vec<_>>().join(".")
}

fn quoted_part(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn as_text(column: &str) -> String {
    format!("cast({} as varchar(65535))", quoted_part(column))
}

fn one_of<V: AsRef<str>>(column: &str, values: &BTreeSet<V>) -> String {
    let values = values.iter();
    let values = values.map(|value| format!("'{}'", literal(value.as_ref())));
    let values: Vec<String> = values.collect();
    format!("{} in ({})", as_text(column), values.join(", "))
}

/// Whether a column is a key by its name.
fn is_key(name: &str) -> bool {
    ["id", "key", "code", "number", "no", "sk"]
        .iter()
        .any(|end| {
            name.strip_suffix(end)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
        })
}

#[cfg(test)]
mod tests {
    use redshift_sql::lineage::Dataset;
    use redshift_sql::names::Derivation;

    use super::*;

    fn columns(names: &[&str]) -> Vec<ResultColumn> {
        let column = |name: &&str| ResultColumn {
            name: (*name).to_owned(),
            type_name: "varchar".to_owned(),
        };
        names.iter().map(column).collect()
    }

    fn found(names: &[&str], rows: &[&[&str]]) -> FoundRows {
        let field = |value: &&str| Field::StringValue((*value).to_owned());
        FoundRows {
            columns: columns(names),
            rows: rows
                .iter()
                .map(|row| row.iter().map(field).collect())
                .collect(),
        }
    }

    fn equalities(pairs: &[(&str, &str)]) -> BTreeSet<[InputColumn; 2]> {
        let column = |name: &str| {
            let (table, column) = name.rsplit_once('.').unwrap();
            InputColumn {
                dataset: Dataset::Table(table.into()),
                column: column.into(),
                derivation: Derivation::Identity,
            }
        };
        let pairs = pairs.iter();
        pairs
            .map(|(one, other)| [column(one), column(other)])
            .collect()
    }

    #[test]
    fn rows_belong_together_by_the_keys_that_they_share() {
        let none = BTreeSet::new();
        let mut keys = KeptKeys::new(&none);
        keys.open("items", columns(&["ITEM_ID", "name"]));
        keys.open("notes", columns(&["note"]));
        assert_eq!(keys.next_table(), Some("items"));
        let orders = found(&["order_id", "item_id", "note"], &[&["1", "a'b", "x"]]);
        keys.keep(None, &orders);
        assert_eq!(
            keys.queries("items"),
            [
                "select * from \"items\" where cast(\"item_id\" as varchar(65535)) in ('a''b') limit 5",
                "select * from \"items\" limit 5"
            ]
        );
        assert_eq!(keys.queries("notes"), ["select * from \"notes\" limit 5"]);
    }

    #[test]
    fn rows_belong_together_by_columns_that_the_step_compares() {
        let equal = equalities(&[
            ("w.days.date_key", "w.sales.sold"),
            ("w.days.date_key", "w.sales.sent"),
            ("w.items.id", "w.sales.item"),
            ("w.items.id", "gone.id"),
        ]);
        let mut keys = KeptKeys::new(&equal);
        keys.open("other", columns(&["a"]));
        keys.open("w.days", columns(&["date_key"]));
        keys.open("w.items", columns(&["id"]));
        keys.open("w.sales", columns(&["id", "sold", "sent", "item"]));
        // The table of facts is joined by most columns; its rows have partners.
        assert_eq!(keys.next_table(), Some("w.sales"));
        let sales = keys.queries("w.sales");
        assert_eq!(sales.len(), 2, "{sales:?}");
        for column in ["sold", "sent", "item"] {
            let partner = format!("cast(\"{column}\" as varchar(65535)) in (select cast(");
            assert!(sales[0].contains(&partner), "{sales:?}");
        }
        let rows = found(
            &["id", "sold", "sent", "item"],
            &[&["1", "10", "11", "7"], &["2", "10", "12", "8"]],
        );
        keys.keep(Some("w.sales"), &rows);
        assert_eq!(keys.next_table(), Some("w.days"));
        assert_eq!(
            keys.queries("w.days").first().unwrap(),
            "select * from \"w\".\"days\" where cast(\"date_key\" as varchar(65535)) \
             in ('10', '11', '12') limit 5"
        );
        keys.keep(Some("w.days"), &found(&["date_key"], &[&["10"]]));
        assert_eq!(keys.next_table(), Some("w.items"));
        // Not those whose `id` is that of a sale.
        assert!(keys.queries("w.items")[0].contains("in ('7', '8') limit 5"));
        keys.keep(Some("w.items"), &found(&["id"], &[&["7"]]));
        assert_eq!(keys.next_table(), Some("other"));
        keys.keep(Some("other"), &found(&["a"], &[]));
        assert_eq!(keys.next_table(), None);
    }

    #[test]
    fn a_table_that_is_joined_by_two_columns_has_rows_by_both_or_by_one() {
        let equal = equalities(&[("a.x", "b.x"), ("a.y", "b.y")]);
        let mut keys = KeptKeys::new(&equal);
        keys.open("b", columns(&["x", "y"]));
        keys.keep(Some("a"), &found(&["x", "y"], &[&["1", "2"]]));
        let queries = keys.queries("b");
        assert_eq!(queries.len(), 3, "{queries:?}");
        assert!(
            queries[0].contains("in ('1') and cast(\"y\""),
            "{queries:?}"
        );
        assert!(queries[1].contains("in ('1') or cast(\"y\""), "{queries:?}");
    }

    #[test]
    fn a_name_says_what_is_a_key() {
        for key in ["id", "item_id", "date_key", "zip_code", "order_no"] {
            assert!(is_key(key), "{key}");
        }
        for other in ["paid", "name", "turkey", "keyboard", "casino"] {
            assert!(!is_key(other), "{other}");
        }
    }
}
