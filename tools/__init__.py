"""Development tools: what ``make`` runs. Nothing from here is installed or served."""
