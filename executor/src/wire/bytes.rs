//! The messages' bytes. In come values, out come bytes, and back. What always holds: `decode` never
//! panics and never allocates more than its input is long; every error names the field and the
//! offset.
//!
//! Numbers are little-endian and of fixed width, byte strings carry a `u32` length, lists a `u32`
//! count, enums a `u8` tag.

use super::{
    Action, ActionResult, BlockUse, CrashRecord, End, Exited, How, MappedCode, MemoryUse, Module,
    Reply, Request, Run, Sleeper,
};
use crate::addr::Addr;
use crate::codec::{Put, Take, WireError};
use crate::region::SlabLayout;
use crate::sys::{Protection, Usage};

impl Request {
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Put::default();
        match self {
            Request::Evaluate { actions, run, copy } => {
                to.u8(0);
                to.list(actions, put_action);
                to.option(run.as_ref(), put_run);
                to.option(copy.as_ref(), put_sleeper);
            }
            Request::AddSlab { layout } => {
                to.u8(1);
                put_layout(&mut to, layout);
            }
            Request::Leave { status } => {
                to.u8(2);
                to.i32(*status);
            }
            Request::Checkpoint(copy) => {
                to.u8(3);
                put_sleeper(&mut to, copy);
            }
            Request::Resume { token } => {
                to.u8(4);
                to.u64(*token);
            }
        }
        to.into_bytes()
    }

    pub fn decode(bytes: &[u8]) -> Result<Request, WireError> {
        let mut from = Take::new(bytes);
        let request = match from.u8("request")? {
            0 => Request::Evaluate {
                actions: from.list("actions", take_action)?,
                run: from.option("run", take_run)?,
                copy: from.option("copy", take_sleeper)?,
            },
            1 => Request::AddSlab { layout: take_layout(&mut from)? },
            2 => Request::Leave { status: from.i32("leave.status")? },
            3 => Request::Checkpoint(take_sleeper(&mut from)?),
            4 => Request::Resume { token: from.u64("resume.token")? },
            tag => return Err(from.bad_tag("request", tag)),
        };
        from.end()?;
        Ok(request)
    }
}

fn put_sleeper(to: &mut Put, sleeper: &Sleeper) {
    to.u64(sleeper.token);
    to.u32(sleeper.word);
}

fn take_sleeper(from: &mut Take<'_>) -> Result<Sleeper, WireError> {
    Ok(Sleeper { token: from.u64("sleeper.token")?, word: from.u32("sleeper.word")? })
}

fn put_layout(to: &mut Put, layout: &SlabLayout) {
    to.range(layout.range);
}

/// A layout travels as its range: the pools follow from it.
fn take_layout(from: &mut Take<'_>) -> Result<SlabLayout, WireError> {
    Ok(SlabLayout::of(from.range("slab.range")?))
}

