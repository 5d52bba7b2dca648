"""How good the extraction is: annotated articles, the comparison with what kg finds, and floors that hold it.

``GUIDE.md`` in this folder says how to annotate.
"""
