//! The template of the page, put together from its parts.

/// The template that pipelines have without one of their own. The compiler puts it into the artifacts.
pub const TEMPLATE: &str = concat!(
    include_str!("../../../templates/report/page.html.hbs"),
    "<style>\n",
    include_str!("../../../templates/report/style.css"),
    "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#steps\">To the steps</a>\n",
    include_str!("../../../templates/report/parts.html.hbs"),
    include_str!("../../../templates/report/run.html.hbs"),
    "<script>\n",
    include_str!("../../../templates/report/script.js"),
    "</script>\n</body>\n</html>\n",
);

/// What pages are made from that are more than the page of one run.
pub mod pieces {
    /// Partials: tables, the timeline, the picture and so on.
    pub const PARTS: &str = include_str!("../../../templates/report/parts.html.hbs");

    /// What the page says of a run: its header, `main` and footer. Stands behind [`PARTS`].
    pub const RUN: &str = include_str!("../../../templates/report/run.html.hbs");

    /// The style sheet, for light and dark, screens and paper.
    pub const STYLE: &str = include_str!("../../../templates/report/style.css");

    /// The behaviour. An event `sfc:replaced` gives it to elements that came later.
    pub const SCRIPT: &str = include_str!("../../../templates/report/script.js");
}
