//! A story as a sequence diagram in Mermaid's language.

use std::fmt::Write as _;

use strum::IntoEnumIterator as _;

use super::{Mark, Party, StoryLine};

/// Most messages that a picture has: those before are left out, because what matters is how it ended.
const MOST: usize = 80;

/// Longest text of a message, in characters.
const LONGEST: usize = 90;

/// The story as a picture: its last messages, its faults, and what broke.
#[must_use]
pub fn diagram(story: &[StoryLine]) -> String {
    let shown: Vec<&StoryLine> = story.iter().filter(|line| is_shown(line)).collect();
    let left_out = shown.len().saturating_sub(MOST);
    let mut text = "sequenceDiagram\n".to_owned();
    for party in Party::iter() {
        let _ = writeln!(text, "    participant {}", name(party));
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "    Note over Lambda: {left_out} messages before are left out"
        );
    }
    for line in shown.iter().skip(left_out) {
        let words = words(line);
        let _ = match (line.mark, line.to) {
            (Mark::Broken, _) => writeln!(text, "    Note over Lambda,Warehouse: BROKEN {words}"),
            (Mark::Fault, _) => writeln!(text, "    Note right of Lambda: fault {words}"),
            (Mark::Plain, Some(Party::Lambda)) => {
                writeln!(text, "    StepFunctions->>Lambda: {words}")
            }
            (Mark::Plain, Some(Party::States)) => {
                writeln!(text, "    Lambda-->>StepFunctions: {words}")
            }
            (Mark::Plain, Some(Party::Bus)) => {
                writeln!(text, "    Warehouse->>EventBridge: {words}")
            }
            (Mark::Plain, Some(Party::Services)) => {
                writeln!(text, "    StepFunctions->>Services: {words}")
            }
            (Mark::Plain, Some(to)) => writeln!(text, "    Lambda->>{}: {words}", name(to)),
            (Mark::Plain, None) => writeln!(text, "    Note over StepFunctions: {words}"),
        };
    }
    text
}

fn name(party: Party) -> &'static str {
    party.into()
}

/// Reads and plain transitions are left to the text.
fn is_shown(line: &StoryLine) -> bool {
    line.mark != Mark::Plain || line.to.is_some()
}

/// Mermaid ends a message at a line's end or a semicolon, and reads `#` as the start of a character.
fn words(line: &StoryLine) -> String {
    let seconds = line.at.as_secs_f64();
    let text = format!("{seconds:.1} s {}: {}", line.who, line.text);
    let text: String = text
        .chars()
        .map(|character| match character {
            ';' | '\n' => ',',
            '#' => ' ',
            character => character,
        })
        .collect();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}
