"""The process that turns HTML into PDF/A, and nothing else: `pdf.py` starts it, limits it and replaces it.

It is run by the path of this folder and can import nothing else of ours (see `__main__`), so that it starts fast, knows
no secret, and loses no more than one document when that document is hostile.
"""
