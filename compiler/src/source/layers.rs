//! Two files read as one text: a spec, and what an environment lays over it. Whoever points into that text
//! is led to the file that the place is really in.

use std::sync::{Arc, OnceLock};

use super::{SourceFile, Span};

/// The files that a text is made of.
#[derive(Debug)]
pub(super) struct Layers {
    base: Arc<SourceFile>,
    overlay: Arc<SourceFile>,
}

impl SourceFile {
    /// `base` with `overlay` behind it. It shows the path of `base`.
    #[must_use]
    pub fn layered(base: &Arc<Self>, overlay: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self {
            path: base.path.clone(),
            text: format!("{}{}", base.text, overlay.text),
            size: base.size + overlay.size,
            first_invalid: base.first_invalid.or_else(|| {
                overlay
                    .first_invalid
                    .map(|invalid| base.text.len() + invalid)
            }),
            line_starts: OnceLock::new(),
            layers: Some(Layers {
                base: Arc::clone(base),
                overlay: Arc::clone(overlay),
            }),
        })
    }

    /// The files that this text is made of, if there are two: the base, what lies over it, and how far its
    /// places are shifted.
    #[must_use]
    pub fn layers(&self) -> Option<(&Arc<Self>, &Arc<Self>, usize)> {
        let layers = self.layers.as_ref()?;
        Some((&layers.base, &layers.overlay, layers.base.text.len()))
    }

    /// The file that a place is really in, and where in it.
    #[must_use]
    pub fn place(self: &Arc<Self>, span: Option<Span>) -> (Arc<Self>, Option<Span>) {
        match (self.layers(), span) {
            (None, span) => (Arc::clone(self), span),
            (Some((_, overlay, shift)), Some(span)) if span.start >= shift && shift < span.end => {
                let place = Span::new(span.start - shift, span.end - shift);
                (Arc::clone(overlay), Some(place))
            }
            (Some((base, _, _)), span) => (Arc::clone(base), span),
        }
    }
}
