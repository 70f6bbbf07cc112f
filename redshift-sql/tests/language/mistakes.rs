//! Typical mistakes: each is found at its place, with a help that leads on. And no mistake is found
//! where there is none.
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use redshift_sql::names::{Binder, DeclaredTables};
use redshift_sql::{Mistake, parse};

/// What stands in front of each wrong statement.
const TABLES: &str = "
create table sales (id int not null, customer_id int, amount decimal(12, 2), sold_at timestamp, note varchar(100));
create table customers (id int, name varchar(50), country char(2), born date);
";

/// A family of mistakes, and whether the script makes every table that there is.
struct Family {
    name: &'static str,
    complete: bool,
    /// The wrong statement, the place of its mistake between `«` and `»`; and a part of the sentence
    /// or the help.
    mistakes: &'static [(&'static str, &'static str)],
}

const FAMILIES: &[Family] = &[
    Family {
        name: "typos in keywords",
        complete: false,
        mistakes: &[
            ("«selct» id from sales", "`select`"),
            ("select id «form» sales", "`from`"),
            ("select id from sales «whre» id = 1", "`where`"),
            (
                "select country, count(*) from customers «gruop» by country",
                "`group`",
            ),
            ("insert into customers (id) «valus» (1)", "`values`"),
            (
                "select s.id from sales s «jion» customers c on s.customer_id = c.id",
                "`join`",
            ),
            ("create «tabel» t (a int)", "`table`"),
            (
                "select id from sales where id «betwen» 1 and 2",
                "`between`",
            ),
            (
                "select case when id = 1 «thn» 'one' end from sales",
                "`then`",
            ),
            ("select «distict» country from customers", "`distinct`"),
        ],
    },
    Family {
        name: "tables",
        complete: true,
        mistakes: &[
            ("select id from «sale»", "`sales`"),
            ("insert into «custmers» (id) values (1)", "`customers`"),
            ("update «slaes» set amount = 0", "`sales`"),
            (
                "select s.id from sales s join «costumers» c on c.id = s.customer_id",
                "`customers`",
            ),
            (
                "delete from «staging.sales» where id = 1",
                "no table `staging.sales`",
            ),
        ],
    },
    Family {
        name: "columns",
        complete: false,
        mistakes: &[
            (
                "create table t as select «custmer_id» from sales",
                "`customer_id`",
            ),
            ("select s.«amout» from sales s", "`amount`"),
            (
                "select id from sales where «soldat» > '2026-01-01'",
                "`sold_at`",
            ),
            (
                "insert into sales (id, «ammount») values (1, 2)",
                "`amount`",
            ),
            ("update customers set «nme» = 'x'", "`name`"),
            (
                "select «id» from sales s join customers c on s.customer_id = c.id",
                "`s.id` or `c.id`",
            ),
            (
                "select «c».name from sales s",
                "no table of this query is called `c`",
            ),
            (
                "select name from customers where country = «\"DE\"»",
                "single quotes",
            ),
        ],
    },
    Family {
        name: "functions",
        complete: false,
        mistakes: &[
            ("select «cuont»(*) from sales", "`count`"),
            ("select «coalesc»(note, '') from sales", "`coalesce`"),
            ("select «substrng»(note, 1, 2) from sales", "`substring`"),
            ("select «to_chr»(sold_at, 'YYYY') from sales", "`to_char`"),
            ("select «date_trunc»('day') from sales", "`date_trunc("),
            ("select «nvl2»(note, 1) from sales", "`nvl2("),
            ("select «row_number»() from sales", "OVER"),
            ("select sum(«*») from sales", "count(*)"),
        ],
    },
    Family {
        name: "brackets and commas",
        complete: false,
        mistakes: &[
            ("select id«,» from sales", "comma"),
            ("select id customer_id «amount» from sales", "`,`"),
            ("select count(id «from» sales", "`)`"),
            ("select id from sales where (id = «1»", "`)` is missing"),
            ("select id from sales where id = 1«)»", "closes nothing"),
            ("create table t (a int «b» int)", "`,`"),
            (
                "select id from sales where id in (1, 2, «)»",
                "an expression",
            ),
            ("select id from sales where note = «'x»", "no end"),
        ],
    },
    Family {
        name: "types",
        complete: false,
        mistakes: &[
            ("create table t (a «string»)", "`varchar(max)`"),
            ("create table t (a «interger»)", "`integer`"),
            ("create table t (a decimal(«40», 2))", "at most 38"),
            ("select id from sales where «sold_at = 5»", "timestamp"),
            (
                "insert into customers (id, born) values (1, «3»)",
                "`born` is date",
            ),
            (
                "update sales set sold_at = «true»",
                "`sold_at` is timestamp",
            ),
        ],
    },
    Family {
        name: "numbers of columns",
        complete: false,
        mistakes: &[
            ("insert into customers (id, name) values «(1)»", "2 columns"),
            ("insert into customers (id) values (1, «'a'»)", "1 column"),
            (
                "insert into customers values (1, 'a', 'DE', '2020-01-01', «5»)",
                "4 columns",
            ),
            (
                "select id, name from customers «union all» select id from sales",
                "same number",
            ),
            (
                "select id from sales where customer_id in («select id, name from customers»)",
                "2 columns",
            ),
        ],
    },
    Family {
        name: "other databases",
        complete: false,
        mistakes: &[
            // PostgreSQL
            ("select «string_agg»(name, ',') from customers", "`listagg"),
            (
                "select distinct «on» (country) name from customers",
                "row_number()",
            ),
            (
                "insert into customers (id) values (1) «on» conflict do nothing",
                "MERGE",
            ),
            // Snowflake
            ("select «iff»(id = 1, 'a', 'b') from sales", "case"),
            (
                "create «or replace» table t (a int)",
                "drop table if exists",
            ),
            (
                "select s.id from sales s, lateral «flatten»(input => s.note) f",
                "`from t, t.items",
            ),
            // BigQuery
            ("select «safe_cast»(note as int) from sales", "cast"),
            ("select «`id`» from sales", "double quotes"),
            // DuckDB
            ("select * from «read_csv»('a.csv')", "COPY"),
            ("«from» sales", "select * from"),
        ],
    },
];

