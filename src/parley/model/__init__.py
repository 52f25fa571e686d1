"""Pretrained encoders, the classifier, its fine-tuning and its rivals."""
