//! What a session asks of a warehouse, whichever it is.

use std::pin::Pin;

use async_trait::async_trait;

use super::answer::StatementAnswer;
use super::catalog::SharedCatalog;
use crate::commands::session::EarlyEnd;

/// A warehouse with one session, in which statements run one after the other.
#[async_trait(?Send)]
pub trait SessionWarehouse {
    /// Whether it was made for this session, and so holds nothing of the pipeline.
    fn is_new(&self) -> bool;

    /// Whether it is a warehouse in AWS.
    fn is_in_aws(&self) -> bool;

    /// Has the catalog read beside the session, where somebody would wait for it; whether it is.
    fn look_beside(&self, catalog: &SharedCatalog) -> bool;

    /// Runs one statement, and fetches at most `most` rows of what it returns. It is cancelled once
    /// `interrupted` is ready, and what it has become is awaited.
    ///
    /// # Errors
    /// The warehouse does not play along.
    async fn run(
        &mut self,
        text: &str,
        parameters: Vec<(String, String)>,
        most: Option<u64>,
        interrupted: Pin<&mut dyn Future<Output = ()>>,
    ) -> Result<StatementAnswer, EarlyEnd>;

    /// Ends the session. What was not committed is taken back.
    async fn close(self: Box<Self>);
}
