"""The version of the model: raised whenever the same scenario and seed give another event table."""

MODEL_VERSION = "5"
