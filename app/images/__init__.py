"""Pictures: hostile bytes in, small float32 arrays out; nothing is written to disk."""
