//! What statements read and write, column by column.
use std::collections::HashMap;
use std::fmt::Write as _;

use redshift_sql::lineage::{
    Act, AssumedRole, InputColumn, Lineage, Procedures, ScriptPlace, SessionLineage, Why,
    WrittenColumn,
};
use redshift_sql::names::{Binder, DeclaredTables, Derivation};
use redshift_sql::parse;

/// Tables that every case knows.
const TABLES: &str = "
create table orders (id int, customer_id int, amount decimal(12, 2), placed timestamp, items super);
create table customers (id int, name varchar(50), country char(2));
create table daily (day date, total decimal(38, 2), orders bigint);
";

/// The lineage of a script, behind the tables that every case knows.
fn lineage(sql: &str) -> Lineage {
    let (known, script) = (parse(TABLES), parse(sql));
    assert_eq!(script.mistakes, [], "{sql}");
    let parameters = HashMap::new();
    let mut tables = DeclaredTables::new();
    for statement in &known.statements {
        tables.learn(statement, &parameters);
    }
    let mut session = SessionLineage::new(Procedures::default());
    for statement in &script.statements {
        let found = Binder::new(&tables, &parameters).statement(statement);
        session.statement(statement, &found, &tables, &parameters);
        tables.learn(statement, &parameters);
    }
    session.finish().0
}

/// A line for all that is read, and some for each write.
fn shown(lineage: &Lineage) -> String {
    let mut text = String::new();
    let through = |place: &ScriptPlace| match &place.through {
        Some(procedure) => format!(" through {procedure}"),
        None => String::new(),
    };
    let mut reads: Vec<&str> = lineage
        .reads
        .iter()
        .map(|read| read.dataset.name())
        .collect();
    reads.dedup();
    if !reads.is_empty() {
        writeln!(text, "reads {}", reads.join(" ")).unwrap();
    }
    for write in &lineage.writes {
        let (word, name) = (write.how.word(), write.dataset.name());
        writeln!(text, "{word} {name}{}", through(&write.place)).unwrap();
        for column in write.columns.iter().filter(|one| !one.inputs.is_empty()) {
            writeln!(text, "  {}", of_column(column)).unwrap();
        }
        if !write.influences.is_empty() {
            writeln!(text, "  rows by {}", listed(&write.influences)).unwrap();
        }
    }
    for table in &lineage.temporary {
        writeln!(text, "temporary {}", table.name).unwrap();
    }
    for unknown in &lineage.unknown {
        let why = match &unknown.why {
            Why::Dynamic => "a text".to_owned(),
            Why::Procedure(name) => format!("call {name}"),
            Why::Query => "a query".to_owned(),
            Why::Variable(name) => format!("variable {name}"),
        };
        writeln!(text, "unknown {why}{}", through(&unknown.place)).unwrap();
    }
    text
}

fn of_column(column: &WrittenColumn) -> String {
    format!("{} = {}", column.name, listed(&column.inputs))
}

fn listed(inputs: &[InputColumn]) -> String {
    let inputs = inputs.iter().map(|input| {
        let word = match input.derivation {
            Derivation::Identity => "",
            Derivation::Transformation => "from ",
            Derivation::Aggregation => "all ",
            Derivation::Conditional => "if ",
            Derivation::Window => "over ",
            Derivation::Filter => "where ",
            Derivation::Join => "on ",
            Derivation::GroupBy => "group ",
            Derivation::Sort => "sort ",
        };
        format!("{word}{}.{}", input.dataset.name(), input.column)
    });
    inputs.collect::<Vec<_>>().join(", ")
}

fn check(sql: &str, expected: &str) {
    let wanted: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    let found = shown(&lineage(sql));
    let found: String = found
        .lines()
        .map(|line| format!("{}\n", line.trim()))
        .collect();
    assert_eq!(found, wanted, "{sql}");
}

