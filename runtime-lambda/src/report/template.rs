//! The template of the page, put together from its parts.

/// The template that pipelines have without one of their own. The compiler puts it into the artifacts.
pub const TEMPLATE: &str = concat!(
    include_str!("../../../templates/report/page.html.hbs"),
    "<style>\n",
    include_str!("../../../templates/report/style.css"),
    "</style>\n",
    include_str!("../../../templates/report/body.html.hbs"),
    "<script>\n",
    include_str!("../../../templates/report/script.js"),
    "</script>\n</body>\n</html>\n",
);
