"""Kinoeye: one index from the screenplay's line, over the frame, to the viewer's second."""
