//! Check-in: lists, scans and how they stand.
