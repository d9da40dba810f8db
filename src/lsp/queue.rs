//! Messages that wait, and those that are not wanted any more.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use lsp_server::{Message, RequestId};

use super::wire::Incoming;

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// A message.
    Incoming(Incoming),
    /// Nothing came until the time was over.
    Idle,
    /// The client is gone.
    Gone,
}

/// The messages that were read and not yet handled.
#[derive(Debug)]
pub(super) struct Queue {
    receiver: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
}

impl Queue {
    pub(super) fn new(receiver: Receiver<Incoming>) -> Self {
        Self { receiver, waiting: VecDeque::new() }
    }

    /// Takes all that is there, and takes out the requests that were cancelled before their turn.
    pub(super) fn cancelled(&mut self) -> Vec<RequestId> {
        self.waiting.extend(self.receiver.try_iter());
        let mut gone = Vec::new();
        while let Some((at, id)) = self.cancellation() {
            self.waiting.remove(at);
            let asked =
                |i: &Incoming| matches!(i, Incoming::Message(Message::Request(r)) if Some(&r.id) == id.as_ref());
            // A later request may use the id again.
            if let Some(request) = self.waiting.iter().take(at).position(asked) {
                self.waiting.remove(request);
                gone.extend(id);
            }
        }
        gone
    }

    fn cancellation(&self) -> Option<(usize, Option<RequestId>)> {
        self.waiting.iter().enumerate().find_map(|(at, incoming)| {
            let Incoming::Message(Message::Notification(n)) = incoming else { return None };
            let id = || n.params.get("id").and_then(|id| serde_json::from_value(id.clone()).ok());
            (n.method == "$/cancelRequest").then(|| (at, id()))
        })
    }

    /// The next message, or `Idle` at the time `until`.
    pub(super) fn next(&mut self, until: Option<Instant>) -> Next {
        if let Some(incoming) = self.waiting.pop_front() {
            return Next::Incoming(incoming);
        }
        let Some(until) = until else {
            return self.receiver.recv().map_or(Next::Gone, Next::Incoming);
        };
        match self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(incoming) => Next::Incoming(incoming),
            Err(RecvTimeoutError::Timeout) => Next::Idle,
            Err(RecvTimeoutError::Disconnected) => Next::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Incoming, Message, Next, Queue};
    use lsp_server::{Notification, Request, RequestId};
    use serde_json::json;

    #[test]
    fn a_request_is_cancelled_only_while_it_waits() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let request = |id: i32| Message::Request(Request::new(RequestId::from(id), "a".to_owned(), ()));
        let cancel =
            |id: i32| Message::Notification(Notification::new("$/cancelRequest".to_owned(), json!({"id": id})));
        for message in [cancel(2), request(1), request(2), cancel(1), request(1)] {
            sender.send(Incoming::Message(message)).expect("a receiver");
        }
        let mut queue = Queue::new(receiver);
        assert_eq!(queue.cancelled(), [RequestId::from(1)]);
        let mut left = Vec::new();
        drop(sender);
        while let Next::Incoming(Incoming::Message(Message::Request(request))) = queue.next(None) {
            left.push(request.id);
        }
        assert_eq!(left, [2, 1].map(RequestId::from));
    }
}
