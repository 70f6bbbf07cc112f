//! The program in a terminal: a pseudo terminal that an emulator reads, so that a test sees what a
//! person would see.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use vt100::Parser;

/// How long something may take to be shown.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines that have left the terminal at its top, and are kept.
const SCROLLBACK: usize = 1_000;

/// A terminal in which the program runs.
pub struct Terminal {
    pty: Arc<Pty>,
    child: std::process::Child,
    seen: Arc<Seen>,
}

struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: Parser,
    is_over: bool,
}

impl Terminal {
    /// Starts the program in a terminal of so many lines and columns.
    pub fn start(folder: &Path, size: (u16, u16), arguments: &[&str]) -> Self {
        Self::start_with(folder, size, arguments, &[])
    }

    /// As [`Self::start`], with variables of the environment.
    pub fn start_with(
        folder: &Path,
        (lines, columns): (u16, u16),
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(lines, columns)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_sfc"))
            .args(arguments)
            .current_dir(folder)
            .env_remove("NO_COLOR")
            .env("TERM", "xterm-256color")
            .envs(variables.iter().copied())
            .spawn(pts)
            .unwrap();
        let pty = Arc::new(pty);
        let seen = Arc::new(Seen {
            state: Mutex::new(State {
                parser: Parser::new(
                    lines.try_into().unwrap(),
                    columns.try_into().unwrap(),
                    SCROLLBACK,
                ),
                is_over: false,
            }),
            changed: Condvar::new(),
        });
        let (reader, writer) = (Arc::clone(&pty), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                // A terminal whose program has ended cannot be read.
                let read = (&*reader).read(&mut buffer).unwrap_or(0);
                // Nobody looks any more where a test has failed.
                let Ok(mut state) = writer.state.lock() else {
                    break;
                };
                state.parser.process(&buffer[..read]);
                state.is_over = read == 0;
                writer.changed.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        Self { pty, child, seen }
    }

    /// Types. Whoever has ended does not hear it.
    pub fn types(&self, text: &str) {
        let _ = (&*self.pty).write_all(text.as_bytes());
    }

    /// Presses Ctrl-C until a text is shown: nobody can tell from outside from when on it is heard.
    pub fn interrupts(&self, text: &str) {
        let begun = Instant::now();
        let is_shown = |state: &mut State| {
            (state.is_over || everything(&mut state.parser).contains(text)).then_some(())
        };
        loop {
            self.types("\u{3}");
            let again = Instant::now() + Duration::from_millis(500);
            let mut state = self.seen.state.lock().unwrap();
            while let Some(left) = again.checked_duration_since(Instant::now()) {
                if is_shown(&mut state).is_some() {
                    return;
                }
                state = self.seen.changed.wait_timeout(state, left).unwrap().0;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{}",
                everything(&mut state.parser)
            );
        }
    }

    /// Waits until what was typed, which ends like this, is taken: the cursor is on the line below.
    pub fn takes(&self, text: &str) {
        self.until(|state| {
            let screen = state.parser.screen();
            let is_below = screen.cursor_position().1 == 0;
            (is_below && self::screen(&state.parser).ends_with(text)).then_some(())
        });
    }

    /// Waits until the screen is as `wanted`; gives it.
    pub fn shows(&self, wanted: impl Fn(&str) -> bool) -> String {
        self.until(|state| {
            let shown = screen(&state.parser);
            wanted(&shown).then_some(shown)
        })
    }

    /// Waits until the screen holds a text.
    pub fn has(&self, text: &str) -> String {
        self.shows(|shown| shown.contains(text))
    }

    /// Waits for the end: the exit code and all that can be read by then, with what has left the screen.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let all = self.until(|state| state.is_over.then(|| everything(&mut state.parser)));
        let code = self.child.wait().unwrap().code();
        (code, all)
    }

    fn until<T>(&self, mut ready: impl FnMut(&mut State) -> Option<T>) -> T {
        let begun = Instant::now();
        let mut state: MutexGuard<'_, State> = self.seen.state.lock().unwrap();
        loop {
            if let Some(found) = ready(&mut state) {
                return found;
            }
            assert!(
                begun.elapsed() < PATIENCE && !state.is_over,
                "not shown:\n{}",
                everything(&mut state.parser)
            );
            state = self
                .seen
                .changed
                .wait_timeout(state, Duration::from_secs(1))
                .unwrap()
                .0;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The screen, line by line.
fn screen(parser: &Parser) -> String {
    let screen = parser.screen();
    let lines: Vec<String> = screen.rows(0, screen.size().1.get()).collect();
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n").trim_end().to_owned()
}

/// The screen with what has left it, line by line.
fn everything(parser: &mut Parser) -> String {
    let (height, width) = parser.screen().size();
    let (height, width) = (height.get(), width.get());
    let screen = parser.screen_mut();
    screen.set_scrollback(SCROLLBACK);
    let above = screen.scrollback();
    let mut lines: Vec<String> = Vec::new();
    for offset in (1..=above).rev() {
        screen.set_scrollback(offset);
        lines.extend(screen.rows(0, width).next());
    }
    screen.set_scrollback(0);
    lines.extend(screen.rows(0, width).take(usize::from(height)));
    let text: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    text.join("\n").trim_end().to_owned()
}
