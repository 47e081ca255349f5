//! backend/link
