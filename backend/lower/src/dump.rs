//! CLIF as text, for `--emit clif` and for golden tests: every function of a unit as it is handed
//! to the code generator, names in place of numbers.

use crate::compile::{build_text, compile_error_text};
use crate::{UnitCx, inline};

/// The CLIF of all functions the unit would compile, or what was wrong with one.
pub(crate) fn unit(cx: &UnitCx<'_>) -> String {
    let mut out = String::new();
    for &index in &cx.live {
        let function = &cx.unit.functions[index];
        let name = function.symbol.map_or("", |id| &cx.symbol(id).link_name);
        push(&mut out, name, build_text(cx, function, name, None));
    }
    for (number, nested) in cx.nested.list.iter().enumerate() {
        let body = build_text(cx, nested.function, &nested.name, Some(number as u32));
        push(&mut out, &nested.name, body);
    }
    if let Some(script) = &cx.unit.script {
        let name = &cx.options.script;
        push(&mut out, name, build_text(cx, script, name, None));
    }
    out
}

fn push(out: &mut String, name: &str, body: Result<inline::Body, Box<crate::LowerError>>) {
    out.push_str(&format!("; {name}\n"));
    match body {
        Ok(body) => {
            for (number, target) in body.targets.iter().enumerate() {
                out.push_str(&format!(";   u0:{number} = {target:?}\n"));
            }
            out.push_str(&format!("{}\n", body.function.display()));
        }
        Err(error) => out.push_str(&compile_error_text(&error)),
    }
}
