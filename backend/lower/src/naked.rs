//! Naked functions: the body is `asm` statements without operands, and the code is what they say
//! and nothing else.

use crate::compile::{CodeReloc, Compiled, RelocTarget};
use crate::inline_asm::{code_of, template};
use crate::{LowerError, Lowered, UnitCx};
use cfront::tree::{Body, Function, StmtId, StmtKind};
use preproc::source::Span;

/// The code of a naked function.
pub(crate) fn compile(unit: &UnitCx<'_>, function: &Function, name: &str) -> Lowered<Compiled> {
    let fail = |span: Span, message: String| {
        Box::new(LowerError { message, span, function: name.to_owned() })
    };
    let mut text = String::new();
    if let Some(root) = function.body.root {
        collect(&function.body, root, &mut text).map_err(|(span, message)| fail(span, message))?;
    }
    let blob = code_of(unit, &text)
        .map_err(|message| fail(function.span, format!("inline assembly: {message}")))?;
    let mut targets = Vec::new();
    let mut relocs = Vec::new();
    for reloc in blob.relocs {
        let target = RelocTarget::Target(targets.len() as u32);
        targets.push(reloc.target);
        relocs.push(CodeReloc {
            offset: reloc.offset,
            kind: reloc.kind,
            target,
            addend: reloc.addend,
        });
    }
    Ok(Compiled {
        notes: None,
        code: blob.bytes,
        align: 16,
        relocs,
        targets,
        blobs: Vec::new(),
        unwind: None,
        lines: vec![(0, function.span)],
        took: std::time::Duration::ZERO,
    })
}

fn collect(body: &Body, id: StmtId, text: &mut String) -> Result<(), (Span, String)> {
    let stmt = body.stmt(id);
    match &stmt.kind {
        StmtKind::Empty => Ok(()),
        StmtKind::Block(list) => {
            body.block(list).iter().try_for_each(|&inner| collect(body, inner, text))
        }
        &StmtKind::Asm(index) => {
            let plain = body.asms.get(index as usize).filter(|asm| {
                asm.outputs.is_empty() && asm.inputs.is_empty() && asm.goto_labels.is_empty()
            });
            let Some(asm) = plain else {
                return Err((stmt.span, "'asm' with operands in a naked function".to_owned()));
            };
            template::expand(text, asm, &[], index as usize).map_err(|e| (stmt.span, e))?;
            text.push('\n');
            Ok(())
        }
        _ => Err((stmt.span, "a naked function may have 'asm' statements only".to_owned())),
    }
}