fn put_action(to: &mut Put, action: &Action) {
    match action {
        Action::CopyFromSlab { range } => to.tagged_range(0, *range),
        Action::Write { addr, bytes } => {
            to.u8(1);
            to.u64(addr.0);
            to.bytes(bytes);
        }
        Action::MapZero { range } => to.tagged_range(2, *range),
        Action::Map { range, protection } => {
            to.tagged_range(3, *range);
            to.u8(protection_tag(*protection));
        }
        Action::Protect { range, protection } => {
            to.tagged_range(4, *range);
            to.u8(protection_tag(*protection));
        }
        Action::Unmap { range } => to.tagged_range(5, *range),
        Action::Restore { range } => to.tagged_range(6, *range),
        Action::Discard { range } => to.tagged_range(7, *range),
        Action::Resolve { names } => {
            to.u8(8);
            to.list(names, |to, name| to.bytes(name.as_bytes()));
        }
        Action::Open { path, global } => {
            to.u8(9);
            to.bytes(path.as_bytes());
            to.u8(u8::from(*global));
        }
        Action::Publish { symbols } => {
            to.u8(10);
            to.list(symbols, |to, (name, addr)| {
                to.bytes(name.as_bytes());
                to.u64(addr.0);
            });
        }
        Action::RegisterModule { module } => {
            to.u8(11);
            put_module(to, module);
        }
        Action::RegisterTls { offset, size, image } => {
            to.u8(12);
            to.u64(*offset);
            to.u64(*size);
            to.range(*image);
        }
        Action::Measure { stretches } => {
            to.u8(20);
            to.u32(*stretches);
        }
        Action::RegisterRoots { table } => {
            to.u8(19);
            to.range(*table);
        }
        Action::Init { functions } => {
            to.u8(13);
            to.addrs(functions);
        }
        Action::Drain { module } => {
            to.u8(14);
            to.u32(*module);
        }
        Action::Copy { from, range } => {
            to.u8(15);
            to.u64(from.0);
            to.range(*range);
        }
        Action::Indirect { resolver, cell } => {
            to.u8(16);
            to.u64(resolver.0);
            to.u64(cell.0);
        }
        Action::LibraryTls { cell, name, library, offset, pair } => {
            to.u8(17);
            to.u64(cell.0);
            to.bytes(name.as_bytes());
            to.bytes(library.as_bytes());
            to.u64(*offset);
            to.u8(u8::from(*pair));
        }
        Action::CopyVariable { library, name, range } => {
            to.u8(18);
            to.bytes(library.as_bytes());
            to.bytes(name.as_bytes());
            to.range(*range);
        }
    }
}

fn put_module(to: &mut Put, module: &Module) {
    to.u32(module.id);
    to.bytes(module.name.as_bytes());
    to.list(&module.ranges, |to, range| to.range(*range));
    to.range(module.eh_frame);
    to.addrs(&module.fini);
}

fn take_module(from: &mut Take<'_>) -> Result<Module, WireError> {
    Ok(Module {
        id: from.u32("module.id")?,
        name: from.text("module.name")?.to_owned(),
        ranges: from.list("module.ranges", |from| from.range("module.range"))?,
        eh_frame: from.range("module.eh_frame")?,
        fini: from.addrs("module.fini")?,
    })
}

fn take_action(from: &mut Take<'_>) -> Result<Action, WireError> {
    Ok(match from.u8("action")? {
        0 => Action::CopyFromSlab { range: from.range("copy.range")? },
        1 => Action::Write {
            addr: Addr(from.u64("write.addr")?),
            bytes: from.bytes("write.bytes")?.to_vec(),
        },
        2 => Action::MapZero { range: from.range("zero.range")? },
        3 => Action::Map {
            range: from.range("map.range")?,
            protection: take_protection(from, "map.protection")?,
        },
        4 => Action::Protect {
            range: from.range("protect.range")?,
            protection: take_protection(from, "protect.protection")?,
        },
        5 => Action::Unmap { range: from.range("unmap.range")? },
        6 => Action::Restore { range: from.range("restore.range")? },
        7 => Action::Discard { range: from.range("discard.range")? },
        8 => {
            Action::Resolve { names: from.list("names", |from| Ok(from.text("name")?.to_owned()))? }
        }
        9 => Action::Open {
            path: from.text("open.path")?.to_owned(),
            global: from.bool("open.global")?,
        },
        10 => Action::Publish {
            symbols: from.list("publish.symbols", |from| {
                let name = from.text("publish.name")?.to_owned();
                Ok((name, Addr(from.u64("publish.addr")?)))
            })?,
        },
        11 => Action::RegisterModule { module: take_module(from)? },
        12 => Action::RegisterTls {
            offset: from.u64("tls.offset")?,
            size: from.u64("tls.size")?,
            image: from.range("tls.image")?,
        },
        20 => Action::Measure { stretches: from.u32("measure.stretches")? },
        19 => Action::RegisterRoots { table: from.range("roots.table")? },
        13 => Action::Init { functions: from.addrs("init.functions")? },
        14 => Action::Drain { module: from.u32("drain.module")? },
        15 => Action::Copy { from: Addr(from.u64("copy.from")?), range: from.range("copy.range")? },
        16 => Action::Indirect {
            resolver: Addr(from.u64("indirect.resolver")?),
            cell: Addr(from.u64("indirect.cell")?),
        },
        17 => Action::LibraryTls {
            cell: Addr(from.u64("tls.cell")?),
            name: from.text("tls.name")?.to_owned(),
            library: from.text("tls.library")?.to_owned(),
            offset: from.u64("tls.offset")?,
            pair: from.bool("tls.pair")?,
        },
        18 => Action::CopyVariable {
            library: from.text("variable.library")?.to_owned(),
            name: from.text("variable.name")?.to_owned(),
            range: from.range("variable.range")?,
        },
        tag => return Err(from.bad_tag("action", tag)),
    })
}

