//! Pages about the errors of a run, which state machines and the global state call by name.

macro_rules! pages {
    ($($name:literal,)+) => {
        /// Names of the errors of a run, and their pages in Markdown.
        const PAGES: &[(&str, &str)] = &[
            $((
                concat!("Sfc.", $name),
                include_str!(concat!("../../../docs/errors/Sfc.", $name, ".md")),
            ),)+
        ];
    };
}

pages! {
    "StatementFailed",
    "TryAgain",
    "StatementAborted",
    "JobFailed",
    "JobUnknown",
    "ExpectationFailed",
    "TimeLimit",
    "Stopped",
    "Superseded",
    "Duplicate",
    "Throttled",
    "Unavailable",
    "Refused",
    "InvalidParameter",
    "InvalidEvent",
    "Corrupt",
    "ProcessDied",
}

/// The page about an error of a run, by its name, with or without `Sfc.` in front.
///
/// `page("Sfc.TimeLimit")` and `page("timelimit")` are the same page.
#[must_use]
pub fn page(name: &str) -> Option<&'static str> {
    let found = PAGES.iter().find(|(known, _)| {
        let short = known.trim_start_matches("Sfc.");
        known.eq_ignore_ascii_case(name) || short.eq_ignore_ascii_case(name)
    });
    found.map(|(_, page)| *page)
}

/// Each name and the title of its page.
pub fn titles() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.iter().map(|(name, page)| {
        let title = page.lines().next().unwrap_or_default();
        let title = title.split_once(": ").map_or(title, |(_, title)| title);
        (*name, title)
    })
}

#[cfg(test)]
mod tests {
    use runtime_lambda::protocol::errors;

    use super::*;

    /// Of a run or of the Lambda itself, which no step ends with.
    const WITHOUT_A_PAGE: [&str; 5] = [
        errors::RUN_TIMED_OUT,
        errors::RUN_FAILED,
        errors::BACKFILL_FAILED,
        errors::MISCONFIGURED,
        errors::NOT_STARTED,
    ];

    #[test]
    fn every_error_of_a_step_has_a_page() {
        let mut pages: Vec<&str> = PAGES.iter().map(|(name, _)| *name).collect();
        let mut errors: Vec<&str> = errors::ALL.to_vec();
        errors.retain(|error| !WITHOUT_A_PAGE.contains(error));
        pages.sort_unstable();
        errors.sort_unstable();
        assert_eq!(pages, errors);
    }
}
