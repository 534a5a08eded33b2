//! How kubectl lays out text: columns, ages, YAML, JSON.

mod age;
mod columns;
mod json;
mod kyaml;
mod yaml;

pub(crate) use age::{age_since, human_duration, push_age, push_duration, push_number, rfc1123};
pub(crate) use columns::{Remembered, lay_out, lay_out_table};
pub(crate) use json::{indented, indented_by_two, keys_sorted};
pub(crate) use kyaml::kyaml;
pub(crate) use yaml::yaml;
