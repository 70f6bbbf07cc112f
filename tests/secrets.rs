//! Parameters that are secrets, and parameters that may have no value.

use std::path::Path;

use crate::program::{Ended, Folder, sfc};

const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:partner-AbCdEf";
const VALUE: &str = "c0rrect-horse's-battery";

fn spec(parameters: &str, steps: &str) -> String {
    format!(
        "name: demo\nwarehouse: {{ workgroup: w, database: dev }}\nlimits: {{ rounds: 1, lanes: 1 }}\n\
         parameters:\n{parameters}\nsteps:\n{steps}"
    )
}

fn secret() -> String {
    format!("  token: {{ type: string, secret: true, arn: \"{ARN}\" }}")
}

fn run(folder: &Folder, arguments: &[&str]) -> Ended {
    let mut command = sfc(folder.path(), arguments);
    command.env("SFC_SECRET_TOKEN", VALUE);
    command.output().unwrap().into()
}

fn assert_hidden(what: &str, text: &str) {
    for part in [VALUE, "c0rrect", "battery"] {
        assert!(!text.contains(part), "{what} has the secret");
    }
}

/// Every file of the folder but the warehouse, which has what the SQL puts into it.
fn assert_hidden_in(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            assert_hidden_in(&path);
        } else if !name.starts_with("warehouse.duckdb") {
            let bytes = std::fs::read(&path).unwrap();
            assert_hidden(
                &path.display().to_string(),
                &String::from_utf8_lossy(&bytes),
            );
        }
    }
}

