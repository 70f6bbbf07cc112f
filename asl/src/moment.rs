//! Moments as the States Language writes them.

use jiff::Timestamp;

/// A moment with date, `T`, time and offset. The parser alone would allow more ("Wait workflow
/// state": RFC 3339 with a `T` and a `Z` in capitals).
pub fn moment(text: &str) -> Option<Timestamp> {
    let (_, time) = text.split_once('T')?;
    let offset = time.ends_with('Z') || time.contains('+') || time.contains('-');
    (offset && !text.contains('['))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn only_full_moments() {
        for good in [
            "2016-03-14T01:59:00Z",
            "2016-03-14T01:59:00.123Z",
            "2016-03-14T01:59:00+02:00",
        ] {
            assert!(moment(good).is_some(), "{good}");
        }
        for bad in [
            "2016-13-05T21:29:29Z",
            "2016-12-05T25:29:29Z",
            "2016-12-05 21:29:29Z",
            "2016-12-05T21:29:29",
            "2016-12-05",
            "soon",
        ] {
            assert!(moment(bad).is_none(), "{bad}");
        }
    }
}
