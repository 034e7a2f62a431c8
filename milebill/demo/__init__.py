"""Sample projects in every state, made by the same verbs that people use."""

from milebill.demo.seed import seed_demo

__all__ = ["seed_demo"]
