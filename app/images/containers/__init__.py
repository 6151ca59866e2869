"""Reading the outside of picture files before a decoder sees them.

Each module walks over one file format, refuses what is cut off or absurd, and copies only what
the first picture needs. Metadata, colour profiles, comments, further frames and whatever else
decoders are attacked with never reach Pillow.
"""
