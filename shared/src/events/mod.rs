//! Side events, and who takes part in them.
