//! As much XML as answers need.

/// A text inside of an element.
pub fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// An element with a text; none without.
pub fn element(name: &str, content: &str) -> String {
    if content.is_empty() {
        String::new()
    } else {
        format!("<{name}>{}</{name}>", text(content))
    }
}

/// A list as the query protocol has it.
pub fn list(name: &str, members: impl IntoIterator<Item = String>) -> String {
    let members: String = members
        .into_iter()
        .map(|member| format!("<member>{member}</member>"))
        .collect();
    format!("<{name}>{members}</{name}>")
}
