"""The compiled functions as one program: lowered, linked, optimised once, kept, loaded."""
