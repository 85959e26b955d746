"""Sound: what is made of sound; each treatment takes it piece by piece and gives back as many samples."""
