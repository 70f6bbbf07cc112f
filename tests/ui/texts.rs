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