/// How many are found where they are marked, by one mistake that says what it should.
const FOUND: usize = 60;

/// The mistakes of a script, in the order of the text, those of statements in front of it included.
fn mistakes(text: &str, complete: bool) -> Vec<Mistake> {
    let script = parse(text);
    let mut found = script.mistakes.clone();
    let mut tables = DeclaredTables::new();
    if complete {
        tables.complete();
    }
    let parameters = HashMap::new();
    for statement in &script.statements {
        found.extend(
            Binder::new(&tables, &parameters)
                .statement(statement)
                .mistakes,
        );
        tables.learn(statement, &parameters);
    }
    found.sort_by_key(|mistake| mistake.span);
    found
}

/// What is missing in what is found for a statement; nothing if all is right.
fn missed(complete: bool, marked: &str, part: &str) -> Option<String> {
    let open = marked.find('«').unwrap();
    let close = marked.find('»').unwrap() - '«'.len_utf8();
    let statement = marked.replace(['«', '»'], "");
    let text = format!("{TABLES}{statement}");
    let found = mistakes(&text, complete);
    let [first] = found.as_slice() else {
        return Some(format!("{} mistakes: {found:?}", found.len()));
    };
    let start = first.span.start as usize;
    let end = first.span.end as usize;
    let help = first.help.as_deref().unwrap_or_default();
    if (start, end) != (TABLES.len() + open, TABLES.len() + close) {
        let under = first.span.of(&text);
        return Some(format!("found at `{under}`: {} ({help})", first.sentence));
    }
    if !first.sentence.contains(part) && !help.contains(part) {
        return Some(format!("says \"{}\" ({help})", first.sentence));
    }
    None
}

#[test]
fn typical_mistakes_are_found_at_their_place() {
    let mut found = 0;
    let mut report = String::new();
    for family in FAMILIES {
        for (marked, part) in family.mistakes {
            match missed(family.complete, marked, part) {
                None => found += 1,
                Some(why) => writeln!(report, "{}: {marked}\n    {why}", family.name).unwrap(),
            }
        }
    }
    let all: usize = FAMILIES.iter().map(|family| family.mistakes.len()).sum();
    assert_eq!(all, 60);
    assert_eq!(found, FOUND, "not found:\n{report}");
}