#[test]
fn kinds_of_steps() {
    check(
        "insert into daily
         select trunc(placed), sum(amount), count(*) from orders where amount > 0 group by 1",
        "reads orders
         insert daily
         day = from orders.placed
         total = all orders.amount
         rows by where orders.amount, group orders.placed",
    );
    check(
        "create table a as
         select o.id, case when c.country = 'DE' then amount else 0 end as german,
                row_number() over (partition by customer_id order by placed) as n
         from orders o join customers c on c.id = o.customer_id order by placed",
        "reads orders customers
         create a
         id = orders.id
         german = if customers.country, from orders.amount
         n = over orders.customer_id, over orders.placed
         rows by on customers.id, on orders.customer_id, sort orders.placed",
    );
    check(
        "create table a as select id from orders
         where customer_id in (select id from customers where country = :c)",
        "reads orders customers
         create a
         id = orders.id
         rows by where customers.country, where customers.id, where orders.customer_id",
    );
    // A lateral alias, a scalar sub-query, a cast.
    check(
        "create table a as select amount * 2 as twice, twice + 1 as more, amount::int as whole,
         (select max(name) from customers) as last from orders",
        "reads customers orders
         create a
         twice = from orders.amount
         more = from orders.amount
         whole = from orders.amount
         last = all customers.name",
    );
    check(
        "create table a as select amount, sum(amount) over (partition by customer_id order by placed rows unbounded preceding) s from orders",
        "reads orders
         create a
         amount = orders.amount
         s = all orders.amount, over orders.customer_id, over orders.placed",
    );
}

#[test]
fn through_queries_within_queries() {
    check(
        "create table a as
         with big as (select * from orders where amount > 100),
              named as (select b.id, upper(c.name) as name from big b join customers c using (id))
         select name, id as order_id from named",
        "reads orders customers
         create a
         name = from customers.name
         order_id = orders.id
         rows by on customers.id, where orders.amount, on orders.id",
    );
    check(
        "create table a as select id, name from customers union all select id, 'x' from orders",
        "reads customers orders
         create a
         id = customers.id, orders.id
         name = customers.name",
    );
    check(
        "create table a as select * exclude (items) from orders",
        "reads orders
         create a
         id = orders.id
         customer_id = orders.customer_id
         amount = orders.amount
         placed = orders.placed",
    );
    // SUPER: a path, and an array in FROM.
    check(
        "create table a as select o.items[0].price as first, i.price from orders o, o.items i",
        "reads orders
         create a
         first = from orders.items
         price = from orders.items",
    );
    check(
        "create table a as select * from (select country, id from customers)
         pivot (count(id) for country in ('DE' as de, 'AT' as at))",
        "reads customers
         create a
         de = all customers.id
         at = all customers.id
         rows by group customers.country",
    );
    check(
        "create table a as with recursive r(n) as (select id from orders union all select n + 1 from r where n < 9) select n from r",
        "reads orders
         create a
         n = orders.id",
    );
}

#[test]
fn tables_that_nobody_knows() {
    check(
        "create table a as select x, y.z from u y",
        "reads u\ncreate a\nx = u.x\nz = u.z",
    );
    check(
        "create table a as with c as (select * from u) select x from c",
        "reads u\ncreate a\nx = u.x",
    );
    check(
        "create table a as select * from u",
        "reads u\ncreate a\n* = u.*",
    );
    // Which of both has the column, nobody knows.
    check(
        "create table a as select x from u, v",
        "reads u v\ncreate a\nx = from u.*, from v.*",
    );
    check(
        "insert into {{schema}}.a (x) select y from {{schema}}.u where z",
        "reads {{schema}}.u
         insert {{schema}}.a
         x = {{schema}}.u.y
         rows by where {{schema}}.u.z",
    );
    // The columns of the target are not known.
    check(
        "insert into a select id from orders",
        "reads orders\ninsert a\n* = from orders.id",
    );
    check(
        "insert into a select * from u",
        "reads u\ninsert a\n* = from u.*",
    );
    check(
        "insert into daily select * from u",
        "reads u\ninsert daily\nday = from u.*\ntotal = from u.*\norders = from u.*",
    );
    check(
        "create table a as select * from u union all select id, amount from orders",
        "reads u orders
         create a
         id = orders.id
         amount = orders.amount
         * = u.*",
    );
}

