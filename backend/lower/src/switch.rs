//! `switch`: the cases' values become jump tables where they lie densely and a binary search
//! elsewhere. In comes the switch with its body; out goes the dispatch and the body's code.
//!
//! Always: the dispatch is emitted after the body, so that cases that share a statement share a
//! block; case ranges are disjoint (the front end has refused the rest).

use crate::Lowered;
use crate::ctype;
use crate::func::FunctionCx;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

/// A switch whose body is being lowered.
pub(crate) struct Open {
    index: u32,
    /// The block of each case, once met.
    cases: Vec<Option<ir::Block>>,
    default: Option<ir::Block>,
    /// The block the last case label began, while it is still empty.
    fresh: Option<ir::Block>,
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
        let (entry, unreachable) = (self.b.current_block(), self.b.is_unreachable());
        let dispatch = self.b.create_block();
        let end = self.b.create_block();
        self.b.ins().jump(dispatch, &[]);
        if let (Some(entry), false) = (entry, unreachable) {
            self.b.insert_block_after(dispatch, entry);
        }
        self.flow.switches.push(Open {
            index,
            cases: vec![None; switch.cases.len()],
            default: None,
            fresh: None,
        });
        self.terminated();
        let lowered = self.with_break(end, |cx| cx.stmt(switch.body));
        let open = self.flow.switches.pop();
        lowered?;
        self.b.ins().jump(end, &[]);
        let Some(open) = open else {
            return self.fail(span, "switches were closed in the wrong order");
        };
        self.b.switch_to_block(dispatch);
        self.b.seal_block(dispatch);
        let default = open.default.unwrap_or(end);
        let ranges = ranges(&switch.cases, &open.cases);
        let signed = ctype::is_signed(self.unit.types, ty);
        self.dispatch(value, signed, &clusters(ranges), default);
        for block in open.cases.into_iter().chain([open.default]).flatten() {
            if !self.flow.sealed.contains(&block) {
                self.flow.sealed.insert(block);
                self.b.seal_block(block);
            }
        }
        self.b.switch_to_block(end);
        self.b.seal_block(end);
        Ok(())
    }

    pub(crate) fn case_stmt(&mut self, switch: u32, case: Option<u32>, span: Span) -> Lowered<()> {
        let current = self.b.current_block();
        let empty = current.is_some_and(|block| self.b.func.layout.first_inst(block).is_none());
        let Some(at) = self.flow.switches.iter().rposition(|open| open.index == switch) else {
            return self.fail(span, "a case outside of its switch");
        };
        let block = match self.flow.switches[at].fresh {
            Some(fresh) if current == Some(fresh) && empty => fresh,
            _ => {
                let block = self.b.create_block();
                self.b.ins().jump(block, &[]);
                self.b.switch_to_block(block);
                block
            }
        };
        let open = &mut self.flow.switches[at];
        open.fresh = Some(block);
        match case {
            None => open.default = Some(block),
            Some(case) => match open.cases.get_mut(case as usize) {
                Some(slot) => *slot = Some(block),
                None => return self.fail(span, "a case its switch does not list"),
            },
        }
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

/// The ranges whose case was met, in order, neighbours with one target joined.
fn ranges(cases: &[cfront::tree::CaseRange], blocks: &[Option<ir::Block>]) -> Vec<Range> {
    let mut ranges: Vec<Range> = cases
        .iter()
        .zip(blocks)
        .filter_map(|(case, &block)| {
            block.map(|block| Range { low: case.low, high: case.high, block })
        })
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
