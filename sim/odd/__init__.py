"""The ODD document (Grimm et al. 2020): a template of prose, and the tables that the code itself gives."""