#[test]
fn statements_that_change_rows() {
    check(
        "update orders set amount = amount + c.id, items = null from customers c where c.id = customer_id",
        "reads customers
         update orders
         amount = from customers.id, from orders.amount
         rows by where customers.id, where orders.customer_id",
    );
    check(
        "merge into daily using (select trunc(placed) as day, sum(amount) as total from orders group by 1) s
         on daily.day = s.day
         when matched then update set total = s.total
         when not matched then insert (day, total) values (s.day, s.total)",
        "reads orders
         merge daily
         total = all orders.amount
         day = from orders.placed
         rows by on daily.day, on orders.placed, group orders.placed",
    );
    check(
        "merge into customers using customers_new n on customers.id = n.id remove duplicates",
        "reads customers_new
         merge customers
         id = from customers_new.*
         name = from customers_new.*
         country = from customers_new.*
         rows by on customers.id, on customers_new.id",
    );
    check(
        "delete from orders using customers c where c.id = customer_id and c.country = 'X'",
        "reads customers
         delete orders
         rows by where customers.country, where customers.id, where orders.customer_id",
    );
    check(
        "insert into customers (name, id) values ('a', (select max(id) from orders))",
        "reads orders\ninsert customers\nid = all orders.id",
    );
    check(
        "truncate orders; drop table if exists a, b",
        "truncate orders\ndrop a\ndrop b",
    );
}

#[test]
fn tables_as_a_whole() {
    check(
        "create view v (n) as select count(*) from orders;
         create view w as select x from nowhere with no schema binding;
         create materialized view m as select id from orders;
         refresh materialized view m;
         select * from v",
        "reads orders nowhere orders v
         create v
         create w
         x = nowhere.x
         create m
         id = orders.id
         refresh m",
    );
    check(
        "alter table daily append from s.staged",
        "reads s.staged\nappend daily\n* = s.staged.*\nempty s.staged",
    );
    check(
        "alter table s.new rename to ours",
        "rename s.ours\n* = s.new.*\ndrop s.new",
    );
    check(
        "select id as x into a from orders",
        "reads orders\ncreate a\nx = orders.id",
    );
    check("create table a (like orders)", "reads orders\ncreate a");
}

#[test]
fn files() {
    check(
        "copy customers from 's3://b/{{day}}/' iam_role default csv; copy u (x) from :where iam_role default",
        "reads s3://b/{{day}}/ :where
         copy customers
         id = from s3://b/{{day}}/.*
         name = from s3://b/{{day}}/.*
         country = from s3://b/{{day}}/.*
         copy u
         x = from :where.*",
    );
    check(
        "unload ('select day, total * 2 as t from daily where day > ''2026-01-01''') to 's3://b/out/' iam_role default",
        "reads daily
         unload s3://b/out/
         day = daily.day
         t = from daily.total
         rows by where daily.day",
    );
    check(
        "create external table e.x (a int) stored as parquet location 's3://b/x/'",
        "reads s3://b/x/\ncreate e.x\na = from s3://b/x/.*",
    );
}

#[test]
fn temporary_tables_are_passed_through() {
    check(
        "drop table if exists t;
         create temp table t as select customer_id, sum(amount) as total from orders where amount > 1 group by 1;
         insert into daily (total) select total + 1 from t where customer_id > 5;",
        "reads orders
         insert daily
         total = all orders.amount
         rows by where orders.amount, where orders.customer_id, group orders.customer_id
         temporary t",
    );
    check(
        "create table #t (a int, b int); insert into #t select id, amount from orders;
         update #t set b = c.id from customers c where c.id = a;
         create table x as select b from #t",
        "reads orders customers
         create x
         b = customers.id, orders.amount
         rows by where customers.id, where orders.id
         temporary #t",
    );
    check(
        "create temp table t as select * from u; create table x as select a from t",
        "reads u\ncreate x\na = u.a\ntemporary t",
    );
}

