//! The heap's verifier, for zeal mode and tests: after a collection every object is whole, and
//! every exact pointer, in an object or a global one, is null, outside of all heaps, at an object of
//! this heap, or at one that another thread has pinned. What does not hold is a message.

use super::blocks::{Blocks, Found, State, load};
use super::map::{Map, Slot};
use super::{collect, roots};
use crate::addr::Addr;
use crate::runtime::fail;

pub(super) fn verify(blocks: &mut Blocks) {
    let mut slots = Vec::new();
    for block in blocks.used() {
        if matches!(blocks.state(block), State::Small | State::Large) {
            blocks.each_in(block, &mut |object| {
                whole(&object);
                // SAFETY: `whole` has looked at the header.
                let map = unsafe { Map::at(load(object.header) & !7) };
                map.each(object.payload(), object.size, &mut |slot| slots.push(slot));
                true
            });
        }
    }
    roots::each_global(&mut |slot| slots.push(slot));
    let own = blocks.range();
    for slot in slots {
        let Slot::Exact(at) = slot else { continue };
        let target = collect::load_any(at);
        if own.contains(Addr(target)) {
            let object = blocks.of(target).and_then(|block| blocks.object_of(block, target));
            if object.is_none() {
                fail(&format!(
                    "heap verifier: the pointer at {at:#x} is {target:#x}, where no object is"
                ));
            }
        } else if own.contains(Addr(at)) && roots::in_other_heap(target, own) {
            roots::strange(at, target);
        }
    }
}

fn whole(object: &Found) {
    let word = load(object.header);
    if word & 1 != 0 || word < 4096 || object.size > 1 << 46 {
        fail(&format!(
            "heap verifier: the object at {:#x} is broken: its header is {word:#x} (something \
             was written before or behind an object)",
            object.payload()
        ));
    }
}
