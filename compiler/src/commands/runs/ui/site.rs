//! What the pages know: which pipelines there are, where their runs are, and what was read for them last.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use runtime_lambda::Memory;
use runtime_lambda::gathered::{Gathered, RunBuckets};
use runtime_lambda::state::GlobalState;

use super::buckets::{ArtifactsOf, DataOf};
use super::guard::Guard;
use super::pages::ProblemPage;
use super::tree::{self, ListedPipeline};
use crate::commands::runs::{Runs, RunsOf};
use crate::commands::session::EarlyEnd;
use crate::printer::Printer;
use crate::project::spec_in;

/// Runs of which what was read is kept.
const MOST_KEPT: usize = 8;

/// Which of the two places runs are shown of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceName {
    /// On this machine: `local` in addresses.
    Local,
    /// In AWS: `aws` in addresses.
    Aws,
}

impl fmt::Display for PlaceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Local => "local",
            Self::Aws => "aws",
        })
    }
}

impl PlaceName {
    /// The place in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Local => "on this machine",
            Self::Aws => "in AWS",
        }
    }
}

/// All that the pages know.
pub struct Site {
    /// What was asked for; its path is the root of the tree.
    pub of: RunsOf,
    /// Whether the tree is one pipeline that was named.
    pub is_fixed: bool,
    /// Pipelines in AWS that have no folder here, as they were when sfc started.
    pub deployed: Vec<ListedPipeline>,
    /// Where runs are shown.
    pub places: Vec<PlaceName>,
    /// Decides which requests are answered.
    pub guard: Arc<Guard>,
    /// Says in the terminal what happens.
    pub printer: Printer,
    entries: Mutex<Vec<ListedPipeline>>,
    opened: Mutex<HashMap<String, (String, Arc<Runs>)>>,
    memory: Memory,
    gathered: Mutex<HashMap<String, Gathered>>,
    costs: Mutex<HashMap<String, Duration>>,
}

/// The runs of a pipeline at one place.
#[derive(Clone)]
pub struct Opened {
    /// The runs of the pipeline at that place.
    pub runs: Arc<Runs>,
    /// The pipeline, by folder and name.
    pub entry: ListedPipeline,
    /// The place that its runs are shown of.
    pub place: PlaceName,
    /// Address of its page, such as `/local/sales/`.
    pub href: String,
}

impl Opened {
    /// Address of a run, such as `/local/sales/20261126T162503Z-1aba7e64/`.
    pub fn href_of(&self, run: &str) -> String {
        format!("{}{run}/", self.href)
    }

    /// What a page of the pipeline stands below.
    pub fn way(&self) -> (String, String) {
        (self.runs.pipeline().to_owned(), self.href.clone())
    }

    /// What a page of a run stands below, behind [`Self::way`].
    pub fn way_of(&self, run: &str) -> (String, String) {
        (run.to_owned(), format!("{}report/", self.href_of(run)))
    }
}

impl Site {
    /// A site of local runs.
    pub fn new(of: RunsOf, entries: Vec<ListedPipeline>, guard: Guard, printer: Printer) -> Self {
        Self {
            of,
            is_fixed: false,
            deployed: Vec::new(),
            places: vec![PlaceName::Local],
            guard: Arc::new(guard),
            printer,
            entries: Mutex::new(entries),
            opened: Mutex::default(),
            memory: Memory::default(),
            gathered: Mutex::default(),
            costs: Mutex::default(),
        }
    }

    /// The pipelines as they were when somebody looked last.
    pub fn kept(&self) -> Vec<ListedPipeline> {
        self.entries.lock().clone()
    }

    /// The pipelines as they are now, and whether there may be more.
    pub fn entries(&self) -> (Vec<ListedPipeline>, bool) {
        if self.is_fixed {
            return (self.kept(), false);
        }
        let (entries, is_cut) = tree::find(&self.of.path);
        self.entries.lock().clone_from(&entries);
        (entries, is_cut)
    }

    fn entry(&self, id: &str) -> Option<ListedPipeline> {
        let entries = self.entries.lock();
        let mut all = entries.iter().chain(&self.deployed);
        all.find(|entry| entry.id == id).cloned()
    }