fn protection_tag(protection: Protection) -> u8 {
    match protection {
        Protection::None => 0,
        Protection::Read => 1,
        Protection::ReadWrite => 2,
        Protection::ReadExecute => 3,
    }
}

fn take_protection(from: &mut Take<'_>, field: &'static str) -> Result<Protection, WireError> {
    Ok(match from.u8(field)? {
        0 => Protection::None,
        1 => Protection::Read,
        2 => Protection::ReadWrite,
        3 => Protection::ReadExecute,
        tag => return Err(from.bad_tag(field, tag)),
    })
}

fn put_run(to: &mut Put, run: &Run) {
    match run {
        Run::Call { entry, arg } => {
            to.u8(0);
            to.u64(entry.0);
            to.u64(*arg);
        }
        Run::Main { entry, args, env } => {
            to.u8(1);
            to.u64(entry.0);
            to.list(args, |to, arg| to.bytes(arg));
            to.option(env.as_ref(), |to, env| to.list(env, |to, text| to.bytes(text)));
        }
    }
}

fn take_run(from: &mut Take<'_>) -> Result<Run, WireError> {
    Ok(match from.u8("run")? {
        0 => Run::Call { entry: Addr(from.u64("call.entry")?), arg: from.u64("call.arg")? },
        1 => Run::Main {
            entry: Addr(from.u64("main.entry")?),
            args: from.list("main.args", |from| Ok(from.bytes("main.arg")?.to_vec()))?,
            env: from.option("main.env", |from| {
                from.list("main.env", |from| Ok(from.bytes("main.env.text")?.to_vec()))
            })?,
        },
        tag => return Err(from.bad_tag("run", tag)),
    })
}

