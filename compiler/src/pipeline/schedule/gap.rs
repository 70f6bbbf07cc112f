//! Moments that a schedule names and that never come.
//!
//! "When the time shifts forward, the schedule invocation is skipped if the expression falls on a
//! time that does not exist." So says the AWS page "Schedule types in EventBridge Scheduler", on
//! daylight saving time. Nothing here knows today's date: the zone's rules of many years stand for
//! all years.

use croner::Cron;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// Years whose nights are looked at: 28, after which days of the week and of the month meet again.
const YEARS: std::ops::RangeInclusive<i16> = 2026..=2053;

/// Local times that a clock skips, from the first to the one behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    pub start: DateTime,
    pub end: DateTime,
}

/// The first night in which a schedule does not run, because its time is skipped.
///
/// A schedule that runs in the same rhythm right before and right behind the gap misses nothing.
pub(super) fn skipped(cron: &Cron, zone: &TimeZone) -> Option<Gap> {
    gaps(zone).find(|gap| {
        let length = gap.end.duration_since(gap.start);
        let runs = |from: DateTime| minutes(from, length).any(|moment| matches(cron, moment));
        let before = gap.start.checked_sub(length).ok();
        runs(gap.start) && !(before.is_some_and(runs) && runs(gap.end))
    })
}

/// Whether no moment from the first year on is one of the schedule's.
pub(super) fn never(cron: &Cron) -> bool {
    let start = DateTime::new(*YEARS.start(), 1, 1, 0, 0, 0, 0)
        .and_then(|start| start.to_zoned(TimeZone::UTC));
    start.is_ok_and(|start| cron.find_next_occurrence(&start, true).is_err())
}

fn gaps(zone: &TimeZone) -> impl Iterator<Item = Gap> {
    let start = DateTime::new(*YEARS.start(), 1, 1, 0, 0, 0, 0)
        .and_then(|start| start.to_zoned(TimeZone::UTC))
        .map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp());
    zone.following(start)
        .map(|transition| {
            let at = transition.timestamp();
            let before = at.checked_sub(1.second()).unwrap_or(at);
            Gap {
                start: zone.to_offset(before).to_datetime(at),
                end: transition.offset().to_datetime(at),
            }
        })
        .take_while(|gap| gap.start.year() <= *YEARS.end())
        .filter(|gap| gap.start < gap.end)
}

fn minutes(from: DateTime, length: SignedDuration) -> impl Iterator<Item = DateTime> {
    (0..length.as_mins()).filter_map(move |minute| from.checked_add(minute.minutes()).ok())
}

/// Whether a schedule runs at this time of a clock.
fn matches(cron: &Cron, moment: DateTime) -> bool {
    moment
        .to_zoned(TimeZone::UTC)
        .is_ok_and(|moment| cron.is_time_matching(&moment).unwrap_or(false))
}
