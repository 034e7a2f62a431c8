"""The process that turns an SVG into a PNG, and nothing else: `svg.py` starts it, limits it and ends it.

It is run by the path of this folder and imports nothing else of ours, as the renderer of documents does.
"""
