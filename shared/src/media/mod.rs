//! Uploads: what users and organisers store, checked before it is shown.