#[test]
fn keywords_with_a_typo_that_read_as_names_are_found() {
    for (marked, part) in [
        ("delete «form» sales where id = 1", "`from`"),
        ("select case «whn» id = 1 then 2 end from sales", "`when`"),
        (
            "select row_number() «ovr» (order by id) from sales",
            "`over`",
        ),
        ("select id «form» sales, customers", "`from`"),
        ("select id from sales «limt» 5", "`limit`"),
        (
            "select id from sales where id = 1 «adn» amount > 2",
            "`and`",
        ),
    ] {
        assert_eq!(missed(false, marked, part), None, "{marked}");
    }
    // What is a keyword is no typo of another one.
    let found = mistakes("insert into t (a) values (1) on", false);
    assert_ne!(found[0].help.as_deref(), Some("did you mean `or`?"));
}

#[test]
fn options_of_loads_that_do_not_fit_are_found() {
    for (marked, part) in [
        (
            "copy sales from 's3://b/k' iam_role default gzip «bzip2»",
            "cannot stand together with `gzip`",
        ),
        (
            "copy sales from 's3://b/k' iam_role default zstd «lzop»",
            "cannot stand together with `zstd`",
        ),
        (
            "copy sales from 's3://b/k' iam_role default avro «'noshred'»",
            "`noshred` stands with `json` only",
        ),
        (
            "copy sales from 's3://b/k' iam_role default «readratio 50»",
            "DynamoDB",
        ),
        (
            "copy sales from 's3://b/k' iam_role default fixedwidth 'a:1' «encoding utf16»",
            "UTF-8 only",
        ),
        (
            "copy sales from 's3://b/k' iam_role default «encrypted»",
            "add `master_symmetric_key`",
        ),
        (
            "copy sales from 's3://b/k' iam_role default «master_symmetric_key 'k'»",
            "add `encrypted`",
        ),
        (
            "unload ('select id from sales') to 's3://b/k' iam_role default csv «rowgroupsize 64 mb»",
            "`parquet` only",
        ),
        (
            "unload ('select id from sales') to 's3://b/k' iam_role default parquet encrypted «master_symmetric_key 'k'»",
            "cannot stand together with `parquet`",
        ),
        (
            "unload ('select id from sales') to 's3://b/k' iam_role default «encrypted auto» kms_key_id 'k'",
            "the key of the bucket",
        ),
        (
            "unload ('select id from sales') to 's3://b/k' iam_role default «delimiter '||'»",
            "one ASCII character",
        ),
        (
            "unload ('select id from sales') to 's3://b/k' iam_role default «delimiter as ''»",
            "one ASCII character",
        ),
        (
            "unload ('select id, note from sales') to 's3://b/k' iam_role default «partition by (note, note)»",
            "twice",
        ),
    ] {
        assert_eq!(missed(false, marked, part), None, "{marked}");
    }
    for right in [
        "copy sales from 'dynamodb://t' iam_role default readratio 50",
        "copy sales from 's3://b/k' iam_role default delimiter '|~|'",
        "copy sales from 's3://b/k' iam_role default encrypted master_symmetric_key 'k' gzip",
        "copy sales from 's3://b/k' credentials 'aws_iam_role=r;master_symmetric_key=k' encrypted",
        "unload ('select id from sales') to 's3://b/k' iam_role default parquet rowgroupsize 64 mb",
        "unload ('select id from sales') to 's3://b/k' iam_role default encrypted kms_key_id 'k'",
        "unload ('select id from sales') to 's3://b/k' iam_role default delimiter '\\t'",
        "unload ('select id from sales') to 's3://b/k' iam_role default delimiter '\\001'",
    ] {
        let found = mistakes(&format!("{TABLES}{right}"), false);
        assert!(found.is_empty(), "{right}: {found:?}");
    }
}

#[test]
fn queries_within_statements_are_bound() {
    for marked in [
        "create table t as select «amout» from sales",
        "create temp table t (a) as select «amout» from sales",
        "create view v as select «amout» from sales",
        "create materialized view v as select sum(«amout») as a from sales",
        "declare c cursor for select «amout» from sales",
        "unload ('select «amout» from sales') to 's3://b/k' iam_role default",
        "unload ($$select «amout» from sales$$) to 's3://b/k' iam_role default",
        "explain select «amout» from sales",
        "explain create table t as select «amout» from sales",
    ] {
        assert_eq!(missed(false, marked, "`amount`"), None, "{marked}");
    }
    // A view that is bound late is bound when it is read.
    let late =
        format!("{TABLES}create view v as select amout from public.sales with no schema binding");
    assert_eq!(mistakes(&late, false), []);
}

