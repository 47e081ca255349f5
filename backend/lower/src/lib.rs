//! backend/lower
