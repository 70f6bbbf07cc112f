//! What did not happen: a run that has not finished by its time, a step that is not fresh any more.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::program::{Folder, spec};
use crate::redelivery::{EXECUTION, Lambda, STARTED};

async fn expecting() -> Lambda {
    let text = spec(
        "rounds: 1, lanes: 1",
        "  one: { sql: one.sql, fresh: 26h }\n",
    )
    .replace(
        "name: demo",
        "name: demo\noverlap: skip\nexpect_by: \"06:30 Europe/Berlin\"",
    );
    Lambda::of(Folder::new(&text, &[("one.sql", "select 1 as n")])).await
}

fn after(hours: i64) -> Timestamp {
    let started: Timestamp = STARTED.parse().unwrap();
    started + SignedDuration::from_hours(hours)
}

impl Lambda {
    fn create(&self) -> Value {
        json!({ "action": "create_run", "plan": self.plan, "execution": EXECUTION, "started": STARTED })
    }

    /// Looks, once as the schedule asks for the run, and once more as a late delivery of that.
    async fn look(&self, at: Timestamp, hours: u32) -> Value {
        let event = json!({ "action": "look", "pipeline": "demo", "plan": self.plan, "at": at, "hours": hours });
        let told = self.handler.handle(event.clone()).await.unwrap();
        let again = self.handler.handle(event).await.unwrap();
        assert_eq!(again, json!({ "late": false, "stale": [] }));
        told
    }

    async fn finish(&self, run: &str) {
        let of = |event: Value| {
            let mut event = event;
            event["run"] = run.into();
            event
        };
        for event in [
            json!({ "action": "next_step", "round": 1, "lane": 1, "turn": 1, "turns_left": 9 }),
            json!({ "action": "submit", "step": "one", "round": 1 }),
            json!({ "action": "await", "step": "one", "round": 1 }),
            json!({ "action": "collect", "step": "one", "round": 1 }),
            json!({ "action": "close_round", "round": 1 }),
            json!({ "action": "report" }),
        ] {
            self.twice(of(event)).await;
        }
    }
}

#[tokio::test]
async fn a_run_that_never_started_is_told_once() {
    let lambda = expecting().await;
    let told = lambda.look(after(1), 24).await;
    assert_eq!(told, json!({ "late": true, "stale": [] }));
    let [message] = lambda.folder.messages().try_into().unwrap();
    for words in [
        "no run has finished by 06:30 Europe/Berlin",
        "No run has started since 2026-11-20T11:15:00Z.",
        "`sfc start` starts one",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
    // The next day is another one.
    assert_eq!(lambda.look(after(25), 24).await["late"], true);
}

#[tokio::test]
async fn a_run_that_goes_on_is_named_and_so_are_those_that_it_kept_from_running() {
    let lambda = expecting().await;
    let first = lambda.twice(lambda.create()).await;
    for other in ["two", "three"] {
        let mut second = lambda.create();
        second["pipeline"] = "demo".into();
        second["execution"] = format!("{EXECUTION}-{other}").into();
        let held = lambda.handler.handle(second).await.unwrap();
        assert_eq!(held["held_by"], first["run"]);
    }
    let told = lambda.look(after(1), 24).await;
    assert_eq!(told, json!({ "late": true, "stale": [], "skipped": 2 }));
    let [message] = lambda.folder.messages().try_into().unwrap();
    let run = first["run"].as_str().unwrap();
    for words in [
        format!("The run {run} started at {STARTED} and goes on."),
        "2 runs were skipped".to_owned(),
    ] {
        assert!(message.contains(&words), "{words}: {message}");
    }
}

#[tokio::test]
async fn runs_that_are_skipped_in_a_row_are_told_once_however_often_their_events_are_delivered() {
    let lambda = expecting().await;
    lambda.twice(lambda.create()).await;
    let skip = |name: &str| {
        let mut skipped = lambda.create();
        skipped["pipeline"] = "demo".into();
        skipped["execution"] = format!("{EXECUTION}-{name}").into();
        skipped
    };
    let nothing = json!({ "late": false, "stale": [] });
    // One run, whose event comes three times.
    for _ in 0..3 {
        lambda.handler.handle(skip("two")).await.unwrap();
    }
    assert_eq!(lambda.look(after(1), 0).await, nothing);
    lambda.handler.handle(skip("three")).await.unwrap();
    assert_eq!(
        lambda.look(after(2), 0).await,
        json!({ "late": false, "stale": [], "skipped": 2 })
    );
    let [message] = lambda.folder.messages().try_into().unwrap();
    assert!(message.contains("2 runs were skipped"), "{message}");
    // The same run is in the way of others, which people know.
    lambda.handler.handle(skip("four")).await.unwrap();
    assert_eq!(lambda.look(after(3), 0).await, nothing);
}

#[tokio::test]
async fn a_run_that_finished_is_enough_for_its_day_and_its_step_is_fresh_for_a_while() {
    let lambda = expecting().await;
    let run = lambda.twice(lambda.create()).await["run"]
        .as_str()
        .unwrap()
        .to_owned();
    lambda.finish(&run).await;
    let nothing = json!({ "late": false, "stale": [] });
    assert_eq!(lambda.look(after(1), 24).await, nothing);
    assert_eq!(lambda.look(after(25), 0).await, nothing);
    assert_eq!(lambda.look(after(27), 0).await["stale"], json!(["one"]));
    let [message] = lambda.folder.messages().try_into().unwrap();
    assert!(message.contains("one is to be fresh for 26 h"), "{message}");
    assert!(message.contains(&run), "{message}");
    // It is late the next day, and nobody is told of the step again.
    let told = lambda.look(after(48), 24).await;
    assert_eq!(told, json!({ "late": true, "stale": [] }));
}
