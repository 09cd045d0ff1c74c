"""An independent reader, writer and measurer of IGVM files, for cross-checks."""
