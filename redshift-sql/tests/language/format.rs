//! What `format` promises: the same tokens and comments, and nothing left to do behind it.

use proptest::prelude::*;
use redshift_sql::format::{format, is_same};
use redshift_sql::parse;

/// The trees of a script without their places, and the number of its mistakes.
fn shape(text: &str) -> String {
    let script = parse(text);
    let mistakes = script.mistakes.len();
    let trees = format!("{:?}", script.statements);
    let mut parts = trees.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('}').map_or("", |(_, rest)| rest));
    format!("{first}{}{mistakes}", rest.collect::<String>())
}

fn holds(text: &str) -> String {
    let once = format(text);
    assert!(!once.unsafe_layout, "{text}\n----\n");
    assert!(is_same(text, &once.text), "{text}\n----\n{}", once.text);
    assert_eq!(shape(text), shape(&once.text), "trees of\n{text}");
    let twice = format(&once.text);
    assert_eq!(once.text, twice.text, "of\n{text}");
    once.text
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(holds(text), expected);
}

#[test]
fn clauses_begin_lines() {
    becomes(
        "SELECT a,b FROM t\nWHERE b=1 AND c  in (1,2);",
        "select a, b\nfrom t\nwhere b = 1 and c in (1, 2);\n",
    );
}

#[test]
fn a_short_statement_stays_on_its_line() {
    becomes("select  count(*) from t ;", "select count(*) from t;\n");
}

#[test]
fn a_broken_list_stays_broken_with_its_comments() {
    becomes(
        "select\n  a, -- first\n  -- second\n  b\nfrom t",
        "select\n    a, -- first\n    -- second\n    b\nfrom t\n",
    );
}

#[test]
fn tables_queries_and_conditions_are_indented() {
    becomes(
        "with a as (select x from t\n where y\n and z), b as (select 1 as x)\nselect * from a left join b\n on a.x=b.x and a.x > 1",
        "with a as (\n    select x\n    from t\n    where y\n        and z\n),\nb as (select 1 as x)\nselect *\nfrom a\nleft join b\n    on a.x = b.x\n    and a.x > 1\n",
    );
}

#[test]
fn a_case_is_broken() {
    becomes(
        "select case when a between 1 and 2 then 3\n else 4 end as x from t",
        "select\n    case\n        when a between 1 and 2 then 3\n        else 4\n    end as x\nfrom t\n",
    );
}

#[test]
fn a_column_and_an_option_have_a_line_each() {
    becomes(
        "create table t (\n a   int, b int) diststyle all;\ncopy t\nfrom 's3://b/{{day}}/' iam_role default csv gzip",
        "create table t (\n    a int,\n    b int\n)\ndiststyle all;\ncopy t\nfrom 's3://b/{{day}}/'\niam_role default\ncsv\ngzip\n",
    );
}

#[test]
fn words_of_the_grammar_and_functions_are_lower_and_names_stay() {
    becomes(
        "CREATE OR REPLACE VIEW Shop.Daily AS SELECT COUNT(*) AS Total, My_Sum(A), B::VARCHAR (10) FROM Orders",
        "create or replace view Shop.Daily as\nselect count(*) as Total, My_Sum(A), B::varchar(10)\nfrom Orders\n",
    );
    becomes(
        "GRANT SELECT ON TABLE Orders TO GROUP Analysts;",
        "grant select on table Orders to group Analysts;\n",
    );
    becomes(
        "select T.Date, t.\"User\" AS User from T",
        "select T.Date, t.\"User\" as User from T\n",
    );
}

#[test]
fn blanks_stand_around_operators_and_not_around_signs() {
    becomes(
        "select a+b*-1,count( * ),t.*, -a,x>-1,sum( a )-1,b::float/2 from t where a<b and c>=1",
        "select a + b * -1, count(*), t.*, -a, x > -1, sum(a) - 1, b::float / 2\nfrom t\nwhere a < b and c >= 1\n",
    );
    becomes(
        "select*from t where a in('x')and b=1 or c",
        "select * from t where a in ('x') and b = 1 or c\n",
    );
    becomes(
        "insert into t(a,b) values(1,2)",
        "insert into t (a, b) values (1, 2)\n",
    );
}

#[test]
fn a_comment_in_front_of_a_comma_stands_behind_it() {
    becomes(
        "select a -- first\n, b -- second\n, c\n-- of t\nfrom t -- all\n;\nselect 1",
        "select\n    a, -- first\n    b, -- second\n    c\n-- of t\nfrom t; -- all\nselect 1\n",
    );
    becomes(
        "select a /* one */, b from t",
        "select\n    a /* one */,\n    b\nfrom t\n",
    );
}

