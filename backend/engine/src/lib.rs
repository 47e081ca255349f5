//! backend/engine