#[test]
fn the_tables_of_copy_and_truncate_are_looked_up() {
    for (complete, marked, part) in [
        (
            false,
            "copy sales (id, «amout») from 's3://b/k' iam_role default",
            "`amount`",
        ),
        (
            true,
            "copy «slaes» from 's3://b/k' iam_role default",
            "`sales`",
        ),
        (true, "truncate «slaes»", "`sales`"),
    ] {
        assert_eq!(missed(complete, marked, part), None, "{marked}");
    }
}

#[test]
fn a_function_of_another_database_is_named_whatever_stands_in_its_brackets() {
    for (marked, part) in [
        ("select «array_agg»(id order by id) from sales", "listagg"),
        ("select «struct»(id as a) from sales", "object("),
    ] {
        assert_eq!(missed(false, marked, part), None, "{marked}");
    }
    // A mistake in the brackets of one of Redshift's own is the mistake.
    let marked = "select nvl(id «id», 1) from sales";
    assert_eq!(missed(false, marked, "cannot stand here"), None);
}

#[test]
fn functions_and_operators_have_types() {
    for (marked, part) in [
        (
            "select sum(«note») from sales",
            "does not take character varying",
        ),
        ("select sum(«id = 1») from sales", "does not take boolean"),
        ("select max(«id = 1») from sales", "`bool_or`"),
        (
            "select abs(«sold_at») from sales",
            "does not take timestamp",
        ),
        ("select last_day(«id») from sales", "does not take integer"),
        ("select «born * 2» from customers", "date * integer"),
        ("select «(id = 1) + 1» from sales", "boolean + integer"),
        (
            "select «(id = 1)::varchar» from sales",
            "cannot cast type boolean to character varying",
        ),
        ("select «(id = 1) || 'a'» from sales", "boolean || text"),
        (
            "select «1.5::boolean» from sales",
            "cannot cast type numeric to boolean",
        ),
    ] {
        assert_eq!(missed(false, marked, part), None, "{marked}");
    }
    for right in [
        "select sum(s.id), avg(amount), max(note), min(born), count(s.id = 1) from sales s, customers",
        "select abs('1'), trunc(sold_at), trunc(amount), to_char(id, '9'), len(id) from sales",
        "select sum(j.a), max(j.b) from (select json_parse('{}') as j)",
    ] {
        let found = mistakes(&format!("{TABLES}{right}"), false);
        assert!(found.is_empty(), "{right}: {found:?}");
    }
}

/// AWS page: `Correlated subqueries`.
#[test]
fn correlated_subqueries_that_redshift_refuses_are_found() {
    for (marked, part) in [
        (
            "select id from customers c where not exists (select 1 from customers d where not exists \
             (select 1 from sales s where s.customer_id = «c.id»))",
            "skips no query",
        ),
        (
            "select c.id from customers c left join sales s on s.customer_id = c.id and s.id = \
             (select max(t.id) from sales t where t.customer_id = «c.id»)",
            "ON of an outer join",
        ),
        (
            "select id from sales s where id not in \
             («select sum(t.id) over () from sales t where t.customer_id = s.customer_id»)",
            "a window function",
        ),
        (
            "select id, (select count(*) from sales s where s.customer_id = c.id) as n \
             from customers c group by «n», id",
            "GROUP BY takes",
        ),
        (
            "select id from customers c where id in \
             (select «sum(s.id)» from sales s where s.customer_id > c.id group by s.note)",
            "behind IN",
        ),
        (
            "select t.id from customers c, (select id from sales where customer_id = «c.id») t",
            "LATERAL",
        ),
        (
            "select t.id from customers c join (select id from sales where note = «name») t on true",
            "LATERAL",
        ),
    ] {
        assert_eq!(missed(true, marked, part), None, "{marked}");
    }
    for right in [
        "select id from customers c where exists (select 1 from sales s where s.customer_id = c.id)",
        "select id, (select max(s.id) from sales s where s.customer_id = c.id) from customers c order by 2",
        "select c.id from customers c join sales s on s.id = \
         (select max(t.id) from sales t where t.customer_id = c.id)",
        "select id from customers c where id in \
         (select max(s.id) from sales s where s.customer_id > c.id group by s.note)",
        "select id from customers where id in (select sum(s.id) over () from sales s)",
        "select c.id from customers c where exists (select 1 from (select customer_id as of_customer from sales) s \
         join customers d on d.id = c.id where s.of_customer = c.id)",
        "select relname from pg_class c where exists (select 1 from pg_namespace n where n.oid = c.relnamespace \
         and exists (select 1 from pg_attribute a where a.attrelid = c.oid))",
    ] {
        assert_eq!(mistakes(&format!("{TABLES}{right}"), true), [], "{right}");
    }
}