#[test]
fn a_short_query_among_others_stays_on_its_line() {
    becomes(
        "select a from t union all\nselect b from u\nunion all select c\nfrom v order by 1",
        "select a from t\nunion all\nselect b from u\nunion all\nselect c\nfrom v\norder by 1\n",
    );
    becomes(
        "select a from (\n  select b as a from u where c) v",
        "select a\nfrom (\n    select b as a from u where c\n) v\n",
    );
}

#[test]
fn values_of_decode_stand_beside_what_they_stand_for() {
    becomes(
        "select decode(a_column_with_a_long_name, 1, 'a value that is long', 2, 'another value that is long', 'else') from t",
        "select\n    decode(\n        a_column_with_a_long_name,\n        1, 'a value that is long',\n        2, 'another value that is long',\n        'else'\n    )\nfrom t\n",
    );
}

#[test]
fn conditions_in_brackets_stand_under_each_other() {
    becomes(
        "select 1 from t where a = 1 and (b = 2\nor c = 3)",
        "select 1\nfrom t\nwhere a = 1\n    and (\n        b = 2\n        or c = 3\n    )\n",
    );
}

#[test]
fn a_long_chain_has_a_line_for_each_operator() {
    becomes(
        "select 'a text that is rather long' || upper(some_column) || ' and another one, longer ' || other_column as x from t",
        "select\n    'a text that is rather long'\n        || upper(some_column)\n        || ' and another one, longer '\n        || other_column as x\nfrom t\n",
    );
    becomes(
        "select 1 from t where a_column between another_column_with_a_long_name * 10000 and another_column_with_a_long_name * 10000 + 1",
        "select 1\nfrom t\nwhere a_column between another_column_with_a_long_name * 10000\n        and another_column_with_a_long_name * 10000 + 1\n",
    );
    becomes(
        "select a_column_with_a_long_name * another_column_with_a_long_name / yet_another_column_with_a_name as x from t",
        "select\n    a_column_with_a_long_name\n        * another_column_with_a_long_name\n        / yet_another_column_with_a_name as x\nfrom t\n",
    );
}

#[test]
fn the_widest_brackets_are_broken_first() {
    becomes(
        "select case when a_column_with_a_long_name > 100 then 'a value that is long' else 'another' end::varchar(50) as x from t",
        "select\n    case\n        when a_column_with_a_long_name > 100 then 'a value that is long'\n        else 'another'\n    end::varchar(50) as x\nfrom t\n",
    );
    becomes(
        "select avg(amount) over (partition by a_column_with_a_long_name, another_column order by the_time) as average from t",
        "select\n    avg(amount) over (\n        partition by a_column_with_a_long_name, another_column\n        order by the_time\n    ) as average\nfrom t\n",
    );
    becomes(
        "select 1 from a_table_with_a_long_name, another_table_with_a_long_name, yet_another_table_with_a_long_name, t",
        "select 1\nfrom\n    a_table_with_a_long_name,\n    another_table_with_a_long_name,\n    yet_another_table_with_a_long_name,\n    t\n",
    );
}

#[test]
fn options_of_tables_have_a_line_each_and_nested_types_stay() {
    becomes(
        "create external table s.t (a int, b struct<x:int,  y:array<int>>)\nstored as parquet location 's3://b/'",
        "create external table s.t (a int, b struct<x:int,  y:array<int>>)\nstored as parquet\nlocation 's3://b/'\n",
    );
    becomes(
        "create table t distkey(a) sortkey(b)\nas select a, b from s",
        "create table t\ndistkey(a)\nsortkey(b)\nas\nselect a, b\nfrom s\n",
    );
    becomes(
        "create view v as with a as (select 1 as x), b as (select 2 as x)\n select * from a, b",
        "create view v as\nwith a as (select 1 as x),\nb as (select 2 as x)\nselect *\nfrom a, b\n",
    );
}

#[test]
fn actions_of_merge_are_indented() {
    becomes(
        "merge into t using s on t.a = s.a\nwhen matched then update set b = s.b, c = s.c\nwhen not matched then insert (a, b, c) values (s.a, s.b, s.c)",
        "merge into t\nusing s on t.a = s.a\nwhen matched then update set b = s.b, c = s.c\nwhen not matched then insert (a, b, c) values (s.a, s.b, s.c)\n",
    );
    becomes(
        "merge into t using s on t.a = s.a\nwhen matched then update\n set b = s.b,\n c = s.c\nwhen not matched then insert (a)\n values (s.a)",
        "merge into t\nusing s on t.a = s.a\nwhen matched then update\n    set b = s.b, c = s.c\nwhen not matched then insert (a)\n    values (s.a)\n",
    );
}

