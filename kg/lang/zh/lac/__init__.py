"""Baidu LAC 2.1 in NumPy: joint word segmentation, part-of-speech tagging and PER/LOC/ORG/TIME recognition.

The weights (``lac.npz``) are a conversion of Baidu's, Apache-2.0; see NOTICE beside this file.
"""
