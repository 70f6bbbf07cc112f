//! What asks a local run to stop: Ctrl-C, SIGTERM, SIGHUP, or `sfc stop --local`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;

use crate::exit::Exit;

/// How often it is looked whether `sfc stop --local` has asked for something.
const STOP_LOOKS: Duration = Duration::from_millis(200);

/// Listens from when it is made, so that nothing that asks is lost between two runs.
pub struct Interruption {
    asked: watch::Receiver<bool>,
}

impl Interruption {
    /// Listens to signals, and for the file `request`; `say` tells what happens then. A second Ctrl-C ends
    /// the process at once.
    ///
    /// # Errors
    /// The system takes no handler.
    pub fn listen(say: impl FnOnce() + Send + 'static, request: PathBuf) -> std::io::Result<Self> {
        let mut signals = signals::Signals::listen()?;
        let (ask, asked) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                () = signals.any() => {}
                () = requested(&request) => {}
            }
            say();
            let _ = ask.send(true);
            signals.interrupt().await;
            std::process::exit(Exit::Interrupted.code().into());
        });
        Ok(Self { asked })
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// Ready once somebody has asked.
    pub fn asked(&self) -> impl Future<Output = ()> + use<> {
        let mut asked = self.asked.clone();
        async move {
            if asked.wait_for(|asked| *asked).await.is_err() {
                std::future::pending().await
            }
        }
    }
}

async fn requested(request: &Path) {
    while std::fs::remove_file(request).is_err() {
        tokio::time::sleep(STOP_LOOKS).await;
    }
}

#[cfg(unix)]
mod signals {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Number of SIGHUP in every Unix.
    const HANG_UP: u32 = 1;

    pub struct Signals {
        interrupt: Signal,
        terminate: Signal,
        /// None where the parent wants it ignored, as `nohup` does.
        hang_up: Option<Signal>,
    }

    impl Signals {
        pub fn listen() -> std::io::Result<Self> {
            let hang_up = match is_ignored(HANG_UP) {
                true => None,
                false => Some(signal(SignalKind::hangup())?),
            };
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up,
            })
        }

        pub async fn any(&mut self) {
            let hang_up = async {
                match &mut self.hang_up {
                    Some(hang_up) => hang_up.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                _ = hang_up => {}
            }
        }

        pub async fn interrupt(&mut self) {
            if self.interrupt.recv().await.is_none() {
                std::future::pending().await
            }
        }
    }

    /// Whether this process was started with the signal ignored, where the system tells (proc(5),
    /// `SigIgn`).
    fn is_ignored(number: u32) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
    }
}

#[cfg(not(unix))]
mod signals {
    pub struct Signals;

    impl Signals {
        #[expect(clippy::unnecessary_wraps, reason = "the other one may fail")]
        pub fn listen() -> std::io::Result<Self> {
            Ok(Self)
        }

        pub async fn any(&mut self) {
            self.interrupt().await;
        }

        pub async fn interrupt(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }
}
