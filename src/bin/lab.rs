//! The laboratory on the command line.
use job_lab::trace::{Scenario, run};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (seed, file) = if a[2] == "--seed" { (a[3].parse().unwrap(), &a[4]) } else { (1, &a[2]) };
    let text = std::fs::read_to_string(file).unwrap();
    let s = Scenario::read(&text).unwrap();
    println!("{}", run(&s, seed).0);
}