impl Reply {
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Put::default();
        match self {
            Reply::Started { pid } => {
                to.u8(0);
                to.u32(*pid);
            }
            Reply::Done { results, returned } => {
                to.u8(1);
                to.list(results, put_result);
                to.option(returned.as_ref(), |to, value| to.u64(*value));
            }
            Reply::Failed { index, message, results } => {
                to.u8(2);
                to.u32(*index);
                to.bytes(message.as_bytes());
                to.list(results, put_result);
            }
            Reply::Ended { pid, end, usage } => {
                to.u8(3);
                to.u32(*pid);
                let (tag, number) = match end {
                    End::Exit(n) => (0, n),
                    End::Signal(n) => (1, n),
                    End::NotStarted(n) => (2, n),
                };
                to.u8(tag);
                to.i32(*number);
                put_usage(&mut to, usage);
            }
            Reply::Stopped { pid, signal } => {
                to.u8(4);
                to.u32(*pid);
                to.u32(*signal);
            }
            Reply::Checkpointed { pid, micros } => {
                to.u8(6);
                to.u32(*pid);
                to.u64(*micros);
            }
            Reply::NotCheckpointed { threads, error } => {
                to.u8(7);
                to.u32(*threads);
                to.i32(*error);
            }
            Reply::Exited(Exited { status, how, crashes }) => {
                to.u8(5);
                to.i32(*status);
                to.u8(match how {
                    How::Exit => 0,
                    How::Quick => 1,
                });
                to.list(crashes, put_crash);
            }
        }
        to.into_bytes()
    }

    pub fn decode(bytes: &[u8]) -> Result<Reply, WireError> {
        let mut from = Take::new(bytes);
        let reply = match from.u8("reply")? {
            0 => Reply::Started { pid: from.u32("started.pid")? },
            1 => Reply::Done {
                results: from.list("results", take_result)?,
                returned: from.option("returned", |from| from.u64("returned.value"))?,
            },
            2 => Reply::Failed {
                index: from.u32("failed.index")?,
                message: from.text("failed.message")?.to_owned(),
                results: from.list("results", take_result)?,
            },
            3 => Reply::Ended {
                pid: from.u32("ended.pid")?,
                end: take_end(&mut from)?,
                usage: take_usage(&mut from)?,
            },
            4 => Reply::Stopped {
                pid: from.u32("stopped.pid")?,
                signal: from.u32("stopped.signal")?,
            },
            5 => Reply::Exited(Exited {
                status: from.i32("exited.status")?,
                how: match from.u8("exited.how")? {
                    0 => How::Exit,
                    1 => How::Quick,
                    tag => return Err(from.bad_tag("exited.how", tag)),
                },
                crashes: from.list("exited.crashes", take_crash)?,
            }),
            6 => Reply::Checkpointed {
                pid: from.u32("checkpointed.pid")?,
                micros: from.u64("checkpointed.micros")?,
            },
            7 => Reply::NotCheckpointed {
                threads: from.u32("not_checkpointed.threads")?,
                error: from.i32("not_checkpointed.error")?,
            },
            tag => return Err(from.bad_tag("reply", tag)),
        };
        from.end()?;
        Ok(reply)
    }
}

fn take_end(from: &mut Take<'_>) -> Result<End, WireError> {
    let tag = from.u8("ended.how")?;
    let number = from.i32("ended.number")?;
    Ok(match tag {
        0 => End::Exit(number),
        1 => End::Signal(number),
        2 => End::NotStarted(number),
        tag => return Err(from.bad_tag("ended.how", tag)),
    })
}

fn put_usage(to: &mut Put, usage: &Usage) {
    for number in
        [usage.user_us, usage.system_us, usage.max_rss_kib, usage.minor_faults, usage.major_faults]
    {
        to.u64(number);
    }
}

fn take_usage(from: &mut Take<'_>) -> Result<Usage, WireError> {
    Ok(Usage {
        user_us: from.u64("usage.user")?,
        system_us: from.u64("usage.system")?,
        max_rss_kib: from.u64("usage.rss")?,
        minor_faults: from.u64("usage.minor")?,
        major_faults: from.u64("usage.major")?,
    })
}

fn put_result(to: &mut Put, result: &ActionResult) {
    match result {
        ActionResult::Resolved(found) => {
            to.u8(0);
            to.list(found, |to, addr| to.option(addr.as_ref(), |to, addr| to.u64(addr.0)));
        }
        ActionResult::Opened(handle) => {
            to.u8(1);
            to.u64(*handle);
        }
        ActionResult::Drained { crashes, dropped } => {
            to.u8(2);
            to.list(crashes, put_crash);
            to.u32(*dropped);
        }
        ActionResult::Memory(memory) => {
            to.u8(3);
            put_memory(to, memory);
        }
    }
}

fn put_memory(to: &mut Put, memory: &MemoryUse) {
    for word in memory.words() {
        to.u64(word);
    }
    to.u32(memory.heaps);
    to.list(&memory.blocks, |to, block| {
        to.u8(match block {
            BlockUse::Gone => 0,
            BlockUse::Ready => 1,
            BlockUse::Large => 2,
            BlockUse::Filled(eighths) => 3 + eighths.min(&8),
        });
    });
}

