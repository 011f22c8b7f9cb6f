//! What all tests stand on: functions on an embedded DynamoDB, under the policies of the real template.

pub(crate) mod app;
pub(crate) mod audit;
pub(crate) mod aws;
pub(crate) mod calls;
pub(crate) mod contract;
pub(crate) mod crowd;
pub(crate) mod cursor;
pub(crate) mod database;
pub(crate) mod deployed;
pub(crate) mod freeze;
pub(crate) mod functions;
pub(crate) mod fuse;
pub(crate) mod gate;
pub(crate) mod golden;
pub(crate) mod guard;
pub(crate) mod log;
pub(crate) mod lossy;
pub(crate) mod operation;
pub(crate) mod policy;
pub(crate) mod request;
pub(crate) mod starts;
pub(crate) mod storage;
pub(crate) mod telegram;
pub(crate) mod template;
pub(crate) mod wire;