/// AWS page: `WITH clause`.
#[test]
fn recursive_queries_have_the_form_of_the_page() {
    for (marked, part) in [
        (
            "with recursive «r» as (select 1 as n union all select n + 1 from r where n < 4) select n from r",
            "needs names",
        ),
        (
            "with recursive r(n) as (select 1 «union» select n + 1 from r where n < 4) select n from r",
            "UNION ALL",
        ),
        (
            "with recursive r(n) as (select 1 union all select n + 1 from r where n < 4 order by «1») select n from r",
            "ORDER BY",
        ),
    ] {
        assert_eq!(missed(true, marked, part), None, "{marked}");
    }
    for right in [
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 4) select n from r order by n limit 2",
        "with recursive a as (select id from sales union select 1), r(n) as (select id from a) select n from r",
    ] {
        assert_eq!(mistakes(&format!("{TABLES}{right}"), true), [], "{right}");
    }
}

/// AWS page: `UNION, INTERSECT, and EXCEPT`.
#[test]
fn an_input_of_a_set_operation_has_no_limit() {
    for marked in [
        "(«select id from sales limit 1») union select id from customers",
        "select id from sales except ((«select id from customers order by id limit 2»))",
        "select id from sales intersect («select id from customers offset 2»)",
    ] {
        assert_eq!(
            missed(true, marked, "input to set operations"),
            None,
            "{marked}"
        );
    }
    for right in [
        "(select id from sales union select id from customers) limit 1",
        "select id from (select id from sales limit 1) s union select id from customers limit 2",
        "(select id from sales order by id) union all select id from customers",
    ] {
        assert_eq!(mistakes(&format!("{TABLES}{right}"), true), [], "{right}");
    }
}

#[test]
fn distinct_rows_are_ordered_by_what_is_selected() {
    for marked in [
        "select distinct id from sales order by «amount»",
        "select distinct id, note from sales s order by id, «s.amount desc»",
    ] {
        assert_eq!(
            missed(true, marked, "must appear in select list"),
            None,
            "{marked}"
        );
    }
    for right in [
        "select distinct id, amount from sales s order by s.amount, 1",
        "select distinct id as n, amount + 1 as m from sales order by n, m, id",
        "select distinct * from sales order by amount",
        "select distinct amount + 1 from sales order by amount + 1",
        "select id from sales order by amount",
    ] {
        assert_eq!(mistakes(&format!("{TABLES}{right}"), true), [], "{right}");
    }
}

/// AWS pages: `LISTAGG function`, `MEDIAN function`.
#[test]
fn aggregate_functions_that_sort_sort_alike() {
    for marked in [
        "select percentile_cont(0.6) within group (order by id), «median»(amount) from sales",
        "select listagg(id) within group (order by note) as a, «listagg»(note) within group (order by id) as b from sales",
    ] {
        assert_eq!(missed(true, marked, "must be the same"), None, "{marked}");
    }
    for right in [
        "select percentile_cont(0.6) within group (order by s.id), median(id) from sales s",
        "select listagg(id) within group (order by note) as a, listagg(note) as b from sales",
        "select median(id) over (), median(amount) over () from sales",
        "select (select median(id) from sales), (select median(amount) from sales)",
    ] {
        assert_eq!(mistakes(&format!("{TABLES}{right}"), true), [], "{right}");
    }
}

#[test]
fn a_frame_counts_rows_by_a_number() {
    let marked = "select sum(amount) over (order by id rows between «customer_id» preceding and current row) from sales";
    assert_eq!(missed(true, marked, "not by a column"), None);
    let right = "select sum(amount) over (order by id rows between 2 preceding and :n following) from sales";
    assert_eq!(mistakes(&format!("{TABLES}{right}"), true), []);
}

/// Scripts of the examples, by the folder that they stand in, in the order of their names.
fn scripts(folder: &Path, into: &mut BTreeMap<PathBuf, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path).unwrap();
            into.insert(path, text);
        }
    }
}

#[test]
fn the_scripts_of_the_examples_have_no_mistake() {
    let mut all = BTreeMap::new();
    scripts(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs"),
        &mut all,
    );
    assert!(all.len() > 40, "the examples' scripts are not found");
    for (path, text) in all {
        let found = mistakes(&text, false);
        assert_eq!(found, [], "{}", path.display());
    }
}