#[test]
fn procedures() {
    let body = "create or replace procedure p(n int) as $$
        declare total int; r record;
        begin
          select count(*) into total from customers;
          if exists (select 1 from gate) then
            insert into daily (total) select amount from orders where id > n;
          end if;
          for r in select id from customers loop
            delete from orders where customer_id = r.id;
          end loop;
          create temp table t as select name from customers;
          execute 'insert into log (who) select name from t';
          execute 'truncate ' || n;
          call q();
        end $$ language plpgsql; ";
    check(
        &format!("{body} call p(1)"),
        "reads customers gate orders customers
         insert daily through p
         total = orders.amount
         rows by where orders.id
         delete orders through p
         rows by where orders.customer_id
         insert log through p
         who = customers.name
         temporary t
         unknown variable r through p
         unknown a text through p
         unknown call q through p",
    );
    check(
        "create procedure a() as $$ begin truncate orders; call b(); end $$ language plpgsql;
         create procedure b() as $$ begin call a(); drop table daily; end $$ language plpgsql;
         call a()",
        "truncate orders through a\ndrop daily through a",
    );
    check("call elsewhere.p(1)", "unknown call elsewhere.p");
    // Which of two of the same name the number of arguments says.
    check(
        "create procedure a(x int) as $$ begin truncate orders; end $$ language plpgsql;
         create procedure a(x int, y int) as $$ begin truncate daily; end $$ language plpgsql;
         call a(1, 2)",
        "truncate daily through a",
    );
    check(
        "prepare p (int) as insert into daily (orders) select id from orders where id = $1; execute p (1)",
        "reads orders\ninsert daily through p\norders = orders.id\nrows by where orders.id",
    );
}

#[test]
fn what_goes_through_a_variable_is_said() {
    let called = |declare: &str, steps: &str| {
        format!(
            "create procedure p(n int) as $$ declare {declare} begin {steps} end $$ language plpgsql;
             call p(1);"
        )
    };
    let into = "select max(id) into last from orders; next := last + 1;
                insert into daily (total) values (next);";
    check(
        &called("last int; next int;", into),
        "reads orders
         insert daily through p
         unknown variable next through p",
    );
    let each = "for r in select id, amount from orders loop
                    update daily set total = total + r.amount where day = n;
                end loop;";
    check(
        &called("r record;", each),
        "reads orders
         update daily through p
           total = from daily.total
           rows by where daily.day
         unknown variable r through p",
    );
    // Arguments and constants hold no data of a table, and a variable is no column of `orders`.
    let none = "k := n + 1; insert into daily (total) select amount from orders where id = k;";
    check(
        &called("k int;", none),
        "reads orders
         insert daily through p
           total = orders.amount
           rows by where orders.id",
    );
}

/// What a script does beside reading and writing.
fn acts(sql: &str) -> Vec<Act> {
    lineage(sql).acts.into_iter().map(|done| done.act).collect()
}

