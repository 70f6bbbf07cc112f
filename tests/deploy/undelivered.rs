//! Events that could not be delivered: listed, delivered after all, forgotten.

use serde_json::json;

use crate::peer::Peer;
use crate::pipeline::{ended, folder, spec};

const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:demo-actions";
const REPORT: &str = "arn:aws:states:eu-central-1:111122223333:stateMachine:demo-report";
const RETRY: &str = "arn:aws:states:eu-central-1:111122223333:stateMachine:demo-retry";

fn queued(peer: &Peer) {
    let sweep =
        json!({ "execution": "arn:one", "started": "2026-11-26T10:00:00Z", "status": "ABORTED" });
    let resume = json!({
        "detail-type": "Redshift Data Statement Status Change",
        "detail": { "statementName": "demo/20261126T100000Z-01234567/one/1", "statementId": "i", "state": "FINISHED" },
    });
    let run = json!({ "trigger": "a moment", "parameters": {} });
    for (receipt, body, target) in [
        ("a", sweep, REPORT),
        ("b", resume, FUNCTION),
        ("c", run, RETRY),
    ] {
        let message = (body.to_string(), target.to_owned());
        peer.world().queue.insert(receipt.to_owned(), message);
    }
}

#[test]
fn events_that_reached_nobody_are_listed_delivered_and_forgotten() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let sfc = |arguments: &[&str]| ended(peer.sfc(folder.path(), arguments));
    assert_eq!(sfc(&["deploy", "--yes"]).code, Some(0));
    let nothing = sfc(&["undelivered"]);
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    assert!(nothing.stderr.contains("every event was delivered"));

    queued(&peer);
    let listed = sfc(&["undelivered"]);
    assert_eq!(
        listed.stdout,
        "2026-11-26T10:00:00Z  the sweep of arn:one, which ended ABORTED  (NO_RESOURCE)\n\
         2026-11-26T10:00:00Z  the end of the statement of `one` in the run 20261126T100000Z-01234567  (NO_RESOURCE)\n\
         2026-11-26T10:00:00Z  a run that a trigger could not start  (NO_RESOURCE)\n"
    );
    assert!(listed.stderr.contains("`--replay`"), "{listed:?}");
    assert_eq!(peer.world().queue.len(), 3);

    let replayed = sfc(&["undelivered", "--replay"]);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    let left: Vec<String> = peer.world().queue.keys().cloned().collect();
    assert_eq!(left, ["c"]);
    let invoked = peer.world().invoked.clone();
    assert_eq!(invoked.len(), 1);
    assert_eq!(invoked[0]["action"], "resume");
    assert_eq!(invoked[0]["statement_id"], "i");
    let swept = peer.world().executions.last().unwrap().clone();
    assert!(swept.machine.ends_with(":demo-report"), "{}", swept.machine);
    assert_eq!(swept.input["status"], "ABORTED");

    let started = sfc(&["undelivered", "--replay-runs"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let run = peer.world().executions.last().unwrap().clone();
    assert!(run.machine.ends_with(":demo-retry"), "{}", run.machine);
    assert!(peer.world().queue.is_empty());

    queued(&peer);
    assert_eq!(sfc(&["undelivered", "--discard"]).code, Some(0));
    assert!(peer.world().queue.is_empty());
    assert_eq!(peer.world().invoked.len(), 1);
}
