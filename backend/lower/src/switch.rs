//! `switch`: the cases' values become jump tables where they lie densely and a binary search
//! elsewhere. In comes the switch with its body; out goes the dispatch and the body's code.
//!
//! Always: labels that stand one behind the other share a block; the dispatch is emitted before the
//! body, so that a case's predecessors are known when its code begins (values that the code uses
//! would otherwise travel as parameters of every case's block); case ranges are disjoint (the front
//! end has refused the rest).

use crate::Lowered;
use crate::ctype;
use crate::func::FunctionCx;
use cfront::tree::{Body, CaseRange, StmtKind, Switch};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;
use std::collections::HashMap;

/// A label of a switch: the switch's number and the case's; its default without one.
pub(crate) type Case = (u32, Option<u32>);

/// A switch whose body is being lowered.
pub(crate) struct Open {
    index: u32,
    cases: Vec<Label>,
    default: Option<Label>,
}

#[derive(Clone, Copy)]
struct Label {
    block: ir::Block,
    /// Is it the last of those that share the block?
    last: bool,
    met: bool,
}

/// Values `low..=high`, as offsets-free numbers of the switch's type, that go to a block.
#[derive(Clone, Copy)]
struct Range {
    low: i128,
    high: i128,
    block: ir::Block,
}

/// One step of the dispatch: a single range, or a run of ranges dense enough for a table.
enum Cluster {
    Single(Range),
    Table { low: i128, high: i128, ranges: Vec<Range> },
}

impl Cluster {
    fn low(&self) -> i128 {
        match self {
            Cluster::Single(range) => range.low,
            Cluster::Table { low, .. } => *low,
        }
    }
}

/// Fewer cases than this are compared one by one.
const TABLE_MIN_CASES: usize = 4;
/// A table may be this many times as long as it has cases.
const TABLE_SPARSITY: i128 = 4;

impl FunctionCx<'_, '_> {
    pub(crate) fn switch_stmt(&mut self, index: u32, span: Span) -> Lowered<()> {
        let Some(switch) = self.body.switches.get(index as usize) else {
            return self.fail(span, "a switch that does not exist");
        };
        self.at(self.body.expr(switch.value).span);
        let ty = self.body.expr(switch.value).ty.id;
        let value = self.scalar(switch.value)?;
        let end = self.b.create_block();
        let open = self.labels(index, switch);
        let default = open.default.map_or(end, |label| label.block);
        let ranges = ranges(&switch.cases, &open.cases);
        let signed = ctype::is_signed(self.unit.types, ty);
        self.dispatch(value, signed, &clusters(ranges), default);
        self.flow.switches.push(open);
        self.terminated();
        let lowered = self.with_break(end, |cx| cx.stmt(switch.body));
        let open = self.flow.switches.pop();
        lowered?;
        self.b.ins().jump(end, &[]);
        let Some(open) = open else {
            return self.fail(span, "switches were closed in the wrong order");
        };
        for label in open.cases.into_iter().chain(open.default) {
            // A case in code that was left out.
            if label.last && !label.met {
                self.b.switch_to_block(label.block);
                self.b.seal_block(label.block);
                self.b.ins().jump(end, &[]);
            }
        }
        self.b.switch_to_block(end);
        self.b.seal_block(end);
        Ok(())
    }

    /// A block for each label of the switch; labels one behind the other have the last one's.
    fn labels(&mut self, index: u32, switch: &Switch) -> Open {
        let body = self.body;
        let behind = self.flow.behind.get_or_insert_with(|| labels_behind(body));
        let all = (0..switch.cases.len() as u32).map(Some);
        let all = all.chain(switch.has_default.then_some(None));
        let mut blocks = HashMap::new();
        for label in all.clone() {
            let mut path = vec![label];
            let mut at = label;
            while let (None, Some(&(_, next))) = (blocks.get(&at), behind.get(&(index, at))) {
                path.push(next);
                at = next;
            }
            let block = match blocks.get(&at) {
                Some(&block) => block,
                None => self.b.create_block(),
            };
            blocks.extend(path.into_iter().map(|label| (label, block)));
        }
        let label = |label: Option<u32>| Label {
            block: blocks[&label],
            last: !behind.contains_key(&(index, label)),
            met: false,
        };
        let mut cases: Vec<Label> = all.map(label).collect();
        let default = if switch.has_default { cases.pop() } else { None };
        Open { index, cases, default }
    }

    /// The code of a label's statement begins.
    pub(crate) fn case_stmt(&mut self, switch: u32, case: Option<u32>, span: Span) -> Lowered<()> {
        let Some(open) = self.flow.switches.iter_mut().rev().find(|open| open.index == switch)
        else {
            return self.fail(span, "a case outside of its switch");
        };
        let label = match case {
            None => open.default.as_mut(),
            Some(case) => open.cases.get_mut(case as usize),
        };
        let Some(label) = label else {
            return self.fail(span, "a case its switch does not list");
        };
        label.met = true;
        if !label.last {
            return Ok(());
        }
        let block = label.block;
        let current = self.b.current_block();
        let empty = current.is_some_and(|block| self.b.func.layout.first_inst(block).is_none());
        if !(empty && self.b.is_unreachable()) {
            self.b.ins().jump(block, &[]);
        }
        self.b.switch_to_block(block);
        self.b.seal_block(block);
        Ok(())
    }

