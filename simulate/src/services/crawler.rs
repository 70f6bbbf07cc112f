//! Crawlers of Glue: a crawl goes on whatever becomes of whoever started it.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{TaskCall, TaskFailure};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{fails, is_refused, is_unanswered, note};
use crate::faults::FaultKind;
use crate::promises;
use crate::story::Party;
use crate::world::{Crawler, World};

fn name(call: &TaskCall) -> String {
    let name = call.arguments.get("Name").and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

/// Answers `StartCrawler`; a crawler that runs already is an error.
pub async fn start(world: &Arc<World>, call: &TaskCall) -> Result<Value, TaskFailure> {
    let name = name(call);
    world
        .travel("startCrawler", &name, FaultKind::WarehouseSlow)
        .await;
    if let Some(refusal) = is_refused(world, &name, call) {
        return Err(refusal);
    }
    let input = &call.execution.input;
    let text = |field: &str| input.get(field).and_then(Value::as_str).unwrap_or_default();
    let takes = takes(world, &name, text("step"));
    let fails = fails(world, &name, call);
    let now = Instant::now();
    let mut crawlers = world.services.crawlers.lock();
    if crawlers.get(&name).is_some_and(|crawler| now < crawler.end) {
        let cause = format!("Crawler with name {name} has already started");
        return Err(TaskFailure::new("Glue.CrawlerRunningException", cause));
    }
    world
        .story
        .tell(Party::Services, || format!("starts the crawler {name}"));
    let before = crawlers.get(&name);
    let crawler = Crawler {
        began: now,
        longest: before.map_or(takes, |before| before.longest.max(takes)),
        end: now + takes,
        fails,
        stopped: false,
        meant_another: false,
        stops_lost: 0,
        starter: Arc::clone(&call.execution.input),
        noted: None,
        ended_well: before.and_then(|before| before.last_good(now)),
    };
    crawlers.insert(name.clone(), crawler);
    drop(crawlers);
    promises::crawl_began(world, &text("run").into(), text("step"));
    if let Some(silence) = is_unanswered(world, &name, call) {
        return Err(silence);
    }
    Ok(json!({}))
}

/// How long a crawl takes that is started for this step: it keeps to the step's limit, but for a fault.
fn takes(world: &World, crawler: &str, step: &str) -> Duration {
    let planned = world.subject.step(step);
    let limit = planned.map_or(3_600, |step| step.limit_seconds);
    if world.fault(FaultKind::JobEndless, crawler).is_some() {
        return Duration::from_secs(limit * 4 + 30);
    }
    let shape = world.faults.pick("crawl", crawler, u64::MAX);
    let takes = match shape % 16 {
        0 => Duration::from_secs(limit / 3),
        _ => Duration::from_millis(5_000 + (shape >> 8) % 180_000),
    };
    takes.min(Duration::from_secs(limit * 2 / 3))
}

/// Fails where a request never reaches Glue.
fn unreached(world: &World, kind: FaultKind, name: &str) -> Result<(), TaskFailure> {
    match world.fault(kind, name) {
        Some(_) => Err(TaskFailure::new("Glue.SdkClientException", "no answer")),
        None => Ok(()),
    }
}

/// Answers `GetCrawler` with the state of the crawler and its last crawl.
pub async fn get(world: &Arc<World>, call: &TaskCall) -> Result<Value, TaskFailure> {
    let name = name(call);
    world
        .travel("getCrawler", &name, FaultKind::WarehouseSlow)
        .await;
    unreached(world, FaultKind::CrawlerLook, &name)?;
    let crawlers = world.services.crawlers.lock();
    let Some(crawler) = crawlers.get(&name) else {
        let cause = format!("Crawler entry with name {name} does not exist");
        return Err(TaskFailure::new("Glue.EntityNotFoundException", cause));
    };
    let description = if Instant::now() < crawler.end {
        let state = if crawler.stopped {
            "STOPPING"
        } else {
            "RUNNING"
        };
        let elapsed = crawler.began.elapsed().as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        json!({ "Name": name, "State": state, "CrawlElapsedTime": elapsed })
    } else if crawler.stopped {
        json!({ "Name": name, "State": "READY", "LastCrawl": { "Status": "CANCELLED" } })
    } else if crawler.fails {
        note(world, call, |starts| starts.failed = true);
        let last = json!({ "Status": "FAILED", "ErrorMessage": "the crawl failed" });
        json!({ "Name": name, "State": "READY", "LastCrawl": last })
    } else {
        json!({ "Name": name, "State": "READY", "LastCrawl": { "Status": "SUCCEEDED" } })
    };
    Ok(json!({ "Crawler": description }))
}

/// Answers `StopCrawler`; the crawl ends some time later.
pub async fn stop(world: &Arc<World>, call: &TaskCall) -> Result<Value, TaskFailure> {
    let name = name(call);
    let asked = Instant::now();
    world
        .travel("stopCrawler", &name, FaultKind::WarehouseSlow)
        .await;
    let unreached = unreached(world, FaultKind::CrawlerStop, &name);
    let now = Instant::now();
    let mut crawlers = world.services.crawlers.lock();
    if let Some(crawler) = crawlers.get_mut(&name) {
        crawler.stops_lost += u32::from(unreached.is_err());
    }
    unreached?;
    match crawlers.get_mut(&name).filter(|crawler| now < crawler.end) {
        Some(crawler) if crawler.stopped => {
            let cause = format!("Crawler with name {name} is stopping");
            Err(TaskFailure::new("Glue.CrawlerStoppingException", cause))
        }
        Some(crawler) => {
            world
                .story
                .tell(Party::Services, || format!("stops the crawler {name}"));
            crawler.stopped = true;
            crawler.meant_another = asked < crawler.began;
            crawler.end = crawler.end.min(now + Duration::from_secs(20));
            Ok(json!({}))
        }
        None => {
            let cause = format!("Crawler with name {name} is not running");
            Err(TaskFailure::new("Glue.CrawlerNotRunningException", cause))
        }
    }
}
