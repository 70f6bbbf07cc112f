//! Names as SQL takes them.

use redshift_sql::names::is_system;

use crate::script::quoted_name;

/// The schema of tables that are named without one.
const PUBLIC: &str = "public";

/// The schema of a table or routine, as a catalog keeps its name: `staging` of `staging.orders`.
pub fn schema(key: &str) -> &str {
    key.split_once('.').map_or(PUBLIC, |(schema, _)| schema)
}

/// `staging.orders` and `public."Order"`, as a statement names them.
pub fn full(key: &str) -> String {
    let name = key.split_once('.').map_or(key, |(_, name)| name);
    format!("{}.{}", quoted_name(schema(key)), quoted_name(name))
}

/// Whether Redshift itself brings it, for every user.
pub fn is_of_the_system(key: &str) -> bool {
    is_system(key)
}

/// Whether a parameter stands in it, so that it may mean anything.
pub fn is_inserted(key: &str) -> bool {
    key.contains("{{")
}

/// How many parts a name has that is written so: 3 of `dev."a.b".orders`.
pub fn parts(written: &str) -> usize {
    let mut quoted = false;
    let dots = written.chars().filter(|character| {
        if *character == '"' {
            quoted = !quoted;
        }
        *character == '.' && !quoted
    });
    dots.count() + 1
}

/// The first part of a name that is written so, folded: `dev` of `"Dev".public.orders`.
pub fn first_part(written: &str) -> String {
    let mut quoted = false;
    let first = written.chars().take_while(|character| {
        if *character == '"' {
            quoted = !quoted;
        }
        *character != '.' || quoted
    });
    let first: String = first.collect();
    first.trim().replace('"', "").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_with_their_schema() {
        assert_eq!(full("orders"), "public.orders");
        assert_eq!(full("staging.order lines"), "staging.\"order lines\"");
        assert_eq!(full("group"), "public.\"group\"");
    }

    #[test]
    fn parts_of_a_name_are_counted_outside_of_quotes() {
        assert_eq!(parts("orders"), 1);
        assert_eq!(parts("\"a.b\".orders"), 2);
        assert_eq!(parts("dev.public.orders"), 3);
        assert_eq!(first_part("\"De.v\".public.orders"), "de.v");
    }
}
