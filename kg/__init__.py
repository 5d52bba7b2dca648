"""kg: news about nuclear arms control as an RDF graph in which every fact shows the words that say it."""

__version__ = "0.1.0"
