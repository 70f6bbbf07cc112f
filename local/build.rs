//! Lets what is linked against the embedded warehouse's shared library find it when it starts. The
//! manifest of every package with such programs or tests names this file as its build script.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    // The feature of the `sfc` program; the packages that always link do not have it.
    let optional = env::var("CARGO_PKG_NAME").is_ok_and(|name| name == "sfc");
    if optional && env::var_os("CARGO_FEATURE_LOCAL").is_none() {
        return;
    }
    let (library, beside) = match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos") => ("libduckdb.dylib", "@loader_path"),
        Ok("windows") => return,
        _ => ("libduckdb.so", "$ORIGIN"),
    };
    let Some(folder) = env::var_os("DUCKDB_LIB_DIR").map(PathBuf::from) else {
        println!(
            "cargo::error=DUCKDB_LIB_DIR is not set: build inside the checkout, or build with --no-default-features"
        );
        return;
    };
    let path = folder.join(library);
    println!("cargo::rerun-if-changed={}", path.display());
    if !path.exists() {
        println!(
            "cargo::error={library} is not in {}: run scripts/duckdb-library, or build with --no-default-features",
            folder.display()
        );
        return;
    }
    // Beside the program or below its prefix first, for what is installed; then where development keeps it.
    println!("cargo::rustc-link-arg=-Wl,-rpath,{beside}");
    println!("cargo::rustc-link-arg=-Wl,-rpath,{beside}/../lib/sfc");
    println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
}
