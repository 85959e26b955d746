"""The production: a folder of a user's material, and all that is known of it."""