#[test]
fn acts_are_what_needs_a_permission_beside_those_of_tables() {
    assert_eq!(
        acts("select * from orders; insert into daily select 1;"),
        []
    );
    assert_eq!(
        acts(
            "create schema if not exists staging; set search_path to staging; vacuum orders; analyze;"
        ),
        [
            Act::CreateSchema(Some("staging".into())),
            Act::SearchPath,
            Act::Maintain {
                command: "vacuum",
                table: Some("orders".into())
            },
            Act::Maintain {
                command: "analyze",
                table: None
            },
        ]
    );
    assert_eq!(
        acts(
            "copy orders from 's3://b/o' iam_role 'arn:aws:iam::1:role/load' csv;
              copy daily from 's3://b/d' iam_role 'arn:aws:iam::1:role/load' csv;
              unload ('select 1') to 's3://b/u' iam_role default;
              copy daily from 's3://b/d' iam_role '{{role}}' csv;
              copy daily from 's3://b/d' credentials 'aws_iam_role=arn:aws:iam::1:role/old' csv;
              copy daily from 's3://b/d' iam_role 'SESSION' csv;"
        ),
        [
            Act::AssumeRole {
                role: AssumedRole::Named("arn:aws:iam::1:role/load".into()),
                command: "copy"
            },
            Act::AssumeRole {
                role: AssumedRole::Default,
                command: "unload"
            },
            Act::AssumeRole {
                role: AssumedRole::Unknown,
                command: "copy"
            },
            Act::AssumeRole {
                role: AssumedRole::Named("arn:aws:iam::1:role/old".into()),
                command: "copy"
            },
        ]
    );
    assert_eq!(
        acts("grant select on orders to public; drop schema past; drop table orders;"),
        [Act::Other("grant"), Act::Other("drop schema")]
    );
}

#[test]
fn acts_of_a_procedure_count_where_it_is_called() {
    let made = "create procedure load() as $$ begin
        merge into daily using orders on daily.day = orders.placed
            when matched then delete when not matched then insert values (orders.placed, 1, 1);
        call elsewhere(1, 'x');
    end $$ language plpgsql;";
    assert_eq!(acts(made), [Act::CreateRoutine("load".into())]);
    assert_eq!(
        acts(&format!("{made} call load();")),
        [
            Act::CreateRoutine("load".into()),
            Act::Merge {
                table: "daily".into(),
                inserts: true,
                updates: false,
                deletes: true
            },
            Act::Call {
                procedure: "elsewhere".into(),
                arguments: 2
            },
        ]
    );
}

#[test]
fn columns_that_are_compared_for_equality_are_kept_in_pairs() {
    let pairs = |sql: &str| -> Vec<String> {
        let found = lineage(sql).equalities;
        let shown = |input: &InputColumn| format!("{}.{}", input.dataset.name(), input.column);
        let pairs = found.iter();
        pairs
            .map(|[one, other]| format!("{} = {}", shown(one), shown(other)))
            .collect()
    };
    for sql in [
        "select 1 from orders o, customers c where o.customer_id = c.id and o.amount > 0",
        "with by_whom as (select customer_id as who from orders)
         select 1 from by_whom b left join customers c on c.id = b.who",
        "select 1 from customers where id in (select customer_id from orders)",
        "select 1 from customers c where not exists (select 1 from orders o where o.customer_id = c.id)",
        "create temp table t as select customer_id from orders;
         select 1 from t join customers c on c.id = t.customer_id",
        "create procedure p() as $$ begin
         delete from customers using orders where customers.id = orders.customer_id;
         end $$ language plpgsql; call p();",
    ] {
        assert_eq!(pairs(sql), ["customers.id = orders.customer_id"], "{sql}");
    }
    assert_eq!(
        pairs("select 1 from orders join customers using (id)"),
        ["customers.id = orders.id"]
    );
    assert_eq!(
        pairs(
            "select 1 from (select customer_id as id from orders union all select id from customers) u
             join daily d on d.orders = u.id"
        ),
        ["customers.id = daily.orders", "daily.orders = orders.customer_id"]
    );
    for sql in [
        "select 1 from orders o join customers c on c.id = o.customer_id + 1",
        "select 1 from orders o join customers c on c.id > o.customer_id",
        "select 1 from orders a join orders b on a.id = b.customer_id",
        "select 1 from customers c where c.id = (select max(customer_id) from orders)",
    ] {
        assert_eq!(pairs(sql), Vec::<String>::new(), "{sql}");
    }
}
