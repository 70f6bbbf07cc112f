//! What a template of the page can do beside what handlebars can.
//!
//! | helper | writes |
//! |---|---|
//! | `{{duration seconds}}` | `3 min 5 s` |
//! | `{{number n}}` | `336,776` |
//! | `{{signed n}}` | `+12`, `−3` |
//! | `{{money n}}` | `$0.0061` |
//! | `{{time timestamp}}` | `2026-11-25 09:45:28` |
//! | `{{plural n "row" "rows"}}` | `rows` |
//! | `{{code text}}` | the text, and what stands in backticks as `<code>`; both escaped |
//! | `{{lower text}}` | the text in small letters |

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, handlebars_helper,
    html_escape,
};
use jiff::Timestamp;
use serde_json::Value;

use super::numbers;

handlebars_helper!(duration: |seconds: f64| numbers::duration(seconds));
handlebars_helper!(number: |n: Value| counted(&n));
handlebars_helper!(signed: |n: i64| if n < 0 { format!("−{}", n.unsigned_abs()) } else { format!("+{n}") });
handlebars_helper!(money: |dollars: f64| numbers::money(dollars));
handlebars_helper!(time: |timestamp: str| in_seconds(timestamp));
handlebars_helper!(plural: |n: u64, one: str, many: str| if n == 1 { one.to_owned() } else { many.to_owned() });
handlebars_helper!(lower: |text: str| text.to_lowercase());

/// Registers all of them.
pub fn register(handlebars: &mut Handlebars<'_>) {
    handlebars.register_helper("duration", Box::new(duration));
    handlebars.register_helper("number", Box::new(number));
    handlebars.register_helper("signed", Box::new(signed));
    handlebars.register_helper("money", Box::new(money));
    handlebars.register_helper("time", Box::new(time));
    handlebars.register_helper("plural", Box::new(plural));
    handlebars.register_helper("lower", Box::new(lower));
    handlebars.register_helper("code", Box::new(code));
}

fn counted(n: &Value) -> String {
    let text = n.to_string();
    numbers::counted(&text).unwrap_or(text)
}

fn in_seconds(timestamp: &str) -> String {
    match timestamp.parse::<Timestamp>() {
        Ok(timestamp) => timestamp.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => timestamp.to_owned(),
    }
}

/// Writes HTML, so everything of the text is escaped here.
fn code(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    output: &mut dyn Output,
) -> HelperResult {
    let text = helper
        .param(0)
        .and_then(|text| text.value().as_str())
        .unwrap_or_default();
    output.write(&with_code(text))?;
    Ok(())
}

/// The text with what stands between two backticks as code.
fn with_code(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('`') {
        let Some((inside, after)) = behind.split_once('`') else {
            break;
        };
        html.push_str(&html_escape(before));
        html.push_str("<code>");
        html.push_str(&html_escape(inside));
        html.push_str("</code>");
        rest = after;
    }
    html.push_str(&html_escape(rest));
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_marked_and_nothing_else_becomes_markup() {
        assert_eq!(
            with_code("Run `VACUUM <t>` on <b>them</b>, at 5`"),
            "Run <code>VACUUM &lt;t&gt;</code> on &lt;b&gt;them&lt;/b&gt;, at 5&#x60;"
        );
    }
}
