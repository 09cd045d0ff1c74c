//! Answers each job on standard input by one line on standard output, by the igvm crate.
//! The jobs and answers are described in `../interop.py`.

use igvm::measurement::{generate_snp_measurement, generate_tdx_measurement, generate_vbs_measurement};
use igvm::{IgvmFile, IgvmPlatformHeader};
use igvm_defs::IgvmPlatformType;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, Write};
use std::panic::{self, AssertUnwindSafe};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value, or why there is none, a panic included.
fn guarded<T, E: std::fmt::Debug>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| format!("{error:?}").replace(['\t', '\n'], " ")),
        Err(_) => Err("panic".into()),
    }
}

fn value_or_reason(result: Result<String, String>) -> String {
    result.unwrap_or_else(|reason| format!("!{reason}"))
}

fn open(path: &str) -> Result<IgvmFile, String> {
    let bytes = std::fs::read(path).expect("the file of a job can be read");
    guarded(|| IgvmFile::new_from_binary(&bytes, None))
}

fn written(file: &IgvmFile) -> Result<String, String> {
    let mut bytes = Vec::new();
    guarded(|| file.serialize(&mut bytes))?;
    Ok(hex(&Sha256::digest(&bytes)))
}

fn digest(file: &IgvmFile, platform: IgvmPlatformType, mask: u32) -> Option<(&'static str, Result<String, String>)> {
    let (init, directives) = (file.initializations(), file.directives());
    match platform {
        IgvmPlatformType::SEV_SNP => Some((
            "snp",
            guarded(|| generate_snp_measurement(init, directives, mask)).map(|it| hex(&it)),
        )),
        IgvmPlatformType::TDX => Some((
            "tdx",
            guarded(|| generate_tdx_measurement(directives, mask)).map(|it| hex(&it)),
        )),
        IgvmPlatformType::VSM_ISOLATION => Some((
            "vbs",
            guarded(|| generate_vbs_measurement(directives, mask)).map(|it| hex(&it)),
        )),
        _ => None,
    }
}

fn file_answer(file: &IgvmFile) -> String {
    let mut answer = format!("accepted\t{}", value_or_reason(written(file)));
    for header in file.platforms() {
        let IgvmPlatformHeader::SupportedPlatform(info) = header;
        if let Some((name, value)) = digest(file, info.platform_type, info.compatibility_mask) {
            answer += &format!("\t{name}={}", value_or_reason(value));
        }
    }
    answer
}

fn merged(how: &str, first: &str, second: &str) -> Result<IgvmFile, String> {
    let (mut merged, other) = (open(first)?, open(second)?);
    guarded(|| match how {
        "fold" => merged.merge(other),
        "append" => merged.merge_simple(other),
        _ => panic!("a job is file, fold or append"),
    })?;
    Ok(merged)
}

fn answer(job: &str) -> String {
    let words: Vec<&str> = job.split('\t').collect();
    let result = match words[..] {
        ["file", path] => open(path),
        [how, first, second] => merged(how, first, second),
        _ => panic!("a job has two or three words"),
    };
    match result {
        Ok(file) => file_answer(&file),
        Err(reason) => format!("refused\t{reason}"),
    }
}

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let mut out = io::BufWriter::new(io::stdout().lock());
    for job in io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&job?))?;
    }
    out.flush()
}
