//! What is wrong with RSQL scripts, before they run.

use insta::assert_snapshot;

use crate::folder::{Folder, steps};

fn rsql(script: &str) -> Folder {
    steps("rsql: { queue: q, definition: d }\nsteps:\n  load: { rsql: sql/load.rsql }\n")
        .with("sql/load.rsql", script)
}

#[test]
fn commands_that_do_not_fit() {
    assert_snapshot!(
        rsql("\\ecoh begin\n\\if 1 = 1\nselect 1;\n\\else\n\\goto end\n\\label ende\n").shown()
    );
}

#[test]
fn what_has_no_end_in_rsql() {
    assert_snapshot!(rsql("\\echo it's\nselect 1;\nselect 'it''s;\n\\exit 1\n").shown());
}

#[test]
fn statements_that_redshift_refuses() {
    assert_snapshot!(
        rsql(
            "selct 1;
\\if :ACTIVITYCOUNT = 0
insert into t valus (1);
\\endif
select string_agg(a, ',') from t \\gset all_
delete from t as x \\p \\g
"
        )
        .shown()
    );
}

#[test]
fn what_depends_on_what_runs_is_not_judged() {
    for script in [
        // A variable may hold any text.
        "\\set rest 'from t'\nselct :rest;\nselect 1 :rest;\n",
        // Each branch gives a half.
        "select 1\n\\if 1 = 1\nfrom t\n\\else\nfrom from\n\\endif\n;\n",
        // It is never sent.
        "selct 1\n\\r\nselect 1;\nselct 2\n",
        "select '\\if'; -- \\endif\n\\i other.sql\n\\endif\n",
        "copy t from 's3://b/t' iam_role default csv;\n\\dt+\n\\frobnicate\n",
    ] {
        assert!(rsql(script).codes().is_empty(), "{script}");
    }
}
