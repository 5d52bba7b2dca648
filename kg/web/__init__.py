"""``kg serve``: a SPARQL 1.1 endpoint over a store, and pages to read what is in it.

The serving process never runs a query. It hands each one to a worker process that it can kill (``pool.py``,
``worker.py``), and the workers read a snapshot of the store (``snapshot.py``).
"""