    /// The runs that an address means.
    ///
    /// # Errors
    /// There is no such pipeline, or its runs cannot be reached.
    pub async fn open(&self, place: &str, id: &str) -> Result<Opened, ProblemPage> {
        let known = self.places.iter().copied();
        let place = known
            .into_iter()
            .find(|known| known.to_string() == place)
            .ok_or_else(ProblemPage::no_page)?;
        // Such a pipeline has no runs on this machine.
        if place == PlaceName::Local && self.deployed.iter().any(|entry| entry.id == id) {
            return Err(ProblemPage::no_page());
        }
        let entry = match self.entry(id) {
            Some(entry) => entry,
            None => {
                // It may have been made since.
                self.entries();
                self.entry(id).ok_or_else(ProblemPage::no_page)?
            }
        };
        let opened = self.opened(place, entry).await;
        opened.map_err(|early| ProblemPage::from(early).back_to("/"))
    }

    /// The runs of a pipeline.
    ///
    /// # Errors
    /// They cannot be reached.
    pub async fn opened(
        &self,
        place: PlaceName,
        entry: ListedPipeline,
    ) -> Result<Opened, EarlyEnd> {
        let href = format!("/{place}/{}/", entry.id);
        // Opened again only if the spec is another one.
        let stamp = self.stamp(&entry);
        let known = self.opened.lock().get(&href).cloned();
        let runs = match known.filter(|(before, _)| *before == stamp) {
            Some((_, runs)) => runs,
            None => Arc::new(self.runs(place, &entry).await?),
        };
        self.opened
            .lock()
            .insert(href.clone(), (stamp, Arc::clone(&runs)));
        Ok(Opened {
            runs,
            entry,
            place,
            href,
        })
    }

    async fn runs(&self, place: PlaceName, entry: &ListedPipeline) -> Result<Runs, EarlyEnd> {
        #[cfg(feature = "aws")]
        if let Some(name) = &entry.deployed {
            return Runs::by_name(&self.of.account, name).await;
        }
        let of = RunsOf {
            path: entry.path.clone(),
            local: place == PlaceName::Local,
            ..self.of.clone()
        };
        Runs::open(&of).await
    }

    /// What tells a pipeline's spec from what it was before.
    fn stamp(&self, entry: &ListedPipeline) -> String {
        let spec = spec_in(&entry.path, &|path| path.is_file());
        let spec = spec.unwrap_or_else(|| entry.path.clone());
        let overlay = self.of.environment.as_deref().map(|environment| {
            let extension = spec.extension().unwrap_or_default().to_string_lossy();
            spec.with_extension(format!("{environment}.{extension}"))
        });
        let stamps = std::iter::once(spec).chain(overlay).map(|file| {
            let metadata = std::fs::metadata(file).ok();
            metadata.map(|metadata| (metadata.modified().ok(), metadata.len()))
        });
        format!("{:?}", stamps.collect::<Vec<_>>())
    }

    /// All that the page of a run in this state is made from. What is the same as last time is not read
    /// again.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn gathered(&self, of: &Opened, state: GlobalState) -> Result<Gathered, ProblemPage> {
        let before = self.gathered.lock().remove(&of.href_of(&state.run));
        let buckets = RunBuckets {
            data: &DataOf(Arc::clone(&of.runs)),
            artifacts: &ArtifactsOf(Arc::clone(&of.runs)),
        };
        let gathered = Gathered::read(buckets, &self.memory, Arc::new(state), before).await;
        gathered.map_err(|error| ProblemPage::from(format!("{error}\n")).back_to(&of.href))
    }

    /// Keeps what was gathered for the next page of the run.
    pub fn keep(&self, of: &Opened, gathered: Gathered) {
        let mut kept = self.gathered.lock();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(of.href_of(&gathered.state.run), gathered);
    }

    /// How long it took to make a page last.
    pub fn cost(&self, page: &str) -> Duration {
        self.costs.lock().get(page).copied().unwrap_or_default()
    }

    /// Remembers how long it took to make a page.
    pub fn costed(&self, page: &str, took: Duration) {
        self.costs.lock().insert(page.to_owned(), took);
    }
}
