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
    "StatementAborted",
    "JobFailed",
    "ExpectationFailed",
    "TimeLimit",
    "Stopped",
    "Superseded",
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
