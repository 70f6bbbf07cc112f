//! A review as Markdown: the comment of a pull request.

use runtime_lambda::report::money;

use super::{Permissions, Proposal};
use crate::deploy::change::ChangeSet;

/// Most lines of a list; the rest are counted.
const MOST_LINES: usize = 30;

/// The comment. Its first line names the pipeline, so that whoever posts it finds the one before.
#[must_use]
pub fn markdown(proposal: &Proposal) -> String {
    let mut text = format!(
        "<!-- sfc: {} -->\n### {} in account {}, {}\n\n",
        proposal.stack,
        code(&proposal.stack),
        proposal.account,
        proposal.region
    );
    if proposal.creates {
        text.push_str("The stack is new.\n\n");
    }
    if proposal.changes.changes.is_empty() {
        text.push_str("Nothing changes: the stack is as the pipeline says.\n");
        return text;
    }
    steps(proposal, &mut text);
    destroying(proposal, &mut text);
    permissions(&proposal.permissions, &mut text);
    cost(proposal, &mut text);
    resources(&proposal.changes, &mut text);
    text.push_str(&format!(
        "`sfc deploy --yes --expect {}` deploys this, and nothing else.\n",
        proposal.deployment
    ));
    text
}

fn steps(proposal: &Proposal, text: &mut String) {
    let steps = &proposal.steps;
    if !proposal.creates && !proposal.knows_deployed {
        text.push_str("The deployed plan cannot be read, so that every step is shown as new.\n\n");
    }
    if steps.is_empty() {
        text.push_str("**Steps**: all are as they were.\n\n");
        return;
    }
    text.push_str(&format!(
        "**Steps**: {} added, {} changed, {} removed{}.\n\n",
        steps.added.len(),
        steps.changed.len(),
        steps.removed.len(),
        match steps.following.len() {
            0 => String::new(),
            1 => "; 1 as it was comes after them".to_owned(),
            count => format!("; {count} as they were come after them"),
        },
    ));
    let added = steps.added.iter().map(|step| row("added", step, ""));
    let changed = steps.changed.iter();
    let changed = changed.map(|(step, what)| row("changed", step, &what.join(", ")));
    let removed = steps.removed.iter().map(|step| row("removed", step, ""));
    let following = steps
        .following
        .iter()
        .map(|step| row("comes after", step, ""));
    let rows: Vec<String> = added
        .chain(changed)
        .chain(removed)
        .chain(following)
        .collect();
    text.push_str("| | step | what |\n|---|---|---|\n");
    text.extend(rows.iter().take(MOST_LINES).map(String::as_str));
    if let Some(more) = rows.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        text.push_str(&row("", "…", &format!("and {more} more")));
    }
    text.push('\n');
}

fn row(word: &str, step: &str, what: &str) -> String {
    format!("| {word} | {} | {what} |\n", code(step))
}

fn destroying(proposal: &Proposal, text: &mut String) {
    if proposal.destroying.is_empty() {
        return;
    }
    text.push_str("**SQL that destroys**, new in this change:\n\n");
    for one in proposal.destroying.iter().take(MOST_LINES) {
        text.push_str(&format!(
            "- {}, {}: {}\n",
            code(&one.step),
            code(&format!("{}:{}", one.file, one.line)),
            code(&one.sql)
        ));
    }
    more(proposal.destroying.len(), text);
    text.push('\n');
}

fn permissions(permissions: &[Permissions], text: &mut String) {
    if permissions.is_empty() {
        return;
    }
    text.push_str("**Permissions**:\n\n");
    for one in permissions.iter().take(MOST_LINES) {
        let listed = |word: &str, actions: &[String]| match actions {
            [] => None,
            actions => {
                let actions: Vec<String> = actions.iter().map(|action| code(action)).collect();
                Some(format!("{word} {}", actions.join(", ")))
            }
        };
        let parts = [listed("gains", &one.gained), listed("loses", &one.lost)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        text.push_str(&format!(
            "- {} {}\n",
            code(&one.logical_id),
            parts.join("; ")
        ));
    }
    more(permissions.len(), text);
    text.push_str("\nAn action whose resources or conditions change is gained and lost.\n\n");
}

fn cost(proposal: &Proposal, text: &mut String) {
    let Some(now) = proposal.dollars_a_run else {
        return;
    };
    text.push_str(&format!(
        "**Cost** of a run, without the warehouse: {}",
        money(now)
    ));
    if let Some(before) = proposal.dollars_a_run_before {
        text.push_str(&format!(", {} before", money(before)));
    }
    text.push_str(". Each statement is taken to last a minute.\n\n");
}

fn resources(changes: &ChangeSet, text: &mut String) {
    let listed = changes.render();
    let (lines, count) = listed
        .trim_end()
        .rsplit_once('\n')
        .unwrap_or(("", listed.trim_end()));
    text.push_str(&format!(
        "<details><summary>Resources: {}</summary>\n\n```\n{lines}\n```\n\n</details>\n\n",
        count.replace('`', "")
    ));
}

fn more(all: usize, text: &mut String) {
    if let Some(more) = all.checked_sub(MOST_LINES).filter(|more| *more > 0) {
        text.push_str(&format!("- and {more} more\n"));
    }
}

/// A text as code, which stays a text in a table, too (CommonMark 0.31, "Code spans").
fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_code() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b` c"), "``a `b` c``");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code("a|b\nc"), "`a\\|b c`");
    }
}
