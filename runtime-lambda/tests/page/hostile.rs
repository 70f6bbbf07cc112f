//! Whatever stands in a spec, a message or a value stays text.

use sha2::{Digest as _, Sha256};

use crate::runs;

#[test]
fn hostile_texts_stay_texts() {
    let html = runs::hostile().html("hostile");
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("</script").count(), 1);
    assert_eq!(html.matches("<style").count(), 1);
    assert_eq!(html.matches("<img").count(), 0);
    assert_eq!(html.matches("<svg/onload").count(), 0);
    assert!(
        html.matches("&lt;img src&#x3D;x onerror&#x3D;&quot;")
            .count()
            > 20
    );
    // No link leaves the page.
    assert_eq!(html.matches("href=\"http").count(), 0);
    // What was inserted is not read as a template.
    assert!(html.contains("{{pipeline}}"));
}

#[test]
fn the_policy_allows_the_scripts_of_the_page_and_no_other() {
    let html = runs::empty().html("empty");
    let (_, behind) = html.split_once("<script>").unwrap();
    let (script, _) = behind.split_once("</script>").unwrap();
    let allowed = format!("script-src 'sha256-{}';", base64(&Sha256::digest(script)));
    let policy = html
        .lines()
        .find(|line| line.contains("Content-Security-Policy"))
        .unwrap();
    assert!(policy.contains(&allowed), "write into the page: {allowed}");
    assert!(policy.contains("default-src 'none';"));
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        for place in 0..4 {
            let sign = SIGNS[number >> (18 - 6 * place) & 63];
            text.push(if place > three.len() {
                '='
            } else {
                char::from(sign)
            });
        }
    }
    text
}
