//! backend/memory
