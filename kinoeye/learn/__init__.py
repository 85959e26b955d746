"""Learning: estimators fitted to what a production has; nothing here knows of film."""
