//! What the page of a run looks like: the files that `report` names, read and looked through.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use runtime_lambda::plan::{ReportStyle, Section};
use runtime_lambda::report::{Page, Renderer};

use super::resolver::Resolver;
use super::scripts::read;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;
use crate::source::{self, FileProblem, Files};

/// Longest template, in bytes.
const MAX_TEMPLATE_BYTES: u64 = 256 * 1024;

/// Largest logo, in bytes: it is in every page.
const MAX_LOGO_BYTES: u64 = 32 * 1024;

/// The page of a pipeline's runs.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The template that takes the place of sfc's own.
    pub template: Option<String>,
    /// What sfc's own template is told.
    pub style: ReportStyle,
}

/// Reads what `report` names.
pub(super) fn resolve(resolver: &mut Resolver<'_>, files: &dyn Files) -> Report {
    let document = resolver.document;
    let Some(written) = &document.spec.report else {
        return Report::default();
    };
    let mut report = Report::default();
    report.style.title.clone_from(&written.title);
    report.style.sections = written
        .sections
        .as_ref()
        .map(|sections| sections.iter().copied().map(section).collect());
    if let Some(path) = &written.template {
        match template(files, path) {
            Ok(template) => report.template = Some(template),
            Err(problem) => push(resolver, "template", *problem),
        }
    }
    if let Some(path) = &written.logo {
        match logo(files, path) {
            Ok(logo) => report.style.logo = Some(logo),
            Err(problem) => push(resolver, "logo", *problem),
        }
    }
    report
}

fn push(resolver: &mut Resolver<'_>, field: &str, problem: Diagnostic) {
    let document = resolver.document;
    let keys = ["report", field];
    if !document.is_mended(&keys) {
        resolver.push(problem.at(&document.file, document.at(&keys), ""));
    }
}

fn section(section: pipeline_yaml::Section) -> Section {
    match section {
        pipeline_yaml::Section::Failures => Section::Failures,
        pipeline_yaml::Section::Signals => Section::Signals,
        pipeline_yaml::Section::Timeline => Section::Timeline,
        pipeline_yaml::Section::Order => Section::Order,
        pipeline_yaml::Section::Steps => Section::Steps,
        pipeline_yaml::Section::Details => Section::Details,
    }
}

/// A template, tried with the pages of a run in which nothing has happened, and of one that failed.
fn template(files: &dyn Files, written: &str) -> Result<String, Box<Diagnostic>> {
    let unusable = |path: &str, reason: &str| {
        let sentence = format!("`{path}` is no template of a report");
        let diagnostic = Diagnostic::error(Code::ReportTemplate, sentence);
        let help = "`docs/report.md` says what a template is given and what it can do";
        Box::new(diagnostic.note(reason).help(help))
    };
    let (path, bytes) = bytes(files, written, MAX_TEMPLATE_BYTES, |path, size| {
        unusable(
            path,
            &format!("it has {size} bytes; {MAX_TEMPLATE_BYTES} are the most"),
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|_| unusable(&path, "it is not UTF-8"))?;
    let renderer = Renderer::read(&text).map_err(|reason| unusable(&path, &reason))?;
    for page in Page::samples() {
        renderer
            .render(&page)
            .map_err(|reason| unusable(&path, &reason))?;
    }
    Ok(text)
}

/// A picture as an address that holds it.
fn logo(files: &dyn Files, written: &str) -> Result<String, Box<Diagnostic>> {
    let unusable = |path: &str, reason: &str| {
        let sentence = format!("`{path}` cannot be the logo of a report");
        let diagnostic = Diagnostic::error(Code::ReportLogo, sentence);
        let help = format!("name a file of SVG or PNG of at most {MAX_LOGO_BYTES} bytes");
        Box::new(diagnostic.note(reason).help(help))
    };
    let (path, bytes) = bytes(files, written, MAX_LOGO_BYTES, |path, size| {
        unusable(path, &format!("it has {size} bytes"))
    })?;
    let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")) {
        "image/svg+xml"
    } else {
        return Err(unusable(&path, "it is neither SVG nor PNG"));
    };
    Ok(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
}

/// A file and its path.
fn bytes(
    files: &dyn Files,
    written: &str,
    most: u64,
    too_large: impl Fn(&str, u64) -> Box<Diagnostic>,
) -> Result<(String, Vec<u8>), Box<Diagnostic>> {
    let path = source::relative(written).map_err(|problem| read::outside(problem, written))?;
    match files.read(&path, most) {
        Ok(bytes) if bytes.len() as u64 > most => Err(too_large(&path, bytes.len() as u64)),
        Ok(bytes) => Ok((path, bytes)),
        Err(FileProblem::TooLarge { size }) => Err(too_large(&path, size)),
        Err(problem) => Err(Box::new(read::absent(&problem, &path))),
    }
}
