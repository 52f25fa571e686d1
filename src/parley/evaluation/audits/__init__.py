"""Audits: what a model does when the sentence is edited, the actor exchanged or hidden, or the name swapped."""