#[test]
fn a_statement_without_clauses_keeps_the_lines_of_its_author() {
    becomes(
        "alter   table orders\n  alter sortkey (a)",
        "alter table orders alter sortkey (a)\n",
    );
    becomes(
        "create user a_person_with_a_long_name password 'md5153c434b4b77c89e6b94f12c5393af5b'\n  syslog access unrestricted\n  connection limit 10",
        "create user a_person_with_a_long_name password 'md5153c434b4b77c89e6b94f12c5393af5b'\n    syslog access unrestricted\n    connection limit 10\n",
    );
}

#[test]
fn what_does_not_parse_and_functions_stay() {
    let text = "selct  1 ,2;\n\ncreate function f(a int) returns int stable as $$\n  if a:\n    return  1\n$$ language plpythonu;\n";
    becomes(text, text);
    assert_eq!(format(text).left.len(), 2);
}

#[test]
fn bodies_of_procedures_are_laid_out() {
    becomes(
        "CREATE PROCEDURE p(a int,b varchar (10)) AS $body$ DECLARE n int:=1; c cursor for select a from t; BEGIN <<every>> FOR r IN SELECT a FROM t LOOP n:=n+1; IF n>3 THEN EXIT every; ELSIF n = 2 THEN null; ELSE raise info 'n %',n; END IF; -- done\n END LOOP;\n\n case n when 1 then delete from t; else commit; end case; WHILE n < 5 LOOP n := case when n = 1 then 2 else 3 end; END LOOP; exception when others then -- all\n raise; END; $body$ LANGUAGE plpgsql;",
        "create procedure p(a int, b varchar(10)) as $body$
declare
    n int := 1;
    c cursor for select a from t;
begin
    <<every>>
    for r in select a from t loop
        n := n + 1;
        if n > 3 then
            exit every;
        elsif n = 2 then
            null;
        else
            raise info 'n %', n;
        end if; -- done
    end loop;

    case n
        when 1 then
            delete from t;
        else
            commit;
    end case;
    while n < 5 loop
        n := case when n = 1 then 2 else 3 end;
    end loop;
exception
    when others then -- all
        raise;
end;
$body$ language plpgsql;
",
    );
    becomes(
        "create procedure p() as $$\nbegin\n  for r in select a, b from t\n where a > 1 loop\n  -- nothing\n end loop;\n  insert into t select 1, 2\n  from u;\n-- the end\nend $$ language plpgsql",
        "create procedure p() as $$
begin
    for r in
        select a, b
        from t
        where a > 1
    loop
        -- nothing
    end loop;
    insert into t
    select 1, 2
    from u;
    -- the end
end
$$ language plpgsql
",
    );
}

#[test]
fn a_body_with_a_mistake_stays() {
    let text = "create procedure p() as $$ begin\n  selct 1; end $$ language  plpgsql;\n";
    becomes(text, text);
    assert_eq!(format(text).left.len(), 1);
}

#[test]
fn literals_over_two_lines_are_one_and_stay() {
    let text = "select 'a'\n   'b' ;\n";
    assert_eq!(holds(text), text);
}

#[test]
fn a_mark_and_line_ends_stay() {
    becomes(
        "\u{feff}select a\r\nfrom t",
        "\u{feff}select a\r\nfrom t\r\n",
    );
    // The last line's end counts: the first ones may go.
    becomes("select 1;\r\nselect  2;\n", "select 1;\nselect 2;\n");
    holds("\n\n(\r\rarray\r\r\r\n1\n--, b)selet`_(((");
    holds("select 1;\n(\r\narray\r\n");
}

#[test]
fn every_script_of_the_examples_keeps_the_laws() {
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut folders = vec![specs];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|end| end == "sql" || end == "rsql")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let formatted = holds(&text);
                assert!(
                    formatted.lines().all(|line| line == line.trim_end()),
                    "{path:?}"
                );
                assert!(formatted.ends_with('\n'));
                for (at, _) in text.char_indices().step_by(29) {
                    format(&text[..at]);
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 70, "{seen}");
}

proptest! {
    #[test]
    fn any_mix_of_pieces_keeps_the_laws(pieces in prop::collection::vec(prop::sample::select(vec![
        "select", "a", "b.c", ",", "from", "t", "where", "and", "or", "(", ")", "case", "when", "then",
        "else", "end", "between", "1", "'x'", "=", "join", "on", "with", "as", ";", "-- note\n",
        "/* block */", "\n", "\n\n", "group by", "order by", "values", "insert into", "update", "set",
        "create procedure p() as $$", "begin", "loop", "if", "end;", "$$", "language plpgsql", "null;",
        "copy", "csv", ":p", "{{q}}", "::int", "in", "not", "union all", "create table", "left",
    ]), 0..40)) {
        let text = pieces.join(" ");
        let once = format(&text);
        prop_assert!(!once.unsafe_layout, "{}", text);
        prop_assert!(is_same(&text, &once.text));
        prop_assert_eq!(shape(&text), shape(&once.text), "{}", text);
        prop_assert_eq!(&format(&once.text).text, &once.text);
    }
}
