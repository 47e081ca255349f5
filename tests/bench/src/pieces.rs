//! The generated part of the ray tracer: C files with a scene piece each, and the table of them.
//! In: nothing; out: names and texts, the same every time.

use std::fmt::Write;

/// With the hand-written files these make more than fifty.
pub(crate) const PIECES: usize = 40;

const SHAPES: [&str; 3] = ["sphere_meets", "box_meets", "disc_meets"];

/// File names with contents.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = (0..PIECES).map(|n| (format!("piece_{n:02}.c"), piece(n))).collect();
    files.push(("pieces.c".into(), table()));
    files
}

/// A piece: its own texture over a table of colours, and four objects around a place of its own.
fn piece(n: usize) -> String {
    let angle = n as f64 * 0.9;
    let far = 1.5 + n as f64 * 0.22;
    let (x, z) = (far * angle.cos(), far * angle.sin());
    let mut text = String::from("#include \"ray.h\"\n\n");
    let mut line = |l: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{l}");
    };
    line(format!("static const vec colours_{n}[] = {{"));
    for i in 0..4 {
        let shade = |k: usize| ((n * 37 + i * 61 + k * 17) % 90) as f64 / 100.0 + 0.1;
        line(format!("    {{{:.2}, {:.2}, {:.2}}},", shade(0), shade(1), shade(2)));
    }
    line("};\n".into());
    line(format!("vec texture_{n:02}(const object *o, vec at)"));
    line("{".into());
    line("    vec out = sub(at, o->center);".into());
    line(format!(
        "    double band = {:.1} * out.y + {:.1} * noise(scale(at, 3));",
        3 + n % 5,
        2 + n % 3
    ));
    line(format!("    vec colour = colours_{n}[(int)floor(band) & 3];"));
    line(match n % 3 {
        0 => "    return add(scale(colour, 0.7), scale(texture_marble(o, at), 0.3));".into(),
        1 => "    return add(scale(colour, 0.8), scale(texture_rings(o, at), 0.2));".into(),
        _ => "    return colour;".to_string(),
    });
    line("}\n".into());
    line(format!("void build_{n:02}(void)"));
    line("{".into());
    for i in 0..4usize {
        let size = 0.14 + ((n + i * 3) % 5) as f64 * 0.04;
        let (dx, dz) = ((i % 2) as f64 * 0.6, (i / 2) as f64 * 0.6);
        let shape = SHAPES[(n + i) % SHAPES.len()];
        let texture = match i {
            0 => format!("texture_{n:02}"),
            1 => format!("texture_{:02}", (n + 7) % PIECES),
            2 => "texture_plain".into(),
            _ => "texture_marble".into(),
        };
        let y = if i == 3 { 1.2 } else { size };
        let mirror = if (n + i).is_multiple_of(4) { 0.4 } else { 0.0 };
        line(format!(
            "    scene_add((object){{\"piece {n} object {i}\", {shape}, {texture}, {{{:.3}, {y:.3}, \
             {:.3}}},\n                       {{{size:.2}, {size:.2}, {size:.2}}}, {mirror:.1}}});",
            x + dx,
            z + dz
        ));
    }
    line("}".into());
    let declared =
        format!("#include \"ray.h\"\n\ntexture texture_{n:02}, texture_{:02};\n", (n + 7) % PIECES);
    text.replacen("#include \"ray.h\"\n", &declared, 1)
}

fn table() -> String {
    let mut text = String::from("#include \"ray.h\"\n\n");
    for n in 0..PIECES {
        text.push_str(&format!("void build_{n:02}(void);\n"));
    }
    text.push_str("\nstatic void floor_and_ball(void)\n{\n");
    text.push_str("    scene_add((object){\"floor\", plane_meets, texture_checks, {0, 0, 0}, ");
    text.push_str("{0, 0, 0}, 0.1});\n    scene_add((object){\"ball\", sphere_meets, ");
    text.push_str("texture_rings, {0, 1, 0}, {1, 1, 1}, 0.5});\n}\n\n");
    text.push_str("const piece pieces[] = {\n    {\"floor and ball\", floor_and_ball},\n");
    for n in 0..PIECES {
        text.push_str(&format!("    {{\"piece {n}\", build_{n:02}}},\n"));
    }
    text.push_str("};\nconst size_t piece_count = sizeof pieces / sizeof *pieces;\n");
    text
}
