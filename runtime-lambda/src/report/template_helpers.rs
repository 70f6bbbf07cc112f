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
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, ScopedJson, handlebars_helper, html_escape,
};
use jiff::Timestamp;
use serde_json::Value;

use super::numbers;

handlebars_helper!(plural: |n: Value, one: str, many: str| if n == 1 { one.to_owned() } else { many.to_owned() });

/// Writes one value. Nothing where it is null, so that a template that asks for the seconds of a
/// step that did not run still has a page. A field that is not there, and a value of another kind,
/// are mistakes.
struct Told(&'static str, Write);

/// A value as it is written; none of one of another kind.
type Write = fn(&Value) -> Option<String>;

impl HelperDef for Told {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let refused =
            |why: &str| RenderError::from(RenderErrorReason::Other(format!("`{}` {why}", self.0)));
        let given = helper.param(0).filter(|given| !given.is_value_missing());
        let value = given.ok_or_else(|| refused("is given no value"))?.value();
        let text = match value {
            Value::Null => String::new(),
            value => (self.1)(value).ok_or_else(|| refused("cannot write this kind of value"))?,
        };
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

fn with_sign(n: i64) -> String {
    if n < 0 {
        format!("−{}", n.unsigned_abs())
    } else {
        format!("+{n}")
    }
}

/// Registers all of them.
pub fn register(handlebars: &mut Handlebars<'_>) {
    let told: [(&'static str, Write); 6] = [
        ("duration", |seconds| {
            seconds.as_f64().map(numbers::duration)
        }),
        ("number", |n| Some(counted(n))),
        ("signed", |n| n.as_i64().map(with_sign)),
        ("money", |dollars| dollars.as_f64().map(numbers::money)),
        ("time", |timestamp| timestamp.as_str().map(in_seconds)),
        ("lower", |text| text.as_str().map(str::to_lowercase)),
    ];
    for (name, write) in told {
        handlebars.register_helper(name, Box::new(Told(name, write)));
    }
    handlebars.register_helper("plural", Box::new(plural));
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
    fn nothing_is_written_where_nothing_is() {
        let mut handlebars = Handlebars::new();
        register(&mut handlebars);
        let template = "[{{duration a}}{{number a}}{{signed a}}{{money a}}{{time a}}{{lower a}}] {{duration b}} {{plural b \"day\" \"days\"}}";
        let data = serde_json::json!({ "a": null, "b": 1 });
        let written = handlebars.render_template(template, &data).unwrap();
        assert_eq!(written, "[] 1.00 s day");
        for mistake in ["{{duration c}}", "{{duration}}"] {
            let data = serde_json::json!({ "a": 1 });
            assert!(handlebars.render_template(mistake, &data).is_err());
        }
        let data = serde_json::json!({ "c": "text" });
        assert!(handlebars.render_template("{{duration c}}", &data).is_err());
    }

    #[test]
    fn code_is_marked_and_nothing_else_becomes_markup() {
        assert_eq!(
            with_code("Run `VACUUM <t>` on <b>them</b>, at 5`"),
            "Run <code>VACUUM &lt;t&gt;</code> on &lt;b&gt;them&lt;/b&gt;, at 5&#x60;"
        );
    }
}
