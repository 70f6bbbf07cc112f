//! Calls of the stand-in that `sfc` has no verb for, as plain HTTP. It does not check signatures, but
//! reads Region and service from where they would be.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use super::StandIn;

impl StandIn {
    /// An object; none if it is not there.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        let (status, body) = self.request("s3", &format!("GET /{bucket}/{key}"), &[], b"");
        match status {
            200 => Some(body),
            404 => None,
            other => panic!("{key}: {other}"),
        }
    }

    /// Makes a bucket that tells EventBridge of its objects.
    pub fn make_bucket_with_events(&self, bucket: &str) {
        let configuration =
            b"<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>";
        for (line, body) in [
            (format!("PUT /{bucket}"), &b""[..]),
            (format!("PUT /{bucket}?notification"), configuration),
        ] {
            let (status, answer) = self.request("s3", &line, &[], body);
            assert_eq!(status, 200, "{line}: {}", String::from_utf8_lossy(&answer));
        }
    }

    /// Puts an object; its key is written as it stands.
    pub fn put_object(&self, bucket: &str, key: &str, body: &str) {
        let line = format!("PUT /{bucket}/{key}");
        let (status, answer) = self.request("s3", &line, &[], body.as_bytes());
        assert_eq!(status, 200, "{line}: {}", String::from_utf8_lossy(&answer));
    }

    /// A call of a service that speaks JSON, such as `AWSEvents.PutEvents`.
    pub fn call(&self, service: &str, target: &str, input: &Value) -> Value {
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target),
        ];
        let body = input.to_string();
        let (status, answer) = self.request(service, "POST /", &headers, body.as_bytes());
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(status, 200, "{target}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    /// Tells the default event bus of something that has happened.
    pub fn put_event(&self, source: &str, kind: &str, detail: &Value) {
        let entry = serde_json::json!({
            "Source": source, "DetailType": kind, "Detail": detail.to_string(),
        });
        let input = serde_json::json!({ "Entries": [entry] });
        let answer = self.call("events", "AWSEvents.PutEvents", &input);
        assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
    }

    /// Logical ids and statuses of a stack's resources.
    pub fn resources(&self, stack: &str) -> Vec<(String, String)> {
        let form = format!("Action=DescribeStackResources&Version=2010-05-15&StackName={stack}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let (status, answer) = self.request("cloudformation", "POST /", &headers, form.as_bytes());
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
            .split("<member>")
            .skip(1)
            .map(|member| {
                let field = |name: &str| {
                    let (_, rest) = member.split_once(&format!("<{name}>")).unwrap();
                    rest.split('<').next().unwrap().to_owned()
                };
                (field("LogicalResourceId"), field("ResourceStatus"))
            })
            .collect()
    }

    fn request(
        &self,
        service: &str,
        line: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, Vec<u8>) {
        use std::fmt::Write as _;
        let region = self.region();
        // HTTP/1.0, so that the answer comes in one piece.
        let mut head = format!(
            "{line} HTTP/1.0\r\nhost: 127.0.0.1:{}\r\ncontent-length: {}\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{region}/{service}/aws4_request, \
             SignedHeaders=host, Signature=none\r\n",
            self.port,
            body.len(),
        );
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let body = answer.split_off(end + 4);
        let head = String::from_utf8(answer).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body)
    }

    fn region(&self) -> &str {
        let mut variables = self.environment.iter();
        variables
            .find(|(name, _)| name == "AWS_REGION")
            .unwrap()
            .1
            .as_str()
    }
}
