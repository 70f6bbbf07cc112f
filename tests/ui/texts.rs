//! Whatever stands in a spec, a value or a message stays text.

use super::served;
use crate::program::Folder;

/// Markup that does something where it is not escaped.
const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>";

#[test]
fn hostile_texts_stay_texts() {
    let spec = format!(
        "name: demo\ndescription: \"{HOSTILE}\"\nwarehouse: {{ workgroup: w, database: dev }}\nlimits: {{ rounds: 1 }}\nparameters:\n  text: {{ type: string, default: \"{HOSTILE}\" }}\nsteps:\n  shows: {{ sql: shows.sql }}\n  fails: {{ sql: fails.sql, after: shows }}\n"
    );
    let folder = Folder::new(
        &spec,
        &[
            ("shows.sql", &format!("select :text as \"{HOSTILE}\"")),
            (
                "fails.sql",
                &format!("select cast('{HOSTILE}' as int) as x"),
            ),
        ],
    );
    assert_eq!(folder.sfc(&["run"]).code, Some(1));
    assert_eq!(folder.sfc(&["run", "-p", "text=<u>x"]).code, Some(1));
    folder.write(&format!("{}/pipeline.yaml", "<i>x"), "name: '<script>'\n");
    let runs: Vec<String> = folder
        .runs()
        .iter()
        .map(|run| run.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let console = served(&folder);
    let list = console.page("/");
    let (_, behind) = list.split_once("<th scope=\"row\"><a href=\"").unwrap();
    let base = behind.split_once('"').unwrap().0;
    for page in [
        "/".to_owned(),
        base.to_owned(),
        format!("{base}start"),
        format!("{base}graph"),
        format!("{base}compare?left={}&right={}", runs[0], runs[1]),
        format!("{base}{}/report/", runs[0]),
        format!("{base}{}/resume", runs[0]),
        format!("{base}{}/results/", runs[0]),
        format!("{base}{}/rows/shows", runs[0]),
    ] {
        let text = console.page(&page);
        // The page's own, from this server.
        assert_eq!(text.matches("<script").count(), 2, "{page}: {text}");
        assert_eq!(text.matches("<script src=\"/").count(), 2, "{page}: {text}");
        for markup in ["<img", "<u>", "<i>x"] {
            assert!(!text.contains(markup), "{page}: {text}");
        }
    }
    for page in ["/<script>/", "/local/<img>/", "/local/x/?left=<img>"] {
        let answer = console.get(&page.replace('<', "%3C").replace('>', "%3E"));
        assert_eq!(answer.status, 404, "{answer:?}");
        assert!(
            !answer.body.contains("<img") && answer.body.matches("<script").count() == 2,
            "{answer:?}"
        );
    }
    let answer = console.post(&format!("{base}start"), "text=x&%3Cimg%3E=1");
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(!answer.body.contains("<img"), "{answer:?}");
}

#[test]
fn a_house_style_is_shown_in_a_sandbox() {
    let folder = Folder::new(
        "name: demo\nwarehouse: { workgroup: w, database: dev }\nreport: { template: house.html.hbs }\nsteps:\n  one: { sql: one.sql }\n",
        &[
            ("one.sql", "select 1 as one"),
            (
                "house.html.hbs",
                "<!doctype html><title>{{title}}</title><h1>Our house: {{pipeline}} {{status_in_words}}</h1>{{#with cost}}{{money dollars}}{{/with}}<script>document.title</script>",
            ),
        ],
    );
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let run = folder.runs().pop().unwrap();
    let run = run.file_name().unwrap().to_str().unwrap();
    let console = served(&folder);
    let list = console.page("/");
    let (_, behind) = list.split_once("<th scope=\"row\"><a href=\"").unwrap();
    let base = behind.split_once('"').unwrap().0;
    let page = console.page(&format!("{base}{run}/report/"));
    let house = format!("{base}{run}/house/");
    assert!(page.contains(&format!("href=\"{house}\"")), "{page}");
    let answer = console.get(&house);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer.body.contains("Our house: demo finished"),
        "{answer:?}"
    );
    assert!(answer.body.contains("$0.000"), "{answer:?}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox allow-scripts "), "{policy}");
    assert!(!policy.contains("allow-same-origin"), "{policy}");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    // Who has no token does not see it, and nobody may change anything from within it.
    let stranger = console.ask("GET", &house, &[("Host", console.host())], "");
    assert_eq!(stranger.status, 403, "{stranger:?}");
    let stop = format!("{base}{run}/stop");
    let from_within = [
        ("Host", console.host()),
        console.cookie(),
        ("Origin", "null".to_owned()),
    ];
    assert_eq!(console.ask("POST", &stop, &from_within, "").status, 403);
}