fn take_memory(from: &mut Take<'_>) -> Result<MemoryUse, WireError> {
    let mut memory = MemoryUse::default();
    for word in memory.words_mut() {
        *word = from.u64("memory.word")?;
    }
    memory.heaps = from.u32("memory.heaps")?;
    memory.blocks = from.list("memory.blocks", |from| {
        Ok(match from.u8("memory.block")? {
            0 => BlockUse::Gone,
            1 => BlockUse::Ready,
            2 => BlockUse::Large,
            eighths @ 3..=11 => BlockUse::Filled(eighths - 3),
            tag => return Err(from.bad_tag("block", tag)),
        })
    })?;
    Ok(memory)
}

impl MemoryUse {
    fn words_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        let of_memory = self.stack.iter_mut().chain(&mut self.arena).chain(&mut self.heap);
        let (live, moved) = (&mut self.live, &mut self.moved);
        let rest = [&mut self.collections, live, moved, &mut self.pinned, &mut self.total_ns];
        of_memory.chain(rest)
    }

    fn words(&self) -> impl Iterator<Item = u64> {
        let rest = [self.collections, self.live, self.moved, self.pinned, self.total_ns];
        let of_memory = self.stack.into_iter().chain(self.arena).chain(self.heap);
        of_memory.chain(rest)
    }
}

fn put_crash(to: &mut Put, crash: &CrashRecord) {
    to.i32(crash.signal);
    to.i32(crash.code);
    to.u64(crash.address.0);
    to.u64(crash.pc.0);
    crash.registers.iter().for_each(|value| to.u64(*value));
    to.u64(crash.flags);
    to.u64(crash.fault);
    to.u64(crash.trap);
    to.u32(crash.pid);
    to.u32(crash.thread);
    to.range(crash.stack_bounds);
    to.bytes(&crash.pc_bytes);
    to.addrs(&crash.frames);
    to.list(&crash.stack, |to, word| to.u64(*word));
    to.list(&crash.maps, |to, code| {
        to.range(code.range);
        to.u64(code.offset);
        to.bytes(code.path.as_bytes());
    });
}

fn take_crash(from: &mut Take<'_>) -> Result<CrashRecord, WireError> {
    let mut crash = CrashRecord {
        signal: from.i32("crash.signal")?,
        code: from.i32("crash.code")?,
        address: Addr(from.u64("crash.address")?),
        pc: Addr(from.u64("crash.pc")?),
        ..CrashRecord::default()
    };
    for register in &mut crash.registers {
        *register = from.u64("crash.register")?;
    }
    crash.flags = from.u64("crash.flags")?;
    crash.fault = from.u64("crash.fault")?;
    crash.trap = from.u64("crash.trap")?;
    crash.pid = from.u32("crash.pid")?;
    crash.thread = from.u32("crash.thread")?;
    crash.stack_bounds = from.range("crash.stack_bounds")?;
    crash.pc_bytes = from.bytes("crash.pc_bytes")?.to_vec();
    crash.frames = from.addrs("crash.frames")?;
    crash.stack = from.list("crash.stack", |from| from.u64("crash.stack.word"))?;
    crash.maps = from.list("crash.maps", |from| {
        Ok(MappedCode {
            range: from.range("crash.maps.range")?,
            offset: from.u64("crash.maps.offset")?,
            path: from.text("crash.maps.path")?.to_owned(),
        })
    })?;
    Ok(crash)
}

fn take_result(from: &mut Take<'_>) -> Result<ActionResult, WireError> {
    Ok(match from.u8("result")? {
        0 => ActionResult::Resolved(from.list("resolved", |from| {
            from.option("resolved.found", |from| Ok(Addr(from.u64("resolved.addr")?)))
        })?),
        1 => ActionResult::Opened(from.u64("opened.handle")?),
        2 => ActionResult::Drained {
            crashes: from.list("drained.crashes", take_crash)?,
            dropped: from.u32("drained.dropped")?,
        },
        3 => ActionResult::Memory(take_memory(from)?),
        tag => return Err(from.bad_tag("result", tag)),
    })
}
