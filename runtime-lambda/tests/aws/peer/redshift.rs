//! Redshift Data (AWS JSON 1.1).

use serde_json::{Value, json};

use super::{World, error};
use crate::http::{Reply, Request};

/// Rows of a page.
pub const PAGE_ROWS: u64 = 4;

/// A statement that was started.
#[derive(Debug, Clone)]
pub struct Statement {
    pub id: String,
    pub name: String,
    pub token: String,
    pub sqls: Vec<String>,
    /// Values of its parameters; a failure quotes them.
    pub values: Vec<String>,
    pub status: &'static str,
}

impl Statement {
    fn new(number: usize, input: &Value) -> Self {
        let sqls: Vec<String> = match input.get("Sql") {
            Some(sql) => vec![text(sql)],
            None => input["Sqls"].as_array().unwrap().iter().map(text).collect(),
        };
        let says = |word: &str| sqls.iter().any(|sql| sql.contains(word));
        Self {
            id: format!("00000000-0000-4000-8000-{number:012}"),
            name: text(&input["StatementName"]),
            values: input["Parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|parameter| text(&parameter["value"]))
                .collect(),
            token: text(&input["ClientToken"]),
            status: if says("slow") {
                "STARTED"
            } else if says("wrong") {
                "FAILED"
            } else {
                "FINISHED"
            },
            sqls,
        }
    }

    pub fn is_running(&self) -> bool {
        self.status == "STARTED"
    }

    fn describe(&self) -> Value {
        let finished = self.status == "FINISHED";
        let rows_of = |sql: &String| rows(sql).filter(|_| finished);
        let of = |id: String, sql: &String| {
            json!({
                "Id": id,
                "Status": self.status,
                "HasResultSet": rows_of(sql).is_some(),
                "ResultRows": rows_of(sql).map_or(-1, u64::cast_signed),
                "Duration": 5_000_000,
            })
        };
        let mut description = of(self.id.clone(), self.sqls.last().unwrap());
        if self.sqls.len() > 1 {
            description["SubStatements"] = self
                .sqls
                .iter()
                .enumerate()
                .map(|(index, sql)| {
                    let mut part = of(format!("{}:{}", self.id, index + 1), sql);
                    if sql.contains("broken") {
                        part["Status"] = json!("FAILED");
                        part["HasResultSet"] = json!(false);
                        part["Error"] = json!("ERROR: a part failed");
                    }
                    part
                })
                .collect();
        }
        if self.status == "FAILED" {
            let forbidden = self.sqls.iter().any(|sql| sql.contains("forbidden"));
            description["Error"] = if forbidden {
                json!("ERROR: permission denied for relation forbidden")
            } else {
                json!(format!("ERROR: as told {}", self.values.join(" ")).trim())
            };
        }
        description
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The number behind `rows` in a statement.
fn rows(sql: &str) -> Option<u64> {
    sql.split_once("rows ")?.1.trim().parse().ok()
}

pub fn answer(world: &mut World, operation: &str, request: &Request) -> Reply {
    let input: Value = serde_json::from_slice(&request.body).unwrap();
    let id = text(&input["Id"]);
    let whole = id.split(':').next().unwrap_or_default().to_owned();
    let output = match operation {
        "ExecuteStatement" | "BatchExecuteStatement" => {
            let token = text(&input["ClientToken"]);
            let known = world.statements.iter().find(|s| s.token == token).cloned();
            let statement = known.unwrap_or_else(|| {
                let new = Statement::new(world.statements.len() + 1, &input);
                world.statements.push(new.clone());
                new
            });
            json!({ "Id": statement.id, "CreatedAt": 1.0, "Status": "SUBMITTED" })
        }
        "ListStatements" => {
            let prefix = text(&input["StatementName"]);
            if input["Status"] != "ALL" {
                return error(operation, 400, "ValidationException");
            }
            let found: Vec<Value> = world
                .statements
                .iter()
                .filter(|statement| statement.name.starts_with(&prefix))
                .map(|s| json!({ "Id": s.id, "StatementName": s.name, "Status": s.status }))
                .collect();
            json!({ "Statements": found })
        }
        _ => {
            let Some(statement) = world.statements.iter_mut().find(|s| s.id == whole) else {
                return error(operation, 400, "ResourceNotFoundException");
            };
            match operation {
                "DescribeStatement" => statement.describe(),
                "CancelStatement" if statement.is_running() => {
                    statement.status = "ABORTED";
                    json!({ "Status": true })
                }
                "CancelStatement" => return error(operation, 400, "ValidationException"),
                "GetStatementResult" => {
                    let number: usize = id.split_once(':').map_or(1, |(_, n)| n.parse().unwrap());
                    let total = rows(&statement.sqls[number - 1]).unwrap();
                    page(total, text(&input["NextToken"]).parse().unwrap_or(0))
                }
                _ => return error(operation, 400, "UnknownOperationException"),
            }
        }
    };
    Reply::new(200, "application/x-amz-json-1.1", output.to_string())
}

fn page(total: u64, start: u64) -> Value {
    let end = (start + PAGE_ROWS).min(total);
    let records: Vec<Value> = (start..end)
        .map(|n| json!([{ "longValue": n }, { "stringValue": format!("row {n}") }, { "isNull": true }]))
        .collect();
    let mut page = json!({
        "ColumnMetadata": [
            { "name": "n", "typeName": "int8" },
            { "name": "t", "typeName": "varchar" },
            { "name": "nothing", "typeName": "varchar" },
        ],
        "Records": records,
        "TotalNumRows": total,
    });
    if end < total {
        page["NextToken"] = json!(end.to_string());
    }
    page
}