#[test]
fn a_secret_is_bound_and_appears_nowhere() {
    let folder = Folder::new(
        &spec(
            &secret(),
            "  equal: { sql: equal.sql }
  shown: { sql: shown.sql, expect: { values: { t: nothing } } }
  masked: { sql: shown.sql }
  wrong: { sql: wrong.sql }
",
        ),
        &[
            (
                "equal.sql",
                "create table known (t varchar(64));
                 insert into known values (:token);
                 select count(*) as n from known where t = :token;",
            ),
            (
                "shown.sql",
                "select :token as t, 1 as one, 'Bearer ' || :token as header",
            ),
            ("wrong.sql", "select cast(:token as int) as n"),
        ],
    );
    let ended = run(&folder, &["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        folder.document("results/equal.json")["Records"][0][0]["longValue"],
        1
    );
    let masked = &folder.document("results/masked.json")["Records"][0];
    assert_eq!(masked[0]["stringValue"], "***");
    assert_eq!(masked[1]["longValue"], 1);
    assert_eq!(masked[2]["stringValue"], "Bearer ***");
    let state = folder.state();
    let error = |step: &str| state.steps[step].error.clone().unwrap();
    assert_eq!(error("shown").error, "Sfc.ExpectationFailed");
    assert_eq!(error("wrong").error, "Sfc.StatementFailed");
    assert!(
        error("wrong").message.contains("***"),
        "{:?}",
        error("wrong")
    );
    assert!(!state.parameters.contains_key("token"));
    assert_hidden("stdout", &ended.stdout);
    assert_hidden("stderr", &ended.stderr);
    assert_hidden_in(&folder.path().join(".sfc"));

    let given = run(&folder, &["run", ".", "-p", "token=c0rrect"]);
    assert_eq!(given.code, Some(2), "{given:?}");
    assert!(given.stderr.contains("SFC0812"), "{given:?}");
    assert_hidden("stderr", &given.stderr);
    let missing = folder.sfc(&["run", "."]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(
        missing.stderr.contains("SFC0813") && missing.stderr.contains("SFC_SECRET_TOKEN"),
        "{missing:?}"
    );
}

#[test]
fn the_role_may_read_the_secret_and_no_other() {
    let folder = Folder::new(
        &spec(&secret(), "  a: { sql: a.sql }\n"),
        &[("a.sql", "select 1 as one where :token is not null")],
    );
    let built = folder.sfc(&["build", ".", "-o", "out"]);
    assert_eq!(built.code, Some(0), "{built:?}");
    let template: serde_json::Value =
        serde_json::from_str(&folder.read("out/template.json")).unwrap();
    let statements: Vec<&serde_json::Value> = template["Resources"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(|resource| resource["Properties"]["Policies"].as_array())
        .flatten()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap())
        .filter(|statement| statement["Action"].to_string().contains("secretsmanager"))
        .collect();
    let [statement] = statements.as_slice() else {
        panic!("{statements:?}");
    };
    assert!(
        statement["Action"] == "secretsmanager:GetSecretValue"
            || statement["Action"] == serde_json::json!(["secretsmanager:GetSecretValue"])
    );
    assert!(
        statement["Resource"] == ARN || statement["Resource"] == serde_json::json!([ARN]),
        "{statement}"
    );
}

#[test]
fn a_secret_that_would_be_written_out_is_refused() {
    let step = "  a: { sql: a.sql }\n";
    let other = "  token: { type: string, secret: true, arn: \"arn:aws:secretsmanager:eu-central-1:123456789012:secret:*\" }";
    for (parameters, steps, sql, code) in [
        (secret().as_str(), step, "select '{{token}}'", "SFC0231"),
        (
            &secret(),
            "  a: { sql: a.sql }\n  b: { lambda: { function: f, payload: { t: \"{{token}}\" } } }\n",
            "select :token",
            "SFC0231",
        ),
        (
            &secret(),
            "  a: { sql: a.sql }\n  b: { glue_job: { name: g, arguments: { t: \"{{token}}\" } } }\n",
            "select :token",
            "SFC0231",
        ),
        (other, step, "select :token", "SFC0230"),
        (
            "  token: { type: string, secret: true }",
            step,
            "select :token",
            "SFC0230",
        ),
        (
            &format!("  token: {{ type: string, arn: \"{ARN}\" }}"),
            step,
            "select :token",
            "SFC0230",
        ),
        (
            &format!("  token: {{ type: integer, secret: true, arn: \"{ARN}\" }}"),
            step,
            "select :token",
            "SFC0230",
        ),
        (
            &format!("  token: {{ type: string, secret: true, arn: \"{ARN}\", default: x }}"),
            step,
            "select :token",
            "SFC0230",
        ),
        (
            "  token: { type: string, default: null }",
            step,
            "select '{{token}}'",
            "SFC0232",
        ),
        (
            "  token:\n    type: string\n    default:",
            step,
            "select :token",
            "SFC0208",
        ),
    ] {
        let folder = Folder::new(&spec(parameters, steps), &[("a.sql", sql)]);
        let ended = folder.sfc(&["validate", "."]);
        assert_eq!(ended.code, Some(2), "{parameters} {sql}: {ended:?}");
        assert!(ended.stderr.contains(code), "{parameters} {sql}: {ended:?}");
    }
}

#[test]
fn an_rsql_script_is_given_no_secret_and_no_null() {
    for (parameter, code) in [
        (secret(), "SFC0231"),
        (
            "  token: { type: string, default: null }".to_owned(),
            "SFC0232",
        ),
    ] {
        for mention in [":token", ":'token'", ":{?token}"] {
            let folder = Folder::new(
                &format!(
                    "{}rsql: {{ queue: q, definition: d }}\n",
                    spec(&parameter, "  a: { rsql: a.rsql }\n")
                ),
                &[("a.rsql", &format!("select {mention};\n"))],
            );
            let ended = folder.sfc(&["validate", "."]);
            assert_eq!(ended.code, Some(2), "{mention}: {ended:?}");
            assert!(ended.stderr.contains(code), "{mention}: {ended:?}");
        }
    }
}

#[test]
fn a_parameter_without_a_value_is_a_null() {
    let folder = Folder::new(
        &spec(
            "  nickname: { type: string, default: null }\n  most: { type: integer, default: null }",
            "  a: { sql: a.sql }\n",
        ),
        &[(
            "a.sql",
            "create table people (name varchar(20), most int);
             insert into people values (:nickname, :most);
             select name, most, case when:nickname is null then 'nobody' else 'somebody' end as who
             from people where most is null or most < coalesce(:most, 0) + 1;",
        )],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let row = &folder.document("results/a.json")["Records"][0];
    assert_eq!(row[0]["isNull"], true);
    assert_eq!(row[1]["isNull"], true);
    assert_eq!(row[2]["stringValue"], "nobody");
    folder.write("a.sql", "select :nickname as name, :most::int + 1 as next");
    let given = folder.sfc(&["run", ".", "-p", "nickname=Al", "-p", "most=7"]);
    assert_eq!(given.code, Some(0), "{given:?}");
    let row = &folder.document("results/a.json")["Records"][0];
    assert_eq!(row[0]["stringValue"], "Al");
    assert_eq!(row[1]["longValue"], 8);
}