    fn dispatch(
        &mut self,
        value: ir::Value,
        signed: bool,
        clusters: &[Cluster],
        default: ir::Block,
    ) {
        match clusters {
            [] => {
                self.b.ins().jump(default, &[]);
            }
            [Cluster::Single(range)] => self.test_range(value, *range, default),
            [Cluster::Table { low, high, ranges }] => {
                self.jump_table(value, *low, *high, ranges, default);
            }
            _ if clusters.len() <= 3 => {
                let (first, rest) = clusters.split_at(1);
                let next = self.b.create_block();
                self.dispatch(value, signed, first, next);
                self.b.switch_to_block(next);
                self.b.seal_block(next);
                self.dispatch(value, signed, rest, default);
            }
            _ => {
                let (left, right) = clusters.split_at(clusters.len() / 2);
                let (below, above) = (self.b.create_block(), self.b.create_block());
                let pivot = self.constant(value, right[0].low());
                let less = if signed { IntCC::SignedLessThan } else { IntCC::UnsignedLessThan };
                let test = self.b.ins().icmp(less, value, pivot);
                self.b.ins().brif(test, below, &[], above, &[]);
                for (block, half) in [(below, left), (above, right)] {
                    self.b.switch_to_block(block);
                    self.b.seal_block(block);
                    self.dispatch(value, signed, half, default);
                }
            }
        }
    }

    /// A constant of the value's type.
    fn constant(&mut self, like: ir::Value, value: i128) -> ir::Value {
        let ty = self.b.func.dfg.value_type(like);
        if ty == ct::I128 {
            let low = self.b.ins().iconst(ct::I64, value as i64);
            let high = self.b.ins().iconst(ct::I64, (value >> 64) as i64);
            return self.b.ins().iconcat(low, high);
        }
        self.iconst(ty, value as i64)
    }

    fn test_range(&mut self, value: ir::Value, range: Range, default: ir::Block) {
        let low = self.constant(value, range.low);
        let test = if range.low == range.high {
            self.b.ins().icmp(IntCC::Equal, value, low)
        } else {
            let from_low = self.b.ins().isub(value, low);
            let length = self.constant(value, range.high.wrapping_sub(range.low));
            self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, from_low, length)
        };
        self.b.ins().brif(test, range.block, &[], default, &[]);
    }

    fn jump_table(
        &mut self,
        value: ir::Value,
        low: i128,
        high: i128,
        ranges: &[Range],
        default: ir::Block,
    ) {
        let ty = self.b.func.dfg.value_type(value);
        let start = self.constant(value, low);
        let from_low = if low == 0 { value } else { self.b.ins().isub(value, start) };
        let number = if ty.bits() > 32 {
            // The table's index has 32 bits: what lies beyond must not wrap into it.
            let length = self.constant(value, high - low);
            let inside = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, from_low, length);
            let table = self.b.create_block();
            self.b.ins().brif(inside, table, &[], default, &[]);
            self.b.switch_to_block(table);
            self.b.seal_block(table);
            self.b.ins().ireduce(ct::I32, from_low)
        } else {
            self.resize(from_low, ct::I32, false)
        };
        let mut blocks = vec![default; (high - low + 1) as usize];
        for range in ranges {
            blocks[(range.low - low) as usize..=(range.high - low) as usize].fill(range.block);
        }
        // Each entry needs a call of its own: they get arguments later.
        let other = self.b.func.dfg.block_call(default, &[]);
        let calls: Vec<_> =
            blocks.iter().map(|&block| self.b.func.dfg.block_call(block, &[])).collect();
        let table = self.b.create_jump_table(ir::JumpTableData::new(other, &calls));
        self.b.ins().br_table(number, table);
    }
}

/// For each case label whose statement is another label of the same switch, that label.
fn labels_behind(body: &Body) -> HashMap<Case, Case> {
    let mut behind = HashMap::new();
    for stmt in &body.stmts {
        let StmtKind::Case { switch, case, body: inner } = stmt.kind else { continue };
        match body.stmt(inner).kind {
            StmtKind::Case { switch: same, case: next, .. } if same == switch => {
                behind.insert((switch, case), (switch, next));
            }
            _ => {}
        }
    }
    behind
}

/// The ranges in order, neighbours with one target joined.
fn ranges(cases: &[CaseRange], labels: &[Label]) -> Vec<Range> {
    let mut ranges: Vec<Range> = cases
        .iter()
        .zip(labels)
        .map(|(case, label)| Range { low: case.low, high: case.high, block: label.block })
        .filter(|range| range.low <= range.high)
        .collect();
    ranges.sort_by_key(|range| range.low);
    ranges.dedup_by(|next, last| {
        let joined = next.block == last.block && last.high.checked_add(1) == Some(next.low);
        if joined {
            last.high = next.high;
        }
        joined
    });
    ranges
}

/// Groups ranges into tables where they are dense.
fn clusters(ranges: Vec<Range>) -> Vec<Cluster> {
    let mut clusters = Vec::new();
    let mut at = 0;
    while at < ranges.len() {
        // The longest run from here that is dense enough for a table.
        let low = ranges[at].low;
        let mut end = at + 1;
        let mut covered = width(&ranges[at]);
        let mut best = end;
        while end < ranges.len() {
            covered = covered.saturating_add(width(&ranges[end]));
            end += 1;
            let Some(span) = ranges[end - 1].high.checked_sub(low) else { break };
            let cases = (end - at) as i128;
            if span > 65_536 || span >= covered.min(cases * 16) * TABLE_SPARSITY {
                // A gap too wide now only grows relative to what one more case can add.
                if span > 65_536 || end - best > 8 {
                    break;
                }
                continue;
            }
            best = end;
        }
        if best - at >= TABLE_MIN_CASES {
            let run = ranges[at..best].to_vec();
            clusters.push(Cluster::Table { low, high: run[run.len() - 1].high, ranges: run });
            at = best;
        } else {
            clusters.push(Cluster::Single(ranges[at]));
            at += 1;
        }
    }
    clusters
}

fn width(range: &Range) -> i128 {
    range.high.saturating_sub(range.low).saturating_add(1)
}
