//! Mathematical functions of the library where their arguments are constants, as gcc folds them.
//! In: a function's name and the values; out: the result, where it is an ordinary number and no
//! error would be noted in `errno`.

use crate::softfloat::Soft;
use crate::types::FloatFormat;

/// The value of a call of the `double` or `float` function `name`.
pub(super) fn call(name: &str, args: &[Soft], format: FloatFormat) -> Option<Soft> {
    let name = match format {
        FloatFormat::Single => name.strip_suffix('f')?,
        FloatFormat::Double => name,
        _ => return None,
    };
    let value = match *args {
        [x] => one(name, x.to_f64())?,
        [x, y] => two(name, x.to_f64(), y.to_f64())?,
        _ => return None,
    };
    let usual = args.iter().all(|x| x.is_finite()) && value.is_finite();
    usual.then(|| Soft::from_f64(value).convert(format))
}

fn one(name: &str, x: f64) -> Option<f64> {
    Some(match name {
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tan" => x.tan(),
        "asin" => x.asin(),
        "acos" => x.acos(),
        "atan" => x.atan(),
        "sinh" => x.sinh(),
        "cosh" => x.cosh(),
        "tanh" => x.tanh(),
        "exp" => x.exp(),
        "exp2" => x.exp2(),
        "expm1" => x.exp_m1(),
        "log" => x.ln(),
        "log2" => x.log2(),
        "log10" => x.log10(),
        "log1p" => x.ln_1p(),
        "cbrt" => x.cbrt(),
        "sqrt" => x.sqrt(),
        "round" => x.round(),
        _ => return None,
    })
}

fn two(name: &str, x: f64, y: f64) -> Option<f64> {
    Some(match name {
        "pow" => x.powf(y),
        "atan2" => x.atan2(y),
        "hypot" => x.hypot(y),
        "fmod" if y != 0.0 => x % y,
        "fmin" => x.min(y),
        "fmax" => x.max(y),
        _ => return None,
    })
}
