//! The base protocol: messages with a header, read and written.
//!
//! What a client sends wrong is told and passed over; reading goes on with the next header that names a length.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// The longest message that is taken, in bytes.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// The longest line of a header, in bytes.
const MAX_LINE: u64 = 8 * 1024;

/// What was read.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something else, with what to answer to whom.
    Malformed(Option<RequestId>, ErrorCode, String),
}

/// The next message; `None` at the end of the input.
pub(super) fn read(input: &mut dyn BufRead) -> io::Result<Option<Incoming>> {
    let length = match header(input)? {
        Header::End => return Ok(None),
        Header::Without => return Ok(Some(parse_error("the header has no Content-Length"))),
        Header::Length(length) => length,
    };
    if length > MAX_BODY {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Some(parse_error("the message is too long")));
    }
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body)?;
    if (read as u64) < length {
        return Ok(None);
    }
    Ok(Some(message(&body)))
}

enum Header {
    End,
    Without,
    Length(u64),
}

fn header(input: &mut dyn BufRead) -> io::Result<Header> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(Header::End);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if text.is_empty() {
            return Ok(length.map_or(Header::Without, Header::Length));
        }
        // Behind a body that was longer than its header said, the next header begins within a line.
        let lower = text.to_ascii_lowercase();
        let value = lower.rfind("content-length:").and_then(|at| text.get(at + "content-length:".len()..));
        length = value.and_then(|value| value.trim().parse().ok()).or(length);
    }
}

fn parse_error(why: &str) -> Incoming {
    Incoming::Malformed(None, ErrorCode::ParseError, why.to_owned())
}

fn message(body: &[u8]) -> Incoming {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return parse_error("the message is not valid JSON");
    };
    let id = value.get("id").filter(|id| !id.is_null());
    let known = id.and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
    let refused = |why: &str| Incoming::Malformed(known.clone(), ErrorCode::InvalidRequest, why.to_owned());
    let Some(object) = value.as_object() else { return refused("the message is not an object") };
    let params = object.get("params").cloned().unwrap_or(Value::Null);
    match (object.get("method"), id, &known) {
        (Some(Value::String(method)), None, _) => {
            Incoming::Message(Message::Notification(Notification { method: method.clone(), params }))
        }
        (Some(Value::String(method)), Some(_), Some(id)) => {
            Incoming::Message(Message::Request(Request { id: id.clone(), method: method.clone(), params }))
        }
        (None, Some(_), Some(id)) if object.contains_key("result") || object.contains_key("error") => {
            let result = object.get("result").cloned();
            Incoming::Message(Message::Response(Response { id: id.clone(), result, error: None }))
        }
        (_, Some(_), None) => refused("the id is neither a number of 32 bits nor a string"),
        _ => refused("the message has no method"),
    }
}

/// Writes one message.
pub(super) fn write(output: &mut dyn Write, message: &Message) -> io::Result<()> {
    let body = match message {
        Message::Request(r) => json!({"jsonrpc": "2.0", "id": r.id, "method": r.method, "params": r.params}),
        Message::Notification(n) => json!({"jsonrpc": "2.0", "method": n.method, "params": n.params}),
        Message::Response(Response { id, result, error: None }) => {
            json!({"jsonrpc": "2.0", "id": id, "result": result})
        }
        Message::Response(Response { id, error, .. }) => json!({"jsonrpc": "2.0", "id": id, "error": error}),
    };
    send(output, &body)
}

/// Writes an error that answers no request that is known.
pub(super) fn write_error(output: &mut dyn Write, code: ErrorCode, message: &str) -> io::Result<()> {
    send(output, &json!({"jsonrpc": "2.0", "id": null, "error": {"code": code as i32, "message": message}}))
}

fn send(output: &mut dyn Write, body: &Value) -> io::Result<()> {
    let body = body.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::{Incoming, Message, read};

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut input = bytes;
        let mut found = Vec::new();
        while let Ok(Some(incoming)) = read(&mut input) {
            found.push(match incoming {
                Incoming::Message(Message::Request(r)) => format!("request {} {}", r.id, r.method),
                Incoming::Message(Message::Notification(n)) => format!("notification {}", n.method),
                Incoming::Message(Message::Response(r)) => format!("response {}", r.id),
                Incoming::Malformed(_, _, why) => why,
            });
        }
        found
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_malformed_is_passed_over() {
        let good = framed(r#"{"jsonrpc":"2.0","id":7,"method":"a"}"#);
        for (bad, told) in [
            ("rubbish\r\n\r\n".to_owned(), "the header has no Content-Length"),
            ("Content-Length: -4\r\n\r\n".to_owned(), "the header has no Content-Length"),
            (framed("{"), "the message is not valid JSON"),
            (framed(&"[".repeat(5000)), "the message is not valid JSON"),
            (framed("[]"), "the message is not an object"),
            (framed(r#"{"id":{},"method":"a"}"#), "the id is neither a number of 32 bits nor a string"),
            (framed(r#"{"id":1}"#), "the message has no method"),
            (framed(r#"{"id":1,"method":4}"#), "the message has no method"),
            ("Content-Length: 2\r\n\r\n{}}".to_owned(), "the message has no method"),
        ] {
            assert_eq!(all(format!("{bad}{good}").as_bytes()), [told, "request 7 a"], "{bad:.40}");
        }
        assert_eq!(all(b"Content-Length: 99\r\n\r\n{}"), Vec::<String>::new());
    }
}
