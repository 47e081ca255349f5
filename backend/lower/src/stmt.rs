//! Statements.

use cfront::tree::Body;
use cranelift_codegen::ir;

/// Where control can go from here: labels, enclosing loops and switches, open scopes.
pub(crate) struct Flow {
    pub(crate) labels: Vec<Option<ir::Block>>,
}

impl Flow {
    pub(crate) fn new(body: &Body) -> Flow {
        Flow { labels: vec![None; body.labels.len()] }
    }
}
