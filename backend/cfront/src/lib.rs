//! backend/cfront
