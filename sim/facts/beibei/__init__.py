"""The group buys of BeiBei: what the files show, a model of what they do not, a fit on one split."""
