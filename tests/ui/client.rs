//! A browser, as far as these tests need one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long something may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running `sfc ui`, ended when dropped.
pub struct Console {
    pub child: Child,
    pub port: u16,
    /// The page and the token that it printed.
    pub page: String,
    pub token: String,
}

/// The answer of `sfc ui` to one request.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a header, whose name may be in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location").unwrap()
    }
}

impl Console {
    /// Starts it, and waits until it has printed its address.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        let rest = url.trim().strip_prefix("http://127.0.0.1:").unwrap();
        let (port, rest) = rest.split_once('/').unwrap();
        let (page, token) = rest.split_once("?token=").unwrap();
        Self {
            child,
            port: port.parse().unwrap(),
            page: format!("/{page}"),
            token: token.to_owned(),
        }
    }

    /// The host that a browser names.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The cookie that a browser keeps.
    pub fn cookie(&self) -> (&'static str, String) {
        ("Cookie", format!("sfc-ui-{}={}", self.port, self.token))
    }

    /// Sends a request with these headers and no others.
    fn send(&self, method: &str, page: &str, headers: &[(&str, String)], body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = format!(
            "{method} {page} HTTP/1.0\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream
            .write_all(format!("{request}\r\n{body}").as_bytes())
            .unwrap();
        stream
    }

    /// Asks with these headers and no others.
    pub fn ask(&self, method: &str, page: &str, headers: &[(&str, String)], body: &str) -> Answer {
        let mut text = String::new();
        self.send(method, page, headers, body)
            .read_to_string(&mut text)
            .unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// A page, as the browser of whoever has the token asks for it.
    pub fn get(&self, page: &str) -> Answer {
        self.ask("GET", page, &[("Host", self.host()), self.cookie()], "")
    }

    /// The text of a page that must be there.
    pub fn page(&self, page: &str) -> String {
        let answer = self.get(page);
        assert_eq!(answer.status, 200, "{page}: {answer:?}");
        answer.body
    }

    /// What a form of a page sends.
    pub fn post(&self, page: &str, form: &str) -> Answer {
        let headers = [
            ("Host", self.host()),
            self.cookie(),
            ("Origin", format!("http://{}", self.host())),
        ];
        self.ask("POST", page, &headers, form)
    }

    /// The events of a page with this text.
    pub fn events(&self, text: &str) -> Events {
        let (_, behind) = text
            .split_once("data-events=\"")
            .unwrap_or_else(|| panic!("{text}"));
        let (path, _) = behind.split_once('"').unwrap();
        let path = path.replace("&#x3D;", "=");
        let headers = [("Host", self.host()), self.cookie()];
        Events(BufReader::new(self.send("GET", &path, &headers, "")))
    }

    /// Follows a page as its script does, by its events, until it is as wanted.
    pub fn follow(&self, page: &str, is_wanted: impl Fn(&str) -> bool) -> String {
        let began = Instant::now();
        let mut events = None;
        loop {
            let text = self.page(page);
            if is_wanted(&text) {
                return text;
            }
            assert!(began.elapsed() < PATIENCE, "{text}");
            events.get_or_insert_with(|| self.events(&text)).wait();
        }
    }
}

/// What tells that a page is old.
pub struct Events(BufReader<TcpStream>);

impl Events {
    /// Waits for the next one.
    pub fn wait(&mut self) {
        let mut line = String::new();
        while line != "event: changed\n" {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the events end");
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
