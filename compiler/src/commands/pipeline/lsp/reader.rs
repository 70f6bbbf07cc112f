//! Messages from stdin, read ahead of their answers.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use lsp_server::Message;

/// A message, what is wrong with it, or the end of all.
pub(super) type NextMessage = Option<io::Result<Message>>;

/// Messages in the order in which they came.
pub(super) struct Messages {
    queue: Receiver<NextMessage>,
    /// Those that were taken from the queue to see whether there are any.
    ahead: RefCell<VecDeque<NextMessage>>,
}

/// Reads messages from now on.
pub(super) fn read(from: impl Read + Send + 'static) -> Messages {
    let (sender, queue) = channel();
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        loop {
            let next = Message::read(&mut from).transpose();
            let goes_on = matches!(next, Some(Ok(_)));
            if sender.send(next).is_err() || !goes_on {
                return;
            }
        }
    });
    Messages {
        queue,
        ahead: RefCell::default(),
    }
}

impl Messages {
    /// The next message, awaited.
    pub fn next(&self) -> NextMessage {
        if let Some(ahead) = self.ahead.borrow_mut().pop_front() {
            return ahead;
        }
        self.queue.recv().unwrap_or(None)
    }

    /// Every message that has come and was not answered yet.
    pub fn waiting(&self) -> Vec<NextMessage> {
        let mut all: Vec<NextMessage> = self.ahead.borrow_mut().drain(..).collect();
        while let Ok(next) = self.queue.try_recv() {
            all.push(next);
        }
        all
    }

    /// Whether no message waits for an answer.
    pub fn is_empty(&self) -> bool {
        let mut ahead = self.ahead.borrow_mut();
        if ahead.is_empty() {
            match self.queue.try_recv() {
                Ok(next) => ahead.push_back(next),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
            }
        }
        ahead.is_empty()
    }
}
