"""Who changed what, when and why: deeds that somebody may have to answer for."""
